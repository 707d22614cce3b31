"""Many at once on the real database: a name once, and every consent that is taken back counted."""

from uuid import uuid4

import pytest

from clients.referrals import actions
from clients.referrals.models import Referral, ReferredName
from clients.referrals.rules import NewName
from org import clock
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.races import Crowd, meet_before

pytestmark = pytest.mark.race
SIZE = 8
NOW = make.at(make.THURSDAY)


@pytest.fixture
def asked(fresh_db):
    clock.shift_clock(to=NOW)
    make.rules()
    hongda = make.prospect(make.person(Post.CLIENT_MANAGER), "宏达机械")
    return make.referral(hongda, names=[("晨光", f"人{n}") for n in range(SIZE)])


@pytest.fixture
def crowd(asked):
    made = Crowd(SIZE)
    yield made
    made.close()


def add(pk):
    one = Referral.objects.select_related("prospect__owner").get(pk=pk)
    try:
        actions.add_name(one, NewName(company="云帆", name="李总"), by=one.prospect.owner, at=NOW, key=uuid4())
    except Refused:
        return "told"
    return "added"


def test_of_many_that_add_the_same_name_one_adds_it_and_the_others_are_told(asked, crowd):
    assert sorted(crowd(lambda: add(asked.pk))) == ["added"] + ["told"] * (SIZE - 1)
    assert asked.names.filter(name="李总").count() == 1


def test_every_consent_that_is_taken_back_is_counted(asked, crowd):
    names, owner = list(ReferredName.objects.values_list("pk", flat=True)), asked.prospect.owner
    crowd(lambda: actions.forget(names.pop(), by=owner, at=NOW))
    asked.refresh_from_db()
    assert (asked.withheld, asked.names.count()) == (SIZE, 0)


def test_without_the_lock_they_would_collide(asked, crowd, monkeypatch):
    """The control."""
    monkeypatch.setattr(actions, "_own", lambda prospect, by: None)
    monkeypatch.setattr(Referral.objects, "select_for_update", Referral.objects.all, raising=False)
    meet_before(monkeypatch, ReferredName.objects, "bulk_create")
    results = crowd(lambda: add(asked.pk))
    assert any(isinstance(one, Exception) for one in results), results
