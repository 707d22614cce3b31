"""The whole week of every holder of 客户经理, as `export assessments` prints it.

material(folder, decisions=Decisions(...)) reads and counts once; assess(given, monday) -> rows
assessments(folder, first, last, decisions=...) -> the rows of all weeks from Monday to Monday
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from .calendar import ONE_DAY, Calendar, days_of
from .counting import DayCount, count_days, line_of
from .decisions import Decisions
from .reading import Book, read
from .rules import ITEMS, Rules
from .standard import Day, status


class Material(NamedTuple):
    """Workbooks read and counted once, for any number of weeks; the decisions are in `book.decisions`."""

    book: Book
    calendar: Calendar
    days: dict[tuple[str, date], DayCount]


class Assessment(NamedTuple):
    """`spared` is trial, newcomer or "": a spared week proposes nothing and is skipped like an exempt one."""

    monday: date
    employee: str
    unit: str
    rules: Rules
    half_days: int
    percent: int
    done: dict[str, int]
    status: str
    spared: str

    @property
    def row(self) -> dict[str, Any]:
        week = {"week": self.monday.isoformat(), "employee": self.employee}
        return week | {"required_half_days": self.half_days, **self.done, "status": self.status}


def material(
    folder: Path | str, corrections: Mapping[date, bool] | None = None, decisions: Decisions | None = None
) -> Material:
    """`corrections` is short for decisions that hold nothing else."""
    decisions = decisions or Decisions()
    if corrections:
        decisions = replace(decisions, corrections={**decisions.corrections, **corrections})
    return counted(read(folder, decisions))


def counted(book: Book) -> Material:
    calendar = Calendar(book.decisions.corrections)
    return Material(book, calendar, count_days(book, calendar))


def unit_held(book: Book, employee: str, day: date) -> str | None:
    """The unit where the employed person is 客户经理 that day; of two at once the one taken up later."""
    person = book.people[employee]
    if day < person["joined"] or (person["left"] and day > person["left"]):
        return None
    held = [
        row
        for row in book.appointments
        if row["employee"] == employee
        and row["post"] == "客户经理"
        and row["starts"] <= day
        and (row["ends"] is None or day <= row["ends"])
    ]
    return max(held, key=lambda row: row["starts"])["unit"] if held else None


def required_halves(book: Book, calendar: Calendar, employee: str, day: date) -> list[str]:
    """The half days ("am", "pm") that the person owes 6311 on that day."""
    unit = unit_held(book, employee, day)
    if unit is None or not calendar.works(day):
        return []
    line = line_of(book, unit)
    return [
        half
        for half in ("am", "pm")
        if not is_absent(book, calendar, employee, day, half) and not book.decisions.relieved(line, day, half)
    ]


def is_absent(book: Book, calendar: Calendar, employee: str, day: date, half: str) -> bool:
    """On leave, or on duty within the monthly cap of the rules of that week; "am" sorts before "pm"."""
    key = (employee, day, half)
    rules = book.decisions.rules(day)
    if key not in book.duties or rules is None or rules.duty_half_days_a_month is None:
        return key in book.absences
    earlier = [
        other
        for other in book.duties
        if other[0] == employee and other < key and other[1] >= day.replace(day=1) and calendar.works(other[1])
    ]
    return len(earlier) < rules.duty_half_days_a_month


def holders(book: Book, monday: date) -> list[str]:
    posted = {row["employee"] for row in book.appointments if row["post"] == "客户经理"}
    return sorted(who for who in posted if any(unit_held(book, who, day) for day in days_of(monday)))


def unit_of_week(book: Book, calendar: Calendar, employee: str, monday: date) -> str:
    """Where most of the week's required half days lie, the later one when equal."""
    weight: dict[str, tuple[int, date]] = {}
    for day in days_of(monday):
        unit = unit_held(book, employee, day)
        if unit:
            halves = len(required_halves(book, calendar, employee, day))
            weight[unit] = weight.get(unit, (0, day))[0] + halves, day
    return max(weight, key=weight.__getitem__)


def week_of_service(book: Book, employee: str, monday: date) -> int:
    joined = book.people[employee]["joined"]
    return (monday - (joined - joined.weekday() * ONE_DAY)).days // 7 + 1


def assessed(given: Material, monday: date) -> Iterator[Assessment]:
    """One for each holder on any day of the week, by 工号; none before the first rule version."""
    rules = given.book.decisions.rules(monday)
    if rules:
        for employee in holders(given.book, monday):
            yield assessment(given, employee, monday, rules)


def assessment(given: Material, employee: str, monday: date, rules: Rules) -> Assessment:
    book, calendar, _ = given
    days = {
        day: Day(len(required_halves(book, calendar, employee, day)), done_on(given, employee, day))
        for day in days_of(monday)
    }
    half_days = sum(day.half_days for day in days.values())
    done = {item: sum(day.done[item] for day in days.values()) for item in ITEMS}
    service = week_of_service(book, employee, monday)
    unit = unit_of_week(book, calendar, employee, monday)
    result = status(half_days, done, rules, rules.percent(service), [day for day in days.values() if day.half_days])
    if result == "short" and book.decisions.excused(employee, monday):
        result = "excused"
    trial = book.decisions.in_trial(line_of(book, unit), monday)
    newcomer = service <= rules.weeks_without_fines
    return Assessment(
        monday=monday,
        employee=employee,
        unit=unit,
        rules=rules,
        half_days=half_days,
        percent=rules.percent(service),
        done=done,
        status=result,
        spared="trial" if trial else "newcomer" if newcomer else "",
    )


def done_on(given: Material, employee: str, day: date) -> dict[str, int]:
    """What counts for the person, also on a day off; nothing without a log handed in before its lock."""
    log = given.days.get((employee, day))
    return {item: getattr(log, item) if log and log.counts else 0 for item in ITEMS}


def assess(given: Material, monday: date) -> Iterator[dict[str, Any]]:
    """The rows of one week in order of 工号."""
    return (one.row for one in assessed(given, monday))


def mondays(first: date, last: date) -> list[date]:
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]


def assessments(
    folder: Path | str,
    first: date,
    last: date,
    corrections: Mapping[date, bool] | None = None,
    decisions: Decisions | None = None,
) -> list[dict[str, Any]]:
    """All weeks from the Monday `first` to the Monday `last`, by week and 工号."""
    given = material(folder, corrections, decisions)
    return [row for monday in mondays(first, last) for row in assess(given, monday)]
