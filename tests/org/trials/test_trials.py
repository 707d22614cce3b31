"""试运行: whole weeks, never backwards, one at a time."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from org.corrections.models import Correction
from org.posts import Post
from org.trials import actions
from org.trials.models import TrialRun
from org.week import Week
from org.workflow import Refused
from tests import factories as make

NOW = make.at(make.THURSDAY, 10)
THIS = Week.of(make.THURSDAY)
NEXT = THIS.next


def start(unit, by, first=THIS, last=None, *, reason="新单位第一个月", key=None):
    made = actions.start_trial(unit, first=first, last=last, reason=reason, by=by, at=NOW, key=key or uuid4())
    return TrialRun.objects.get(pk=made["run"])


def noted():
    return [(one.unit, one.first, one.last) for one in Correction.objects.filter(cause="trial").order_by("pk")]


def test_until_further_notice_and_ended_this_week(hq, branch):
    run = start(branch, hq)
    assert (run.starts_on, run.ends_on) == (THIS.monday, None)
    assert noted() == [(branch, THIS.monday, THIS.sunday)]
    actions.end_trial(run, last=THIS, by=hq, at=NOW)
    run.refresh_from_db()
    assert (run.ends_on, run.ended_by) == (THIS.sunday, hq)
    assert noted()[1] == (branch, NEXT.monday, NEXT.monday)
    with pytest.raises(Refused, match="本来就到"):
        actions.end_trial(run, last=NEXT, by=hq, at=NOW)


def test_the_same_form_twice_is_one_run(hq, branch):
    key = uuid4()
    assert start(branch, hq, key=key) == start(branch, hq, key=key)


def test_a_run_that_has_not_begun_may_be_called_off_and_another_planned(hq, branch):
    run = start(branch, hq, NEXT)
    actions.end_trial(run, last=None, by=hq, at=NOW)
    assert not TrialRun.objects.touching(date(2026, 1, 1), date.max).exists()
    start(branch, hq, NEXT, NEXT)


def test_what_has_begun_is_not_called_off(hq, branch):
    run = start(branch, hq)
    with pytest.raises(Refused, match="已经开始"):
        actions.end_trial(run, last=None, by=hq, at=NOW)
    with pytest.raises(Refused, match="最早到本周日"):
        actions.end_trial(run, last=THIS.previous, by=hq, at=NOW)


def test_one_at_a_time(hq, branch):
    start(branch, hq, THIS, NEXT)
    with pytest.raises(Refused, match="已经试运行"):
        start(branch, hq, NEXT)
    start(branch, hq, NEXT.next)


@pytest.mark.parametrize(
    ("first", "last", "reason", "why"),
    [
        (THIS.previous, None, "新", "过去的周不再改变"),
        (NEXT, THIS, "新", "结束早于开始"),
        (THIS, None, " ", "写明原因"),
    ],
)
def test_what_cannot_be_started(hq, branch, first, last, reason, why):
    with pytest.raises(Refused, match=why):
        start(branch, hq, first, last, reason=reason)


@pytest.mark.parametrize("post", sorted(set(Post) - {Post.HQ_STAFF}))
def test_no_other_post(post, hq, department):
    who = make.person(post, unit=make.home_of(post, department))
    with pytest.raises(Refused, match="市公司团险业务部"):
        start(department, who)
    with pytest.raises(Refused, match="市公司团险业务部"):
        actions.end_trial(start(department, hq), last=THIS, by=who, at=NOW)


def test_another_city_is_out_of_reach(hq):
    theirs = make.branch(make.city("3706", "烟台市公司"), "370602", "芝罘支公司")
    with pytest.raises(Refused, match="在本市设定"):
        start(theirs, hq)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"starts_on": THIS.monday + timedelta(days=1)}, "a_trial_starts_on_a_monday"),
        ({"ends_on": THIS.saturday}, "a_trial_ends_on_a_sunday"),
        ({"ended_at": NOW}, "a_trial_is_ended_by_someone_at_some_time"),
        ({"ends_on": THIS.monday - timedelta(days=8)}, "a_trial_ends_after_it_starts"),
    ],
)
def test_the_database_knows_it_too(hq, branch, changes, name):
    run = start(branch, hq)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TrialRun.objects.filter(pk=run.pk).update(**changes)


def test_the_database_refuses_a_second_run_at_once(hq, branch):
    start(branch, hq)
    with pytest.raises(IntegrityError, match="a_unit_is_in_one_trial_at_a_time"), transaction.atomic():
        TrialRun.objects.create(unit=branch, starts_on=NEXT.monday, reason="新", by=hq, at=NOW)


def test_nobody_sets_or_ends_a_trial_where_he_is_assessed_himself(hq, branch, department):
    run = start(branch, hq)
    make.appoint(hq, Post.CLIENT_MANAGER, department)
    with pytest.raises(Refused, match="由别人设定"):
        start(department, hq)
    with pytest.raises(Refused, match="由别人设定"):
        actions.end_trial(run, last=THIS, by=hq, at=NOW)
