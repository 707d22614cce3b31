"""Many at once on the real database: each proposal its own version, a form once, a day's reminders once."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError

from clients.profiles import proposing, reminding
from clients.profiles.files import Upload
from clients.profiles.models import KeyDate, Proposal
from clients.prospects.models import Prospect
from org import clock
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.clients.profiles.conftest import PDF
from tests.races import Crowd, meet_before

pytestmark = pytest.mark.race
SIZE = 8
NOW = make.at(make.THURSDAY)


@pytest.fixture
def thursday(fresh_db):
    """Committed, in place of that of the other tests."""
    clock.shift_clock(to=NOW)


@pytest.fixture
def hers(thursday):
    make.rules()
    return make.prospect(make.person(Post.CLIENT_MANAGER), "瑞丰食品有限公司")


@pytest.fixture
def crowd(hers):
    made = Crowd(SIZE)
    yield made
    made.close()


def propose(pk, key=None):
    prospect = Prospect.objects.select_related("owner").get(pk=pk)
    said = {"line": "团体意外", "premium": None, "sent_on": None, "note": ""}
    file = Upload("方案.pdf", "pdf", PDF)
    return proposing.add_proposal(prospect, said, file, key=key or uuid4(), by=prospect.owner, at=NOW)


def test_each_of_many_gets_a_version_and_a_form_one(hers, crowd):
    made = crowd(partial(propose, hers.pk))
    assert sorted(one["version"] for one in made) == list(range(1, SIZE + 1))
    again = crowd(partial(propose, hers.pk, uuid4()))
    assert {one["version"] for one in again} == {SIZE + 1}
    assert Proposal.objects.count() == SIZE + 1


def test_without_the_lock_they_would_collide(hers, crowd, monkeypatch):
    """The control."""
    monkeypatch.setattr(proposing, "held_by", lambda prospect, *, by, at: prospect)
    meet_before(monkeypatch, Proposal.objects, "create")
    assert any(isinstance(one, IntegrityError) for one in crowd(partial(propose, hers.pk)))


def test_the_reminders_of_a_day_are_sent_by_one(hers, crowd):
    changed = {"changed_by": hers.owner, "changed_at": NOW}
    KeyDate.objects.create(prospect=hers, kind="anniversary", what="厂庆", on=make.THURSDAY, **changed)
    done = crowd(partial(reminding.remind, hers.city, at=NOW))
    assert sorted(done) == [False] * (SIZE - 1) + [True]
    assert Notice.objects.filter(kind="key_date").count() == 1
