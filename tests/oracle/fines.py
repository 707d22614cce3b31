"""The two-weeks fines that the closes propose, as `export fines` prints them.

fines(folder, first, last, decisions=...) -> rows, by week and 工号
chains(given, first, last) -> every assessed week with its place in the row of short ones
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from .calendar import ONE_DAY
from .decisions import Decisions
from .rules import Rules
from .weeks import Assessment, Material, assessed, material, mondays, unit_held


class Link(NamedTuple):
    """What a streak sees of a week; `anew` = a gap in the post with a working day in it has ended by now."""

    status: str
    rules: Rules
    spared: str = ""
    anew: bool = False


class Chained(NamedTuple):
    assessment: Assessment
    anew: bool
    streak: int
    fine: bool


def fold(links: Iterable[Link]) -> Iterator[tuple[int, bool]]:
    """(short weeks in a row up to this one, whether its close proposes) for a person's weeks, oldest first."""
    streak = 0
    for link in links:
        if link.anew:
            streak = 0
        if link.spared or link.status in {"exempt", "excused"}:
            if link.rules.unassessed_weeks == "break":
                streak = 0
            yield streak, False
        else:
            streak = streak + 1 if link.status == "short" else 0
            rolling = link.rules.short_weeks == "rolling"
            yield streak, streak >= 2 and (rolling or streak % 2 == 0)


def begins_anew(given: Material, employee: str, first: date, last: date) -> set[date]:
    """The Mondays of the weeks in which a gap in the post ended that held a working day.

    A gap within one week, or one that ends in the middle of it, belongs to that week.
    """
    book, calendar, _ = given
    anew, has_held, gap, day = set(), False, False, first
    while day < last + 7 * ONE_DAY:
        if unit_held(book, employee, day):
            if gap:
                anew.add(day - day.weekday() * ONE_DAY)
            has_held, gap = True, False
        elif has_held and calendar.works(day):
            gap = True
        day += ONE_DAY
    return anew


def chains(given: Material, first: date, last: date) -> list[Chained]:
    """By 工号, then by week."""
    weeks: dict[str, list[Assessment]] = {}
    for monday in mondays(first, last):
        for one in assessed(given, monday):
            weeks.setdefault(one.employee, []).append(one)
    chained = []
    for employee, own in sorted(weeks.items()):
        anew = begins_anew(given, employee, own[0].monday, last)
        links = [Link(one.status, one.rules, one.spared, one.monday in anew) for one in own]
        chained += [Chained(one, link.anew, *end) for one, link, end in zip(own, links, fold(links), strict=True)]
    return chained


def proposed(given: Material, first: date, last: date) -> list[dict[str, Any]]:
    rows = [
        {
            "week": link.assessment.monday.isoformat(),
            "employee": link.assessment.employee,
            "kind": "two_short_weeks",
            "amount": link.assessment.rules.fine_yuan,
            "state": "proposed",
        }
        for link in chains(given, first, last)
        if link.fine
    ]
    return sorted(rows, key=lambda row: (row["week"], row["employee"]))


def fines(folder: Path | str, first: date, last: date, decisions: Decisions | None = None) -> list[dict[str, Any]]:
    """Of the closes of all weeks from the Monday `first` to the Monday `last`."""
    return proposed(material(folder, decisions=decisions), first, last)
