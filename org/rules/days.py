"""The rules and the working calendar of a stretch of days: what every page and writer of a day's log asks together."""

from __future__ import annotations

from datetime import date

from django.db import connection

from org.rules.book import Books
from org.working_days.calendar import REACH, known
from org.working_days.rules import Day, WorkingCalendar

_BOTH = """
    SELECT day, works, holiday, NULL FROM org_workingday WHERE day BETWEEN %s AND %s
    UNION ALL
    SELECT effective_from, NULL, NULL, sha256 FROM org_ruleset WHERE effective_from <= %s
"""


def ruled_days(first: date, last: date) -> tuple[Books, WorkingCalendar]:
    """What `books_between` and `calendar_between` answer, in one statement."""
    days, sets = {}, []
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [first - REACH, last + REACH, last])
        for day, works, holiday, sha256 in cursor.fetchall():
            if sha256 is None:
                days[day] = Day(works, holiday)
            else:
                sets.append((day, sha256))
    return Books(sets), WorkingCalendar(days, beyond=known)
