"""WCAG 2.2 AA in both themes and widths on what each of the sixteen posts is led to (issue 4)."""

import logging

import pytest
from django.db import transaction

from org.posts import Post
from tests.axe import WAYS, Seen
from tests.permissions.asking import signed_in
from tests.test_crawl import Crawl, city, route_of

pytestmark = pytest.mark.long
CITY = city  # the fixture: logs in every state, fines, a frozen report


@pytest.fixture
def people(city):
    with transaction.atomic():
        yield city
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def pages_of(client):
    """Two addresses of each kind that the crawl finds: a list full and filtered, a log passed and returned."""
    kinds = {}
    for address, status in Crawl(client).run().seen.items():
        known = kinds.setdefault(route_of(address), [])
        if status == 200 and len(known) < 2 and client.get(address)["Content-Type"].startswith("text/html"):
            known.append(address)
    return [address for known in kinds.values() for address in known]


@pytest.mark.parametrize("post", Post)
def test_what_a_post_is_led_to_holds_in_both_themes_and_widths(people, page, post):
    seen, wrong = Seen(page), []
    seen.as_who(people[post])
    addresses = pages_of(signed_in(people[post]))
    for address in addresses:
        seen.show(address)
        for way in WAYS:
            seen.dress(*way)
            wrong += [f"{address} {way}: {flaw}" for flaw in seen.flaws()]
    assert wrong == []
    assert len(addresses) >= 4
