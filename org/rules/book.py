"""Which rule set is in force, as typed values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.week import Week

DEFAULTS = RuleBook()


def rules_on(monday: date) -> RuleSet | None:
    """The published version of that week; None before the first one: such weeks are not assessed."""
    return RuleSet.objects.in_force(monday)


def book_of(rules: RuleSet) -> RuleBook:
    """A published version as values."""
    return _read(rules.sha256)


class Books:
    """The rule books of a stretch of days: `books[day]`, read once."""

    def __init__(self, sets: Iterable[tuple[date, str]]) -> None:
        self._sets = sorted(sets, reverse=True)

    def __getitem__(self, day: date) -> RuleBook:
        monday = Week.of(day).monday
        return next((_read(sha256) for effective_from, sha256 in self._sets if effective_from <= monday), DEFAULTS)


def books_between(first: date, last: date) -> Books:
    """The rules of the weeks of [first, last]: the versions in force, else the built-in defaults. One query."""
    sets = RuleSet.objects.filter(effective_from__lte=last).order_by()
    return Books(sets.values_list("effective_from", "sha256"))


def book_on(day: date) -> RuleBook:
    """The rules of the week of that day."""
    return books_between(day, day)[day]


@lru_cache(maxsize=64)
def _read(sha256: str) -> RuleBook:
    """Read and validated once a process: what has this sum never changes."""
    return RuleBook.read(RuleSet.objects.filter(sha256=sha256).values_list("data", flat=True)[0])
