"""完成率 of one item and of all (domain.md "Unit figures"), from whole numbers, never from floats."""

from fractions import Fraction

from activity.daily_log.rules import Tally


def completion_rate(done: int, due_doubled: int) -> int | None:
    """完成率 in whole percent, rounded down so that 100 means done; None where nothing is due."""
    return 200 * done // due_doubled if due_doubled else None


def overall_rate(done: Tally, due_doubled: Tally) -> int | None:
    """The mean of the items that are due, each capped at 100 %, in whole percent rounded down."""
    shares = [min(Fraction(1), Fraction(2 * a, b)) for a, b in zip(done, due_doubled, strict=True) if b]
    return int(100 * sum(shares) / len(shares)) if shares else None
