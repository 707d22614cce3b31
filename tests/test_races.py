"""A double tap, a replay and a lost answer have one effect; of two at once one wins (reliability.md C10, G8).

Forty at once through the pages on the real database; every guard has a control that fails without it.
"""

import logging
import re
from datetime import time
from uuid import uuid4

import pytest
from django.db import transaction

from activity.daily_log import actions, opening, recording, reviewing
from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects import actions as prospects
from clients.prospects.models import Prospect
from org import clock
from org.idempotency.models import Once
from org.posts import Post
from org.trace.actions import record
from org.workflow import Refused
from tests import factories as make
from tests.permissions.asking import signed_in
from tests.races import FORTY, Crowd, meet_before, same_device
from tests.races.operations import (
    CALL,
    NOW,
    OPERATIONS,
    TODAY,
    Scene,
    call,
    pass_log,
    return_log,
    submit,
    undo,
    whole_day,
)  # fmt: skip

pytestmark = pytest.mark.race


OFTEN = (call, whole_day, submit, pass_log, undo)
SAMPLE = [one if one in OFTEN else pytest.param(one, marks=pytest.mark.long) for one in OPERATIONS]


@pytest.fixture
def department(fresh_db):
    clock.shift_clock(to=NOW)
    return make.department(make.branch(make.city(), "370202"))


@pytest.fixture
def crowd(department):
    made = Crowd()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def tapped(crowd, tap, **changes):
    """Forty equal POSTs from the same session; what each was answered."""
    client = signed_in(tap.by)
    body = tap.body | changes
    return crowd(lambda: same_device(client).post(tap.address, body))


def said(answer):
    """What an answer tells the person: status, where to, or the code printed on the card."""
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}[-A-Z0-9]*", answer.content.decode())
    return answer.status_code, answer.get("Location"), code and code[0]


@pytest.mark.parametrize("operation", SAMPLE, ids=lambda one: one.__name__)
def test_forty_taps_have_one_effect(department, crowd, rounds, operation):
    for _ in range(rounds(1, 500)):
        tap = operation(Scene(department))
        answers = tapped(crowd, tap)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert tap.times() == 1
        assert {one.status_code for one in answers} <= ({200, 302} if tap.keyed else {200, 302, 409})
        if tap.keyed:
            assert len({said(one) for one in answers}) == 1
        replayed = same_device(signed_in(tap.by)).post(tap.address, tap.body)
        assert tap.times() == 1 and replayed.status_code < 500
        if tap.keyed:
            assert said(replayed) == said(answers[0])


def given(scene, key, **more):
    """One call through the action."""
    fields = {name: CALL[name] for name in ("client", "contact", "kind", "answer", "purpose")}
    at = {"day": TODAY, "at": NOW, "call_at": time(9), "outcome": "再联系"}
    return actions.record_call(scene.author, key=key, **{**fields, **at, **more})


def test_forty_equal_calls_of_the_action_get_the_same_answer(department, crowd, rounds):
    for _ in range(rounds(2, 500)):
        scene, key = Scene(department), uuid4()
        results = crowd(lambda scene=scene, key=key: given(scene, key))
        [entry] = LogEntry.objects.filter(log__person=scene.author)
        assert {one["entry"] for one in results} == {str(entry.pk)}
        assert Once.objects.get(key=key).result == results[0]


def test_an_answer_that_was_lost_is_given_again(department, crowd):
    """The phone saw a time-out, the server had done it; hours later the same form is sent again."""
    tap = call(Scene(department))
    client = signed_in(tap.by)
    lost = same_device(client).post(tap.address, tap.body)
    clock.shift_clock(to=make.at(TODAY, 19))
    again = same_device(client).post(tap.address, tap.body)
    assert said(again) == said(lost) and again.status_code == 302
    assert tap.times() == 1


def test_an_attempt_that_failed_leaves_the_key_free(department, monkeypatch):
    """The server died in the middle: nothing is kept of it, and the retry does the work."""
    tap = call(Scene(department))
    client = signed_in(tap.by)
    client.raise_request_exception = False
    with monkeypatch.context() as broken, monkeypatch.context() as silent:
        broken.setattr(recording, "set_counters", lambda *given: 1 / 0)
        silent.setattr("org.pages.views.logger.error", lambda *said, **more: None)
        logging.getLogger("django.request").disabled = True
        assert client.post(tap.address, tap.body).status_code == 500
        logging.getLogger("django.request").disabled = False
    assert tap.times() == 0 and not Once.objects.exists()
    assert client.post(tap.address, tap.body).status_code == 302
    assert tap.times() == 1


def test_the_same_key_for_something_else_is_refused(department, crowd):
    scene, key = Scene(department), uuid4()
    results = crowd(*(lambda n=n: given(scene, key, purpose=f"目的{n}") for n in range(FORTY)))
    done = [one for one in results if not isinstance(one, Exception)]
    assert len(done) == 1 and LogEntry.objects.count() == 1
    assert all(isinstance(one, Refused) for one in results if one not in done)
    given(Scene(department), key)  # somebody else's form may carry the same key
    assert LogEntry.objects.count() == 2


def test_without_the_key_there_would_be_forty(department, crowd, monkeypatch):
    """The control of all of the above."""

    @transaction.atomic
    def always(key, *, effect, **asked):
        return effect()

    monkeypatch.setattr(recording, "once", always)
    tap = call(Scene(department))
    tapped(crowd, tap)
    assert tap.times() > 1


