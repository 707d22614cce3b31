"""Whether a week meets the standard, in each of the three modes, in whole numbers and fractions alone."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .rules import DEFAULT, ITEMS, Rules


class Day(NamedTuple):
    """A required day: one or two half days, and what counted on it."""

    half_days: int
    done: Mapping[str, int]


def due(target: int, half_days: int, percent: int = 100) -> Fraction:
    """13.5 visits for nine half days."""
    return Fraction(target * percent * half_days, 200)


def status(
    half_days: int,
    done: Mapping[str, int],
    rules: Rules = DEFAULT,
    percent: int = 100,
    days: Sequence[Day] = (),
) -> str:
    """met, short or exempt. `done` is the week's; `days` are the required ones, read by each_day alone."""
    if half_days == 0 or half_days < 2 * rules.exempt_below_days:
        return "exempt"
    if rules.mode == "each_item":
        met = meets_each(rules, half_days, done, percent)
    elif rules.mode == "each_day":
        met = all(meets_each(rules, day.half_days, day.done, percent) for day in days)
    else:
        met = score(rules, half_days, done, percent) >= rules.threshold_percent
    return "met" if met else "short"


def meets_each(rules: Rules, half_days: int, done: Mapping[str, int], percent: int) -> bool:
    return all(done[item] >= due(rules.targets[item], half_days, percent) for item in ITEMS)


def score(rules: Rules, half_days: int, done: Mapping[str, int], percent: int = 100) -> Fraction:
    """Out of 100: no item gives more than its weight, and one of which nothing is due gives it whole."""
    total = Fraction(0)
    for item in ITEMS:
        wanted = due(rules.targets[item], half_days, percent)
        total += rules.weights[item] * (min(done[item], wanted) / wanted if wanted else Fraction(1))
    return total
