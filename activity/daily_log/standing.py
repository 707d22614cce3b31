"""How a person's day stands in the reviewer's list, as icon, word and colour (DESIGN.md, Status palette)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from activity.daily_log.models import DailyLog
from org.absences.models import AbsenceKind
from org.working_days.rules import LogLimits


class Standing(NamedTuple):
    """`rank` orders the list: what asks for a hand comes first."""

    code: str  # waiting, back, missing, returned, open, passed, leave, duty, off
    rank: int
    pill: str
    icon: str
    word: str
    may_remind: bool = False

    @property
    def waits(self) -> bool:
        return self.code in ("waiting", "back")


def standing_of(
    log: DailyLog | None,
    *,
    half_days: int,
    away: Collection[str],
    limits: LogLimits,
    closes_at: datetime,
    at: datetime,
) -> Standing:
    """`log`: handed in, or None; `half_days`: what he owes of the day; `away`: kinds of absence on it."""
    if log is not None:
        return _of_log(log, closes_at, at)
    if half_days:
        return _missing(limits, at)
    if AbsenceKind.LEAVE in away:
        return Standing("leave", 5, "", "bed", _("请假"))
    if AbsenceKind.DUTY in away:
        return Standing("duty", 5, "", "briefcase", _("公务"))
    return Standing("off", 5, "", "coffee", _("休"))


def _of_log(log: DailyLog, closes_at: datetime, at: datetime) -> Standing:
    if log.timeliness == DailyLog.Timeliness.BACK and log.back_accepted_at is None and at < closes_at:
        return Standing("back", 0, "warn", "history", _("补录待接受"))
    if log.state == DailyLog.State.SUBMITTED:
        return Standing("waiting", 0, "warn", "hourglass", _("待批"))
    if log.state == DailyLog.State.RETURNED:
        return Standing("returned", 2, "info", "undo-2", _("已退回"))
    return Standing("passed", 4, "ok", "circle-check", _("已批"))


def _missing(limits: LogLimits, at: datetime) -> Standing:
    """Until when the log can still come, and as what."""
    if at < limits.due:
        return Standing("open", 3, "", "pencil", _("{due:%H:%M} 截止").format(due=limits.due))
    if at < limits.late_until:
        until = hour_of(limits.late_until, at)
        return Standing("missing", 1, "bad", "triangle-alert", _("未交，可补到 {until}").format(until=until), True)
    if at < limits.lock_at:
        until = hour_of(limits.lock_at, at)
        return Standing("missing", 1, "bad", "triangle-alert", _("未交，可补录到 {until}").format(until=until), True)
    return Standing("missing", 1, "bad", "triangle-alert", _("未交，已锁定"))


def hour_of(when: datetime, at: datetime) -> str:
    """08:30 today, 11.23 08:30 on another day; both in Shanghai."""
    return f"{when:%H:%M}" if when.date() == at.date() else f"{when.month}.{when.day} {when:%H:%M}"
