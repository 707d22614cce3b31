"""主管 rows of the activity workbook: 3111 of a day, and which 陪访 is a 拜访 that the log already has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from activity.coaching.models import ManagerEntry
from clients.visits.models import Visit
from org.people.directory import Directory
from org.posts import Post
from org.workbooks.columns import Table, choice, code, day, text, yes_no
from org.workbooks.importing import Row, Tally
from org.workbooks.upserting import create_new

MANAGERS = (Post.DEPARTMENT_MANAGER, Post.SECTION_CHIEF, Post.TEAM_LEADER)
ENTRIES = Table(
    "主管",
    (
        code("工号", required=True),
        day("日期", required=True),
        choice("类别", dict(ManagerEntry.Kind.choices), required=True),
        text("对象", length=100, required=True),
        text("内容", required=True),
        text("结果", required=True),
        yes_no("已确认"),
    ),
)


def write_entries(rows: Iterable[Row], directory: Directory, *, at: datetime) -> Tally:
    def build(row: Row) -> ManagerEntry:
        person_id = directory.ids[row["工号"]]
        return ManagerEntry(
            person_id=person_id,
            unit_id=directory.home_on(person_id, row["日期"], posts=MANAGERS).unit_id,
            day=row["日期"],
            kind=row["类别"],
            about=row["对象"],
            about_person_id=directory.ids.get(row["对象"]),
            content=row["内容"],
            result=row["结果"],
            confirmed=row["已确认"],
            recorded_at=at + timedelta(microseconds=row.number),
        )

    tally = Tally()
    for _row, _entry in create_new(ManagerEntry, rows, build, tally=tally):
        pass
    return tally


def match_accompaniments(days: Iterable[date]) -> None:
    """Tie each 陪访 of these days to the visit of 对象 with that companion, one to one, in order.

    A tied row never counts besides its visit. Visits and rows may come in different files, in either order.
    """
    days = set(days)
    tied = ManagerEntry.objects.filter(day__in=days).exclude(visit=None)
    taken = set(tied.values_list("visit_id", flat=True))
    free: dict[tuple[int | None, date, int | None], list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(day__in=days).exclude(companion=None).order_by("-starts_at", "-recorded_at"):
        if visit.pk not in taken and visit.companion_id != visit.person_id:
            free[visit.companion_id, visit.day, visit.person_id].append(visit)
    found = []
    waiting = ManagerEntry.objects.filter(day__in=days, kind=ManagerEntry.Kind.ACCOMPANIMENT, visit=None)
    for entry in waiting.exclude(about_person=None).order_by("recorded_at", "pk"):
        if visits := free[entry.person_id, entry.day, entry.about_person_id]:
            entry.visit = visits.pop()
            found.append(entry)
    ManagerEntry.objects.bulk_update(found, ["visit"], batch_size=1_000)
