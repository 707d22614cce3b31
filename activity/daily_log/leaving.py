"""What of the logs concerns whoever goes: drafts not handed in (离任清单), and the calls of a new owner (交接)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import DailyLog, LogEntry
from clients.handover.leaving import ITEMS, Item, Shown
from clients.handover.worked import Ids, worked
from org.days import in_words
from org.people.models import Appointment
from org.permissions import Permission
from org.posts import Post
from org.reach import reach

if TYPE_CHECKING:
    from org.people.models import Person


def _drafts(of: Person, reader: Person, at: datetime) -> QuerySet[DailyLog]:
    """His own, and to whoever reads the logs of his unit: that they are open, never what they say."""
    drafts = DailyLog.objects.filter(person=of, state=DailyLog.State.DRAFT).order_by("day")
    if of == reader:
        return drafts
    within = reach(reader, Permission.LOG_READ, on=at.date()).q(unit="unit", person=None)
    seats = Appointment.objects.filter(within, person=of, post=Post.CLIENT_MANAGER)
    return drafts.filter(person__in=seats.values("person"))


def _draft(one: DailyLog) -> Shown:
    return Shown(in_words(one.day), str(_("草稿")), "")


ITEMS["logs"] = Item(_("没有提交的日志"), "file-text", _drafts, _draft)


@worked
def calls(prospects: Ids, person: Person, since: datetime) -> QuerySet[Any]:
    made = LogEntry.objects.filter(prospect__in=prospects, log__person=person, recorded_at__gt=since)
    return made.order_by().values_list("prospect_id", flat=True)
