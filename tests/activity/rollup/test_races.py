"""Two at once on the real database, each with a control that fails without the guard."""

import random
import threading
import time
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection, transaction

from activity.daily_log import actions as daily_log
from activity.daily_log.actions import submit
from activity.daily_log.models import DailyLog
from activity.rollup import actions
from activity.rollup.models import RollUp, RollUpPerson
from org import clock
from org.notices.models import Letter
from org.periods import due
from org.periods.due import run_due
from org.periods.models import Period
from org.posts import Post
from tests import factories as make
from tests.activity.rollup.test_freeze import FRI, MON, SAT
from tests.databases import thawed

NOON = make.at(SAT, 12)
pytestmark = pytest.mark.race


@pytest.fixture
def saturday(fresh_db):
    """A committed city with one client manager; it is a minute past Saturday noon, three weeks later."""
    city = make.city()
    who = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370202")))
    make.rules(MON)
    clock.shift_clock(to=NOON + timedelta(weeks=2, minutes=1))
    return who


@pytest.fixture
def slow(monkeypatch):
    """Freezing takes a while, so that the second one meets the first in the middle."""
    count_people = actions.count_people

    def slowly(rollup, **given):
        time.sleep(0.15)
        count_people(rollup, **given)

    monkeypatch.setattr(actions, "count_people", slowly)


def at_once(*works):
    """Run in threads with connections of their own; their results or errors, in order."""
    results = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(n, work):
        try:
            start.wait(10)
            results[n] = work()
        except BaseException as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_rounds_at_once_do_everything_once(saturday, slow, rounds):
    for _ in range(rounds(1, 10)):
        Letter.objects.all().delete()
        with thawed():
            RollUp.objects.all().delete()
        Period.objects.update(done_at=None)
        mail.outbox.clear()
        results = at_once(run_due, run_due, run_due)
        assert all(isinstance(done, list) for done in results), results
        assert sorted(one["week"] for done in results for one in done if one["kind"] == "rollup") == [
            (MON + timedelta(weeks=n)).isoformat() for n in range(3)
        ]
        assert RollUp.objects.count() == RollUpPerson.objects.count() == Letter.objects.count() == 3
        assert RollUp.objects.exclude(published_at=None).count() == 3
        assert len(mail.outbox) == 3


