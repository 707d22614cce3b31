"""The whole week of every holder of 客户经理, as `export assessments` prints it under the default rules."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from .calendar import Calendar, days_of
from .counting import ITEMS, STANDARD, DayCount, count_days
from .reading import Book, read

EXEMPT_BELOW_HALF_DAYS = 4


class Material(NamedTuple):
    """Workbooks read and counted once, for any number of weeks."""

    book: Book
    calendar: Calendar
    days: dict[tuple[str, date], DayCount]


def material(folder: Path | str, corrections: Mapping[date, bool] | None = None) -> Material:
    book, calendar = read(folder), Calendar(corrections)
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
    if not calendar.works(day) or unit_held(book, employee, day) is None:
        return []
    return [half for half in ("am", "pm") if (employee, day, half) not in book.absences]


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


def status(half_days: int, done: Mapping[str, int]) -> str:
    if half_days < EXEMPT_BELOW_HALF_DAYS:
        return "exempt"
    return "met" if all(2 * done[item] >= STANDARD[item] * half_days for item in ITEMS) else "short"


def assess(given: Material, monday: date) -> Iterator[dict[str, Any]]:
    """One row for each holder on any day of the week, in order of 工号."""
    book, calendar, counted = given
    for employee in holders(book, monday):
        half_days = sum(len(required_halves(book, calendar, employee, day)) for day in days_of(monday))
        logs = [counted[employee, day] for day in days_of(monday) if (employee, day) in counted]
        done = {item: sum(getattr(log, item) for log in logs if log.counts) for item in ITEMS}
        yield {
            "week": monday.isoformat(),
            "employee": employee,
            "required_half_days": half_days,
            **done,
            "status": status(half_days, done),
        }


def assessments(
    folder: Path | str, first: date, last: date, corrections: Mapping[date, bool] | None = None
) -> list[dict[str, Any]]:
    """All weeks from the Monday `first` to the Monday `last`."""
    given = material(folder, corrections)
    weeks = (last - first).days // 7 + 1
    return [row for n in range(weeks) for row in assess(given, first + timedelta(weeks=n))]
