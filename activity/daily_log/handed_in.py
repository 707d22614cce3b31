"""Which visits are of a log that enters figures, for the rooms of the clients (clients/chain/missed.py)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from activity.daily_log.models import DailyLog
from clients.chain.missed import handed_in


@handed_in
def of_a_log_that_counts() -> Exists:
    return Exists(DailyLog.objects.filter(person=OuterRef("person"), day=OuterRef("day"), counts=True))
