"""What people do about a proposal (F3): 分管总 confirms it or dismisses it, with a reason, never for himself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.discipline.chain import append, locked_ledger
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.words import is_money, worth
from org.idempotency.actions import once
from org.notices import actions as notices
from org.rules.book import book_of
from org.week import Week
from org.workflow import Refused, Step, deciding, move

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person

ONE_LINE = """WITH lines AS (
    SELECT 1 AS place, %(fine)s::uuid AS fine_id, %(kind)s AS kind, %(proposed)s::int AS proposed,
        %(owed)s::int AS owed, %(paid)s::int AS paid, %(by)s::bigint AS by_id, %(actor)s AS actor,
        %(reason)s AS reason, %(facts)s::jsonb AS facts
)"""


def confirm(fine: Fine, *, by: Person, at: datetime, key: UUID, reason: str = "") -> Fine:
    """确认: from now on it is owed, until it is appealed or settled."""
    said = reason.strip()
    given = {"kind": LedgerEntry.Kind.CONFIRMATION, "proposed": -fine.yuan, "owed": fine.yuan, "reason": said}
    return _decide(fine, Fine.CONFIRM, given, by=by, at=at, key=key)


def dismiss(fine: Fine, *, by: Person, at: datetime, key: UUID, reason: str) -> Fine:
    """不予扣罚, with the reason; nothing is proposed again for that week."""
    if not reason.strip():
        raise Refused(_("不予扣罚要写明理由。"))
    given = {"kind": LedgerEntry.Kind.DISMISSAL, "proposed": -fine.yuan, "owed": 0, "reason": reason.strip()}
    return _decide(fine, Fine.DISMISS, given, by=by, at=at, key=key)


def _decide(fine: Fine, step: Step, given: dict[str, object], *, by: Person, at: datetime, key: UUID) -> Fine:
    """Once for the key; the city's ledger is held first, so that a reversal and a decision come one after the other."""

    def effect() -> dict[str, str]:
        ledger = locked_ledger(fine.ledger.city)
        move(fine, step, by=by, at=at, changes={"decided_by": by, "decided_at": at})
        append(ledger, ONE_LINE, {**given, **_signed(by, acting), "fine": fine.pk, "paid": 0, "at": at})
        _tell(fine, str(given["reason"]), at)
        return {"fine": str(fine.pk)}

    acting = deciding(fine, step.needs, by=by, at=at)
    with transaction.atomic():
        once(key, by=by, verb=step.verb, at=at, parameters={"fine": fine.pk, "reason": given["reason"]}, effect=effect)
    fine.refresh_from_db()
    return fine


def _signed(by: Person, acting: Delegation | None) -> dict[str, object]:
    """Who stands in the line; 代 whom, where he decided by a delegation."""
    if acting is None:
        return {"by": by.pk, "actor": by.employee_no, "facts": "{}"}
    facts = {"for": acting.delegator.employee_no, "signed": acting.signed}
    actor = _("{delegate} 代 {delegator}").format(delegate=by.employee_no, delegator=acting.delegator.employee_no)
    return {"by": by.pk, "actor": actor, "facts": json.dumps(facts)}


def _tell(fine: Fine, reason: str, at: datetime) -> None:
    rules = book_of(fine.rules).fines
    said = _("{week}{label}（{worth}）：{state}").format(
        week=Week(fine.week).label, label=rules.label, worth=worth(fine), state=fine.get_state_display()
    )
    more = ""
    if fine.state == Fine.State.CONFIRMED:
        kept = _("不会由此从工资里扣，结算另行办理") if is_money(rules) else _("只留记录，不涉及金额")
        more = _("{kept}；可以打开看事实和算式").format(kept=kept)
    body = "\n".join(filter(None, (reason.strip(), more)))
    notices.post(
        "fine_decided", to=fine.person, at=at, title=said, body=body, about=fine,
        link=reverse("fine", args=[fine.pk]),
    )  # fmt: skip
