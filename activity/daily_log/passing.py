"""Passing several logs of a day at once, each as it was read, and taking that back (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.utils.translation import gettext as _

from activity.daily_log.models import DailyLog
from activity.daily_log.together import as_they_are
from activity.daily_log.undoing import undo_review
from org import clock
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.periods.actions import hold_reports
from org.week import Week
from org.workflow import Refused, move_all


class Passed(NamedTuple):
    at: datetime
    names: list[str]
    refused: list[tuple[str, str]]  # whose log stayed as it was, and why

    @classmethod
    def told(cls, kept: Result) -> Self:
        return cls(datetime.fromisoformat(kept["at"]), kept["names"], [(name, why) for name, why in kept["refused"]])


def pass_together(day: date, read: Mapping[UUID, str], *, by: Person, key: UUID, at: datetime | None = None) -> Passed:
    """批阅通过 of the logs of that day that he has read; `read`: what of each stood before him (as_read).

    Whoever changed his log meanwhile, and what somebody else decided, stays and is named. A second tap is told what the
    first did. Without `at` the clock is asked under the locks, as for one.
    """
    begun = at or clock.now()

    def effect() -> Result:
        done = _passed(day, read, by, at)
        return {**done._asdict(), "at": done.at.isoformat()}

    asked = {"day": day, "read": {str(log): shown for log, shown in read.items()}}
    return Passed.told(once(key, by=by, verb="pass_together", at=begun, parameters=asked, effect=effect))


def _passed(day: date, read: Mapping[UUID, str], by: Person, at: datetime | None) -> Passed:
    seen = DailyLog.objects.visible_to(by, clock.today() if at is None else at.date()).filter(pk__in=read, day=day)
    logs = list(seen.select_for_update(of=["self"]).select_related("person", "unit").order_by("pk"))
    hold_reports([log.person_id for log in logs], Week.of(day))
    at = at or clock.now()
    now_read = as_they_are(logs)
    why = {log.pk: _why_not(log, by, at, same=read[log.pk] == now_read[log.pk]) for log in logs}
    taken = [log for log in logs if not why[log.pk]]
    changes = {"reviewed_by": by, "reviewed_at": at, "rating": None, "comment": ""}
    noted = {log.pk: {"read": now_read[log.pk]} for log in taken}
    move_all(taken, DailyLog.PASS, by=by, at=at, changes=changes, noted=noted)
    return Passed(
        at, [log.person.name for log in taken], [(log.person.name, why[log.pk]) for log in logs if why[log.pk]]
    )


def _why_not(log: DailyLog, by: Person, at: datetime, *, same: bool) -> str:
    if log.person_id == by.pk:
        return _("自己的日志由别人批阅。")
    if not by.can(DailyLog.PASS.needs, log, on=at.date()):
        return _("这件事不归你办。")
    if log.state == DailyLog.State.PASSED and log.reviewed_by_id == by.pk:
        return _("你已经批阅过了。")
    if log.state != DailyLog.PASS.source:
        return _("已被别人办理，刷新看看。")
    return "" if same else _("日志刚被改过，看过再批。")


def undo_together(day: date, *, passed_at: datetime, by: Person) -> Passed:
    """撤回 of all that he passed at that instant; where one cannot be taken back the others are."""
    logs = DailyLog.objects.filter(day=day, reviewed_by=by, reviewed_at=passed_at, state=DailyLog.State.PASSED)
    done, refused = list[str](), list[tuple[str, str]]()
    for log in logs.select_related("person", "unit").order_by("pk"):
        try:
            undo_review(log, by=by)
        except Refused as refusal:
            refused.append((log.person.name, str(refusal)))
        else:
            done.append(log.person.name)
    return Passed(passed_at, done, refused)
