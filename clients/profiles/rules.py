"""What a 客户资料档案卡 lacks, when it counts as made, what its numbers say, and when a date is reminded of. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Item(NamedTuple):
    """One of the things a card says. `core`: without it the card is not made; `household`: asked of families too."""

    name: str
    section: str  # where it is written; "facts" is 补充资料
    core: bool = False
    household: bool = False


ITEMS = (
    Item("uscc", "facts"),
    Item("industry", "facts"),
    Item("headcount", "facts"),
    Item("legal_representative", "company", core=True),
    Item("decider", "stakeholders", core=True, household=True),
    Item("sex", "workforce"),
    Item("age", "workforce"),
    Item("occupation", "workforce", core=True),
    Item("social_insurance", "facts", household=True),
    Item("benefit_policy", "benefit"),
    Item("budget", "facts", household=True),
    Item("concerns", "company", household=True),
    Item("history", "history"),
    Item("cover", "covers", core=True, household=True),
    Item("dates", "dates", household=True),
    Item("consents", "consents", household=True),
)


class Completeness(NamedTuple):
    total: int
    missing: tuple[Item, ...]

    @property
    def known(self) -> int:
        return self.total - len(self.missing)

    @property
    def is_made(self) -> bool:
        """建档: everything of the core is known. It stays made when something is taken out again."""
        return not any(item.core for item in self.missing)

    @property
    def lacks_core(self) -> tuple[Item, ...]:
        return tuple(item for item in self.missing if item.core)


def completeness(known: Collection[str], *, household: bool) -> Completeness:
    asked = [item for item in ITEMS if item.household or not household]
    return Completeness(len(asked), tuple(item for item in asked if item.name not in known))


def uneven(sums: dict[str, int | None]) -> list[tuple[str, int]]:
    """Of the sums by sex, age and class, and the headcount: those that differ from the first one known."""
    known = [(name, value) for name, value in sums.items() if value]
    return [(name, value) for name, value in known[1:] if value != known[0][1]]


def loss_percent(premium: Decimal | None, claims: Decimal | None) -> int | None:
    """赔付率 in whole percents; None where either is unknown or nothing was paid in."""
    if not premium or claims is None:
        return None
    return int((claims * 100 / premium).quantize(Decimal(1), ROUND_HALF_UP))


def due_step(on: date, today: date, days_before: Sequence[int]) -> int | None:
    """The reminder that stands today: the latest of `days_before` that has come; none once the day is past.

    After weeks of silence only that one is given, earlier ones have lapsed with it.
    """
    left = (on - today).days
    return min((days for days in days_before if 0 <= left <= days), default=None)


def next_time(on: date, today: date) -> date:
    """The next return of a yearly day, today included; of 29 February the 28th where there is none."""
    this_year = _in_year(on, today.year)
    return this_year if this_year >= today else _in_year(on, today.year + 1)


def _in_year(on: date, year: int) -> date:
    try:
        return on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


class Column(NamedTuple):
    """A year of the chart: two bars, in a box of 360 by 188."""

    name: str
    x: float
    middle: float
    premium: tuple[float, float] | None  # y, height
    claims: tuple[float, float] | None


class Chart(NamedTuple):
    width: float  # of a bar
    columns: list[Column]
    grid: list[tuple[float, str]]  # y, 万元


LEFT, RIGHT, TOP, BOTTOM = 44, 352, 12, 160
STEPS = (1, 2, 5)


def chart(years: Iterable[tuple[str, Decimal | None, Decimal | None]]) -> Chart:
    """Premium and claims by year, the axis from 0 in round 万元."""
    rows = list(years)
    most = max((value for _name, *pair in rows for value in pair if value), default=Decimal(0)) / 10_000
    step = _round_step(most / 4)
    top = max(step, (most / step).to_integral_value(ROUND_CEILING) * step)
    across = Decimal(RIGHT - LEFT) / max(1, len(rows))
    width = min(Decimal(26), across * Decimal("0.32"))

    def bar(value: Decimal | None) -> tuple[float, float] | None:
        if value is None:
            return None
        height = value / 10_000 / top * (BOTTOM - TOP)
        return round(float(BOTTOM - height), 1), round(float(height), 1)

    columns = []
    for number, (name, premium, claims) in enumerate(rows):
        middle = LEFT + across * number + across / 2
        columns.append(
            Column(name, round(float(middle - width), 1), round(float(middle), 1), bar(premium), bar(claims))
        )
    lines = [step * n for n in range(int(top / step) + 1)]
    grid = [(round(float(BOTTOM - line / top * (BOTTOM - TOP)), 1), _plain(line)) for line in lines]
    return Chart(round(float(width) - 2, 1), columns, grid)


def _round_step(least: Decimal) -> Decimal:
    """The smallest of …0.1, 0.2, 0.5, 1, 2, 5… that is not below."""
    power = Decimal("0.1")
    while True:
        for one in STEPS:
            if one * power >= least:
                return one * power
        power *= 10


def _plain(value: Decimal) -> str:
    return str(int(value)) if value == int(value) else str(value.normalize())
