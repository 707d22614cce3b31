"""Working days and every limit that hangs on them (domain.md 3, "Weeks and clocks", "Deadlines of a day").

A limit is an aware instant in Asia/Shanghai and exclusive: 12:00:00 is already late.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from org.week import Week

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = time(12)


class Day(NamedTuple):
    """What is known of a day; `holiday` names the announced holiday that gives it off (no mere weekend)."""

    works: bool
    holiday: str = ""


def ordinary(day: date) -> Day:
    """Monday to Friday, for days that no table knows."""
    return Day(works=day.weekday() < 5)


class WorkingCalendar:
    """The days of a stretch of time; what lies beyond it is asked of `beyond`."""

    def __init__(self, days: Mapping[date, Day], beyond: Callable[[date], Day] = ordinary) -> None:
        self._days = days
        self._beyond = beyond

    def __getitem__(self, day: date) -> Day:
        return self._days.get(day) or self._beyond(day)

    def works(self, day: date) -> bool:
        return self[day].works

    def holiday(self, day: date) -> str:
        """The name of the announced holiday, empty on working days and ordinary weekends."""
        known = self[day]
        return "" if known.works else known.holiday

    def is_make_up(self, day: date) -> bool:
        """A Saturday or Sunday that works (调休, shown as 班)."""
        return self.works(day) and day.weekday() >= 5

    def next_working(self, day: date, n: int = 1) -> date:
        """The n-th working day after `day`."""
        return self._step(day, n, timedelta(days=1))

    def previous_working(self, day: date, n: int = 1) -> date:
        """The n-th working day before `day`."""
        return self._step(day, n, timedelta(days=-1))

    def working_days(self, week: Week) -> tuple[date, ...]:
        return tuple(day for day in week.days if self.works(day))

    def _step(self, day: date, n: int, way: timedelta) -> date:
        while n > 0:
            day += way
            n -= self.works(day)
        return day


HolidaySaturday = Literal["previous", "next", "none"]


@dataclass(frozen=True, slots=True)
class DayTimes:
    """The configured times of day (**C** of domain.md), as the rule set in force gives them."""

    log_due: time = time(20)
    log_late_until: time = time(8, 30)
    log_lock: time = NOON
    log_lock_working_days: int = 2
    review_due: time = NOON
    week_close: time = NOON
    report_opens: time = time(14)
    holiday_saturday: HolidaySaturday = "previous"


class LogLimits(NamedTuple):
    """Before `due` a log is on time, before `late_until` late, before `lock_at` 补录, then locked."""

    due: datetime
    late_until: datetime
    lock_at: datetime


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    BACK = "back"
    TOO_LATE = "too_late"


class HalfDay(NamedTuple):
    day: date
    half: Literal["am", "pm"]


def instant(day: date, at: time) -> datetime:
    """That time of that day in Shanghai."""
    return datetime.combine(day, at, SHANGHAI)


def report_due(week: Week, calendar: WorkingCalendar, times: DayTimes) -> datetime | None:
    """Saturday 12:00, moved from an announced holiday; None when the week has no working day."""
    working = calendar.working_days(week)
    if not working:
        return None
    day = week.saturday
    if calendar.holiday(day):
        day = _moved(day, calendar, times.holiday_saturday)
    return instant(day if day >= week.monday else working[0], NOON)


def report_opens(week: Week, calendar: WorkingCalendar, times: DayTimes) -> datetime | None:
    """When handing in the report begins: the working day before `report_due`; None when nothing is due."""
    due = report_due(week, calendar, times)
    return due and instant(calendar.previous_working(due.date()), times.report_opens)


def week_close(week: Week, calendar: WorkingCalendar, times: DayTimes) -> datetime:
    """Noon of the second working day after the week: the week is then assessed for good."""
    return instant(calendar.next_working(week.sunday, 2), times.week_close)


def log_limits(day: date, calendar: WorkingCalendar, times: DayTimes) -> LogLimits:
    """The three limits of the log of that day, working or not."""
    return LogLimits(
        due=instant(day, times.log_due),
        late_until=instant(calendar.next_working(day), times.log_late_until),
        lock_at=instant(calendar.next_working(day, times.log_lock_working_days), times.log_lock),
    )


def review_due(day: date, calendar: WorkingCalendar, times: DayTimes) -> datetime:
    """Until when the manager reviews the log of that day: the next working day."""
    return instant(calendar.next_working(day), times.review_due)


def timeliness(handed_in_at: datetime, limits: LogLimits) -> Timeliness:
    """How a log stands that was first handed in at that (aware) instant."""
    if handed_in_at < limits.due:
        return Timeliness.ON_TIME
    if handed_in_at < limits.late_until:
        return Timeliness.LATE
    if handed_in_at < limits.lock_at:
        return Timeliness.BACK
    return Timeliness.TOO_LATE


HALVES: tuple[Literal["am", "pm"], ...] = ("am", "pm")


def half_days(days: Iterable[date]) -> tuple[HalfDay, ...]:
    """Both halves of each day, morning first."""
    return tuple(HalfDay(day, half) for day in days for half in HALVES)


def report_half_days(week: Week, due: datetime, calendar: WorkingCalendar) -> tuple[HalfDay, ...]:
    """The working half days due in the Saturday report: before the day of `report_due`, and its morning."""
    last = HalfDay(due.astimezone(SHANGHAI).date(), "am")
    return tuple(half for half in half_days(calendar.working_days(week)) if half <= last)


def _moved(saturday: date, calendar: WorkingCalendar, how: HolidaySaturday) -> date:
    if how == "none":
        return saturday
    return calendar.previous_working(saturday) if how == "previous" else calendar.next_working(saturday)
