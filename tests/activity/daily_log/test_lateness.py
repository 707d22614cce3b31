"""The clock decides lateness when the log and its open report are locked, not when the request began (C1, C2)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.daily_log import actions
from activity.daily_log.models import DailyLog
from org import clock
from org.periods.actions import hold_report, make_periods
from org.periods.models import Period
from org.posts import Post
from org.week import Week
from org.workflow import Refused
from tests import factories as make

DUE = make.at(make.THURSDAY, 20)
WEEK = Week.of(make.THURSDAY)


@pytest.fixture
def held_up(monkeypatch, clock_at):
    """Whoever hands in waits two seconds for the lock."""

    def wait(person, week):
        clock_at(clock.now() + timedelta(seconds=2))

    monkeypatch.setattr(actions, "hold_report", wait)


def test_who_waits_for_the_lock_across_the_limit_is_late(client, zhou, clock_at, held_up):
    clock_at(DUE - timedelta(seconds=1))
    client.force_login(zhou)
    answer = client.post(f"/today/{make.THURSDAY}/submit/", {"key": uuid4(), "tomorrow_plan": "拜访三家"})
    assert answer.status_code == 302
    log = DailyLog.objects.get()
    assert (log.timeliness, log.handed_in_at >= DUE) == ("late", True)


def test_who_waits_across_the_lock_of_the_day_is_refused(zhou, clock_at, held_up):
    clock_at(make.at(WEEK.next.monday, 12) - timedelta(seconds=1))
    with pytest.raises(Refused, match="锁定"):
        actions.submit(zhou, day=make.THURSDAY, key=uuid4(), tomorrow_plan="拜访三家")


@pytest.mark.parametrize(
    ("hour", "done", "held"),
    [
        (make.at(WEEK.saturday, 11), False, 1),
        (make.at(WEEK.saturday, 12), False, 0),  # due: what is handed in now is later anyhow
        (make.at(WEEK.saturday, 11), True, 0),
    ],
)
def test_only_the_open_report_of_his_city_is_held(zhou, city, clock_at, hour, done, held):
    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city("3706", "烟台市公司"), "370602")))
    make.rules(WEEK.monday)
    make_periods(at=hour)
    if done:
        Period.objects.filter(unit=city).update(done_at=hour)
    clock_at(hour)
    assert hold_report(zhou, WEEK) == held
    assert hold_report(make.person(), WEEK) == 0


def test_who_moves_between_cities_holds_both_reports(zhou, clock_at):
    yantai = make.department(make.branch(make.city("3706", "烟台市公司"), "370602"))
    make.appoint(zhou, Post.CLIENT_MANAGER, yantai, starts_on=WEEK.saturday)
    make.rules(WEEK.monday)
    make_periods(at=make.at(WEEK.saturday, 11))
    clock_at(make.at(WEEK.saturday, 11))
    assert hold_report(zhou, WEEK) == 2
