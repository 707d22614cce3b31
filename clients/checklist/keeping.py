"""How long the answers stay: as long as the notice told the client (PIPL 19), then nothing of them is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from clients.checklist import actions
from clients.checklist.models import ConsultationChecklist
from org.periods.due import Sweep, afterwards
from org.rules.book import book_on

AT_ONCE = 500


@afterwards
def forget_old(sweep: Sweep) -> None:
    forget_before(sweep.at - timedelta(days=book_on(sweep.at.date()).consultation.kept_days), at=sweep.at)


def forget_before(limit: datetime, *, at: datetime) -> int:
    """Those untouched since the limit; returns how many. Each by itself: who comes second finds it gone."""
    gone = 0
    for pk in list(ConsultationChecklist.objects.filter(changed_at__lte=limit).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            old = ConsultationChecklist.objects.select_for_update(skip_locked=True).filter(pk=pk, changed_at__lte=limit)
            if one := old.first():
                actions.forget(one, by=None, at=at)
                gone += 1
    return gone
