"""The checks that look at the data."""

from datetime import date

import pytest

from org import checks, clock
from tests import factories as make

ASKED = {"app_configs": None, "databases": ["default"]}


def ids(messages):
    return [message.id for message in messages]


def test_a_shifted_clock_is_refused_outside_demo_and_tests(db, settings):
    clock.shift_clock(to=make.at(make.MONDAY, 9))
    assert checks.the_clock_is_true(**ASKED) == []
    settings.CLOCK_MAY_SHIFT = False
    assert ids(checks.the_clock_is_true(**ASKED)) == ["org.E001"]


def test_the_true_clock_is_fine(db, settings):
    settings.CLOCK_MAY_SHIFT = False
    assert checks.the_clock_is_true(**ASKED) == []


@pytest.mark.parametrize(("day", "warned"), [(date(2026, 6, 1), 0), (date(2026, 11, 1), 1), (date(2031, 12, 1), 2)])
def test_unknown_years_are_warned_of(db, day, warned):
    clock.shift_clock(to=make.at(day, 9))
    assert ids(checks.the_calendar_is_known(**ASKED)) == ["org.W001"] * warned


def test_nothing_is_asked_without_a_database():
    assert checks.the_clock_is_true(None) == checks.the_calendar_is_known(None) == []
