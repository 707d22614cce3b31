from datetime import date, datetime, timedelta

import pytest

from org.converters import WeekConverter
from org.week import Week

WEEK_47 = Week(date(2026, 11, 16))


@pytest.mark.parametrize(
    ("monday", "code", "label"),
    [
        (date(2026, 11, 16), "2026-W47", "11.16–11.22（第 47 周）"),
        (date(2026, 9, 28), "2026-W40", "9.28–10.4（第 40 周）"),
        (date(2020, 12, 28), "2020-W53", "12.28–1.3（第 53 周）"),
        (date(2021, 1, 4), "2021-W01", "1.4–1.10（第 1 周）"),
        (date(2024, 12, 30), "2025-W01", "12.30–1.5（第 1 周）"),
        (date(2025, 12, 29), "2026-W01", "12.29–1.4（第 1 周）"),
        (date(2026, 12, 28), "2026-W53", "12.28–1.3（第 53 周）"),
        (date(2027, 1, 4), "2027-W01", "1.4–1.10（第 1 周）"),
    ],
)
def test_a_week_is_named_by_its_iso_year_and_number(monday, code, label):
    week = Week(monday)
    assert (week.code, str(week), week.label) == (code, code, label)
    assert Week.from_code(code) == week


def test_the_seven_days_from_monday_to_sunday():
    assert WEEK_47.days == tuple(date(2026, 11, day) for day in range(16, 23))
    assert (WEEK_47.saturday, WEEK_47.sunday) == (date(2026, 11, 21), date(2026, 11, 22))


@pytest.mark.parametrize("day", range(16, 23))
def test_every_day_of_the_week_leads_to_it(day):
    assert Week.of(date(2026, 11, day)) == WEEK_47
    assert date(2026, 11, day) in WEEK_47


@pytest.mark.parametrize("day", [date(2026, 11, 15), date(2026, 11, 23)])
def test_the_days_around_it_are_outside(day):
    assert day not in WEEK_47


def test_weeks_are_ordered_and_step_over_the_year():
    assert Week.from_code("2026-W53").next == Week.from_code("2027-W01")
    assert Week.from_code("2027-W01").previous == Week.from_code("2026-W53")
    assert sorted([WEEK_47.next, WEEK_47, WEEK_47.previous]) == [WEEK_47.previous, WEEK_47, WEEK_47.next]
    assert {WEEK_47: 1}[Week.of(date(2026, 11, 22))] == 1


@pytest.mark.parametrize("offset", range(1, 7))
def test_only_a_monday_makes_a_week(offset):
    with pytest.raises(ValueError, match="not a Monday"):
        Week(date(2026, 11, 16) + timedelta(days=offset))


@pytest.mark.parametrize("make", [Week, Week.of])
def test_an_instant_is_no_day(make):
    with pytest.raises(ValueError, match="local date"):
        make(datetime(2026, 11, 16, 7))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2026-47",
        "2026-W4",
        "2026-W00",
        "2027-W53",
        "2026-W54",
        "1999-W01",
        "9999-W52",
        "２０２６-W47",
        "2026-W47 ",
    ],
)
def test_other_codes_name_no_week(code):
    with pytest.raises(ValueError, match="week"):
        Week.from_code(code)


def test_addresses_carry_the_code():
    converter = WeekConverter()
    assert converter.to_python("2026-W47") == WEEK_47
    assert converter.to_url(WEEK_47) == converter.to_url("2026-W47") == "2026-W47"
