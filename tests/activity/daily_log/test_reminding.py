"""Who has not handed in is reminded, once a day, of what is owed."""

import pytest

from activity.daily_log import reviewing
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import FRIDAY, LOCKED, MONDAY_AFTER, NINE, told
from tests.factories import THURSDAY, at


def remind(who, by, hour=NINE, day=THURSDAY):
    reviewing.remind(who, day=day, by=by, at=hour)


def test_the_missing_are_reminded_once_a_day_whoever_rings(zhou, manager, department):
    for by in (manager, manager, make.person(Post.DEPARTMENT_MANAGER, unit=department)):
        remind(zhou, by)
    remind(zhou, manager, day=THURSDAY.replace(day=18), hour=at(FRIDAY, 9))
    assert [kind for kind, _body in told(zhou)] == ["log_missing", "log_missing"]


@pytest.mark.parametrize(
    ("hour", "until"), [(at(FRIDAY, 8), "11-20 08:30"), (at(FRIDAY, 8, 30), "11-23 12:00")], ids=["late", "补录"]
)
def test_a_reminder_says_until_when(zhou, manager, hour, until):
    remind(zhou, manager, hour)
    assert until in told(zhou)[0][1]


def test_nobody_is_reminded_of_a_log_that_is_in_or_locked(log, zhou, manager):
    with pytest.raises(Refused, match="刚刚交了"):
        remind(zhou, manager)
    with pytest.raises(Refused, match="已锁定"):
        remind(zhou, manager, LOCKED, THURSDAY.replace(day=18))
    assert told(zhou) == []


def test_a_draft_does_not_keep_from_reminding(zhou, manager):
    make.call(zhou)
    remind(zhou, manager)
    assert len(told(zhou)) == 1


@pytest.mark.parametrize("who", ["stranger", "deputy", "zhou"])
def test_who_may_not_review_may_not_remind(zhou, who, request):
    with pytest.raises(Refused, match="不归你办"):
        remind(zhou, request.getfixturevalue(who))


def test_who_keeps_no_log_is_not_reminded(manager, deputy):
    with pytest.raises(Refused, match="不归你办"):
        remind(deputy, manager)


def test_one_post_within_reach_is_enough(zhou, manager, city):
    make.appoint(zhou, Post.CLIENT_MANAGER, make.department(make.branch(city, "370209")))
    home = manager.appointments.get().unit
    elsewhere = zhou.appointments.exclude(unit=home).get()
    zhou.appointments.filter(unit=home).delete()
    make.appoint(zhou, Post.CLIENT_MANAGER, home)  # now the later one
    remind(zhou, manager)
    remind(zhou, make.person(Post.DEPARTMENT_MANAGER, unit=elsewhere.unit), day=THURSDAY.replace(day=18))
    assert len(told(zhou)) == 2


@pytest.mark.parametrize("hour", [at(THURSDAY, 9), at(THURSDAY, 19, 59, 59)])
def test_nobody_is_reminded_before_the_hour(zhou, manager, hour):
    with pytest.raises(Refused, match="11-19 20:00 才到提交时间"):
        remind(zhou, manager, hour)
    remind(zhou, manager, at(THURSDAY, 20))
    assert len(told(zhou)) == 1


@pytest.mark.parametrize("halves", [("am", "pm"), ("am",)])
def test_who_was_away_is_reminded_only_of_what_was_owed(zhou, manager, halves):
    for half in halves:
        make.absence(zhou, THURSDAY, half)
    if len(halves) == 2:
        with pytest.raises(Refused, match="没有应完成"):
            remind(zhou, manager)
    else:
        remind(zhou, manager)
    assert len(told(zhou)) == 2 - len(halves)


def test_nobody_is_reminded_of_a_day_off(zhou, manager):
    with pytest.raises(Refused, match="没有应完成"):
        remind(zhou, manager, at(MONDAY_AFTER, 9), day=FRIDAY.replace(day=22))


def test_a_reminder_leaves_one_trace(zhou, manager, department):
    for by in (manager, manager, make.person(Post.DEPARTMENT_MANAGER, unit=department)):
        remind(zhou, by)
    trace = Trace.objects.get(verb="remind")
    assert (trace.by, trace.about_id, trace.changes) == (manager, str(zhou.pk), {"day": str(THURSDAY)})
