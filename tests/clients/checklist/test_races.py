"""Forty hand in the same link at once: one is kept, all are thanked (issue 5)."""

import logging
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client

from clients.checklist import actions, filling
from clients.checklist.models import ClientLink, Submission
from org import clock
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.clients.checklist.conftest import NOW
from tests.clients.checklist.sheets import sheet
from tests.races import FORTY, Crowd, same_device

pytestmark = pytest.mark.race


@pytest.fixture
def her(fresh_db):
    clock.shift_clock(to=NOW)
    return make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city(), "370202")))


@pytest.fixture
def crowd(her):
    made = Crowd()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def forty(her, crowd):
    token = actions.make_link(make.household(her), by=her, at=NOW, key=uuid4())
    first = Client(HTTP_HOST="localhost")
    first.post(f"/fill/{token}/", {"agree": "on"})
    return crowd(lambda: same_device(first).post(f"/fill/{token}/form/", sheet()))


def test_of_forty_submissions_one_is_kept(her, crowd):
    answers = forty(her, crowd)
    assert [one.status_code for one in answers] == [302] * FORTY
    assert Submission.objects.count() == 1 and Notice.objects.filter(to=her).count() == 1


def test_without_the_compare_and_set_only_the_table_would_hold(her, crowd, monkeypatch):
    """The control: whoever comes is let through, and thirty-nine meet an error instead of thanks."""
    actions.make_link(make.household(her), by=her, at=NOW, key=uuid4())
    link = ClientLink.objects.select_related("checklist__person", "checklist__prospect").get()
    monkeypatch.setattr(filling, "_won", lambda link, at: True)
    filled = filling.Filled({"budget": {"yearly": "1"}}, NOW, "0" * 64)
    results = crowd(lambda: filling.submit(link, filled, at=NOW))
    assert sum(isinstance(one, IntegrityError) for one in results) == FORTY - 1


def test_of_forty_devices_three_begin(her, crowd):
    token = actions.make_link(make.household(her), by=her, at=NOW, key=uuid4())
    answers = crowd(lambda: Client(HTTP_HOST="localhost").post(f"/fill/{token}/", {"agree": "on"}))
    assert sorted(one.status_code for one in answers) == [302] * 3 + [409] * (FORTY - 3)
