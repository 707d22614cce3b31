"""Every route as every post sees it, made from the URL table (reliability.md G5, C13, C15, C17; issue 2).

A new route takes part by itself; one whose arguments nobody has described in tests/permissions/things.py fails here.
"""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from activity.daily_log.models import DailyLogQuerySet
from activity.discipline.models import FineQuerySet
from activity.rollup import table
from clients.prospects.models import ProspectQuerySet
from org.notices.models import NoticeQuerySet
from org.people.models import Person, PersonQuerySet
from org.permissions import GRANTS, Permission
from org.posts import Post
from org.units.models import Unit
from tests import factories as make
from tests.permissions.asking import WAYS, ask, mismatches, rows, signed_in
from tests.permissions.oracle import OPEN, Judge
from tests.permissions.routes import Route, all_routes, share
from tests.permissions.table import MAY
from tests.permissions.things import address_of, thing_of
from tests.permissions.world import MARK, RELATIONS, TODAY

ROOT = Path(__file__).parent.parent
ROUTES = all_routes()
CELLS = [(relation, post) for relation, posts in RELATIONS.items() for post in posts]
FOURTH, TENTH = 4, 10
PUBLIC = {
    "home", "sign-in", "activate", "healthz", "theme", "gallery", "calendar-feed", "fill", "fill-form",
    "fill-withdraw",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_word_of_each_refusal(caplog):
    """Thousands of expected 403 and 404; errors are still heard."""
    caplog.set_level(logging.ERROR, "django.request")


@pytest.mark.parametrize("post", Post)
def test_the_grants_are_the_table_of_the_regulation(post):
    assert {word.value: scope.name[0].lower() for word, scope in GRANTS[post].items()} == MAY[post]


def test_every_word_is_asked_somewhere():
    """A word that opens nothing joins the table with its page."""
    asked = "\n".join(
        module.read_text() for app in ("org", "clients", "activity") for module in (ROOT / app).rglob("*.py")
    )
    assert [word for word in Permission if f"Permission.{word.name}" not in asked] == []


@pytest.mark.parametrize(("relation", "post"), CELLS, ids=lambda value: str(value).replace(" ", "-"))
def test_every_route_answers_as_the_table_of_posts_says(world, relation, post, rounds):
    """Every tenth route in turn, another tenth for the next post and relation; all of them in `make faults`."""
    assert mismatches(world, world.asker(post, relation), relation, _asked_of(relation, post, rounds(TENTH, 1))) == []


def _asked_of(relation, post, step):
    posts = RELATIONS[relation]
    return share(ROUTES, posts.index(post), min(step, len(posts)))


def test_the_matrix_is_large_enough():
    asked = [route for cell in CELLS for route in _asked_of(*cell, TENTH)]
    cells = sum(len(WAYS) if route.arguments else 2 for route in asked)
    assert cells >= 2_500, cells
    for route in ROUTES:  # each by several posts in every relation
        cells = {cell for cell in CELLS if route in _asked_of(*cell, TENTH)}
        assert {relation for relation, _post in cells} == set(RELATIONS) and len(cells) > len(CELLS) // 12


@pytest.mark.parametrize("post", Post)
def test_a_stranger_finds_no_row_of_hers_on_any_page(world, post):
    """All routes, as each post from farthest away: another branch, for posts of the city another city."""
    relation = "other city" if post in make.CITY_POSTS else "other branch"
    who = world.asker(post, relation)
    client, judge = signed_in(who), Judge(world, who)
    about_a_row = [route for route in ROUTES if thing_of(route, world)]
    shut = [route for route in about_a_row if judge.expects(route, thing_of(route, world)) != OPEN]
    assert len(shut) > len(about_a_row) * 9 // 10, set(about_a_row) - set(shut)
    for route in shut:
        answer = client.get(address_of(route, world))
        assert answer.status_code in (403, 404, 405), (route, answer.status_code)
        assert MARK not in answer.content.decode(errors="ignore"), route


def test_every_named_row_is_missed_by_strangers_in_some_way(world):
    """So that none of the routes hides behind "method not allowed"."""
    missed = set()
    for post in (
        Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.HQ_STAFF, Post.SYSTEM_ADMIN
    ):  # fmt: skip
        client = signed_in(world.asker(post, "other city"))
        for route in ROUTES:
            if (
                route.name not in missed
                and thing_of(route, world)
                and any(ask(client, way, address_of(route, world), world.fields()).status_code == 404 for way in WAYS)
            ):
                missed.add(route.name)
    assert missed == {route.name for route in ROUTES if thing_of(route, world)}


def test_an_argument_that_nobody_described_fails(world):
    with pytest.raises(KeyError, match=r"say in .* what plan leads to"):
        thing_of(Route("plan-approve", ("week", "plan"), frozenset()), world)


def test_the_public_routes_are_these():
    assert {route.name for route in ROUTES if route.is_public} == PUBLIC


@pytest.mark.parametrize("way", WAYS)
def test_nobody_in_particular_is_led_to_the_door(world, way, rounds):
    before = rows()
    for route in share(ROUTES, list(WAYS).index(way), rounds(len(WAYS), 1)):
        answer = ask(Client(HTTP_HOST="localhost"), way, address_of(route, world), world.fields())
        if route.name not in PUBLIC:
            led = (401, answer.get("HX-Redirect")) if way == "fragment" else (302, answer.get("Location"))
            assert answer.status_code == led[0] and led[1].startswith("/"), (route, answer.status_code)
            assert not answer.content
        assert MARK not in answer.content.decode()
    assert rows() == before


@pytest.mark.parametrize("post", Post)
def test_a_post_that_ended_yesterday_opens_nothing_at_the_next_request(world, post, rounds):
    who = world.asker(post, "own unit")
    client = signed_in(who)
    assert client.get("/working-days/").status_code == 200
    who.appointments.update(ends_on=TODAY - timedelta(days=1))
    for route in share(ROUTES, list(Post).index(post), rounds(FOURTH, 1)):
        answer = client.get(address_of(route, world))
        if route.words:
            assert answer.status_code == 403, (route, answer.status_code)
        if route.name != "me":  # which tells him where he was
            assert MARK not in answer.content.decode()
    who.appointments.update(ends_on=TODAY)
    assert client.get("/working-days/").status_code == 200


LOCKED_OUT = {
    "deactivated": {"is_active": False},
    "left yesterday": {"left_on": TODAY - timedelta(days=1)},
}


@pytest.mark.parametrize("how", LOCKED_OUT)
@pytest.mark.parametrize("post", Post)
def test_who_is_no_longer_of_the_house_is_a_stranger_at_the_next_request(world, post, how, rounds):
    who = world.asker(post, "own unit")
    client = signed_in(who)
    assert client.get("/me/").status_code == 200
    Person.objects.filter(pk=who.pk).update(**LOCKED_OUT[how])
    for route in share(ROUTES, list(Post).index(post), rounds(FOURTH, 1)):
        answer = client.get(address_of(route, world))
        if route.name not in PUBLIC:
            assert answer.status_code == 302 and answer["Location"].startswith("/?next="), (route, answer)
        assert MARK not in answer.content.decode()


LEAKS = {
    "log": (DailyLogQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "review-return": (DailyLogQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "client": (ProspectQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "fine": (FineQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "fines": (FineQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "people-person": (PersonQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
    "inbox-open": (NoticeQuerySet, "visible_to", lambda rows, *who: rows.all()),
    "report-unit": (table, "readable_units", lambda *who: Unit.objects.all()),
    "client-list": (ProspectQuerySet, "visible_to", lambda rows, *who, **when: rows.all()),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_would_be_seen(world, monkeypatch, name):
    """The control: the matrix fails when a queryset forgets who asks."""
    routes = [route for route in ROUTES if route.name == name]
    post = Post.BRANCH_CLERK if name == "people-person" else Post.DEPARTMENT_MANAGER
    who = world.asker(post, "other branch")
    assert mismatches(world, who, "other branch", routes) == []
    monkeypatch.setattr(*LEAKS[name])
    assert mismatches(world, who, "other branch", routes)


def test_a_word_too_many_would_be_seen(world, monkeypatch):
    """The control: it also fails when the routes take any word, which leaves the pages of other posts open."""
    who = world.asker(Post.SYSTEM_ADMIN, "own unit")
    monkeypatch.setattr("org.routes.words_of", lambda *seat: set(Permission))
    assert mismatches(world, who, "own unit", [route for route in ROUTES if route.name == "city"])
