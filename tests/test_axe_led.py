"""WCAG 2.2 AA in both themes and widths on what each of the sixteen posts is led to (issue 4)."""

import logging
import re

import pytest
from django.db import transaction

from org.posts import Post
from tests.axe import WAYS, Seen, in_all_ways
from tests.permissions.asking import signed_in
from tests.test_crawl import city, crawled, route_of

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


LOOKED_AT = set()  # how pages are built that were looked at for one post or another


def pages_of(client, seen):
    """Those that are built otherwise than all before: a list full and filtered, a log passed and returned."""
    for address, status in seen.items():
        if status != 200:
            continue
        answer = client.get(address)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        built = (route_of(address), frozenset(re.findall(rb'class="([^"]*)"', answer.content)))
        if built not in LOOKED_AT:
            LOOKED_AT.add(built)
            yield address


@pytest.mark.parametrize("post", Post)
def test_what_a_post_is_led_to_holds_in_both_themes_and_widths(people, page, post):
    seen, wrong = Seen(page), []
    seen.as_who(people[post])
    crawl = crawled(people, post).seen
    addresses = [*pages_of(signed_in(people[post]), crawl)]
    for address in addresses:
        seen.show(address)
        wrong += in_all_ways(seen, address)
    print(f"{post}: {len(addresses)} pages, each in {len(WAYS)} ways")  # noqa: T201
    assert wrong == []
    assert len(crawl) >= 4
