"""The part of `features` that shows only when the weeks are assessed."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from .calendar import days_of
from .counting import line_of
from .fines import Chained, chains
from .random_city import City
from .rules import ITEMS
from .standard import due
from .weeks import Assessment, Material, mondays, unit_held


def features_of_weeks(city: City, given: Material) -> Counter[str]:
    found: Counter[str] = Counter()
    linked = chains(given, city.first, city.last)
    for link in linked:
        found.update(of_assessment(given, link.assessment))
        found.update([f"mode {link.assessment.rules.mode}"] + ["fine"] * link.fine)
    found.update(of_gaps(given, linked))
    for monday in mondays(city.first, city.last):
        found.update(of_week(given, monday))
    return found


def of_week(given: Material, monday: date) -> Iterator[str]:
    works = [given.calendar.works(day) for day in days_of(monday)]
    if not any(works):
        yield "empty week"
    elif given.calendar.is_announced_holiday(monday + timedelta(days=5)):
        yield "holiday Saturday"
    if any(works[5:]):
        yield "make-up day"


def of_assessment(given: Material, one: Assessment) -> Iterator[str]:
    yield one.status
    if one.spared:
        yield f"{one.spared} week {one.status}"
    units = {unit_held(given.book, one.employee, day) for day in days_of(one.monday)} - {None}
    if len({given.book.decisions.in_trial(line_of(given.book, unit), one.monday) for unit in units}) == 2:
        yield "trial of one unit of a mover"
    if given.book.decisions.excused(one.employee, one.monday) and one.status != "excused":
        yield f"excused though {one.status}"
    if one.status == "exempt" and any(given.calendar.works(day) for day in days_of(one.monday)):
        yield "exempt by leave"
    if one.half_days % 2 and one.status in {"met", "short"}:
        yield f"odd half days {one.status}"
    if one.percent < 100:
        yield f"ramp {one.status}"
    if one.status in {"met", "short"} and one.half_days % 2 == 0:
        wanted = {item: due(one.rules.targets[item], one.half_days, one.percent) for item in ITEMS}
        missing = {item: wanted[item] - one.done[item] for item in ITEMS if wanted[item] != one.done[item]}
        if not missing:
            yield "exactly at target"
        if list(missing.values()) == [1]:
            yield f"one less in {next(iter(missing))}"


def of_gaps(given: Material, linked: list[Chained]) -> Iterator[str]:
    """Short weeks with a gap between them, and short weeks that a gap of days off alone does not part."""
    for before, after in pairwise(linked):
        one, two = before.assessment, after.assessment
        if one.employee != two.employee or two.status != "short":
            continue
        if after.anew:
            yield "short after a gap"
            if before.streak:
                yield "streak cut by a gap"
        elif has_gap(given, one, two) and after.streak > before.streak > 0:
            yield "streak across days off"


def has_gap(given: Material, one: Assessment, two: Assessment) -> bool:
    """Days without the post between the two weeks' first and last days in it."""
    days = [date.fromordinal(n) for n in range(one.monday.toordinal(), two.monday.toordinal() + 7)]
    held = [bool(unit_held(given.book, two.employee, day)) for day in days]
    first, last = held.index(True), len(held) - held[::-1].index(True)
    return not all(held[first:last])
