"""WCAG 2.2 AA on every page, light and dark, on a phone and on a laptop (issue 4, acceptance on axe).

The pages are those of the URL table, so a new one takes part by itself; each is asked as the first post that may
open it, in one theme and width, all turns about. tests/test_axe_everywhere.py looks at all four.
"""

import logging

import pytest
from django.db import transaction

from org.posts import Post
from tests.axe import WAYS, Seen
from tests.permissions.asking import SEARCHES, signed_in
from tests.permissions.routes import all_routes
from tests.permissions.world import World, address_of

SHOWN = [route for route in all_routes() if route.name not in {"sign-out", "healthz"}]
ASKED = (Post.CLIENT_MANAGER, *(post for post in Post if post != Post.CLIENT_MANAGER))


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(built):
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def seen(page):
    return Seen(page)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def pages_of(world):
    """(route, address, who opens it): the first post that gets a page for a GET."""
    askers = [world.asker(post, "herself" if post == Post.CLIENT_MANAGER else "own unit") for post in ASKED]
    clients = [(who, signed_in(who)) for who in askers]
    for route in SHOWN:
        try:
            address = address_of(route, world) + SEARCHES.get(route.name, "")
        except KeyError:  # nobody has described its argument yet: test_permissions.py says so
            continue
        for who, client in clients:
            answer = client.get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                yield route, address, who
                break


def test_every_page_holds_to_wcag_2_2_aa(world, seen):
    pages, wrong = list(pages_of(world)), []
    for turn, (route, address, who) in enumerate(pages):
        way = WAYS[turn % len(WAYS)]
        seen.as_who(who)
        seen.show(address, *way)
        wrong += [f"{route} {way}: {flaw}" for flaw in seen.flaws()]
    assert wrong == []
    assert len(pages) >= 35, sorted(route.name for route, *_ in pages)


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ("<input type='text'>", "label"),
        ("<p class='low'>淡得看不清</p>", "color-contrast"),
        ("<button></button>", "button-name"),
        ("<img src='/static/favicon.svg'>", "image-alt"),
    ],
)
def test_a_flaw_would_be_found(world, seen, planted, rule):
    """The control: the same page with one thing more."""
    seen.as_who(world.her)
    seen.show("/me/")
    assert seen.flaws() == []
    seen.page.evaluate(
        """(planted) => { document.querySelector('main').insertAdjacentHTML('beforeend', planted);
        const low = document.querySelector('.low'); if (low) low.style.color = '#c9c9c9'; }""",
        planted,
    )
    assert [flaw.split(":")[0] for flaw in seen.flaws()] == [rule]