# The first forty entries of a day, each a form of its own.


def forty_first(crowd, scene):
    results = crowd(*(lambda n=n: given(scene, uuid4(), client=f"客户{n}") for n in range(FORTY)))
    [log] = DailyLog.objects.filter(person=scene.author)
    return results, log


def test_forty_first_entries_make_one_day_that_counts_them_all(department, crowd, rounds):
    for _ in range(rounds(2, 200)):
        results, log = forty_first(crowd, Scene(department))
        assert all(isinstance(one, dict) for one in results), results
        assert log.entries.count() == log.calls == FORTY


def test_without_the_lock_of_the_day_calls_would_be_lost(department, crowd, monkeypatch):
    """The control: a header that is made but not locked."""

    def unlocked(person, day, at):
        home = person.appointments.get().unit
        log, log.is_new = DailyLog.objects.get_or_create(
            person=person, day=day, defaults={"unit": home, "created_at": at}
        )
        return log

    scene = Scene(department)
    unlocked(scene.author, TODAY, NOW)
    monkeypatch.setattr(opening, "open_day", unlocked)
    meet_before(monkeypatch, recording, "insert")
    results, log = forty_first(crowd, scene)
    assert log.calls < FORTY or any(isinstance(one, Exception) for one in results)


# Two reviewers at once.


def decided(crowd, scene, log):
    """Half pass, half return, by two managers; who won."""
    second = make.person(Post.DEPARTMENT_MANAGER, unit=scene.unit)
    passing = lambda: reviewing.pass_log(DailyLog.objects.get(pk=log.pk), by=scene.reviewer, at=NOW)  # noqa: E731
    returning = lambda: reviewing.return_log(DailyLog.objects.get(pk=log.pk), by=second, at=NOW, comment="补")  # noqa: E731
    return [one for one in crowd(passing, returning) if not isinstance(one, Exception)]


def test_of_two_reviewers_one_wins(department, crowd, rounds):
    for _ in range(rounds(2, 200)):
        scene = Scene(department)
        log = scene.log()
        [winner] = decided(crowd, scene, log)
        log.refresh_from_db()
        assert (log.state, log.reviewed_by_id) == (winner.state, winner.reviewed_by_id)
        assert scene.traces(log, "pass").count() + scene.traces(log, "return").count() == 1


def test_without_compare_and_set_both_would(department, crowd, monkeypatch):
    """The control."""

    def whatever_it_is(row, step, *, by, at, changes, noted=None):
        type(row).objects.filter(pk=row.pk).update(state=step.target, **changes)
        record(row, step.verb, by=by, at=at)

    monkeypatch.setattr(reviewing, "move", whatever_it_is)
    scene = Scene(department)
    assert len(decided(crowd, scene, scene.log())) > 1


def test_who_hands_in_while_it_is_returned_again_ends_in_one_state(department, crowd):
    """Returning and handing in again take turns, whoever comes first."""
    scene = Scene(department)
    tap = return_log(scene)
    log = DailyLog.objects.get(person=scene.author)
    hand_in = lambda: actions.submit(scene.author, day=log.day, at=NOW, key=uuid4(), tomorrow_plan="三家")  # noqa: E731
    give_back = lambda: reviewing.return_log(  # noqa: E731
        DailyLog.objects.get(pk=log.pk), by=scene.reviewer, at=NOW, comment="补"
    )
    results = crowd(hand_in, give_back)
    log.refresh_from_db()
    assert all(not isinstance(one, Exception) or isinstance(one, Refused) for one in results), results
    moved = tap.times() - scene.traces(log, "resubmit").count()
    assert moved == (1 if log.state == DailyLog.State.RETURNED else 0)


# Two people and one company.


def registered(crowd, scenes, name):
    def register(who):
        fields = {"name": name, "handler": "李主任", "source": "cold"}
        return actions.register_prospect(who, day=TODAY, at=NOW, key=uuid4(), **fields)

    results = crowd(*(lambda scene=scene: register(scene.author) for scene in scenes))
    return [one for one in results if not isinstance(one, Exception)]


def test_of_two_who_register_one_company_one_is_first(department, crowd, rounds):
    elsewhere = make.department(make.branch(department.city, "370203"))
    for n in range(rounds(2, 200)):
        scenes = [Scene(department), Scene(elsewhere)]
        assert len(registered(crowd, scenes, f"宏达机械{n}")) == 1
        assert Prospect.objects.filter(name=f"宏达机械{n}").count() == 1


def test_without_the_lock_of_the_name_there_would_be_several(department, crowd, monkeypatch):
    """The control."""
    monkeypatch.setattr(prospects, "_LOCK", "SELECT 1")
    meet_before(monkeypatch, prospects, "refuse_taken")
    scenes = [Scene(department) for _ in range(FORTY)]
    registered(crowd, scenes, "宏达机械")
    assert Prospect.objects.count() > 1


def test_a_submitted_day_is_submitted_once_whatever_the_keys(department, crowd):
    """Forty forms, each with a key of its own: the table of states decides."""
    tap = submit(Scene(department))
    client = signed_in(tap.by)
    answers = crowd(lambda: same_device(client).post(tap.address, tap.body | {"key": uuid4()}))
    assert tap.times() == 1
    assert sorted(one.status_code for one in answers) == [302, *[422] * (FORTY - 1)]
