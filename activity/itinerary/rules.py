"""行事历: whose lateness it is. Two figures: a slow approver never makes the submitter late (domain.md 3)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """How a document of the week stands at an instant, as the boards print it."""

    MISSING = "missing"  # due and not handed in
    OPEN = "open"  # not handed in, not due yet
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"


class Lateness(NamedTuple):
    submitter: bool
    approver: bool


def lateness(
    submitted_at: datetime | None,
    approved_at: datetime | None,
    returned_at: datetime | None = None,
    *,
    due: datetime,
    at: datetime,
) -> Lateness:
    """Whose miss it is at `at`; `submitted_at` is the first hand-in. Every limit is exclusive: 12:00:00 is late.

    Who hands in late takes the approver's lateness on himself: nobody can approve in time what is not there. Nor is the
    approver late with what he has returned in time (`returned_at`) and did not get back before it was due.
    """
    submitter = at >= due if submitted_at is None else submitted_at >= due
    answered = returned_at is not None and returned_at < due
    approver = not submitter and not answered and (at >= due if approved_at is None else approved_at >= due)
    return Lateness(submitter, approver)
