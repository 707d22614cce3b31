"""Working days and the limits of weeks and days, as domain.md sections 3 and 5 say them."""

from datetime import UTC, date, datetime, time

import pytest

from org.week import Week
from org.working_days.package import announced
from org.working_days.rules import (
    SHANGHAI,
    Day,
    DayTimes,
    HalfDay,
    Timeliness,
    WorkingCalendar,
    log_limits,
    ordinary,
    report_due,
    report_half_days,
    report_opens,
    review_due,
    timeliness,
    week_close,
)

TIMES = DayTimes()
CHINA = WorkingCalendar({}, beyond=lambda day: announced(day) or ordinary(day))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def week(text):
    return Week(date.fromisoformat(text))


def pattern(letters, monday):
    """A calendar for one week: W works, H is an announced holiday, - is an ordinary day off."""
    days = zip(week(monday).days, letters, strict=True)
    return WorkingCalendar({day: Day(letter == "W", "放假" if letter == "H" else "") for day, letter in days})


@pytest.mark.parametrize(
    ("monday", "letters"),
    [
        ("2026-02-09", "WWWWWW-"),
        ("2026-02-16", "-------"),
        ("2026-04-27", "WWWW---"),
        ("2026-09-14", "WWWWW-W"),
        ("2026-10-05", "---WWW-"),
        ("2026-11-16", "WWWWW--"),
        ("2024-02-12", "------W"),
    ],
)
def test_the_working_days_of_a_week(monday, letters):
    assert "".join("W" if CHINA.works(day) else "-" for day in week(monday).days) == letters
    assert len(CHINA.working_days(week(monday))) == letters.count("W")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-10-03", Day(False, "国庆节")),
        ("2026-11-21", Day(False)),
        ("2026-09-20", Day(True)),
        ("2026-11-16", Day(True)),
        ("2027-01-01", None),
        ("2003-12-31", None),
    ],
)
def test_what_the_package_says_of_a_day(day, said):
    assert announced(date.fromisoformat(day)) == said


def test_past_the_package_it_is_monday_to_friday():
    assert [CHINA.works(day) for day in week("2027-10-04").days] == [True] * 5 + [False] * 2


def test_a_correction_comes_before_the_package():
    corrected = WorkingCalendar({date(2026, 10, 3): Day(True, "国庆节")}, beyond=lambda day: announced(day))
    assert corrected.works(date(2026, 10, 3))
    assert corrected.holiday(date(2026, 10, 3)) == ""
    assert corrected.is_make_up(date(2026, 10, 3))
    assert corrected.holiday(date(2026, 10, 2)) == "国庆节"
    assert not corrected.is_make_up(date(2026, 10, 2))
    assert not corrected.is_make_up(date(2026, 9, 30))


@pytest.mark.parametrize(
    ("day", "n", "following", "preceding"),
    [
        ("2026-11-18", 1, "2026-11-19", "2026-11-17"),
        ("2026-11-20", 1, "2026-11-23", "2026-11-19"),
        ("2026-11-21", 1, "2026-11-23", "2026-11-20"),
        ("2026-11-21", 2, "2026-11-24", "2026-11-19"),
        ("2026-09-18", 1, "2026-09-20", "2026-09-17"),
        ("2026-10-03", 1, "2026-10-08", "2026-09-30"),
        ("2026-10-03", 3, "2026-10-10", "2026-09-28"),
        ("2026-11-18", 0, "2026-11-18", "2026-11-18"),
    ],
)
def test_the_nth_working_day_after_and_before(day, n, following, preceding):
    day = date.fromisoformat(day)
    assert CHINA.next_working(day, n) == date.fromisoformat(following)
    assert CHINA.previous_working(day, n) == date.fromisoformat(preceding)


@pytest.mark.parametrize(
    ("monday", "opens", "due", "close"),
    [
        # an ordinary week
        ("2026-11-16", "2026-11-20 14:00", "2026-11-21 12:00", "2026-11-24 12:00"),
        # National Day: the Saturday moves to Wednesday, the week closes after the holiday
        ("2026-09-28", "2026-09-29 14:00", "2026-09-30 12:00", "2026-10-09 12:00"),
        # a make-up Sunday follows Saturday noon
        ("2026-09-14", "2026-09-18 14:00", "2026-09-19 12:00", "2026-09-22 12:00"),
        # a make-up Saturday is an ordinary due day
        ("2026-10-05", "2026-10-09 14:00", "2026-10-10 12:00", "2026-10-13 12:00"),
        # Friday off, Saturday in the holiday
        ("2026-04-27", "2026-04-29 14:00", "2026-04-30 12:00", "2026-05-07 12:00"),
        # closes after the Spring Festival, together with the empty week that follows
        ("2026-02-09", "2026-02-13 14:00", "2026-02-14 12:00", "2026-02-25 12:00"),
        ("2026-02-16", None, None, "2026-02-25 12:00"),
        # only Sunday works: the previous working day lies before Monday
        ("2024-02-12", "2024-02-09 14:00", "2024-02-18 12:00", "2024-02-20 12:00"),
        # only Monday works
        ("2024-09-30", "2024-09-29 14:00", "2024-09-30 12:00", "2024-10-09 12:00"),
        # over the year
        ("2025-12-29", "2025-12-30 14:00", "2025-12-31 12:00", "2026-01-06 12:00"),
    ],
)
def test_the_clocks_of_a_week(monday, opens, due, close):
    assert report_opens(week(monday), CHINA, TIMES) == (opens and at(opens))
    assert report_due(week(monday), CHINA, TIMES) == (due and at(due))
    assert week_close(week(monday), CHINA, TIMES) == at(close)


