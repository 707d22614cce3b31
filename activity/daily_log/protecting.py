"""Which entries of the log keep a client with its holder: counted ones of days that count (clients/protection)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Registration
from clients.protection.activity import Ids, effective
from clients.visits.models import Visit

_OF_A_DAY_THAT_COUNTS = Exists(
    DailyLog.objects.filter(person=OuterRef("person"), day=OuterRef("day"), counts=True).order_by()
)


@effective
def calls(prospects: Ids) -> QuerySet[Any]:
    """Answered ones: one that nobody took may count for 6311, it keeps no client."""
    answered = {"type": LogEntry.Type.CALL, "answer": LogEntry.Answer.ANSWERED, "counted": True}
    return LogEntry.objects.filter(prospect__in=prospects, log__counts=True, **answered).annotate(day=F("log__day"))


@effective
def visits(prospects: Ids) -> QuerySet[Any]:
    return Visit.objects.filter(_OF_A_DAY_THAT_COUNTS, prospect__in=prospects, counted=True)


@effective
def enrichments(prospects: Ids) -> QuerySet[Any]:
    enriched = Registration.objects.filter(kind=Registration.Kind.ENRICHED, counted=True)
    return enriched.filter(_OF_A_DAY_THAT_COUNTS, prospect__in=prospects)
