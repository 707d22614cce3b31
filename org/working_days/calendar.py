"""The working calendar of a stretch of days: the table first, for days that it lacks what the package announces."""

from __future__ import annotations

from datetime import date, timedelta

from org.working_days.models import WorkingDay
from org.working_days.package import announced
from org.working_days.rules import Day, WorkingCalendar, ordinary

REACH = timedelta(days=40)  # longest walk over holidays and days off on either side


def known(day: date) -> Day:
    """As announced, or Monday to Friday past the package's years."""
    return announced(day) or ordinary(day)


def calendar_between(first: date, last: date) -> WorkingCalendar:
    """One query; wide enough for every deadline of the days in [first, last]."""
    rows = WorkingDay.objects.filter(day__gte=first - REACH, day__lte=last + REACH).order_by()
    days = rows.values_list("day", "works", "holiday")
    return WorkingCalendar({day: Day(works, holiday) for day, works, holiday in days}, beyond=known)
