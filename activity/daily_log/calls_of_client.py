"""Calls on the page of a client, and as what keeps it from being 久未联系: clients stand below the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Prospect
from clients.prospects.timeline import Moment, Source, moment, source
from clients.prospects.touched import contact
from org.requests import SignedIn


def _calls(request: SignedIn, prospect: Prospect) -> QuerySet[Any]:
    """Of the logs that the reader may open; drafts are their author's."""
    seen = DailyLog.objects.visible_to(request.user, on=request.today)
    calls = LogEntry.objects.filter(prospect=prospect, type=LogEntry.Type.CALL, log__in=seen)
    return calls.select_related("log__person")


def _call(one: LogEntry) -> Moment:
    said = one.outcome if one.outcome != one.get_answer_display() else ""
    note = " · ".join(filter(None, [one.contact, one.get_answer_display(), said]))
    at = moment(one.log.day, one.at)
    return Moment(
        at, "call", one.purpose or str(one.get_type_display()), note, one.kind, one.log.person.name, one.counted
    )


source(Source(_calls, ("-log__day", "-at", "-pk"), _call))


@contact
def called(day: date) -> Exists:
    calls = LogEntry.objects.filter(prospect=OuterRef("pk"), type=LogEntry.Type.CALL, log__day__gte=day)
    return Exists(calls.filter(answer=LogEntry.Answer.ANSWERED))
