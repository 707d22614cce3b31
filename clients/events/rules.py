"""客户活动 by rule: what can be said of guests, and the figures of an event. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

ITEMS = ("invited", "came", "absent", "to_follow", "followed")


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    kind: str
    title: str
    day: date
    place: str
    host: str
    starts_at: time | None = None
    budget: Decimal | None = None
    note: str = ""


class Said(NamedTuple):
    """What is written of one guest after the event."""

    state: str
    follow_up: str = ""
    follow_up_on: date | None = None
    is_followed: bool = False


class GuestFacts(NamedTuple):
    state: str
    has_step: bool
    is_followed: bool


class Figures(NamedTuple):
    """Everybody on the list was invited; the rest are parts of that."""

    invited: int = 0
    came: int = 0
    absent: int = 0
    to_follow: int = 0
    followed: int = 0


def counts(guest: GuestFacts, item: str) -> bool:
    """Whether the guest belongs to the figure."""
    return {
        "invited": True,
        "came": guest.state == "came",
        "absent": guest.state == "absent",
        "to_follow": guest.has_step and not guest.is_followed,
        "followed": guest.is_followed,
    }[item]


def figures(guests: Iterable[GuestFacts]) -> Figures:
    every = list(guests)
    return Figures(*(sum(counts(one, item) for one in every) for item in ITEMS))
