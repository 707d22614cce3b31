"""Met or short of a standard, and how many short weeks in a row (domain.md 3, "Below 6311", "Two consecutive weeks").

Pure: whole numbers in, verdicts out. Half days are doubled days and targets come in percent, so what is due is a
number of two-hundredths of an entry; nobody owes a part of an entry, so what is needed is rounded up.
The same functions judge 6311 of client managers and 3111 of managers: four items, each by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from math import prod
from typing import NamedTuple

from org.rules.schema import Assessment, Newcomers
from org.week import Week

Four = tuple[int, int, int, int]  # the items in the order of the standard: 6311, or 3111
NONE: Four = (0, 0, 0, 0)
PARTS = 200  # of an entry: halves of a day times percents
FULL = 100


class Status(StrEnum):
    """The result of a week; `excused` only ever replaces `short`."""

    MET = "met"
    SHORT = "short"
    EXEMPT = "exempt"
    EXCUSED = "excused"


class Spared(StrEnum):
    """Why a week proposes nothing and is skipped by the streak, whatever its status."""

    NO = ""
    TRIAL = "trial"
    NEWCOMER = "newcomer"


class Day(NamedTuple):
    """What a day required (0, 1 or 2 half days) and what was done on it."""

    half_days: int
    done: Four = NONE


class Result(NamedTuple):
    """`short`: whole entries missing of each item; under `weighted` a week may be met and still show some."""

    status: Status
    half_days: int
    done: Four
    short: Four


def parts_due(standard: Sequence[int], *, half_days: int, percent: int = FULL) -> Four:
    """What is due of each item, in two-hundredths of an entry."""
    calls, visits, prospects, studies = (target * half_days * percent for target in standard)
    return calls, visits, prospects, studies


def needed(standard: Sequence[int], *, half_days: int, percent: int = FULL) -> Four:
    """The whole entries that reach what is due: 14 visits for nine half days of three."""
    first, second, third, fourth = (
        -(-due // PARTS) for due in parts_due(standard, half_days=half_days, percent=percent)
    )
    return first, second, third, fourth


def shortfall(done: Four, need: Four) -> Four:
    """What is missing of each item; items never compensate each other."""
    first, second, third, fourth = (max(0, owed - has) for owed, has in zip(need, done, strict=True))
    return first, second, third, fourth


def total(fours: Iterable[Four]) -> Four:
    """Each item summed by itself: days compensate each other within an item."""
    first, second, third, fourth = map(sum, zip(NONE, *fours, strict=True))
    return first, second, third, fourth


def outweighs(done: Four, due: Four, weights: Sequence[int], threshold: int) -> bool:
    """Σ min(done, due) ÷ due × weight ≥ threshold, by cross-multiplication; an item of which nothing is due is full.

    `done` and `due` in the same unit; weights and threshold in percent.
    """
    reached = [(min(has, owes), owes) if owes else (1, 1) for has, owes in zip(done, due, strict=True)]
    whole = prod(owes for _has, owes in reached)
    scored = sum(weight * has * (whole // owes) for weight, (has, owes) in zip(weights, reached, strict=True))
    return scored >= threshold * whole


def assess(
    days: Sequence[Day], *, standard: Sequence[int], rules: Assessment, percent: int = FULL, excused: bool = False
) -> Result:
    """Judge the days of one week in the mode of its rules."""
    half_days = sum(day.half_days for day in days)
    done = total(day.done for day in days)
    if rules.mode == "each_day":
        short = total(shortfall(day.done, needed(standard, half_days=day.half_days, percent=percent)) for day in days)
    else:
        short = shortfall(done, needed(standard, half_days=half_days, percent=percent))
    if rules.mode == "weighted":
        weights = tuple(rules.weights.model_dump().values())
        first, second, third, fourth = (PARTS * count for count in done)
        due = parts_due(standard, half_days=half_days, percent=percent)
        met = outweighs((first, second, third, fourth), due, weights, rules.threshold_percent)
    else:
        met = not any(short)
    return Result(_status(half_days, rules, met=met, excused=excused), half_days, done, short)


def exempt_below(rules: Assessment) -> int:
    """Fewer half days than this are not assessed; a week that requires nothing never is."""
    return max(1, 2 * rules.exempt_below_days)


def _status(half_days: int, rules: Assessment, *, met: bool, excused: bool) -> Status:
    if half_days < exempt_below(rules):
        return Status.EXEMPT
    if met:
        return Status.MET
    return Status.EXCUSED if excused else Status.SHORT


def week_of_service(joined_on: date, week: Week) -> int:
    """1 in the week of joining; 0 or less before it."""
    return (week.monday - Week.of(joined_on).monday).days // 7 + 1


def percent_of_target(newcomers: Newcomers, week_of_service: int) -> int:
    """The share of the targets in that week of service: that of the first step it lies in, full ones afterwards."""
    return next((step.percent for step in newcomers.ramp if week_of_service <= step.until_week), FULL)


class Link(NamedTuple):
    """A week as the streak sees it. `starts_anew`: a gap in the post lies before the work of this week."""

    status: Status
    spared: Spared = Spared.NO
    starts_anew: bool = False


def streak(before: int, week: Link, rules: Assessment) -> int:
    """How many short weeks in a row up to this one; unassessed ones are skipped or break, by their own week's rules."""
    carried = 0 if week.starts_anew else before
    if week.spared or week.status in (Status.EXEMPT, Status.EXCUSED):
        return carried if rules.unassessed_weeks == "skip" else 0
    return carried + 1 if week.status == Status.SHORT else 0


def proposes(streak: int, week: Link, rules: Assessment, *, yuan: int) -> bool:
    """Whether this week ends a pair that proposes: the 2nd, 4th, 6th in a row, or by `rolling` each from the 2nd.

    `yuan`: what the rules fix for it; nothing is proposed for nothing.
    """
    if week.status != Status.SHORT or week.spared or not yuan:
        return False
    return streak % 2 == 0 if rules.short_weeks == "pairs" else streak >= 2
