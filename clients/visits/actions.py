"""The writers of visits. What counts is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.visits.models import Visit
from org.trace.actions import record

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person


@transaction.atomic(savepoint=False)
def mark_ineffective(visit: Visit, *, by: Person, at: datetime, reason: str, acting: Delegation | None = None) -> None:
    """The reviewer does not accept the visit as effective; who, when and why stay with it."""
    visit.ineffective_by, visit.ineffective_at, visit.ineffective_reason = by, at, reason
    visit.save(update_fields=["ineffective_by", "ineffective_at", "ineffective_reason"])
    record(visit, "mark_ineffective", by=by, at=at, changes={"reason": reason}, acting=acting)


@transaction.atomic(savepoint=False)
def undo_ineffective(visit: Visit, *, by: Person, at: datetime, acting: Delegation | None = None) -> None:
    """The verdict is taken back: as if it had not been given; the trace keeps both."""
    visit.ineffective_by, visit.ineffective_at, visit.ineffective_reason = None, None, ""
    visit.save(update_fields=["ineffective_by", "ineffective_at", "ineffective_reason"])
    record(visit, "undo_ineffective", by=by, at=at, acting=acting)
