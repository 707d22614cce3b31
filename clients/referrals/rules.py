"""转介绍 by rule: whom to ask now and why, whose thanks are owed, the first ten clients, the funnel. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, kw_only=True)
class NewName:
    """Who agreed to be contacted; nobody else is ever handed over here."""

    name: str
    company: str
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class NewReferral:
    """`withheld`: how many were named who did not agree; of them the number is all that is kept."""

    contact: str
    result: str
    steps_done: Sequence[int] = ()
    note: str = ""
    again_on: date | None = None
    withheld: int = 0
    names: Sequence[NewName] = ()


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a version says; `effective_from` a day from today on."""

    title: str
    occasion: str
    steps: Sequence[str]
    effective_from: date


class Occasion(StrEnum):
    """What makes a client ready to be asked, the strongest first."""

    CLAIM = "claim"
    WON = "won"
    RENEWED = "renewed"
    SERVED = "served"
    CAME = "came"


class Moment(NamedTuple):
    occasion: Occasion
    day: date


class Settings(NamedTuple):
    """Days (C): how long a moment is good, how long a client that was asked is left alone."""

    good_moment: int
    ask_again_after: int


class Asked(NamedTuple):
    """The last time; `again_on` is what the client himself said, and stands before the general rule."""

    day: date
    again_on: date | None = None
    declined: bool = False


_ORDER = {one: place for place, one in enumerate(Occasion)}


def good_moment(moments: Iterable[Moment], asked: Asked | None, *, today: date, settings: Settings) -> Moment | None:
    """The best reason to ask the client now; None where there is none or he was asked not long ago.

    A moment counts from its own day on, once: what lies before the last asking has been used.
    """
    if asked and today < _free_from(asked, settings):
        return None
    since = today - timedelta(days=settings.good_moment)
    fresh = [one for one in moments if since < one.day <= today and (asked is None or one.day > asked.day)]
    return min(fresh, key=lambda one: (_ORDER[one.occasion], -one.day.toordinal()), default=None)


def _free_from(asked: Asked, settings: Settings) -> date:
    """From when he may be asked again; who declined is left alone twice as long."""
    if asked.again_on:
        return asked.again_on
    return asked.day + timedelta(days=settings.ask_again_after * (2 if asked.declined else 1))


def is_due_again(asked: Asked | None, today: date) -> bool:
    """The day has come that the client named himself (以后再说)."""
    return asked is not None and asked.again_on is not None and asked.again_on <= today


def thanks_due(asked_on: date, *, names: int, thanked: bool, within_days: int) -> date | None:
    """The last day on which the thanks are in time; None where nothing was given or he was thanked."""
    return None if thanked or not names else asked_on + timedelta(days=within_days)


class Milestone(NamedTuple):
    """`reached_on`: the day of the last of the first clients; None while there are fewer."""

    clients: int
    wanted: int
    served: int
    reached_on: date | None

    @property
    def shown(self) -> int:
        return min(self.clients, self.wanted)


def first_clients(won_on: Mapping[str, date], served: Iterable[str], *, wanted: int) -> Milestone:
    """Of the clients won, by their key and first day: how many of the first `wanted`, and how many of those served."""
    first = sorted(won_on, key=lambda one: (won_on[one], one))[:wanted]
    reached = won_on[first[-1]] if len(first) == wanted else None
    return Milestone(len(won_on), wanted, len(set(first) & set(served)), reached)


class Funnel(NamedTuple):
    """Asked → names → prospects → visited → won."""

    asked: int = 0
    names: int = 0
    prospects: int = 0
    visited: int = 0
    won: int = 0

    @property
    def rate(self) -> int | None:
        """Percent of the names that were won; None without names."""
        return None if not self.names else round(100 * self.won / self.names)


def total(rows: Sequence[Funnel]) -> Funnel:
    return Funnel(*(sum(column) for column in zip(*rows, strict=True))) if rows else Funnel()
