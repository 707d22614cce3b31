"""Instants around every limit: the last before it, the limit itself, the first after it.

The tables are written by hand from domain.md section 3 and the State Council's calendars; every limit in
them is tried one second and one microsecond before, exactly, and one microsecond and one second after.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from org.week import Week
from org.working_days.package import announced
from org.working_days.rules import (
    SHANGHAI,
    DayTimes,
    WorkingCalendar,
    log_limits,
    ordinary,
    report_due,
    report_opens,
    review_due,
    timeliness,
    week_close,
)

TIMES = DayTimes()
CHINA = WorkingCalendar({}, beyond=lambda day: announced(day) or ordinary(day))
BEFORE = (timedelta(seconds=-1), timedelta(microseconds=-1))
FROM = (timedelta(), timedelta(microseconds=1), timedelta(seconds=1))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def rows(table):
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


# the day's log: on time before the 1st, late before the 2nd, 补录 before the 3rd, then locked
LOGS = rows("""
2026-11-18 | 2026-11-18 20:00 | 2026-11-19 08:30 | 2026-11-20 12:00 | a Wednesday
2026-11-19 | 2026-11-19 20:00 | 2026-11-20 08:30 | 2026-11-23 12:00 | Thursday locks on Monday
2026-11-20 | 2026-11-20 20:00 | 2026-11-23 08:30 | 2026-11-24 12:00 | Friday locks at the week's close
2026-11-21 | 2026-11-21 20:00 | 2026-11-23 08:30 | 2026-11-24 12:00 | an ordinary Saturday
2026-11-22 | 2026-11-22 20:00 | 2026-11-23 08:30 | 2026-11-24 12:00 | a Sunday
2026-09-18 | 2026-09-18 20:00 | 2026-09-20 08:30 | 2026-09-21 12:00 | Friday before a make-up Sunday
2026-09-20 | 2026-09-20 20:00 | 2026-09-21 08:30 | 2026-09-22 12:00 | the make-up Sunday
2026-09-30 | 2026-09-30 20:00 | 2026-10-08 08:30 | 2026-10-09 12:00 | before National Day
2026-10-03 | 2026-10-03 20:00 | 2026-10-08 08:30 | 2026-10-09 12:00 | in the holiday
2026-10-09 | 2026-10-09 20:00 | 2026-10-10 08:30 | 2026-10-12 12:00 | Friday before a make-up Saturday
2026-02-14 | 2026-02-14 20:00 | 2026-02-24 08:30 | 2026-02-25 12:00 | before the Spring Festival
2026-04-30 | 2026-04-30 20:00 | 2026-05-06 08:30 | 2026-05-07 12:00 | before Labour Day
2025-12-31 | 2025-12-31 20:00 | 2026-01-04 08:30 | 2026-01-05 12:00 | over the year, back on Sunday
2024-12-31 | 2024-12-31 20:00 | 2025-01-02 08:30 | 2025-01-03 12:00 | over the year
2024-02-28 | 2024-02-28 20:00 | 2024-02-29 08:30 | 2024-03-01 12:00 | leap day
""")


def log_cases():
    for day, due, late_until, lock_at, why in LOGS:
        for limit, (before, after) in zip(
            (due, late_until, lock_at),
            (("on_time", "late"), ("late", "back"), ("back", "too_late")),
            strict=True,
        ):
            yield from ((day, at(limit) + step, before, why) for step in BEFORE)
            yield from ((day, at(limit) + step, after, why) for step in FROM)


@pytest.mark.parametrize(("day", "handed_in_at", "stands", "why"), list(log_cases()))
def test_a_log_at_its_limits(day, handed_in_at, stands, why):
    limits = log_limits(date.fromisoformat(day), CHINA, TIMES)
    assert timeliness(handed_in_at, limits) == stands, why
    assert timeliness(handed_in_at.astimezone(UTC), limits) == stands, why


# the week: its report opens, is due (frozen), and the week is closed
WEEKS = rows("""
2026-11-16 | 2026-11-20 14:00 | 2026-11-21 12:00 | 2026-11-24 12:00 | an ordinary week
2026-09-14 | 2026-09-18 14:00 | 2026-09-19 12:00 | 2026-09-22 12:00 | a make-up Sunday after Saturday noon
2026-09-21 | 2026-09-23 14:00 | 2026-09-24 12:00 | 2026-09-29 12:00 | Mid-autumn Saturday
2026-09-28 | 2026-09-29 14:00 | 2026-09-30 12:00 | 2026-10-09 12:00 | National Day
2026-10-05 | 2026-10-09 14:00 | 2026-10-10 12:00 | 2026-10-13 12:00 | a make-up Saturday
2026-02-09 | 2026-02-13 14:00 | 2026-02-14 12:00 | 2026-02-25 12:00 | before the Spring Festival
2026-02-23 | 2026-02-27 14:00 | 2026-02-28 12:00 | 2026-03-03 12:00 | after it, a make-up Saturday
2024-02-12 | 2024-02-09 14:00 | 2024-02-18 12:00 | 2024-02-20 12:00 | only Sunday works
2024-09-30 | 2024-09-29 14:00 | 2024-09-30 12:00 | 2024-10-09 12:00 | only Monday works
2025-12-29 | 2025-12-30 14:00 | 2025-12-31 12:00 | 2026-01-06 12:00 | week 1 begins in December
2020-12-28 | 2020-12-30 14:00 | 2020-12-31 12:00 | 2021-01-05 12:00 | week 53
2024-12-23 | 2024-12-27 14:00 | 2024-12-28 12:00 | 2024-12-31 12:00 | week 52
2024-12-30 | 2025-01-03 14:00 | 2025-01-04 12:00 | 2025-01-07 12:00 | week 1
""")


def stage(week, instant):
    """Where a week stands at an instant, as people see it."""
    limits = [clock(week, CHINA, TIMES) for clock in (report_opens, report_due, week_close)]
    return ("early", "open", "frozen", "closed")[sum(limit <= instant for limit in limits)]


def week_cases():
    for monday, opens, due, close, why in WEEKS:
        for limit, (before, after) in zip(
            (opens, due, close), (("early", "open"), ("open", "frozen"), ("frozen", "closed")), strict=True
        ):
            yield from ((monday, at(limit) + step, before, why) for step in BEFORE)
            yield from ((monday, at(limit) + step, after, why) for step in FROM)


@pytest.mark.parametrize(("monday", "instant", "stands", "why"), list(week_cases()))
def test_a_week_at_its_clocks(monday, instant, stands, why):
    assert stage(Week(date.fromisoformat(monday)), instant) == stands, why
    assert stage(Week(date.fromisoformat(monday)), instant.astimezone(UTC)) == stands, why


# midnight in Shanghai, not in UTC, begins the week: the code before it and from it on
MIDNIGHTS = rows("""
2026-11-16 00:00 | 2026-W46 | 2026-W47 | an ordinary Monday
2026-11-17 00:00 | 2026-W47 | 2026-W47 | a Tuesday changes nothing
2026-11-22 00:00 | 2026-W47 | 2026-W47 | nor does a Sunday
2026-11-23 08:00 | 2026-W48 | 2026-W48 | midnight in UTC changes nothing
2027-01-01 00:00 | 2026-W53 | 2026-W53 | New Year lies in week 53
2027-01-04 00:00 | 2026-W53 | 2027-W01 | week 1 after week 53
2026-01-01 00:00 | 2026-W01 | 2026-W01 | New Year lies in week 1
2025-12-29 00:00 | 2025-W52 | 2026-W01 | week 1 after week 52
2021-01-04 00:00 | 2020-W53 | 2021-W01 | week 1 after week 53
2024-12-30 00:00 | 2024-W52 | 2025-W01 | week 1 begins in December
2024-02-29 00:00 | 2024-W09 | 2024-W09 | leap day
1991-09-15 00:00 | 1991-W37 | 1991-W37 | the end of summer time
""")


def midnight_cases():
    for midnight, before, after, why in MIDNIGHTS:
        yield from ((at(midnight) + step, before, why) for step in BEFORE)
        yield from ((at(midnight) + step, after, why) for step in FROM)


@pytest.mark.parametrize(("instant", "code", "why"), list(midnight_cases()))
def test_a_week_begins_at_midnight_in_shanghai(instant, code, why):
    assert Week.of(instant.astimezone(UTC).astimezone(SHANGHAI).date()).code == code, why


# review: on time before noon of the next working day
REVIEWS = rows("""
2026-11-18 | 2026-11-19 12:00
2026-11-20 | 2026-11-23 12:00
2026-09-18 | 2026-09-20 12:00
2026-09-30 | 2026-10-08 12:00
2025-12-31 | 2026-01-04 12:00
""")


def review_cases():
    for day, limit in REVIEWS:
        yield from ((day, at(limit) + step, True) for step in BEFORE)
        yield from ((day, at(limit) + step, False) for step in FROM)


@pytest.mark.parametrize(("day", "instant", "on_time"), list(review_cases()))
def test_a_review_at_its_limit(day, instant, on_time):
    assert (instant < review_due(date.fromisoformat(day), CHINA, TIMES)) is on_time
