"""The author's verbs on his day: record, take back, save, hand in. What counts is written through here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activity.daily_log.counting import recount_days
from activity.daily_log.limits import limits_of, sentence_of
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from clients.prospects import actions as prospects
from clients.prospects.models import Contact, Registration
from clients.prospects.rules import normalised
from clients.visits import actions as visits
from clients.visits.models import Visit
from org.idempotency.actions import Result, once
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.trace.actions import record
from org.units.models import Unit
from org.workflow import Refused, move
from org.working_days.rules import Timeliness, timeliness

CHANGEABLE = {DailyLog.State.DRAFT, DailyLog.State.RETURNED}


def unit_on(person: Person, day: date) -> Unit:
    """The unit in which he keeps a log that day; refused when he is no client manager then."""
    held = (
        Appointment.objects.on(day)
        .filter(person=person, post=Post.CLIENT_MANAGER)
        .select_related("unit")
        .order_by("-starts_on", "-pk")
        .first()
    )
    if held is None:
        raise Refused(_("这一天你不是客户经理，没有工作日志。"))
    return held.unit


def _open(person: Person, day: date, at: datetime) -> DailyLog:
    """His header of the day, locked; made on first need, by one of two at once."""
    if not person.can(Permission.LOG_WRITE, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    if day > at.date():
        raise Refused(_("还没到这一天，先写进行事历。"))
    log = DailyLog(person=person, day=day, unit=unit_on(person, day), created_at=at)
    DailyLog.objects.bulk_create([log], ignore_conflicts=True)
    return DailyLog.objects.select_for_update(of=["self"]).select_related("unit", "person").get(person=person, day=day)


def _writable(person: Person, day: date, at: datetime) -> DailyLog:
    """The locked header, if the day may still be changed; otherwise the rule and the hour that closed it."""
    log = _open(person, day, at)
    limits = limits_of(day)
    if at >= limits.lock_at:
        raise Refused(sentence_of(log, limits, at))
    if log.state == DailyLog.State.PASSED:
        raise Refused(_("经理已批阅通过，不能再改。"))
    if log.state == DailyLog.State.SUBMITTED and at >= limits.due:
        raise Refused(_("日志已提交，{due:%H:%M} 后要改请经理先退回。").format(due=limits.due))
    return log


def _once(
    person: Person,
    verb: str,
    day: date,
    at: datetime,
    key: UUID,
    asked: dict[str, Any],
    effect: Callable[[], Result],
) -> Result:
    return once(key, by=person, verb=verb, at=at, parameters={"day": day, **asked}, effect=effect)


@transaction.atomic
def _add(
    person: Person,
    verb: str,
    *,
    day: date,
    at: datetime,
    key: UUID,
    replaces: UUID | None,
    asked: dict[str, Any],
    make: Callable[[DailyLog], Any],
) -> Result:
    """Write one row of the day once and count the day again."""

    def effect() -> Result:
        log = _writable(person, day, at)
        if replaces is not None:
            _take_away(log, replaces, by=person, at=at)
        row = make(log)
        recount_days([(person.pk, day)])
        return {"entry": str(row.pk), "log": str(log.pk)}

    asked = {"day": day, "replaces": replaces, **asked}
    return once(key, by=person, verb=verb, at=at, parameters=asked, effect=effect)


def record_call(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    client: str,
    contact: str,
    kind: str,
    answer: str,
    purpose: str,
    outcome: str,
    call_at: time,
    next_contact_on: date | None = None,
    do_not_disturb: bool = False,
    replaces: UUID | None = None,
) -> Result:
    """电话. `do_not_disturb`: the contact wants no more calls; this one still counts, later ones do not."""
    fields = {
        "client": client,
        "contact": contact,
        "kind": kind,
        "answer": answer,
        "purpose": purpose,
        "outcome": outcome,
        "at": call_at,
        "next_contact_on": next_contact_on,
    }

    def make(log: DailyLog) -> LogEntry:
        prospect = visits.known_as(client, owner=person, unit=log.unit)
        known = Contact.objects.filter(prospect=prospect, name=contact.strip()).first() if prospect else None
        marked = known.do_not_disturb_since if known else None
        if do_not_disturb and known:
            prospects.do_not_disturb(known, by=person, at=at)
        return LogEntry.objects.create(
            log=log,
            type=LogEntry.Type.CALL,
            prospect=prospect,
            client_key=normalised(client),
            do_not_disturb=marked is not None and marked <= day,
            recorded_at=at,
            **fields,
        )

    asked = {**fields, "do_not_disturb": do_not_disturb}
    return _add(person, "record_call", day=day, at=at, key=key, replaces=replaces, asked=asked, make=make)


def record_visit(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    client: str,
    contact: str,
    kind: str,
    purpose: str,
    outcome: str,
    starts_at: time,
    ends_at: time | None = None,
    content: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
    replaces: UUID | None = None,
) -> Result:
    """拜访: the one row that the log, the client's history and later the chain share."""
    fields: dict[str, Any] = {
        "client": client,
        "contact": contact,
        "kind": kind,
        "purpose": purpose,
        "outcome": outcome,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "content": content,
        "next_step": next_step,
        "next_step_on": next_step_on,
    }

    def make(log: DailyLog) -> Visit:
        prospect = visits.known_as(client, owner=person, unit=log.unit)
        visit = visits.new_visit(person, unit=log.unit, day=day, at=at, prospect=prospect, **fields)
        visit.save(force_insert=True)
        return visit

    return _add(person, "record_visit", day=day, at=at, key=key, replaces=replaces, asked=fields, make=make)


