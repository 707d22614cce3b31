"""The hours of one day's log, read from the calendar and the rule set, and the sentences that say which one holds."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from activity.daily_log.models import DailyLog
from activity.daily_log.reasons import sentence
from activity.daily_log.rules import WhyNot
from org.rules.days import ruled_days
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import LogLimits, log_limits, report_due, week_close


def limits_of(day: date) -> LogLimits:
    """By the rules and the calendar of that day. One query."""
    return ruled_limits(day)[1]


def ruled_limits(day: date) -> tuple[RuleBook, LogLimits]:
    """The rules of that day with the limits that they set. One query."""
    books, calendar = ruled_days(day, day)
    book = books[day]
    return book, log_limits(day, calendar, book.times)


def close_of(day: date) -> datetime:
    """When the week of that day closes."""
    week = Week.of(day)
    books, calendar = ruled_days(week.monday, week.sunday)
    return week_close(week, calendar, books[day].times)


def uses_of(day: date) -> list[datetime]:
    """When the verdicts on that day's log are used for good: by the week's report, and by its close."""
    week = Week.of(day)
    books, calendar = ruled_days(week.monday, week.sunday)
    times = books[day].times
    return list(filter(None, [report_due(week, calendar, times), week_close(week, calendar, times)]))


def _hour(at: datetime, day: date) -> str:
    return (
        f"{at:%H:%M}"
        if at.date() == day
        else _("{month}月{day}日 {hour}").format(month=at.month, day=at.day, hour=f"{at:%H:%M}")
    )


def sentence_of(log: DailyLog | None, limits: LogLimits, at: datetime) -> str:
    """Which rule holds for the day now and until when, in the words of the page."""
    due, late, lock = (_hour(instant, at.date()) for instant in limits)
    if at >= limits.lock_at:
        return _("日志已锁定：补录到 {lock} 为止。").format(lock=lock)
    if log is not None and log.handed_in_at is not None:
        return ""
    if at < limits.due:
        return _("{due} 截止").format(due=due)
    if at < limits.late_until:
        return _("已过 {due}，{late} 前提交算迟报，照常计入").format(due=due, late=late)
    return _("迟报已于 {late} 截止，{lock} 前可补录，经理接受后才计入").format(late=late, lock=lock)


def why_not_in(log: DailyLog, limits: LogLimits, at: datetime) -> str:
    """Why the log is not handed in now: it is in already, or it is too late (a returned one is not in)."""
    if log.state in (DailyLog.State.SUBMITTED, DailyLog.State.PASSED):
        return _("这一天的日志已经提交过了。")
    return sentence_of(log, limits, at)


def log_why_not(log: DailyLog | None) -> str:
    """Why nothing of the day is in a figure yet; empty when the log counts."""
    if log is None or log.handed_in_at is None:
        return sentence(WhyNot.NOT_HANDED_IN)
    if log.counts:
        return ""
    return sentence(WhyNot.TOO_LATE if log.timeliness == DailyLog.Timeliness.TOO_LATE else WhyNot.BACK_NOT_ACCEPTED)
