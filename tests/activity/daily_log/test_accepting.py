"""补录 counts from when it is accepted, until the week closes."""

import pytest

from activity.daily_log import reviewing
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import JUST_BEFORE_CLOSE, NINE, WEEK_CLOSE, fresh, told, week_of
from tests.factories import THURSDAY, at


def test_back_filling_counts_from_when_it_is_accepted(back, manager, zhou):
    assert (back.timeliness, back.counts, week_of(zhou)) == ("back", False, (0, 0, 0, 0))
    reviewing.accept_back(back, by=manager, at=NINE)
    assert (back.back_accepted_at, back.counts, week_of(zhou)) == (NINE, True, (6, 3, 1, 1))
    assert told(zhou) == [("back_accepted", "")]


def test_passing_does_not_accept(back, manager, zhou):
    reviewing.pass_log(back, by=manager, at=NINE)
    assert (back.state, back.counts, week_of(zhou)) == ("passed", False, (0, 0, 0, 0))
    reviewing.accept_back(back, by=manager, at=NINE)
    assert week_of(zhou) == (6, 3, 1, 1)


def test_accepting_is_possible_until_the_week_closes(back, manager, zhou):
    with pytest.raises(Refused, match="11-24 12:00 关账"):
        reviewing.accept_back(back, by=manager, at=WEEK_CLOSE)
    assert not fresh(back).counts
    reviewing.accept_back(back, by=manager, at=JUST_BEFORE_CLOSE)
    assert week_of(zhou) == (6, 3, 1, 1)


def test_the_clock_is_asked_under_the_lock_not_when_the_page_was_asked(back, manager, clock_at):
    clock_at(WEEK_CLOSE)
    with pytest.raises(Refused, match="关账"):
        reviewing.accept_back(back, by=manager)
    clock_at(JUST_BEFORE_CLOSE)
    reviewing.accept_back(back, by=manager)
    assert fresh(back).back_accepted_at >= JUST_BEFORE_CLOSE


def test_accepting_once(back, manager):
    reviewing.accept_back(back, by=manager, at=NINE)
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.accept_back(back, by=manager, at=NINE)
    assert Trace.objects.filter(verb="accept_back").count() == 1


@pytest.mark.parametrize("hour", [at(THURSDAY, 18), at(THURSDAY, 20)], ids=["on time", "late"])
def test_what_counts_anyway_is_not_accepted(zhou, manager, hour):
    log = make.submit(zhou, when=hour)
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.accept_back(log, by=manager, at=NINE)