@pytest.mark.parametrize(
    ("mode", "due"),
    [("previous", "2026-09-30 12:00"), ("next", "2026-10-08 12:00"), ("none", "2026-10-03 12:00")],
)
def test_a_holiday_saturday_moves_as_configured(mode, due):
    assert report_due(week("2026-09-28"), CHINA, DayTimes(holiday_saturday=mode)) == at(due)


@pytest.mark.parametrize("mode", ["previous", "next", "none"])
def test_a_week_without_a_working_day_owes_nothing(mode):
    assert report_due(week("2026-02-16"), CHINA, DayTimes(holiday_saturday=mode)) is None


@pytest.mark.parametrize(
    ("letters", "due"),
    [
        ("WWWWW--", "2026-11-21 12:00"),
        ("WWWWWH-", "2026-11-20 12:00"),  # HQ's override makes the Saturday 休
        ("WWWWWW-", "2026-11-21 12:00"),
        ("WWW--H-", "2026-11-18 12:00"),
        ("-----H-", None),
        ("-------", None),
        ("-----HW", "2026-11-22 12:00"),
        ("------W", "2026-11-21 12:00"),  # an ordinary Saturday has no name and never moves
    ],
)
def test_only_an_announced_saturday_moves(letters, due):
    assert report_due(week("2026-11-16"), pattern(letters, "2026-11-16"), TIMES) == (due and at(due))


@pytest.mark.parametrize(
    ("day", "due", "late_until", "lock_at", "reviewed"),
    [
        ("2026-11-18", "2026-11-18 20:00", "2026-11-19 08:30", "2026-11-20 12:00", "2026-11-19 12:00"),
        ("2026-11-20", "2026-11-20 20:00", "2026-11-23 08:30", "2026-11-24 12:00", "2026-11-23 12:00"),
        ("2026-11-21", "2026-11-21 20:00", "2026-11-23 08:30", "2026-11-24 12:00", "2026-11-23 12:00"),
        ("2026-09-18", "2026-09-18 20:00", "2026-09-20 08:30", "2026-09-21 12:00", "2026-09-20 12:00"),
        ("2026-09-30", "2026-09-30 20:00", "2026-10-08 08:30", "2026-10-09 12:00", "2026-10-08 12:00"),
        ("2026-12-31", "2026-12-31 20:00", "2027-01-01 08:30", "2027-01-04 12:00", "2027-01-01 12:00"),
    ],
)
def test_the_limits_of_a_day(day, due, late_until, lock_at, reviewed):
    day = date.fromisoformat(day)
    assert log_limits(day, CHINA, TIMES) == (at(due), at(late_until), at(lock_at))
    assert review_due(day, CHINA, TIMES) == at(reviewed)


def test_the_times_of_day_are_configured():
    times = DayTimes(
        log_due=time(18),
        log_late_until=time(9),
        log_lock=time(10),
        log_lock_working_days=3,
        review_due=time(11),
        week_close=time(13),
        report_opens=time(8),
    )
    assert log_limits(date(2026, 11, 18), CHINA, times) == (
        at("2026-11-18 18:00"),
        at("2026-11-19 09:00"),
        at("2026-11-23 10:00"),
    )
    assert review_due(date(2026, 11, 18), CHINA, times) == at("2026-11-19 11:00")
    assert report_opens(week("2026-11-16"), CHINA, times) == at("2026-11-20 08:00")
    assert week_close(week("2026-11-16"), CHINA, times) == at("2026-11-24 13:00")


def test_lateness_is_the_same_in_any_time_zone():
    limits = log_limits(date(2026, 11, 18), CHINA, TIMES)
    assert timeliness(datetime(2026, 11, 18, 11, 59, 59, tzinfo=UTC), limits) is Timeliness.ON_TIME
    assert timeliness(datetime(2026, 11, 18, 12, 0, 0, tzinfo=UTC), limits) is Timeliness.LATE


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(TypeError):
        timeliness(datetime(2026, 11, 18, 12), log_limits(date(2026, 11, 18), CHINA, TIMES))


@pytest.mark.parametrize(
    ("monday", "mode", "letters"),
    [
        # two letters a day, D due, - not; Saturday noon holds the five days before it
        ("2026-11-16", "previous", "DD DD DD DD DD -- --"),
        # the make-up Sunday comes after Saturday noon
        ("2026-09-14", "previous", "DD DD DD DD DD -- --"),
        # a make-up Saturday owes its morning
        ("2026-10-05", "previous", "-- -- -- DD DD D- --"),
        # moved to Wednesday noon: Wednesday owes its morning
        ("2026-09-28", "previous", "DD DD D- -- -- -- --"),
        ("2026-09-28", "next", "DD DD DD -- -- -- --"),
        ("2026-09-28", "none", "DD DD DD -- -- -- --"),
        # only Sunday works
        ("2024-02-12", "previous", "-- -- -- -- -- -- D-"),
        # only Monday works
        ("2024-09-30", "previous", "D- -- -- -- -- -- --"),
    ],
)
def test_what_the_saturday_report_holds_due(monday, mode, letters):
    the_week = week(monday)
    due = report_due(the_week, CHINA, DayTimes(holiday_saturday=mode))
    expected = tuple(
        HalfDay(day, half)
        for day, halves in zip(the_week.days, letters.split(), strict=True)
        for half, letter in zip(("am", "pm"), halves, strict=True)
        if letter == "D"
    )
    assert report_half_days(the_week, due, CHINA) == expected
    assert report_half_days(the_week, due.astimezone(UTC), CHINA) == expected
