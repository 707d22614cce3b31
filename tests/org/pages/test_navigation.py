"""A menu holds what its post does, never what another post of the same person may."""

import pytest

from org.pages.navigation import MENUS, NO_POST, address
from org.posts import Post

ENTRIES = sorted({one for menu in (*MENUS.values(), NO_POST) for one in menu}, key=lambda one: one.route)


def test_every_post_has_a_menu():
    assert set(MENUS) == set(Post)


@pytest.mark.parametrize("post", Post)
def test_the_menu_fits_a_phone_and_ends_in_me(post):
    routes = [entry.route for entry in MENUS[post]]
    assert len(routes) == len(set(routes)) <= 5
    assert routes[-1] == "me"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.route)
def test_every_entry_leads_somewhere(entry):
    assert address(entry.route, "3702" if entry.of_unit else "")
