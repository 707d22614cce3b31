"""What people do about a proposal (F3): 分管总 confirms it or dismisses it, with a reason, never for himself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.discipline.chain import append, locked_ledger
from activity.discipline.models import Fine, LedgerEntry
from org.idempotency.actions import once
from org.notices import actions as notices
from org.rules.book import book_of
from org.workflow import Refused, Step, move

if TYPE_CHECKING:
    from org.people.models import Person

ONE_LINE = """WITH lines AS (
    SELECT 1 AS place, %(fine)s::uuid AS fine_id, %(kind)s AS kind, %(proposed)s::int AS proposed,
        %(owed)s::int AS owed, %(paid)s::int AS paid, %(by)s::bigint AS by_id, %(actor)s AS actor,
        %(reason)s AS reason, '{}'::jsonb AS facts
)"""


def confirm(fine: Fine, *, by: Person, at: datetime, key: UUID, reason: str = "") -> Fine:
    """确认: from now on it is owed, until it is appealed or settled."""
    given = {"kind": LedgerEntry.Kind.CONFIRMATION, "proposed": -fine.yuan, "owed": fine.yuan, "reason": reason}
    return _decide(fine, Fine.CONFIRM, given, by=by, at=at, key=key)


def dismiss(fine: Fine, *, by: Person, at: datetime, key: UUID, reason: str) -> Fine:
    """不予扣罚, with the reason; nothing is proposed again for that week."""
    if not reason.strip():
        raise Refused(_("不予扣罚要写明理由。"))
    given = {"kind": LedgerEntry.Kind.DISMISSAL, "proposed": -fine.yuan, "owed": 0, "reason": reason}
    return _decide(fine, Fine.DISMISS, given, by=by, at=at, key=key)


def _decide(fine: Fine, step: Step, given: dict[str, object], *, by: Person, at: datetime, key: UUID) -> Fine:
    """Once for the key; the city's ledger is held first, so that a reversal and a decision come one after the other."""

    def effect() -> dict[str, str]:
        ledger = locked_ledger(fine.ledger.city)
        move(fine, step, by=by, at=at, changes={"decided_by": by, "decided_at": at})
        append(
            ledger,
            ONE_LINE,
            {**given, "fine": fine.pk, "paid": 0, "by": by.pk, "actor": by.employee_no, "at": at},
        )
        _tell(fine, str(given["reason"]), at)
        return {"fine": str(fine.pk)}

    if fine.person_id == by.pk:
        raise Refused(_("自己的扣罚由别人决定。"))
    with transaction.atomic():
        once(key, by=by, verb=step.verb, at=at, parameters={"fine": fine.pk, "reason": given["reason"]}, effect=effect)
    fine.refresh_from_db()
    return fine


def _tell(fine: Fine, reason: str, at: datetime) -> None:
    label = book_of(fine.rules).fines.label
    said = _("{label}{yuan} 元：{state}").format(label=label, yuan=fine.yuan, state=fine.get_state_display())
    notices.post(
        "fine_decided", to=fine.person, at=at, title=said, body=reason.strip(), about=fine,
        link=reverse("fine", args=[fine.pk]),
    )  # fmt: skip
