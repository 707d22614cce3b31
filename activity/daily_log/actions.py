"""The author's verbs on his day: record, take back, save, hand in. What counts is written through here."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from activity.daily_log.counting import recount_days
from activity.daily_log.limits import limits_of, why_not_in
from activity.daily_log.models import DailyLog
from activity.daily_log.opening import open_day, writable_day
from activity.daily_log.recording import (
    NewCall,
    NewOther,
    NewStudy,
    NewVisit,
    record_day,
    remove_entry,
)
from clients.prospects.actions import NewProspect
from org import clock
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.periods.actions import hold_report
from org.week import Week
from org.workflow import Refused, move
from org.working_days.rules import Timeliness, timeliness

__all__ = [
    "record_call", "record_day", "record_other", "record_study", "record_visit", "register_prospect", "remove_entry",
    "save_texts", "submit",
]  # fmt: skip


def record_call(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    call_at: time,
    replaces: UUID | None = None,
    item: UUID | None = None,
    **fields: Any,
) -> Result:
    """电话 at `call_at`; `fields` are those of NewCall. `item`: the planned one that it settles."""
    entry = NewCall(at=call_at, **fields)
    return record_day(person, day=day, at=at, key=key, entries=[entry], replaces=replaces, item=item)


def record_visit(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    replaces: UUID | None = None,
    item: UUID | None = None,
    **fields: Any,
) -> Result:
    """拜访: the one row that the log, the client's history and later the chain share."""
    return record_day(person, day=day, at=at, key=key, entries=[NewVisit(**fields)], replaces=replaces, item=item)


def register_prospect(person: Person, *, day: date, at: datetime, key: UUID, **fields: Any) -> Result:
    """准客户资料积累 of the day: a prospect registered with the required fields."""
    return record_day(person, day=day, at=at, key=key, entries=[NewProspect(**fields)])


def record_study(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    replaces: UUID | None = None,
    item: UUID | None = None,
    **fields: Any,
) -> Result:
    """学习: a problem or a product, with what was learnt."""
    return record_day(person, day=day, at=at, key=key, entries=[NewStudy(**fields)], replaces=replaces, item=item)


def record_other(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    replaces: UUID | None = None,
    item: UUID | None = None,
    **fields: Any,
) -> Result:
    """其他工作: counts for nothing, is seen by the manager."""
    return record_day(person, day=day, at=at, key=key, entries=[NewOther(**fields)], replaces=replaces, item=item)


@transaction.atomic
def save_texts(person: Person, *, day: date, at: datetime, **texts: str) -> DailyLog:
    """Keep what is being written (明日计划, 问题, 求助, 今日计划); the last saving wins."""
    log = writable_day(person, day, at)
    for name, value in texts.items():
        setattr(log, name, value)
    log.save(update_fields=list(texts))
    return log


def submit(
    person: Person,
    *,
    day: date,
    key: UUID,
    tomorrow_plan: str,
    problems: str = "",
    help_needed: str = "",
    short_reason: str = "",
    at: datetime | None = None,
) -> Result:
    """Hand in the day, below target or not; a returned log is handed in again and keeps its first time.

    Without `at` the clock decides, asked when the log and the week's open report are locked: whoever opened his
    transaction before a limit and came to the lock after it is late (reliability.md C1, C2).
    """
    texts = {
        "tomorrow_plan": tomorrow_plan,
        "problems": problems,
        "help_needed": help_needed,
        "short_reason": short_reason,
    }

    begun = at or clock.now()

    def effect() -> Result:
        log = open_day(person, day, begun)
        hold_report(person, Week.of(day))
        instant = at or clock.now()
        limits = limits_of(day)
        if log.state == DailyLog.State.RETURNED and instant < limits.lock_at:
            move(log, DailyLog.RESUBMIT, by=person, at=instant, changes=texts)
            return {"log": str(log.pk), "timeliness": log.timeliness}
        lateness = timeliness(instant, limits)
        if log.state != DailyLog.State.DRAFT or lateness is Timeliness.TOO_LATE:
            raise Refused(why_not_in(log, limits, instant))
        standing = {"handed_in_at": instant, "timeliness": lateness.value, "counts": lateness is not Timeliness.BACK}
        move(log, DailyLog.SUBMIT, by=person, at=instant, changes={**texts, **standing})
        recount_days([(person.pk, day)])
        return {"log": str(log.pk), "timeliness": lateness.value}

    return once(key, by=person, verb="submit", at=begun, parameters={"day": day, **texts}, effect=effect)
