"""Until when a companion may confirm and write, counted from the day on which the owner said that he came."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from clients.chain import rules
from clients.chain.models import Accompaniment
from org.rules.book import book_on
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI


class Times(NamedTuple):
    """Exclusive limits; `writes`: feedback is asked of his post."""

    silent_from: datetime
    feedback_before: datetime
    writes: bool


def times_of(row: Accompaniment) -> Times:
    """Of an accompaniment whose visit is recorded. A visit written down late leaves its companion as much time."""
    told = (row.owner_confirmed_at or row.asked_at).astimezone(SHANGHAI).date()
    calendar, book = calendar_between(told, told), book_on(told).accompaniment
    return Times(
        rules.silent_from(told, calendar, book),
        rules.feedback_before(told, calendar, book),
        rules.writes_feedback(row.post),
    )
