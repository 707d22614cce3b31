"""准客户 from a list (workbooks.md): by code, else by name and owner. It never counts for a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.prospects.collisions import count_told
from clients.prospects.imported_columns import FIELDS, PROSPECTS
from clients.prospects.imported_known import Known, codes_and_names, under
from clients.prospects.imported_people import people_of, write_contacts
from clients.prospects.models import Contact, Prospect
from clients.prospects.rules import normalised
from clients.prospects.searched import find_people_again, words_of, words_of_people
from org import clock
from org.people.directory import Directory, Held
from org.people.models import Person
from org.rules.book import book_on
from org.units.models import Unit, UnitKind
from org.workbooks.columns import Table
from org.workbooks.importing import Book, Importer, Row, RowError, Tally, Within, refuse_second
from org.workbooks.upserting import Upsert

AT_ONCE = 5_000  # rows
UNKNOWN_DAY = date(1900, 1, 1)  # an old client, registered before everything in the books


class ProspectsImporter(Importer):
    title = gettext_lazy("准客户")
    tables: tuple[Table, ...] = (PROSPECTS,)

    def __init__(self) -> None:
        self.directory = Directory()
        self.numbers = {pk: number for number, pk in self.directory.ids.items()}
        self.city_of = cities()
        self.vouched_by_none: set[int] = set()  # rows of one's own clients (Excel's numbers)
        self.told_taken: list[str] = []  # codes and names that somebody else has, asked for oneself alone

    def check(self, book: Book) -> None:
        rows = book.rows.get("准客户", [])
        refuse_second(book, ((key, row) for row in rows if (key := key_of(row))), "统一社会信用代码")
        for row in rows:
            owner = row.values.get("负责人工号")
            if owner is not None and (reason := self.why_no_owner(owner, row)):
                book.refuse(row, "负责人工号", reason)
        self._refuse_merged(book)

    def _refuse_merged(self, book: Book) -> None:
        """A card that was merged into another (clients/merging) is no row of its own: a list would make it anew. What
        became of it is not said: the list may be of who does not hold the other."""
        rows = [row for row in book.good("准客户") if not row["统一社会信用代码"]]
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            keys = _merged_keys({row["单位名称"] for row in some})
            for row in some:
                if key_of(row) in keys:
                    book.refuse(row, "单位名称", _("这家单位已和另一家合并，不再单独导入"))

    def why_no_owner(self, employee_no: str, row: Row) -> str:
        if employee_no not in self.directory.ids:
            return _("没有工号为「%(no)s」的人员") % {"no": employee_no}
        held = self.held_by(employee_no)
        if held is None or held.path not in self.city_of:
            return _("工号「%(no)s」在市公司下没有任职，不能做负责人") % {"no": employee_no}
        return ""

    def refuse_outside(self, book: Book, within: Within) -> None:
        """Neither for an owner out of reach, nor over a client that somebody out of reach looks after."""
        for row in list(book.good("准客户")):
            held, owner = self.held_by(row["负责人工号"]), self.directory.ids[row["负责人工号"]]
            if held is None or not within(held.path, owner):
                said = _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["负责人工号"]}
                book.refuse(row, "负责人工号", said)
        rows = list(book.good("准客户"))
        known = self.facts_of(rows)
        paths = dict(Unit.objects.values_list("pk", "path"))
        for row in rows:
            one = known.get(self.key_in_books(row))
            if one and not within(paths[one.unit_id], one.owner_id):
                self._refuse_taken(book, row, within)
        self._refuse_held(book, within, paths)
        self._refuse_pooled(book, list(book.good("准客户")), known)
        self._refuse_early(book, within, known)

    def _refuse_held(self, book: Book, within: Within, paths: dict[int, str]) -> None:
        """By another key too: an earlier day in a list would take the registration from its owner."""
        rows = list(book.good("准客户"))
        names = {normalised(row["单位名称"]) for row in rows}
        held: dict[tuple[int, str], list[str]] = defaultdict(list)
        found = Prospect.everything.filter(name_key__in=names).order_by()
        card = (Coalesce(f"merged_into__{name}", name) for name in ("unit_id", "owner_id"))
        for city, name, code, unit, owner in found.values_list("city_id", "name_key", "uscc", *card).iterator():
            if not within(paths[unit], owner):
                held[city, name].append(code)
        for row in rows:
            others = held.get((self.city_of[self._home(row).path], normalised(row["单位名称"])), [])
            code = row["统一社会信用代码"]
            if any(not (code and theirs and code != theirs) for theirs in others):
                self._refuse_taken(book, row, within)

    def _refuse_taken(self, book: Book, row: Row, within: Within) -> None:
        """To who imports for himself alone this answers what a registration would, and is counted like one."""
        book.refuse(row, "单位名称", _("这家单位已有人报备，不能由你导入"))
        if not within(self._home(row).path):
            self.told_taken.append(row["统一社会信用代码"] or normalised(row["单位名称"]))

    def _refuse_pooled(self, book: Book, rows: list[Row], known: Mapping[Any, Any]) -> None:
        """A client in the pool is taken from it by claiming alone (公海): a list would change its owner there."""
        for row in rows:
            one = known.get(self.key_in_books(row))
            if one and one.released_at:
                book.refuse(row, "单位名称", _("这家单位在公海，先领取再导入"))

    def _refuse_early(self, book: Book, within: Within, known: Mapping[Any, Known]) -> None:
        """Who imports for himself alone vouches neither for an earlier day nor for visits that nobody recorded."""
        today = clock.today()
        for row in list(book.good("准客户")):
            if within(self._home(row).path):
                continue
            self.vouched_by_none.add(row.number)
            own = known.get(self.key_in_books(row))
            day, level = row["登记日期"], row["陪访级次"] or 0
            if day and day < today and not (own and own.registered_on == day):
                book.refuse(row, "登记日期", _("早于今天的登记日期由团体部经理导入"))
            elif level and not (own and own.start_level == level):
                book.refuse(row, "陪访级次", _("陪访级次由团体部经理导入"))

    def count_answers(self, by: Person, *, before: Collection[str], at: datetime, over: bool = False) -> list[str]:
        """Asked row by row for oneself alone a list would be an asking without end: it has the day's limit of refused
        registrations (报备)."""
        if self.vouched_by_none or self.told_taken:
            fresh = [one for one in dict.fromkeys(self.told_taken) if one not in before]
            if fresh or not over:
                count_told(by, fresh, at, book_on(at.date()).protection, over=over)
        return sorted({*before, *self.told_taken})

    def likely_repeated(self, book: Book) -> Iterator[RowError]:
        """The same normalised name under another key; two different codes are two companies."""
        rows = list(book.good("准客户"))
        known, named = self.facts_of(rows), self._by_name(rows)
        for row in rows:
            key, city = self.key_in_books(row), self.city_of[self._home(row).path]
            own = known.get(key)
            name, code = normalised(row["单位名称"]), row["统一社会信用代码"]
            others = [one for one in named[city, name] if own is None or one[0] != own.pk]
            same = [one for one in others if not (code and one[1] and code != one[1])]
            if same:
                words = _("与第 %(row)d 行同名") % {"row": same[0][2]} if same[0][2] else _("已有同名单位报备")
                yield RowError(row.table.sheet, row.number, "单位名称", words)
            if own is None:
                named[city, name].append((None, code, row.number))

    def _by_name(self, rows: list[Row]) -> dict[tuple[int, str], list[tuple[Any, str, int]]]:
        """City and name → (key of the row, code, the row of the file or 0)."""
        found: dict[tuple[int, str], list[tuple[Any, str, int]]] = defaultdict(list)
        names = {normalised(row["单位名称"]) for row in rows}
        same = Prospect.objects.filter(name_key__in=names).values_list("city_id", "name_key", "pk", "uscc")
        for city, name, pk, uscc_of in same:
            found[city, name].append((pk, uscc_of, 0))
        return found

    def _home(self, row: Row) -> Held:
        return self.directory.home_on(self.directory.ids[row["负责人工号"]], date.max)

    def key_in_books(self, row: Row) -> Any:
        code = row["统一社会信用代码"]
        return (code, self.city_of[self._home(row).path]) if code else key_of(row)

    def taking_back(self, rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
        names: set[str] = set()
        codes: set[str] = set()
        about: set[UUID] = set()
        for row in rows:
            if isinstance(row, Prospect):
                names.add(row.name_key)
                codes.add(row.uscc)
            elif isinstance(row, Contact):
                about.add(row.prospect_id)

        def follow() -> None:
            still = Prospect.objects.filter(pk__in=about).values_list("pk", flat=True)
            find_people_again(list(still))
            self.names_freed(names, codes)

        return follow

    def names_freed(self, names: set[str], codes: set[str]) -> None:
        """After an import was undone: who counts registrations has to look again (activity/imports.py)."""

    def held_by(self, employee_no: str) -> Held | None:
        """The owner's latest appointment: a client is looked after from where its owner is now."""
        return self.directory.unit_on(self.directory.ids[employee_no], date.max)

    def write(self, book: Book, *, at: datetime) -> Tally:
        """So many at a time: a long list need not be held as rows of the file and of the database at once."""
        rows, tally = list(book.good("准客户")), Tally()
        self._lock(rows)
        for start in range(0, len(rows), AT_ONCE):
            tally += self._write(book, rows[start : start + AT_ONCE], at)
        return tally

    def _write(self, book: Book, rows: list[Row], at: datetime) -> Tally:
        known = self.known(rows)
        self._refuse_pooled(book, rows, known)  # the operator's too, and what was let go since the check
        prospects = Upsert(Prospect, known)
        placed = [(self.put(prospects, row, at), row) for row in rows if not row.refused]
        tally = prospects.save(at=at)
        write_contacts(placed, new={one.pk for one in prospects.new}, at=at)
        self.written(prospects)
        return tally

    def written(self, prospects: Upsert[Prospect]) -> None:
        """Called within the write: who counts registrations has to look again (activity/imports.py)."""

    def put(self, prospects: Upsert[Prospect], row: Row, at: datetime) -> Prospect:
        held, known = self._home(row), prospects.existing.get(self.key_in_books(row))
        values = {field: row[column] for field, column in FIELDS.items()}
        values["name_key"] = normalised(row["单位名称"])
        kind = known.kind if known else row["类型"] or Prospect.Kind.ORGANISATION
        values |= words_of(row["单位名称"], row["统一社会信用代码"], kind)
        values["owner_id"] = self.directory.ids[row["负责人工号"]]
        values["unit_id"], values["city_id"] = held.unit_id, self.city_of[held.path]
        values["start_level"] = row["陪访级次"] or 0
        values["registered_on"] = row["登记日期"] or (known.registered_on if known else self.day_unsaid(row, at))
        people = words_of_people((name, facts.get("phone", "")) for name, facts in sorted(people_of(row).items()))
        first = {"kind": kind, "created_at": at, "found_by_people": people}
        return prospects.put(self.key_in_books(row), values, first=first)

    def day_unsaid(self, row: Row, at: datetime) -> date:
        """Of a list without a day the client was there before everything in the books; but nobody says that of his own
        clients: those are registered the day he imports them."""
        return at.date() if row.number in self.vouched_by_none else UNKNOWN_DAY

    def _lock(self, rows: list[Row]) -> None:
        """What these rows may change stands still from before it is read until it is written, in the order of keys in
        which others lock too: a long list would set back what is written meanwhile."""
        codes, names = codes_and_names(rows)
        mine = Prospect.objects.filter(Q(uscc__in=codes) | Q(uscc="", name__in=names)).order_by("pk")
        for _locked in mine.select_for_update().values_list("pk").iterator():
            pass

    def known(self, rows: list[Row]) -> dict[Any, Prospect]:
        """What the database has under the keys of these rows: (code, city) or (name, owner's 工号)."""
        named, coded = under(rows)
        found: dict[Any, Prospect] = {(one.name, self.numbers[one.owner_id]): one for one in named.iterator()}
        return found | {(one.uscc, one.city_id): one for one in coded.iterator()}

    def facts_of(self, rows: list[Row]) -> dict[Any, Known]:
        """The same, no more of each than a check asks for."""
        named, coded = (Known.of(some) for some in under(rows))
        found: dict[Any, Known] = {(one.name, self.numbers[one.owner_id]): one for one in named}
        return found | {(one.uscc, one.city_id): one for one in coded}


def key_of(row: Row) -> Any:
    """The code, else (name, owner's 工号); None where the cells that make it were refused."""
    if not {"统一社会信用代码", "单位名称", "负责人工号"} <= row.values.keys():
        return None
    return row["统一社会信用代码"] or (row["单位名称"], row["负责人工号"])


def _merged_keys(names: set[str]) -> set[Any]:
    """Of the cards of these names that were merged: (name, 工号) of who had them, and of who has the other now."""
    merged = Prospect.everything.filter(merged_into__isnull=False, uscc="", name__in=names).order_by()
    keys: set[Any] = set()
    for name, was, is_now, stays, code in merged.values_list(
        "name", "owner__employee_no", "merged_into__owner__employee_no", "merged_into__name", "merged_into__uscc"
    ):
        keys |= {(name, was), (name, is_now)} - ({(stays, is_now)} if not code else set())
    return keys


def cities() -> dict[str, int]:
    """Path of each unit → id of the 市公司 that it is or lies in."""
    units = Unit.objects.values_list("path", "kind", "pk")
    heads = {path: pk for path, kind, pk in units if kind == UnitKind.CITY}
    size = len(next(iter(heads), ""))
    return {path: heads[path[:size]] for path, _kind, _pk in units if path[:size] in heads}
