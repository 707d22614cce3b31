"""WCAG 2.2 AA on every page, light and dark, on a phone and on a laptop (issue 4, acceptance on axe).

The pages are those of the URL table, so a new one takes part by itself; each is asked as the first post that may
open it, every twelfth in one theme and width, all turns about. tests/test_axe_everywhere.py looks at all of them in all
four.
"""

import logging

import pytest

from tests.axe import WAYS, Seen
from tests.pages import Pages
from tests.permissions.routes import share


@pytest.fixture
def seen(page):
    return Seen(page)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


def test_every_page_holds_to_wcag_2_2_aa(world, seen, rounds):
    pages, wrong = Pages(world), []
    for turn, (route, address, client) in enumerate(share(pages.shown, 0, rounds(12, 1))):
        way = WAYS[turn % len(WAYS)]
        seen.shown_to(client)
        seen.show(address, *way)
        wrong += [f"{route} {way}: {flaw}" for flaw in seen.flaws()]
    assert wrong == []
    assert pages.missed == []
    assert len(pages.shown) >= 140, sorted(page.route.name for page in pages.shown)


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
