"""What holds on every route whoever asks: methods, tokens, caches, masked numbers (reliability.md C17, C18, C22)."""

import logging

import pytest
from django.db import transaction
from django.test import Client

from activity.daily_log.models import DailyLog
from org.posts import Post
from tests.permissions.asking import WAYS, ask, rows, signed_in
from tests.permissions.routes import all_routes, share
from tests.permissions.table import MAY
from tests.permissions.things import address_of, thing_of
from tests.permissions.world import TODAY

ROUTES = all_routes()
VERBS = ("put", "patch", "delete")
WRITERS = (Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER, Post.HQ_STAFF, Post.SYSTEM_ADMIN)
PHONE = "13812345521"  # of the contact at her client (tests/factories.py)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django")


@pytest.fixture(params=WRITERS)
def asker(request, world):
    """Herself with one post more: between the four of them they may open everything."""
    return world.asker(request.param, "herself" if request.param == Post.CLIENT_MANAGER else "own unit")


@pytest.fixture
def routes(request, rounds):
    """Every third in turn for each of the askers; all of them in `make faults`."""
    return share(ROUTES, WRITERS.index(request.node.callspec.params["asker"]), rounds(3, 1))


def test_other_methods_are_not_allowed(world, asker, rounds):
    client, before = signed_in(asker), rows()
    for number, route in enumerate(ROUTES):
        for verb in VERBS if rounds(0, 1) else VERBS[number % 3 :][:1]:
            status = getattr(client, verb)(address_of(route, world)).status_code
            assert status in {403, 404, 405} or route.name == "healthz", (route, verb, status)
    assert rows() == before


def test_no_post_is_taken_without_the_token_of_its_form(world, asker, routes):
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    client.force_login(asker)
    before = rows()
    for route in routes:
        answer = client.post(address_of(route, world), world.fields())
        assert answer.status_code == 403, (route, answer.status_code)
    assert rows() == before


def test_no_answer_is_kept_by_a_cache_and_each_forbids_what_is_inline(world, asker, routes):
    client = signed_in(asker)
    for route in routes:
        answer = client.get(address_of(route, world))
        said = answer["Content-Security-Policy"]
        assert "script-src 'self'" in said and "style-src 'self'" in said and "unsafe" not in said, route
        assert route.name == "sign-out" or answer["Cache-Control"] in ("private, no-store", "no-store"), route


READERS = [post for post in Post if {"log.read", "people.read"} & set(MAY[post])]


@pytest.mark.parametrize("post", READERS)
def test_a_number_is_shown_on_request_to_who_may_see_it_and_to_nobody_else(world, post, rounds):
    """Every eighth route in turn for each post; all of them in `make faults`."""
    client = signed_in(world.asker(post, "own unit"))
    for route in share(ROUTES, READERS.index(post), rounds(8, 1)):
        for way in ("GET", "POST"):
            if way == "POST" and (route.name == "client-phone" or not thing_of(route, world)):
                continue
            with transaction.atomic():
                text = ask(client, way, address_of(route, world), world.fields()).content.decode(errors="ignore")
                transaction.set_rollback(True)
            assert PHONE not in text, (way, route)
    [phone] = [route for route in ROUTES if route.name == "client-phone"]
    shown = PHONE in ask(client, "POST", address_of(phone, world)).content.decode()
    assert shown == (MAY[post].get("prospect.read", "s") != "s")


def test_a_draft_is_nobodys_but_hers(world):
    """Today's log, not handed in: no reader finds it, no verb acts on it."""
    draft = DailyLog.objects.get(person=world.her, day=TODAY)
    about = [route for route in ROUTES if (thing := thing_of(route, world)) and thing.given.get("pk") == world.log.pk]
    assert len(about) == 11
    assert signed_in(world.her).get(f"/logs/{draft.pk}/").status_code == 200
    for post in Post:
        client = signed_in(world.asker(post, "own unit"))
        before = rows()
        for route in about:
            for way in WAYS:
                status = ask(client, way, route.address({"pk": draft.pk}), world.fields()).status_code
                assert status in {403, 404, 405}, (post, way, route, status)
        assert rows() == before
