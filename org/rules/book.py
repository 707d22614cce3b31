"""Which rule set is in force, as typed values."""

from __future__ import annotations

import json
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
    return _read(json.dumps(rules.data, sort_keys=True))


class Books:
    """The rule books of a stretch of days: `books[day]`, read once."""

    def __init__(self, sets: Iterable[RuleSet]) -> None:
        self._sets = sorted(sets, key=lambda one: one.effective_from, reverse=True)

    def __getitem__(self, day: date) -> RuleBook:
        monday = Week.of(day).monday
        found = next((one for one in self._sets if one.effective_from <= monday), None)
        return book_of(found) if found else DEFAULTS


def books_between(first: date, last: date) -> Books:
    """The rules of the weeks of [first, last]: the versions in force, else the built-in defaults. One query."""
    return Books(RuleSet.objects.filter(effective_from__lte=last))


def book_on(day: date) -> RuleBook:
    """The rules of the week of that day."""
    return books_between(day, day)[day]


@lru_cache(maxsize=64)
def _read(text: str) -> RuleBook:
    """Validated once a process: versions are few and never change."""
    return RuleBook.read(text)
