"""Forty managers' hands confirm the hand-over of one book at once: one does it, the others are refused, whole."""

import logging
from uuid import uuid4

import pytest

from clients.handover import actions
from clients.handover.models import HandedClient, Handover
from clients.prospects.models import Prospect, ProspectQuerySet
from org import clock
from org.posts import Post
from tests import factories as make
from tests.clients.handover.conftest import NOW, chosen
from tests.clients.protection.asking import Hand
from tests.races import Crowd, meet_before

HANDS = 40


@pytest.fixture
def crowd(fresh_db, caplog):
    caplog.set_level(logging.ERROR, "django.request")
    clock.shift_clock(to=NOW)
    made = Crowd()
    yield made
    made.close()


def _rush(crowd):
    department = make.department(make.branch(make.city(), "370202"))
    giver, *takers = (make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(5))
    clients = [make.prospect(giver, f"客户{number}") for number in range(3)]
    hands = [Hand(make.person(Post.DEPARTMENT_MANAGER, unit=department)) for _ in range(HANDS)]
    address = f"/clients/handover/of/{giver.employee_no}/"
    bodies = [chosen(clients, takers[n % 4], confirm="1", key=uuid4()) for n in range(HANDS)]
    answers = crowd(
        *(lambda one=one, body=body: one.post(address, **body) for one, body in zip(hands, bodies, strict=True))
    )
    return [getattr(one, "status_code", one) for one in answers]


@pytest.mark.race
def test_of_forty_at_once_one_hands_over(crowd):
    codes = _rush(crowd)
    assert codes.count(302) == 1 and set(codes) <= {302, 422, 200}, codes
    assert (Handover.objects.count(), HandedClient.objects.count()) == (1, 3)
    assert set(Prospect.objects.values_list("owner", flat=True)) == {HandedClient.objects.first().to_id}


@pytest.mark.race
def test_without_the_lock_several_would(crowd, monkeypatch):
    """The control: the clients are read unlocked, a moment before they are written."""
    monkeypatch.setattr(ProspectQuerySet, "select_for_update", lambda rows, **_given: rows.all())
    meet_before(monkeypatch, actions, "pass_to")
    assert _rush(crowd).count(302) > 1