def register_prospect(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    name: str,
    handler: str,
    source: str,
    uscc: str = "",
    phone: str = "",
    headcount: int | None = None,
    industry: str = "",
) -> Result:
    """准客户资料积累 of the day: a prospect registered with the required fields."""
    fields: dict[str, Any] = {
        "name": name,
        "handler": handler,
        "source": source,
        "uscc": uscc,
        "phone": phone,
        "headcount": headcount,
        "industry": industry,
    }

    def make(log: DailyLog) -> Registration:
        return prospects.register(person, unit=log.unit, day=day, at=at, **fields)

    return _add(person, "register_prospect", day=day, at=at, key=key, replaces=None, asked=fields, make=make)


def record_study(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    topic: str,
    title: str,
    learnt: str,
    replaces: UUID | None = None,
) -> Result:
    """学习: a problem or a product, with what was learnt."""
    fields = {"topic": topic, "title": title, "learnt": learnt}

    def make(log: DailyLog) -> LogEntry:
        return LogEntry.objects.create(log=log, type=LogEntry.Type.STUDY, at=at.time(), recorded_at=at, **fields)

    return _add(person, "record_study", day=day, at=at, key=key, replaces=replaces, asked=fields, make=make)


def record_other(
    person: Person, *, day: date, at: datetime, key: UUID, content: str, replaces: UUID | None = None
) -> Result:
    """其他工作: counts for nothing, is seen by the manager."""

    def make(log: DailyLog) -> LogEntry:
        return LogEntry.objects.create(log=log, type=LogEntry.Type.OTHER, at=at.time(), content=content, recorded_at=at)

    asked = {"content": content}
    return _add(person, "record_other", day=day, at=at, key=key, replaces=replaces, asked=asked, make=make)


def _take_away(log: DailyLog, entry: UUID, *, by: Person, at: datetime) -> None:
    """Delete one row of the day, whichever table it is in; what was taken away stays in the trace."""
    own = {"person_id": log.person_id, "day": log.day, "pk": entry}
    for rows in (log.entries.filter(pk=entry), Visit.objects.filter(**own)):
        if row := rows.first():
            record(row, "remove", by=by, at=at, changes={"was": str(row), "day": log.day})
            row.delete()
            return
    if registration := Registration.objects.filter(**own).first():
        prospects.withdraw(registration, by=by, at=at)
        return
    raise Refused(_("这一条已经不在了，刷新看看。"))


@transaction.atomic
def remove_entry(person: Person, *, day: date, at: datetime, key: UUID, entry: UUID) -> Result:
    """Take back one entry of an open day."""

    def effect() -> Result:
        log = _writable(person, day, at)
        _take_away(log, entry, by=person, at=at)
        Annotation.objects.filter(log=log, entry_id=entry).delete()
        recount_days([(person.pk, day)])
        return {"log": str(log.pk)}

    asked = {"day": day, "entry": entry}
    return once(key, by=person, verb="remove_entry", at=at, parameters=asked, effect=effect)


@transaction.atomic
def save_texts(person: Person, *, day: date, at: datetime, **texts: str) -> DailyLog:
    """Keep what is being written (明日计划, 问题, 求助, 今日计划); the last saving wins."""
    log = _writable(person, day, at)
    for name, value in texts.items():
        setattr(log, name, value)
    log.save(update_fields=list(texts))
    return log


@transaction.atomic
def submit(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    tomorrow_plan: str,
    problems: str = "",
    help_needed: str = "",
    short_reason: str = "",
) -> Result:
    """Hand in the day, below target or not; a returned log is handed in again and keeps its first time."""
    texts = {
        "tomorrow_plan": tomorrow_plan,
        "problems": problems,
        "help_needed": help_needed,
        "short_reason": short_reason,
    }

    def effect() -> Result:
        log = _open(person, day, at)
        limits = limits_of(day)
        if log.state == DailyLog.State.RETURNED and at < limits.lock_at:
            move(log, DailyLog.RESUBMIT, by=person, at=at, changes=texts)
            return {"log": str(log.pk), "timeliness": log.timeliness}
        if log.state != DailyLog.State.DRAFT:
            raise Refused(_("这一天的日志已经提交过了。"))
        lateness = timeliness(at, limits)
        if lateness is Timeliness.TOO_LATE:
            raise Refused(sentence_of(log, limits, at))
        changes = {
            **texts,
            "handed_in_at": at,
            "timeliness": lateness.value,
            "counts": lateness is not Timeliness.BACK,
        }
        move(log, DailyLog.SUBMIT, by=person, at=at, changes=changes)
        recount_days([(person.pk, day)])
        return {"log": str(log.pk), "timeliness": lateness.value}

    return once(key, by=person, verb="submit", at=at, parameters={"day": day, **texts}, effect=effect)
