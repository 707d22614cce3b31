"""Rows of a roster that lie outside the reach of who imports it: another 市公司, its units and its people."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from org.people.models import Appointment
from org.units.models import Unit
from org.workbooks.importing import Book, Within


def refuse(book: Book, within: Within) -> None:
    said = _("不在你可以导入的范围内")
    reached = _reached(book, within)
    for row in list(book.good("单位")):
        if row["单位代码"] not in reached or (row["上级代码"] and row["上级代码"] not in reached):
            book.refuse(row, "单位代码", said)
    seats: dict[str, list[str]] = defaultdict(list)
    for number, path in Appointment.objects.values_list("person__employee_no", "unit__path"):
        seats[number].append(path)
    for row in list(book.good("人员")):
        if any(not within(path) for path in seats[row["工号"]]):
            book.refuse(row, "工号", said)
    for row in list(book.good("任职")):
        if row["单位代码"] not in reached:
            book.refuse(row, "单位代码", said)


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
