"""Many merge one pair at once, either way round: one does, the others are told; and the control without the lock."""

import logging
from uuid import uuid4

import pytest

from clients.merging import actions
from clients.merging.models import Merge
from clients.merging.reading import seen_as
from clients.prospects.models import Prospect, ProspectQuerySet
from org import clock
from org.posts import Post
from tests import factories as make
from tests.clients.merging.conftest import NOW
from tests.clients.protection.asking import Hand
from tests.races import Crowd, meet_before

HANDS = 8


@pytest.fixture
def crowd(fresh_db, caplog):
    caplog.set_level(logging.CRITICAL, "")
    clock.shift_clock(to=NOW)
    made = Crowd(HANDS)
    yield made
    made.close()


def _rush(crowd):
    who = make.person(Post.CLIENT_MANAGER)
    left, right = make.prospect(who, "宏达机械", uscc=""), make.prospect(who, "宏达机械厂")
    hands, seen = [Hand(who) for _ in range(HANDS)], seen_as([left, right])
    said = {"seen": seen, "f-name": "left"}
    works = []
    for number, hand in enumerate(hands):
        one, other = (left, right) if number % 2 else (right, left)
        body = {**said, "keep": "left", "key": uuid4()}
        works.append(lambda hand=hand, at=f"/clients/{one.pk}/merge/{other.pk}/", body=body: hand.post(at, **body))
    return crowd(*works)


def _codes(answers):
    return {getattr(one, "status_code", one) for one in answers}


@pytest.mark.race
def test_of_many_at_once_one_merges(crowd):
    answers = _rush(crowd)
    assert _codes(answers) <= {302, 422}, answers
    assert len({one.url for one in answers if one.status_code == 302}) == 1  # who comes later is led there, or told
    assert (Merge.objects.count(), Prospect.objects.count(), Prospect.everything.count()) == (1, 1, 2)


@pytest.mark.race
@pytest.mark.long
def test_without_the_lock_one_is_merged_into_the_other_and_back(crowd, monkeypatch):
    """The control: read unlocked, both go into each other, or the database refuses with an error."""
    monkeypatch.setattr(ProspectQuerySet, "select_for_update", lambda rows, **_given: rows.all())
    meet_before(monkeypatch, actions, "Case")
    answers = _rush(crowd)
    led = {getattr(one, "url", "") for one in answers} - {""}
    assert len(led) > 1 or not _codes(answers) <= {302, 422}, answers
