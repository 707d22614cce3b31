"""What 分管总 should look at before approving (系统核对): advice, refuses nothing. Pure; money is yuan."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    AWAY = "away"  # a goal for somebody who is away the whole week
    PREMIUM = "premium"
    VISITS = "visits"
    DAYS = "days"  # more visits than his days carry
    OVERLAP = "overlap"  # the companion is promised twice at one time
    FULL = "full"  # the companion is promised oftener than he has half days
    PAST = "past"  # the planned week is over


class Planned(NamedTuple):
    """An employee's goal; medians are None where he was assessed in none of the weeks."""

    person: int
    half_days: int
    visits: int | None
    premium: Decimal | None
    usual_visits: Decimal | None = None
    usual_premium: Decimal | None = None


class Company(NamedTuple):
    """A line for which somebody comes along."""

    companion: int
    person: int
    day: date
    part: str
    at: time | None


class Hint(NamedTuple):
    """`goal` against `usual` (a median, or what the days carry); `ratio` of a goal to its median."""

    kind: Kind
    person: int
    goal: Decimal = Decimal(0)
    usual: Decimal = Decimal(0)
    ratio: Decimal | None = None
    day: date | None = None


def goal_hints(goals: Iterable[Planned], *, visits_a_day: int, high_percent: int) -> list[Hint]:
    """Each employee's, in the order given; `visits_a_day` of the standard (6311), `high_percent` of what is usual."""
    return [hint for one in goals for hint in _of_one(one, visits_a_day, Decimal(high_percent) / 100)]


def _of_one(one: Planned, visits_a_day: int, high: Decimal) -> list[Hint]:
    if not one.half_days:
        return [Hint(Kind.AWAY, one.person)] if one.visits or one.premium else []
    carried = Decimal(visits_a_day * one.half_days)  # twice the standard: two half days are one of it
    found = [
        _beside_usual(Kind.PREMIUM, one.person, one.premium, one.usual_premium, high),
        _beside_usual(Kind.VISITS, one.person, one.visits, one.usual_visits, high),
        Hint(Kind.DAYS, one.person, Decimal(one.visits), carried) if one.visits and one.visits > carried else None,
    ]
    return [hint for hint in found if hint]


def _beside_usual(
    kind: Kind, person: int, goal: Decimal | int | None, usual: Decimal | None, high: Decimal
) -> Hint | None:
    """Nothing is said without a median to compare with, nor where it is 0: a newcomer's first goal is no excess."""
    if not goal or not usual or goal < usual * high:
        return None
    return Hint(kind, person, Decimal(goal), usual, ratio(goal, usual))


def ratio(goal: Decimal | int, usual: Decimal) -> Decimal:
    """2.0 times, as the page prints it."""
    return (Decimal(goal) / usual).quantize(Decimal("0.1"))


def company_hints(lines: Iterable[Company], free: Mapping[int, int], *, minutes: int) -> list[Hint]:
    """Of each companion, by his key: promised twice at one time, or oftener than he has half days (`free`); `minutes`
    that an accompanied visit takes at least."""
    by_companion: dict[int, list[Company]] = {}
    for line in lines:
        by_companion.setdefault(line.companion, []).append(line)
    found = []
    for companion, his in sorted(by_companion.items()):
        for day in sorted({one.day for one in _overlapping(his, minutes)}):
            found.append(Hint(Kind.OVERLAP, companion, day=day))
        if len(his) > free.get(companion, len(his)):
            found.append(Hint(Kind.FULL, companion, Decimal(len(his)), Decimal(free[companion])))
    return found


def _overlapping(his: list[Company], minutes: int) -> list[Company]:
    """Lines with another one less than so many minutes away; without a time, those of a half day with more than one."""
    untimed = Counter((one.day, one.part) for one in his if one.at is None)
    return [
        one
        for one in his
        if (one.at is None and untimed[one.day, one.part] > 1)
        or any(one is not other and _at_once(one, other, minutes) for other in his)
    ]


def _at_once(one: Company, other: Company, minutes: int) -> bool:
    if one.day != other.day or one.at is None or other.at is None:
        return False
    return abs(_minute(one.at) - _minute(other.at)) < minutes


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
