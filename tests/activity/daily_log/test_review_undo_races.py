"""撤回批阅 and handing in again at once: one wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from activity.daily_log import actions, undoing
from activity.daily_log.models import DailyLog
from org.posts import Post
from org.trace.actions import record
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import FRIDAY, fresh, returned
from tests.factories import THURSDAY, at

LAST = at(FRIDAY, 9, 9, 59)


@pytest.mark.race
def test_of_undoing_and_handing_in_again_at_once_one_wins(fresh_db, rounds):
    department = make.department()
    reviewer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    for _round in range(rounds(3, 50)):
        log = returned_log(department, reviewer)
        assert at_once(log, reviewer) == 1
        assert fresh(log).state == "submitted"


@pytest.mark.race
def test_without_the_guard_both_would_win(fresh_db, monkeypatch):
    """The control: what is read before the author hands in again is written after it."""
    department = make.department()
    reviewer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    log = returned_log(department, reviewer)

    def unguarded(row, step, *, by, at, changes, noted=None):
        with ThreadPoolExecutor(1) as other:
            other.submit(hand_in_again, row.person, Barrier(1)).result()
        DailyLog.objects.filter(pk=row.pk).update(state=step.target, **changes)
        record(row, step.verb, by=by, at=at)

    monkeypatch.setattr(undoing, "held_instant", lambda log, at: at)
    monkeypatch.setattr(undoing, "move", unguarded)
    with transaction.atomic():
        undoing.undo_review(fresh(log), by=reviewer, at=LAST)
    assert winners(log) == 2


def returned_log(department, reviewer):
    log = make.submit(make.person(Post.CLIENT_MANAGER, unit=department))
    return returned(log, reviewer)


def hand_in_again(author, ready):
    try:
        ready.wait()
        actions.submit(author, day=THURSDAY, key=uuid4(), at=LAST, tomorrow_plan="三家")
    except Refused:
        pass
    finally:
        connection.close()


def at_once(log, reviewer):
    ready = Barrier(2)

    def take_back():
        own = fresh(log)
        reviewer.posts_on(FRIDAY)
        ready.wait()
        try:
            undoing.undo_review(own, by=reviewer, at=LAST)
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        for work in (both.submit(take_back), both.submit(hand_in_again, log.person, ready)):
            work.result()
    return winners(log)


def winners(log):
    return Trace.objects.filter(about_id=str(log.pk), verb__in=["undo_return", "resubmit"]).count()
