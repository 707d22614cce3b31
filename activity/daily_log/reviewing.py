"""The reader's verbs on a log (D2): annotate, pass, return, mark ineffective, accept a 补录, answer, remind."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.daily_log.as_read import as_it_is
from activity.daily_log.counting import recount_days
from activity.daily_log.due import due_halves
from activity.daily_log.limits import close_of, limits_of
from activity.daily_log.models import Annotation, DailyLog
from clients.prospects.models import Registration
from clients.visits import actions as visits
from clients.visits.models import Visit
from org import clock
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.delegations.models import Delegation
from org.notices import actions as notices
from org.people.models import Appointment, Person
from org.periods.actions import hold_report
from org.permissions import Permission
from org.posts import Post
from org.trace.actions import record
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused, move
from org.working_days.calendar import calendar_between


def _never_himself(log: DailyLog, by: Person) -> None:
    if log.person_id == by.pk:
        raise Refused(_("自己的日志由别人批阅。"))


def _tell(log: DailyLog, kind: str, title: str, body: str, *, at: datetime) -> None:
    notices.post(kind, to=log.person, at=at, title=title, body=body, about=log, link=reverse("day", args=[log.day]))


def _before_close(log: DailyLog, at: datetime) -> None:
    close = close_of(log.day)
    if at >= close:
        raise Refused(_("这一周已于 {close:%m-%d %H:%M} 关账，不能再改计数。").format(close=close))


def _as_shown(log: DailyLog, shown: str | None) -> dict[str, str]:
    """Refuse a verdict on what was not read; the header stays locked, so that its author changes nothing meanwhile.

    Gives back what the trace keeps of it: undoing asks whether the author has changed it since.
    """
    locked = DailyLog.objects.select_for_update().get(pk=log.pk)
    read = as_it_is(locked)
    if shown is not None and locked.state == DailyLog.State.SUBMITTED and shown != read:
        raise Refused(_("日志刚被改过，看过再批。"))
    return {"read": read}


@transaction.atomic
def pass_log(
    log: DailyLog,
    *,
    by: Person,
    at: datetime | None = None,
    rating: int | None = None,
    comment: str = "",
    shown: str | None = None,
) -> DailyLog:
    """批阅通过. A 补录 passed so is not thereby accepted: that is a verb of its own.

    `shown`: the fingerprint (as_read) of what he read on the page; without it he judges the log as it is. Without
    `at` the clock is asked under the locks, so that the report has it or it came later.
    """
    _never_himself(log, by)
    noted = _as_shown(log, shown)
    at = held_instant(log, at)
    changes = {"reviewed_by": by, "reviewed_at": at, "rating": rating, "comment": comment.strip()}
    move(log, DailyLog.PASS, by=by, at=at, changes=changes, noted=noted)
    if comment.strip():
        _tell(log, "log_passed", _("{day:%m-%d} 日志已批阅").format(day=log.day), comment.strip(), at=at)
    return log


@transaction.atomic
def return_log(log: DailyLog, *, by: Person, at: datetime, comment: str, shown: str | None = None) -> DailyLog:
    """退回补填, with what is to be added; its first hand-in and its figures stand meanwhile. `shown` as in passing."""
    _never_himself(log, by)
    noted = _as_shown(log, shown)
    if not comment.strip():
        raise Refused(_("退回要写明补什么。"))
    limits = limits_of(log.day)
    if at >= limits.lock_at:
        raise Refused(_("已过锁定时间 {lock:%m-%d %H:%M}，不能退回；可以批注。").format(lock=limits.lock_at))
    changes = {"reviewed_by": by, "reviewed_at": at, "comment": comment.strip()}
    move(log, DailyLog.RETURN, by=by, at=at, changes=changes, noted=noted)
    _tell(log, "log_returned", _("{day:%m-%d} 日志被退回补填").format(day=log.day), comment.strip(), at=at)
    return log


@transaction.atomic
def accept_back(log: DailyLog, *, by: Person, at: datetime | None = None) -> DailyLog:
    """接受补录: from now on it counts; until the week closes (domain.md, Deadlines of a day).

    Without `at` the clock is asked under the locks, as when handing in.
    """
    _never_himself(log, by)
    at = held_instant(log, at)
    acting = may_review(log, by=by, at=at)
    _before_close(log, at)
    waiting = DailyLog.objects.filter(pk=log.pk, timeliness=DailyLog.Timeliness.BACK, back_accepted_at=None)
    if not waiting.update(back_accepted_at=at, counts=True):
        raise Refused(_("已被别人办理，刷新看看。"))
    recount_days([(log.person_id, log.day)])
    note_week(log, _("{by}接受补录").format(by=by.name), by=by, at=at)
    record(log, "accept_back", by=by, at=at, acting=acting)
    _tell(log, "back_accepted", _("{day:%m-%d} 补录已接受，计入本周").format(day=log.day), "", at=at)
    log.refresh_from_db()
    return log


def held_instant(log: DailyLog, at: datetime | None) -> datetime:
    """When it happens: asked once log and open report are held, so that nobody slips in before a cut-off (C1, C2)."""
    DailyLog.objects.select_for_update().get(pk=log.pk)
    hold_report(log.person, Week.of(log.day))
    return at or clock.now()


def note_week(log: DailyLog, said: str, *, by: Person, at: datetime, person: Person | None = None) -> None:
    """Whoever assesses the week of the log looks at it again: its author's, or this person's."""
    about = person or log.person
    corrections.note(Correction.Cause.LOG, first=log.day, last=log.day, at=at, by=by, note=said, person=about)


def may_review(log: DailyLog, *, by: Person, at: datetime) -> Delegation | None:
    return _may(by, Permission.LOG_REVIEW, log, at)


def _may(by: Person, permission: Permission, log: DailyLog, at: datetime) -> Delegation | None:
    """By which delegation (代), if it is not by a post of his own."""
    if not by.can(permission, log, on=at.date()):
        raise Refused(_("这件事不归你办。"))
    return by.acting_for(permission, log, on=at.date())


@transaction.atomic
def annotate(log: DailyLog, *, by: Person, at: datetime, entry: UUID, text: str) -> Annotation:
    """批注 beside one entry of the log; the same words twice are one."""
    _never_himself(log, by)
    acting = _may(by, Permission.LOG_ANNOTATE, log, at)
    if not text.strip():
        raise Refused(_("批注不能为空。"))
    own = {"person_id": log.person_id, "day": log.day, "pk": entry}
    if not (
        log.entries.filter(pk=entry).exists()
        or Visit.objects.filter(**own).exists()
        or Registration.objects.filter(**own).exists()
    ):
        raise Refused(_("这一条已经不在了，刷新看看。"))
    DailyLog.objects.select_for_update().get(pk=log.pk)
    said = {"log": log, "entry_id": entry, "by": by, "text": text.strip()}
    note, is_new = Annotation.objects.get_or_create(**said, defaults={"at": at})
    if not is_new:
        return note
    record(log, "annotate", by=by, at=at, changes={"entry": str(entry), "text": text.strip()}, acting=acting)
    _tell(log, "annotation", _("{day:%m-%d} 日志有新批注").format(day=log.day), text.strip(), at=at)
    return note


@transaction.atomic
def mark_ineffective(visit: Visit, *, by: Person, at: datetime, reason: str) -> Visit:
    """判为无效: the visit stays, is counted no longer, and says who, when and why; after the close a correction."""
    log = DailyLog.objects.select_for_update(of=["self"]).select_related("unit", "person").get(
        person_id=visit.person_id, day=visit.day
    )  # fmt: skip
    _never_himself(log, by)
    acting = may_review(log, by=by, at=at)
    if not reason.strip():
        raise Refused(_("判为无效要写原因。"))
    visit.refresh_from_db()
    if visit.ineffective_at is not None:
        raise Refused(_("已被别人办理，刷新看看。"))
    visits.mark_ineffective(visit, by=by, at=at, reason=reason.strip(), acting=acting)
    recount_days([(log.person_id, log.day)], noted=True)
    said = _("{by}判{client}的拜访无效：{reason}").format(by=by.name, client=visit.client, reason=reason)
    note_week(log, said, by=by, at=at)
    if visit.companion and visit.companion != log.person:  # whose accompaniment (3111) it was
        note_week(log, said, by=by, at=at, person=visit.companion)
    title = _("{day:%m-%d} 拜访 {client} 被判为无效").format(day=log.day, client=visit.client)
    _tell(log, "visit_ineffective", title, reason.strip(), at=at)
    visit.refresh_from_db()
    return visit


@transaction.atomic
def answer_help(log: DailyLog, *, by: Person, at: datetime, text: str) -> DailyLog:
    """回复求助; the same answer twice is told once."""
    acting = _may(by, Permission.LOG_ANNOTATE, log, at)
    _never_himself(log, by)
    if not text.strip():
        raise Refused(_("回复不能为空。"))
    if not DailyLog.objects.filter(pk=log.pk).exclude(help_answer=text.strip()).update(help_answer=text.strip()):
        return log
    record(log, "answer_help", by=by, at=at, changes={"text": text.strip()}, acting=acting)
    _tell(log, "help_answered", _("{day:%m-%d} 求助有回复").format(day=log.day), text.strip(), at=at)
    log.refresh_from_db()
    return log


@transaction.atomic
def remind(person: Person, *, day: date, by: Person, at: datetime) -> None:
    """提醒未交: one message a day and person, whoever rings; from the hour the log was due until it is in or locked."""
    acting = _may_remind(person, day, by, at)
    Person.objects.select_for_update().get(pk=person.pk)  # of two who ring at once, one
    if DailyLog.objects.filter(person=person, day=day).exclude(state=DailyLog.State.DRAFT).exists():
        raise Refused(_("日志刚刚交了，刷新看看。"))
    limits = limits_of(day)
    if at < limits.due:
        raise Refused(_("{due:%m-%d %H:%M} 才到提交时间，到时再提醒。").format(due=limits.due))
    if at >= limits.lock_at:
        raise Refused(_("这一天的日志已锁定，提醒没有用了。"))
    about = {"about": person._meta.label_lower, "about_id": str(person.pk)}
    if Trace.objects.filter(verb="remind", changes__day=str(day), **about).exists():
        return
    record(person, "remind", by=by, at=at, changes={"day": day}, acting=acting)
    until = limits.late_until if at < limits.late_until else limits.lock_at
    notices.post(
        "log_missing",
        once=str(day),
        to=person,
        at=at,
        title=_("{day:%m-%d} 的日志还没交").format(day=day),
        body=_("{until:%m-%d %H:%M} 前还能交。").format(until=until),
        link=reverse("day", args=[day]),
    )


def _may_remind(person: Person, day: date, by: Person, at: datetime) -> Delegation | None:
    """Of the posts that he held that day one is enough; refused when he owed nothing. By which delegation, if any."""
    held = Appointment.objects.on(day).filter(person=person, post=Post.CLIENT_MANAGER).select_related("unit")
    reached = next((one for one in held if by.can(Permission.LOG_REVIEW, one, on=at.date())), None)
    if person.pk == by.pk or reached is None:
        raise Refused(_("这件事不归你办。"))
    if not due_halves([person.pk], day, day, calendar_between(day, day)):
        raise Refused(_("这一天他没有应完成的日志。"))
    return by.acting_for(Permission.LOG_REVIEW, reached, on=at.date())
