"""Until when a companion may confirm and write, counted from the day on which the owner said that he came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from clients.chain import rules
from clients.chain.models import Accompaniment
from org.rules.book import books_between
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI


class Times(NamedTuple):
    """Exclusive limits; `writes`: feedback is asked of his post."""

    silent_from: datetime
    feedback_before: datetime
    writes: bool


def times_of(row: Accompaniment) -> Times:
    """Of an accompaniment whose visit is recorded. A visit written down late leaves its companion as much time."""
    return times_of_all([row])[0]


def times_of_all(rows: Sequence[Accompaniment]) -> list[Times]:
    """Of each; the calendar and the rules are read once for all of them."""
    days = [(row.owner_confirmed_at or row.asked_at).astimezone(SHANGHAI).date() for row in rows]
    if not days:
        return []
    calendar, books = calendar_between(min(days), max(days)), books_between(min(days), max(days))
    return [
        Times(
            rules.silent_from(told, calendar, books[told].accompaniment),
            rules.feedback_before(told, calendar, books[told].accompaniment),
            rules.writes_feedback(row.post),
        )
        for told, row in zip(days, rows, strict=True)
    ]
