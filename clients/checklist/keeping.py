"""How long the answers stay: as long as the notice told the client (PIPL 19), then nothing of them is left.

What a family told for one client manager ends with him: after a hand-over nobody can read it, nor erase it on the
family's request, so it goes by itself once the hand-over can be undone no more; so where two families are merged.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast

from clients.checklist import actions
from clients.checklist.models import ConsultationChecklist
from clients.prospects.models import Prospect
from org.periods.due import Sweep, afterwards
from org.rules.book import book_on
from org.trace.models import Trace

AT_ONCE = 500
UNDONE_WITHIN = timedelta(hours=24)  # a hand-over or a merge (clients/handover/rules.py, clients/merging/rules.py)


@afterwards
def forget_old(sweep: Sweep) -> None:
    forget_before(sweep.at - timedelta(days=book_on(sweep.at.date()).consultation.kept_days), at=sweep.at)
    forget_left(sweep.at)


def forget_before(limit: datetime, *, at: datetime) -> int:
    """Those untouched since the limit; returns how many. Each by itself: who comes second finds it gone."""
    return _forget(Q(changed_at__lte=limit), at)


def forget_left(at: datetime) -> int:
    """Those of families that are somebody else's now; returns how many."""
    fresh = Trace.objects.filter(
        about=Prospect._meta.label_lower, about_id=Cast(OuterRef("prospect_id"), CharField()),
        verb__in=("hand_over_client", "merge_client"), at__gt=at - UNDONE_WITHIN,
    )  # fmt: skip
    return _forget(~Q(prospect__owner=F("person")) & Q(~Exists(fresh)), at)


def _forget(which: Q, at: datetime) -> int:
    gone = 0
    for pk in list(ConsultationChecklist.objects.filter(which).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            old = ConsultationChecklist.objects.select_for_update(skip_locked=True, of=("self",)).filter(which, pk=pk)
            if one := old.first():
                actions.forget(one, by=None, at=at)
                gone += 1
    return gone
