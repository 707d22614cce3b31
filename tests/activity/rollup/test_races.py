"""Two at once on the real database, each with a control that fails without the guard."""

import threading
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from activity.rollup import actions
from activity.rollup.models import RollUp, RollUpPerson
from org import clock
from org.notices.models import Letter
from org.periods import due
from org.periods.due import run_due
from org.periods.models import Period
from org.posts import Post
from tests import factories as make
from tests.activity.rollup.test_freeze import FRI, MON, SAT, log

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
        RollUp.objects.all().delete()
        Period.objects.update(done_at=None)
        mail.outbox.clear()
        results = at_once(run_due, run_due, run_due)
        assert all(isinstance(done, list) for done in results), results
        assert sorted(one["week"] for done in results for one in done) == [
            (MON + timedelta(weeks=n)).isoformat() for n in range(3)
        ]
        assert RollUp.objects.count() == RollUpPerson.objects.count() == Letter.objects.count() == 3
        assert RollUp.objects.exclude(published_at=None).count() == 3
        assert len(mail.outbox) == 3


def test_without_lock_and_unique_key_it_would_be_done_twice(saturday, slow, monkeypatch):
    """The control: the test above can see a double."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_rollup DROP CONSTRAINT one_rollup_a_city_week_and_version")
    monkeypatch.setattr(due, "_claimed", lambda city: True)
    at_once(run_due, run_due)
    assert RollUp.objects.count() > 3


def test_the_unique_key_alone_keeps_it_single(saturday, slow, monkeypatch):
    monkeypatch.setattr(due, "_claimed", lambda city: True)
    results = at_once(run_due, run_due)
    assert all(isinstance(done, list) for done in results), results
    assert RollUp.objects.count() == Letter.objects.count() == len(mail.outbox) == 3


def test_a_hand_in_before_noon_is_in_though_its_commit_comes_after(saturday):
    RollUp.objects.all().delete()
    clock.shift_clock(to=NOON)
    begun = threading.Event()

    def hand_in():
        with transaction.atomic():
            log(saturday, FRI, handed_in=NOON - timedelta(milliseconds=1), timeliness="late")
            begun.set()
            time.sleep(1.6)

    def ring():
        begun.wait(10)
        return run_due()

    _, done = at_once(hand_in, ring)
    assert [one["week"] for one in done] == [MON.isoformat()]
    assert RollUpPerson.objects.get().calls == 6


def test_without_waiting_it_would_be_lost(saturday, monkeypatch):
    """The control."""
    monkeypatch.setattr(actions, "let_hands_in", lambda due_at, *, at: None)
    with pytest.raises(AssertionError):
        test_a_hand_in_before_noon_is_in_though_its_commit_comes_after(saturday)


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
