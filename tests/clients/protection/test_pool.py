"""公海: a client manager of the branch claims what a colleague let go; of many at once one is first."""

import logging

import pytest

from clients.prospects.models import Prospect, ProspectQuerySet
from clients.protection import actions
from clients.protection.models import Release
from org import clock
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.protection.asking import Hand, page
from tests.races import Crowd, meet_before

TODAY = make.THURSDAY


@pytest.fixture
def noon(clock_at):
    clock_at(make.at(TODAY, 12))


def test_a_colleague_claims_it_with_its_contacts_and_chain(zhou, li, pooled, noon):
    gone = pooled(zhou)
    hand = Hand(li)
    assert "宏达机械有限公司" in page(hand.get("/clients/pool/"))
    answer = hand.claims(gone)
    assert answer.status_code == 302 and answer.url == f"/clients/{gone.pk}/"
    gone.refresh_from_db()
    assert (gone.owner, gone.unit, gone.held_since, gone.released_at) == (li, li.appointments.get().unit, TODAY, None)
    assert (Release.objects.get().claimed_by, Trace.objects.get(verb="claim_client").by) == (li, li)
    assert "报备保护到 2027-02-17，还有 90 天" in page(hand.get(f"/clients/{gone.pk}/"))
    assert "宏达" not in page(hand.get("/clients/pool/"))


def test_the_pool_says_neither_contacts_nor_who_had_it(zhou, li, pooled, noon):
    pooled(zhou, handler="张经理")
    said = page(Hand(li).get("/clients/pool/"))
    assert "张经理" not in said and "138" not in said and zhou.name not in said


def test_another_branch_sees_and_claims_nothing(zhou, far, stranger, pooled, noon):
    gone = pooled(zhou)
    assert "宏达" not in page(Hand(far).get("/clients/pool/"))
    assert Hand(far).claims(gone).status_code == 404
    assert "宏达" not in page(Hand(stranger).get("/clients/pool/"))
    assert Hand(stranger).claims(gone).status_code == 403


def test_a_held_client_is_not_there_to_claim(zhou, li, held, noon):
    assert Hand(li).claims(held(zhou)).status_code == 404


def test_who_was_slower_reads_that(zhou, li, pooled, noon, department):
    gone, other = pooled(zhou), make.person(Post.CLIENT_MANAGER, unit=department)
    Hand(li).claims(gone)
    hand = Hand(other)
    assert hand.claims(gone).url == "/clients/pool/"
    assert "已被别人领取" in page(hand.get("/clients/pool/"))


def test_given_back_it_is_a_colleagues_at_once(zhou, li, held, noon):
    mine = held(zhou)
    assert Hand(zhou).post(f"/clients/{mine.pk}/give-back/").url == "/clients/pool/"
    assert Hand(li).post(f"/clients/{mine.pk}/give-back/").status_code == 404
    assert Hand(li).claims(mine).url == f"/clients/{mine.pk}/"


@pytest.mark.parametrize("size", [2, 30])
def test_the_pool_asks_the_same_however_long(zhou, li, pooled, noon, django_assert_max_num_queries, size):
    for number in range(size):
        pooled(zhou, f"客户{number}")
    hand = Hand(li)
    with django_assert_max_num_queries(10):
        hand.get("/clients/pool/")


class Scene:
    """A pool of one client and forty who want it."""

    def __init__(self, department, day=TODAY):
        self.loser = make.person(Post.CLIENT_MANAGER, unit=department)
        self.client = make.prospect(self.loser, f"公海{self.loser.pk}")
        self.client.releases.create(person=self.loser, at=make.at(day), protected_until=day)
        Prospect.objects.filter(pk=self.client.pk).update(released_at=make.at(day))


@pytest.fixture
def crowd(fresh_db, caplog):
    caplog.set_level(logging.ERROR, "django.request")
    clock.shift_clock(to=make.at(TODAY, 12))
    made = Crowd()
    yield made
    made.close()


def _rush(crowd):
    department = make.department(make.branch(make.city(), "370202"))
    scene = Scene(department)
    hands = [Hand(make.person(Post.CLIENT_MANAGER, unit=department)) for _ in range(40)]
    answers = crowd(*(lambda hand=hand: hand.claims(scene.client) for hand in hands))
    assert {getattr(one, "status_code", one) for one in answers} == {302}
    return scene, sum(one.url == f"/clients/{scene.client.pk}/" for one in answers)


@pytest.mark.race
def test_of_forty_who_claim_one_client_one_has_it(crowd):
    scene, winners = _rush(crowd)
    assert winners == 1 and Trace.objects.filter(verb="claim_client").count() == 1
    scene.client.refresh_from_db()
    assert scene.client.owner_id == Trace.objects.get(verb="claim_client").by_id


@pytest.mark.race
def test_without_the_lock_several_would(crowd, monkeypatch):
    """The control: the row is read unlocked, a moment before it is written."""
    monkeypatch.setattr(ProspectQuerySet, "select_for_update", lambda rows, **_given: rows.all())
    meet_before(monkeypatch, actions, "pass_to")
    assert _rush(crowd)[1] > 1


@pytest.mark.race
def test_forty_claims_of_one_hand_stop_at_the_cap(crowd):
    make.rules(protection={"clients_per_person": 3, "claims_a_day": 100})
    department = make.department(make.branch(make.city(), "370202"))
    scenes = [Scene(department) for _ in range(12)]
    hand = Hand(make.person(Post.CLIENT_MANAGER, unit=department))
    others = [Hand(hand.who) for _ in range(39)]
    crowd(*(lambda one=one, n=n: one.claims(scenes[n % 12].client) for n, one in enumerate([hand, *others])))
    assert Prospect.objects.filter(owner=hand.who, released_at=None).count() == 3


def test_what_a_policy_keeps_is_not_given_back(zhou, held, noon):
    mine = held(zhou)
    make.policy(zhou, prospect=mine, expires_on=TODAY)
    hand = Hand(zhou)
    answer = hand.post(f"/clients/{mine.pk}/give-back/")
    assert "在保保单" in page(hand.get(answer.url))
    mine.refresh_from_db()
    assert mine.released_at is None
