"""The kinds of workbook that this app imports (org/workbooks/importing.py).

The activity history; and prospects again, because a list of prospects can make a duplicate of a registration
that counted (ground.md, Counting seam).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import chain, groupby
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.coaching.imports import ENTRIES, match_accompaniments, write_entries
from activity.coaching.models import ManagerEntry
from activity.daily_log.counting import recount_days
from activity.daily_log.imports import TABLES, DayHistory, Pair
from activity.daily_log.models import DailyLog, LogEntry
from clients.chain.following import follow
from clients.prospects.duplicates import mark_duplicates
from clients.prospects.imports import ProspectsImporter, cities
from clients.prospects.models import Prospect, Registration
from clients.visits.models import Visit
from org.absences.imports import ABSENCES, write_absences
from org.absences.models import Absence
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.people.directory import Directory
from org.week import Week
from org.workbooks import account
from org.workbooks.importing import Book, Importer, Row, Tally, Within
from org.workbooks.upserting import Upsert


class ActivityImporter(Importer):
    title = gettext_lazy("活动量")
    tables = (*TABLES, ABSENCES, ENTRIES)

    def __init__(self) -> None:
        self.directory = Directory()
        self.city_of = cities()

    def check(self, book: Book) -> None:
        for rows in book.rows.values():
            for row in rows:
                number = row.values.get("工号")
                if number is not None and (reason := self.why_nobody(row, number)):
                    book.refuse(row, "工号", reason)
        for row in book.rows.get("拜访", []):
            companion = row.values.get("陪访人工号")
            if companion and companion not in self.directory.ids:
                book.refuse(row, "陪访人工号", _("没有工号为「%(no)s」的人员") % {"no": companion})

    def why_nobody(self, row: Row, employee_no: str) -> str:
        person_id = self.directory.ids.get(employee_no)
        if person_id is None:
            return _("没有工号为「%(no)s」的人员") % {"no": employee_no}
        held = self.directory.unit_on(person_id, row.values.get("日期") or date.max)
        if held is None or held.path not in self.city_of:
            return _("工号「%(no)s」没有任职，不知算在哪个单位") % {"no": employee_no}
        return ""

    def refuse_outside(self, book: Book, within: Within) -> None:
        for table in self.tables:
            for row in list(book.good(table.sheet)):
                person = self.directory.ids[row["工号"]]
                if not within(self.directory.home_on(person, row["日期"]).path, person):
                    book.refuse(row, "工号", _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["工号"]})

    def taking_back(self, rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
        """The days of all rows are counted again, names of registrations judged anew, closed weeks assessed again."""
        pairs = set(_days_of(rows))
        names = {row.name_key for row in rows if isinstance(row, Registration)}
        chains = {row.opportunity_id for row in rows if isinstance(row, Visit)}

        def follow() -> None:
            marked = mark_duplicates(names, ())
            count_again(pairs | marked, noted=True, opportunities=chains)
            self._note_weeks(chain(pairs, marked), at, _("撤回活动量的导入"))

        return follow

    def write(self, book: Book, *, at: datetime) -> Tally:
        days = DayHistory(book, self.directory, self.city_of, at=at)
        tally = days.write()
        tally += write_absences(book.good("请假"), self.directory, at=at)
        managers = write_entries(book.good("主管"), self.directory, at=at)
        if managers.created or days.touched:
            match_accompaniments(row["日期"] for sheet in ("主管", "拜访") for row in book.good(sheet))
        tally += managers
        marked = mark_duplicates(days.registered, ())
        count_again(days.touched | marked, noted=True)
        self._note_weeks(chain(self._spoken_of(book), marked), at, _("导入活动量"))
        return tally

    def _spoken_of(self, book: Book) -> Iterator[Pair]:
        """Whose days; of a visit also the companion's, for whom it is an accompaniment (3111)."""
        for table in self.tables:
            for row in book.good(table.sheet):
                yield self.directory.ids[row["工号"]], row["日期"]
        for row in book.good("拜访"):
            if companion := row["陪访人工号"]:
                yield self.directory.ids[companion], row["日期"]

    def _note_weeks(self, pairs: Iterable[Pair], at: datetime, note: str) -> None:
        """One span a person, from his first week to his last: they are assessed again where they are closed."""
        weeks: dict[int, set[Week]] = defaultdict(set)
        for person, day in pairs:
            weeks[person].add(Week.of(day))
        spans = ((person, min(touched).monday, max(touched).sunday) for person, touched in weeks.items())
        corrections.note_all(Correction.Cause.IMPORT, spans, at=at, note=note, actor=account.current().actor)


class CountedProspectsImporter(ProspectsImporter):
    def written(self, prospects: Upsert[Prospect]) -> None:
        """Names and codes before and after, so that a corrected name sets its old namesakes free."""
        touched = [*prospects.new, *prospects.changed.values()]
        before = [change[1] for change in prospects.changes]
        names = {one.name_key for one in touched} | {one["name_key"][0] for one in before if "name_key" in one}
        codes = {one.uscc for one in touched} | {one["uscc"][0] for one in before if "uscc" in one}
        count_again(mark_duplicates(names, codes))

    def names_freed(self, names: set[str], codes: set[str]) -> None:
        count_again(mark_duplicates(names, codes))


def _days_of(rows: Iterable[Model]) -> Iterator[Pair]:
    """Of a visit also the day of its companion."""
    for row in rows:
        if isinstance(row, LogEntry):
            yield row.log.person_id, row.log.day
        elif isinstance(row, (DailyLog, Visit, Registration, ManagerEntry, Absence)):
            yield row.person_id, row.day
        if isinstance(row, Visit) and row.companion_id:
            yield row.companion_id, row.day


def count_again(pairs: Collection[Pair], *, noted: bool = False, opportunities: Iterable[UUID | None] = ()) -> None:
    """Week by week, so that a year of history needs the memory of a week. Opportunities follow when all is counted:
    those whose visits count otherwise now, and these."""
    by_week = sorted((Week.of(day), person, day) for person, day in pairs)
    changed = set(opportunities)
    for _week, days in groupby(by_week, key=lambda one: one[0]):
        changed |= recount_days([(person, day) for _monday, person, day in days], noted=noted, following=False)
    follow(changed)


IMPORTERS = {"activity": ActivityImporter, "prospects": CountedProspectsImporter}
