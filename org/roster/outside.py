"""Rows of a roster that lie outside the reach of who imports it: another 市公司, its units and its people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from org import clock
from org.people.models import Appointment
from org.posts import Post
from org.units.models import Unit, UnitKind
from org.workbooks import account
from org.workbooks.importing import Book, Row, Within

LEADING = (Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.CITY_DEPUTY_GM, Post.CITY_LEADER)  # two persons (adr/0002)


def refuse(book: Book, within: Within) -> None:
    said = _("不在你可以导入的范围内")
    reached = _reached(book, within)
    heads = set(Unit.objects.filter(kind=UnitKind.CITY).values_list("code", flat=True))
    for row in list(book.good("单位")):
        above = row["上级代码"] in reached if row["上级代码"] else row["单位代码"] in heads
        if row["单位代码"] not in reached or not above:
            book.refuse(row, "单位代码", said)
    seats: dict[str, list[str]] = defaultdict(list)
    for number, path in Appointment.objects.values_list("person__employee_no", "unit__path"):
        seats[number].append(path)
    for row in list(book.good("人员")):
        if any(not within(path) for path in seats[row["工号"]]):
            book.refuse(row, "工号", said)
    _refuse_posts(book, within, reached, said)


def _refuse_posts(book: Book, within: Within, reached: set[str], said: str) -> None:
    """Nobody is pulled over from another city, appoints himself, or makes a leader alone."""
    today, by = clock.today(), account.current().by
    seats: dict[str, list[str]] = defaultdict(list)
    standing: dict[tuple[str, str, str, date], date] = {}
    for one in Appointment.objects.select_related("person", "unit"):
        number, ends = one.person.employee_no, one.ends_on or date.max
        standing[number, one.unit.code, one.post, one.starts_on] = ends
        if ends >= today:
            seats[number].append(one.unit.path)
    for row in list(book.good("任职")):
        theirs = seats[row["工号"]]
        if row["单位代码"] not in reached:
            book.refuse(row, "单位代码", said)
        elif theirs and not any(within(path) for path in theirs):
            book.refuse(row, "工号", said)
        elif _stands(row, standing):
            continue
        elif by is not None and row["工号"] == by.employee_no:
            book.refuse(row, "工号", _("自己的任职要由别人导入"))
        elif row["岗位"] in LEADING:
            book.refuse(row, "岗位", _("分管总以上的任职要市公司分管总同意，不能在这里导入，请交运维导入"))


def _stands(row: Row, standing: dict[tuple[str, str, str, date], date]) -> bool:
    """Held already, and no longer than it was."""
    ends = standing.get((row["工号"], row["单位代码"], row["岗位"], row["起"]))
    return ends is not None and (row["止"] or date.max) <= ends


def _reached(book: Book, within: Within) -> set[str]:
    """The codes of the units within reach, and of the new ones that hang below them in the file."""
    known = dict(Unit.objects.values_list("code", "path"))
    reached = {code for code, path in known.items() if within(path)}
    above = {row["单位代码"]: row["上级代码"] for row in book.good("单位") if row["单位代码"] not in known}
    before = -1
    while before != len(reached):
        before = len(reached)
        reached |= {code for code, parent in above.items() if parent in reached}
    return reached