def test_without_locks_and_unique_key_it_would_be_done_twice(saturday, slow, monkeypatch):
    """The control: the test above can see a double."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_rollup DROP CONSTRAINT one_rollup_a_city_week_and_version")
    monkeypatch.setattr(due, "claimed", lambda city: True)
    monkeypatch.setattr(due, "_locked", lambda periods: periods)
    at_once(run_due, run_due)
    assert RollUp.objects.count() > 3


def test_the_locked_periods_alone_keep_it_single(saturday, slow, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_rollup DROP CONSTRAINT one_rollup_a_city_week_and_version")
    monkeypatch.setattr(due, "claimed", lambda city: True)
    at_once(run_due, run_due)
    assert RollUp.objects.count() == Letter.objects.count() == len(mail.outbox) == 3


def test_the_unique_key_alone_keeps_it_single(saturday, slow, monkeypatch):
    monkeypatch.setattr(due, "claimed", lambda city: True)
    monkeypatch.setattr(due, "_locked", lambda periods: periods)
    results = at_once(run_due, run_due)
    assert all(isinstance(done, list) for done in results), results
    assert RollUp.objects.count() == Letter.objects.count() == len(mail.outbox) == 3


@pytest.fixture
def noon(saturday):
    """Half a second before noon; the first round has made the periods."""
    make.call(saturday, FRI)
    clock.shift_clock(to=NOON - timedelta(seconds=2))
    assert run_due() == []
    clock.shift_clock(to=NOON - timedelta(seconds=0.5))
    return saturday


def hand_in(who, *, then=lambda: None):
    """In a transaction that stays open while `then` runs."""
    with transaction.atomic():
        submit(who, day=FRI, key=uuid4(), tomorrow_plan="拜访三家")
        then()


def until(instant):
    while clock.now() < instant:
        time.sleep(0.01)


def at_noon():
    until(NOON)
    return run_due()


def in_exactly_one_of_report_and_later():
    """Who handed in before noon is in version 1, whoever came later is not."""
    for one in DailyLog.objects.exclude(handed_in_at=None):
        row = RollUpPerson.objects.get(person=one.person)
        assert (row.logs_in, row.calls) == ((1, 1) if one.handed_in_at < NOON else (0, 0)), one.handed_in_at
    return DailyLog.objects.filter(handed_in_at__lt=NOON).count()


def test_a_hand_in_before_noon_is_in_though_its_commit_comes_after(noon):
    late = partial(until, NOON + timedelta(seconds=1))
    _, done = at_once(partial(hand_in, noon, then=late), at_noon)
    assert [one["week"] for one in done] == [MON.isoformat()]
    assert in_exactly_one_of_report_and_later() == 1


def test_without_the_share_lock_it_would_be_in_neither(noon, monkeypatch):
    """The control."""
    monkeypatch.setattr(daily_log, "hold_report", lambda person, week: None)
    with pytest.raises(AssertionError):
        test_a_hand_in_before_noon_is_in_though_its_commit_comes_after(noon)


def test_who_began_before_noon_and_was_held_up_is_late(noon, monkeypatch):
    """He has opened his log before noon; the report is counted before he gets to its lock."""
    hold = daily_log.hold_report

    def held_up(person, week):
        until(NOON + timedelta(seconds=1))
        assert RollUp.objects.exists()
        hold(person, week)

    monkeypatch.setattr(daily_log, "hold_report", held_up)
    results = at_once(partial(hand_in, noon), at_noon)
    assert not [one for one in results if isinstance(one, BaseException)], results
    assert in_exactly_one_of_report_and_later() == 0
    kept = DailyLog.objects.get()
    assert kept.handed_in_at > NOON and kept.timeliness == "late"


def test_the_instant_of_the_request_would_lie(noon, monkeypatch):
    """The control: stamped when it began, the same hand-in is in neither."""
    began = clock.now()
    monkeypatch.setattr(daily_log, "submit", partial(submit, at=began))
    monkeypatch.setattr(f"{__name__}.submit", daily_log.submit)
    with pytest.raises(AssertionError):
        test_who_began_before_noon_and_was_held_up_is_late(noon, monkeypatch)


def test_a_crowd_around_noon_is_in_exactly_one_of_report_and_later(noon, rounds):
    crowd = [noon, *(make.person(Post.CLIENT_MANAGER, unit=noon.appointments.get().unit) for _ in range(7))]
    for who in crowd[1:]:
        make.call(who, FRI)
    for _ in range(rounds(2, 60)):
        with thawed():
            RollUp.objects.all().delete()
        Period.objects.update(done_at=None)
        DailyLog.objects.update(handed_in_at=None, state="draft", timeliness="", counts=False)
        clock.shift_clock(to=NOON - timedelta(seconds=0.5))

        def tap(who):
            time.sleep(random.uniform(0.2, 0.7))
            hand_in(who, then=lambda: time.sleep(random.uniform(0, 0.2)))

        results = at_once(*(partial(tap, who) for who in crowd), at_noon)
        assert not [one for one in results if isinstance(one, BaseException)], results
        in_exactly_one_of_report_and_later()
        assert DailyLog.objects.exclude(handed_in_at=None).count() == len(crowd)


def test_after_redis_was_erased_nothing_changes(saturday, manage):
    assert manage("run_due", "--json").returncode == 0
    before = set(Letter.objects.values_list("message_id", "sent_at", "tries"))
    assert len(before) == 3
    again = manage("run_due", "--json", REDIS_URL="")
    assert (again.returncode, again.stdout.strip()) == (0, '{"done": []}')
    assert set(Letter.objects.values_list("message_id", "sent_at", "tries")) == before


def test_undelivered_mail_stays_in_the_outbox_and_is_no_failure(saturday, manage):
    ended = manage("run_due", "--json", EMAIL_URL="smtp://127.0.0.1:1")
    assert ended.returncode == 0
    assert ended.stdout.count("rollup") == 3
    assert Letter.objects.filter(sent_at=None).count() == 3
