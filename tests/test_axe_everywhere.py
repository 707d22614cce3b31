"""WCAG 2.2 AA in both themes and widths (issue 4): every page of the URL table and every form as it is refused.

A sample of it is tests/test_axe.py; what each post is led to is looked at by tests/test_axe_led.py."""

import logging
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from tests.axe import WAYS, Seen, in_all_ways
from tests.pages import Pages
from tests.permissions.routes import all_routes

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def test_every_page_of_the_url_table_holds(world, page):
    seen, wrong, pages = Seen(page), [], Pages(world)
    assert pages.missed == []
    for one in pages.shown:
        seen.shown_to(one.client)
        seen.show(one.address)
        wrong += in_all_ways(seen, one.route)
    print(f"{len(pages.shown)} pages, each in {len(WAYS)} ways")  # noqa: T201 (what the issue asks to be told)
    assert wrong == []


def test_every_form_holds_as_it_is_refused(world, page):
    """Sent with nothing in it: what comes back with sentences beside its boxes."""
    seen, wrong, refused = Seen(page), [], 0
    pages = Pages(world)
    for route in all_routes():
        address = pages.address_of(route, world)
        if not address or (body := _refused(pages.clients, address)) is None:
            continue
        refused += 1
        seen.shown_to(pages.clients[0])
        seen.show_answer(address, body)
        wrong += in_all_ways(seen, f"refused {route}")
    print(f"{refused} refused forms, each in {len(WAYS)} ways")  # noqa: T201
    assert wrong == []
    assert refused >= 30


def _refused(clients, address):
    for client in clients:
        with transaction.atomic():
            answer = client.post(address, {"key": uuid4()})
            transaction.set_rollback(True)
        if answer.status_code == 422 and b"<title>" in answer.content:  # no fragment
            return answer.content
    return None


@override_settings(DEBUG=True)
def test_the_gallery_holds(db, page):
    seen = Seen(page)
    seen.shown_to(Client(HTTP_HOST="localhost"))
    seen.show("/-/gallery/")
    assert [*in_all_ways(seen, "gallery")] == []
