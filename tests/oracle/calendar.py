"""Working days and the instants that hang on them, in naive Asia/Shanghai wall time.

Every limit is exclusive: what happens at the limit is already too late for it.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

ONE_DAY = timedelta(days=1)
NOON = time(12)


class LogLimits(NamedTuple):
    """On time before `due`, late before `late_until`, 补录 before `lock_at`, then it does not count."""

    due: datetime
    late_until: datetime
    lock_at: datetime


class Calendar:
    """The State Council's table as HQ corrected it: `corrections` maps a day to True (班) or False (休)."""

    def __init__(self, corrections: Mapping[date, bool] | None = None):
        self.corrections = dict(corrections or {})

    def works(self, day: date) -> bool:
        return self.corrections[day] if day in self.corrections else works_by_the_table(day)

    def is_announced_holiday(self, day: date) -> bool:
        """A day off that has a name in the package or that HQ made 休; an ordinary weekend is neither."""
        if self.works(day):
            return False
        if day in self.corrections:
            return True
        try:
            return chinese_calendar.get_holiday_detail(day)[1] is not None
        except NotImplementedError:  # a year that the package does not know has no announced holiday
            return False

    def next_working(self, day: date, n: int = 1) -> date:
        """The n-th working day after `day`."""
        while n:
            day += ONE_DAY
            n -= self.works(day)
        return day

    def previous_working(self, day: date) -> date:
        day -= ONE_DAY
        while not self.works(day):
            day -= ONE_DAY
        return day

    def log_limits(self, day: date) -> LogLimits:
        return LogLimits(
            due=datetime.combine(day, time(20)),
            late_until=datetime.combine(self.next_working(day), time(8, 30)),
            lock_at=datetime.combine(self.next_working(day, 2), NOON),
        )

    def timeliness(self, day: date, handed_in: datetime | None) -> str:
        """'' (not handed in), on_time, late, back (补录, taken as accepted) or too_late (does not count)."""
        if handed_in is None:
            return ""
        limits = self.log_limits(day)
        if handed_in < limits.due:
            return "on_time"
        if handed_in < limits.late_until:
            return "late"
        return "back" if handed_in < limits.lock_at else "too_late"

    def report_due(self, monday: date) -> datetime | None:
        """Saturday noon, moved off an announced holiday; None for a week without a working day."""
        working = [day for day in days_of(monday) if self.works(day)]
        if not working:
            return None
        day = monday + 5 * ONE_DAY
        if self.is_announced_holiday(day):
            day = max(self.previous_working(day), working[0])
        return datetime.combine(day, NOON)

    def report_opens(self, monday: date) -> datetime | None:
        due = self.report_due(monday)
        return due and datetime.combine(self.previous_working(due.date()), time(14))

    def week_close(self, monday: date) -> datetime:
        return datetime.combine(self.next_working(monday + 6 * ONE_DAY, 2), NOON)


@cache
def works_by_the_table(day: date) -> bool:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:  # past the years that the package knows: Monday to Friday
        return day.weekday() < 5


def days_of(monday: date) -> list[date]:
    if monday.weekday():
        raise ValueError(f"{monday} is no Monday")
    return [monday + n * ONE_DAY for n in range(7)]
