"""Until when a client is protected, and when it is warned and released (domain.md 3, Who owns a client). Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

LOOK_AGAIN = timedelta(days=7)  # so soon a changed rule, or an activity that was taken back, is noticed


class Verdict(StrEnum):
    HELD = "held"
    WARN = "warn"
    WARNED = "warned"
    RELEASE = "release"


class Term(NamedTuple):
    """The last protected day, inclusive; `left` days from today, negative when it has passed."""

    until: date
    left: int


def term(since: date, last_active: date | None, today: date, *, days: int) -> Term:
    """`days` from the last effective activity; a client that was never worked from when it became his."""
    until = max(since, last_active or since) + timedelta(days=days)
    return Term(until, (until - today).days)


class Look(NamedTuple):
    verdict: Verdict
    again_on: date  # nothing falls due before


def look(until: date, warned_on: date | None, today: date, *, warn_days: int, kept: bool) -> Look:
    """What falls due today. Nobody loses a client without `warn_days` of warning, however long the server stood still.

    `kept`: a policy in force, or won within the year; such a client is never released.
    """
    warns_on = until - timedelta(days=warn_days)
    if kept or today < warns_on:
        return Look(Verdict.HELD, min(today + LOOK_AGAIN, max(warns_on, today + timedelta(days=1))))
    if warned_on is None:
        return Look(Verdict.WARN, leaves_on(until, today, warn_days))
    leaves = leaves_on(until, warned_on, warn_days)
    return Look(Verdict.RELEASE, today) if today >= leaves else Look(Verdict.WARNED, leaves)


def leaves_on(until: date, warned_on: date, warn_days: int) -> date:
    """The first day in the pool: after the last protected day, and `warn_days` after the warning."""
    return max(until + timedelta(days=1), warned_on + timedelta(days=warn_days))


def may_claim_from(released_on: date, claim_back_days: int) -> date:
    """From when who let a client go by silence may claim it again: others of the branch have had it before him."""
    return released_on + timedelta(days=claim_back_days)
