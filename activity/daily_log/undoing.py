"""A reviewer takes his verdict back: within ten minutes, while nobody has built on it (DESIGN.md, Undo).

Not once the author has changed or handed in the log again, nor across the hour at which the week's report or its
close used the verdict: what was frozen stays as it was.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from activity.daily_log.as_read import stands_as_read
from activity.daily_log.counting import recount_days
from activity.daily_log.limits import uses_of
from activity.daily_log.models import DailyLog
from activity.daily_log.reviewing import held_instant, may_review, note_week
from activity.daily_log.rules import UNDO, undo_until
from clients.visits import actions as visits
from clients.visits.models import Visit
from org.notices import actions as notices
from org.people.models import Person
from org.trace.actions import record
from org.trace.models import Trace
from org.workflow import Refused, move

STEPS = {DailyLog.State.PASSED: DailyLog.UNDO_PASS, DailyLog.State.RETURNED: DailyLog.UNDO_RETURN}
TOLD = {DailyLog.State.PASSED: "log_passed", DailyLog.State.RETURNED: "log_returned"}


@transaction.atomic
def undo_review(log: DailyLog, *, by: Person, at: datetime | None = None) -> DailyLog:
    """撤回批阅: passed or returned, it waits once more, and says what it said before the verdict.

    Without `at` the clock is asked under the locks, as when reviewing: the report has the verdict or never had it.
    """
    at = held_instant(log, at)
    log.refresh_from_db()
    step, told = STEPS.get(DailyLog.State(log.state)), TOLD.get(DailyLog.State(log.state), "")
    standing = _standing(log)
    if step is None or log.reviewed_at is None or not standing:
        raise Refused(_("这份日志正等着批阅，没有可以撤回的。"))
    _his_and_in_time(log, log.reviewed_by, log.reviewed_at, by, at)
    *before, last = standing
    if not stands_as_read(log, last.changes.get("read")):
        raise Refused(_("{name}已经在改这份日志了，不能再撤回。").format(name=log.person.name))
    told_at, former = log.reviewed_at, before[-1] if before else None
    changes = {
        "reviewed_by_id": former.by_id if former else None,
        "reviewed_at": former.at if former else None,
        "rating": None,
        "comment": former.changes["comment"] if former else "",
    }
    move(log, step, by=by, at=at, changes=changes)
    title = _("{day:%m-%d} 日志的批阅已撤回，重新等批阅").format(day=log.day)
    _untell(log, told, title, told_at, at)
    return log


@transaction.atomic
def undo_accept(log: DailyLog, *, by: Person, at: datetime | None = None) -> DailyLog:
    """撤回接受补录: it counts no longer, and waits to be accepted."""
    at = held_instant(log, at)
    log.refresh_from_db()
    accepted = Trace.objects.about(log, "accept_back").select_related("by").first()
    if log.back_accepted_at is None or accepted is None:
        raise Refused(_("这份补录还没有接受，没有可以撤回的。"))
    _his_and_in_time(log, accepted.by, log.back_accepted_at, by, at)
    acting, told_at = may_review(log, by=by, at=at), log.back_accepted_at
    DailyLog.objects.filter(pk=log.pk).update(back_accepted_at=None, counts=False)
    recount_days([(log.person_id, log.day)])
    note_week(log, _("{by}撤回接受补录").format(by=by.name), by=by, at=at)
    record(log, "undo_accept", by=by, at=at, acting=acting)
    _untell(log, "back_accepted", _("{day:%m-%d} 补录的接受已撤回，暂不计入").format(day=log.day), told_at, at)
    log.refresh_from_db()
    return log


@transaction.atomic
def undo_ineffective(visit: Visit, *, by: Person, at: datetime | None = None) -> Visit:
    """撤回判无效: the visit counts as it did; whoever assesses the week looks at it again, as after the verdict."""
    log = DailyLog.objects.select_related("unit", "person").get(person_id=visit.person_id, day=visit.day)
    at = held_instant(log, at)
    found = Visit.objects.filter(pk=visit.pk).select_related("companion", "ineffective_by").first()
    if found is None:
        raise Refused(_("这一条已经不在了，刷新看看。"))
    if found.ineffective_at is None:
        raise Refused(_("这次拜访没有被判无效，没有可以撤回的。"))
    _his_and_in_time(log, found.ineffective_by, found.ineffective_at, by, at)
    acting, told_at = may_review(log, by=by, at=at), found.ineffective_at
    visits.undo_ineffective(found, by=by, at=at, acting=acting)
    recount_days([(log.person_id, log.day)], noted=True)
    said = _("{by}撤回判{client}的拜访无效").format(by=by.name, client=found.client)
    note_week(log, said, by=by, at=at)
    if found.companion and found.companion != log.person:
        note_week(log, said, by=by, at=at, person=found.companion)
    title = _("{day:%m-%d} 拜访 {client} 判为无效已撤回").format(day=log.day, client=found.client)
    _untell(log, "visit_ineffective", title, told_at, at)
    found.refresh_from_db()
    return found


def _standing(log: DailyLog) -> list[Trace]:
    """The verdicts that were not taken back, oldest first."""
    found: list[Trace] = []
    lines = Trace.objects.about(log, "pass", "return", DailyLog.UNDO_PASS.verb, DailyLog.UNDO_RETURN.verb)
    for line in lines.order_by("pk"):
        if line.verb in ("pass", "return"):
            found.append(line)
        elif found:
            found.pop()
    return found


def _his_and_in_time(log: DailyLog, decided_by: Person | None, decided: datetime, by: Person, at: datetime) -> None:
    if decided_by != by:
        raise Refused(_("这是{name}办的，由本人撤回。").format(name=decided_by.name if decided_by else _("导入")))
    until = localtime(undo_until(decided, uses_of(log.day)))
    if at < until:
        return
    if until < decided + UNDO:
        raise Refused(_("{until:%m-%d %H:%M} 的汇总或关账已经用了这次批阅，不能再撤回。").format(until=until))
    raise Refused(_("{until:%H:%M} 以后不能再撤回；要改请批注。").format(until=until))


def _untell(log: DailyLog, kind: str, title: str, told_at: datetime, at: datetime) -> None:
    """The author who has not read it never hears of it; one who has is told that it no longer holds."""
    link = reverse("day", args=[log.day])
    if notices.take_back(kind, to=log.person, link=link, told_at=told_at):
        notices.post("review_undone", to=log.person, at=at, title=title, about=log, link=link)
