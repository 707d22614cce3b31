"""Periods are rows made ahead, for every unit that owes something, whenever it came."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError

from org.periods.actions import make_periods
from org.periods.models import Period
from org.working_days import actions as working_days
from tests import factories as make

MONDAY = make.MONDAY
NOW = make.at(date(2026, 11, 18), 9)
REPORT, CLOSE = Period.Kind.REPORT, Period.Kind.CLOSE


@pytest.fixture
def units(department, branch, city):
    make.team(department)
    return [city, branch, department]


def weeks(kind, unit):
    return list(Period.objects.filter(kind=kind, unit=unit).order_by("week").values_list("week", flat=True))


def due(kind, week, unit):
    return Period.objects.get(kind=kind, week=week, unit=unit).due_at


def test_without_rules_there_is_nothing(units):
    assert make_periods(at=NOW) == 0
    assert not Period.objects.exists()


def test_from_the_first_monday_until_six_weeks_ahead(units):
    make.rules(date(2026, 11, 2))
    make_periods(at=NOW)
    expected = [date(2026, 11, 2) + timedelta(weeks=n) for n in range(9)]
    for unit in units:
        assert weeks(REPORT, unit) == expected
    assert weeks(CLOSE, units[0]) == expected
    assert set(Period.objects.values_list("unit", flat=True)) == {unit.pk for unit in units}  # teams owe nothing
    assert not Period.objects.filter(kind=CLOSE).exclude(unit=units[0]).exists()


def test_rules_that_begin_later_have_their_first_week_at_once(units):
    make.rules(date(2027, 3, 1))
    make_periods(at=NOW)
    assert weeks(CLOSE, units[0]) == [date(2027, 3, 1)]


def test_the_instants_are_those_of_the_regulation(units):
    make.rules(date(2026, 9, 14))
    make_periods(at=NOW)
    assert due(REPORT, MONDAY, units[2]) == make.at(date(2026, 11, 21), 12)
    assert due(CLOSE, MONDAY, units[0]) == make.at(date(2026, 11, 24), 12)
    assert due(REPORT, date(2026, 9, 28), units[0]) == make.at(date(2026, 9, 30), 12)
    assert due(CLOSE, date(2026, 9, 28), units[0]) == make.at(date(2026, 10, 9), 12)


def test_a_week_without_a_working_day_owes_no_report_but_closes(units):
    make.rules(date(2026, 2, 9))
    make_periods(at=make.at(date(2026, 2, 11)))
    assert date(2026, 2, 16) not in weeks(REPORT, units[0])
    assert date(2026, 2, 16) in weeks(CLOSE, units[0])


def test_each_week_follows_the_rules_of_its_own_version(units):
    make.rules(date(2026, 11, 9))
    make.rules(date(2026, 11, 23), deadlines={"week_close": time(16)})
    make_periods(at=NOW)
    assert due(CLOSE, MONDAY, units[0]) == make.at(date(2026, 11, 24), 12)
    assert due(CLOSE, date(2026, 11, 23), units[0]) == make.at(date(2026, 12, 1), 16)


def test_a_unit_that_comes_later_gets_the_weeks_since_the_beginning(units):
    make.rules(date(2026, 11, 2))
    make_periods(at=NOW)
    late = make.department(units[1], code="LATE")
    assert make_periods(at=NOW) == 9
    assert weeks(REPORT, late) == weeks(REPORT, units[0])


def test_a_second_time_writes_nothing(units, django_assert_num_queries):
    make.rules(date(2026, 11, 2))
    make_periods(at=NOW)
    before = set(Period.objects.values_list("pk", "due_at"))
    with django_assert_num_queries(8):  # rules, calendar, lock, three statements and a savepoint
        assert make_periods(at=NOW) == 0
    assert set(Period.objects.values_list("pk", "due_at")) == before


def test_a_corrected_calendar_moves_what_is_open_and_only_that(units):
    make.rules(MONDAY)
    make_periods(at=NOW)
    Period.objects.filter(unit=units[1]).update(done_at=NOW)
    working_days.correct(date(2026, 11, 21), works=False, note="台风", by=None, at=NOW)
    make_periods(at=NOW)
    assert due(REPORT, MONDAY, units[2]) == make.at(date(2026, 11, 20), 12)
    assert due(REPORT, MONDAY, units[1]) == make.at(date(2026, 11, 21), 12)


def test_a_week_that_loses_its_last_working_day_owes_no_report(units):
    make.rules(MONDAY)
    make_periods(at=NOW)
    for n in range(5):
        working_days.correct(MONDAY + timedelta(days=7 + n), works=False, note="停业", by=None, at=NOW)
    make_periods(at=NOW)
    assert MONDAY + timedelta(weeks=1) not in weeks(REPORT, units[0])
    assert MONDAY in weeks(REPORT, units[0])


def test_the_database_keeps_one_period_a_kind_unit_and_week(units):
    make.rules(MONDAY)
    make_periods(at=NOW)
    with pytest.raises(IntegrityError, match="one_period_a_kind_unit_and_week"):
        Period.objects.create(kind=REPORT, unit=units[0], week=MONDAY, due_at=NOW)
