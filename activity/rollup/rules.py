"""完成率, in whole numbers: half days are doubled days, rates are fractions (domain.md 3, "Unit figures")."""

from collections.abc import Sequence
from fractions import Fraction

ITEMS = ("calls", "visits", "prospects", "studies")


def due_of(target: int, half_days: int) -> Fraction:
    """What is due of an item: the day's target times days; 13.5 visits for nine half days of 3."""
    return Fraction(target * half_days, 2)


def rate(done: int, target: int, half_days: int) -> Fraction | None:
    """Done ÷ due of one item, from sums; None where nothing is due. May exceed 1."""
    return Fraction(2 * done, target * half_days) if target * half_days else None


def rates(done: Sequence[int], standard: Sequence[int], half_days: int) -> tuple[Fraction | None, ...]:
    """One rate for each item, in the order of `ITEMS`."""
    return tuple(rate(d, target, half_days) for d, target in zip(done, standard, strict=True))


def overall(done: Sequence[int], standard: Sequence[int], half_days: int) -> Fraction | None:
    """The mean of the items' rates, each capped at 1; None where nothing is due."""
    capped = [min(one, Fraction(1)) for one in rates(done, standard, half_days) if one is not None]
    return sum(capped, Fraction(0)) / len(capped) if capped else None


def tenths_of_percent(share: Fraction | None) -> int | None:
    """983 for 98.3 %; cut, never rounded up, so that 100.0 % means reached."""
    return None if share is None else share.numerator * 1000 // share.denominator


def percent(share: Fraction | None) -> str:
    """As pages and workbooks print it: 98.3 %, or – where nothing is due."""
    tenths = tenths_of_percent(share)
    return "–" if tenths is None else f"{tenths // 10}.{tenths % 10}%"
