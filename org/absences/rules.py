"""Stretches of half days. Pure: values in, values out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from org.working_days.rules import HalfDay, half_days

LONGEST = 366  # days of one request
FAR = 366  # days from today that a request may lie away: further is a slip of the pen
LONGEST_RELIEF = 31  # days of one relief


class Stretch(NamedTuple):
    """From one half day to another, both included."""

    first: date
    first_half: str  # am, pm
    last: date
    last_half: str

    @property
    def begins(self) -> HalfDay:
        return HalfDay(self.first, "pm" if self.first_half == "pm" else "am")

    @property
    def ends(self) -> HalfDay:
        return HalfDay(self.last, "am" if self.last_half == "am" else "pm")

    @property
    def is_backwards(self) -> bool:
        return self.ends < self.begins

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def halves(self) -> tuple[HalfDay, ...]:
        """Each half day, holidays and weekends too: a day that HQ makes 班 afterwards is covered as well."""
        return tuple(half for half in half_days(self.days) if self.begins <= half <= self.ends)

    def overlaps(self, other: Stretch) -> bool:
        return self.begins <= other.ends and other.begins <= self.ends


class Wish(NamedTuple):
    """What somebody wants to be away for."""

    kind: str  # leave, duty
    stretch: Stretch
    reason: str


def is_far(stretch: Stretch, today: date) -> bool:
    """Whether either end lies more than a year from today."""
    return any(abs((day - today).days) > FAR for day in (stretch.first, stretch.last))
