"""A client leaves its holder's hands: the visits agreed with it will not be, and who was to come along is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.chain.inviting import when
from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.seats import leave_all
from clients.chain.telling import lapse, tell
from org.trace.actions import record

if TYPE_CHECKING:
    from org.people.models import Person

State = Accompaniment.State


@transaction.atomic
def call_off_visits(prospects: Collection[UUID], *, by: Person | None, at: datetime) -> None:
    """Those that are not over, whosever they were; `by` is None where the protection ran out. One that has begun may
    still be written down by who made it, in his log."""
    reason = _("客户已不在原负责人名下")
    coming = PlannedVisit.objects.filter(prospect__in=prospects, state=PlannedVisit.State.PLANNED, starts_at__gt=at)
    for planned in coming.select_related("prospect").select_for_update(of=("self",)).order_by("pk"):
        planned.state, planned.reason, planned.changed_at = PlannedVisit.State.CANCELLED, reason, at
        planned.save(update_fields=["state", "reason", "changed_at"])
        record(planned, PlannedVisit.CANCEL.verb, by=by, at=at, changes={"reason": reason})
        leave_all(planned)
        for one in planned.accompaniments.exclude(state__in=[State.WITHDRAWN, State.DECLINED]):
            _withdraw(one, planned, by=by, at=at)


def _withdraw(one: Accompaniment, planned: PlannedVisit, *, by: Person | None, at: datetime) -> None:
    Accompaniment.objects.filter(pk=one.pk).update(state=State.WITHDRAWN)
    record(one, Accompaniment.WITHDRAW.verb, by=by, at=at)
    lapse(one, at)
    title = _("不用陪访「{client}」了").format(client=planned.prospect.name)
    tell("accompany_off", one, title, f"{when(planned)}，{planned.reason}", at=at)
