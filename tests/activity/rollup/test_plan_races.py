"""Later versions with two rounds at once on the real database, with controls that fail without the guard."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from activity.rollup import actions
from activity.rollup.models import RollUp, RollUpPlan
from org import clock
from org.notices.models import Letter
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make
from tests.activity.rollup.plans import BEFORE, NOON, approve, plan
from tests.activity.rollup.test_freeze import MON
from tests.activity.rollup.test_races import at_once

pytestmark = pytest.mark.race


@pytest.fixture
def late(fresh_db):
    """A committed city whose report is out; at 12:03 its plan is approved, at 12:04 nobody has looked yet."""
    unit = make.department(make.branch(make.city(), "370202"))
    make.person(Post.CLIENT_MANAGER, unit=unit)
    make.rules(MON)
    made = plan(unit, submitted=BEFORE)
    clock.shift_clock(to=NOON + timedelta(seconds=1))
    run_due()
    approve(made, NOON + timedelta(minutes=3))
    clock.shift_clock(to=NOON + timedelta(minutes=4))
    return made


@pytest.fixture
def slow(monkeypatch):
    """Counting takes a while, so that the second one meets the first in the middle."""
    count_plans = actions.count_plans

    def slowly(rollup, **given):
        time.sleep(0.3)
        count_plans(rollup, **given)

    monkeypatch.setattr(actions, "count_plans", slowly)


def versions():
    return list(RollUp.objects.order_by("version").values_list("version", flat=True))


def test_two_rounds_at_once_make_one_version_and_one_letter(late, slow):
    results = at_once(run_due, run_due, run_due)
    assert all(isinstance(done, list) for done in results), results
    run_due()
    assert versions() == [1, 2]
    assert Letter.objects.filter(subject__contains="第 2 版").count() == 1 and len(mail.outbox) == 2


def test_the_unique_key_alone_keeps_it_single(late, slow, monkeypatch):
    monkeypatch.setattr(actions, "claimed", lambda city: True)
    at_once(run_due, run_due)
    run_due()
    assert versions() == [1, 2] and RollUpPlan.objects.count() == 2


def test_without_lock_and_unique_key_it_would_be_made_twice(late, slow, monkeypatch):
    """The control: the tests above can see a double."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_rollup DROP CONSTRAINT one_rollup_a_city_week_and_version")
    monkeypatch.setattr(actions, "claimed", lambda city: True)
    at_once(run_due, run_due)
    assert versions() == [1, 2, 2]
