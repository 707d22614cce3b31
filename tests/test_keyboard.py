"""Every page by keyboard alone: all that acts is reached in reading order and shows the focus (issue 4, WCAG 2.4)."""

import logging

import pytest

from tests.axe import Seen
from tests.keyboard import flaws
from tests.pages import Pages

PHONE, LAPTOP = 360, 1440
SKIP = "a.skip"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


@pytest.mark.long
def test_every_page_is_walked_by_tab(world, page):
    seen, wrong = Seen(page), []
    shown = Pages(world).shown
    for turn, one in enumerate(shown):
        seen.shown_to(one.client)
        seen.show(one.address, width=(LAPTOP, PHONE)[turn % 2])
        wrong += [f"{one.route}: {flaw}" for flaw in flaws(page)]
    print(f"{len(shown)} pages walked by Tab")  # noqa: T201
    assert wrong == []


def test_two_pages_are_walked_by_tab_and_the_skip_link_leads_past_the_menu(world, page):
    """The sample: a form on the phone, a list on the laptop."""
    seen = Seen(page)
    seen.as_who(world.her)
    for address, width in (("/today/", PHONE), ("/clients/", LAPTOP)):
        seen.show(address, width=width)
        assert flaws(page) == []
    seen.show("/clients/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<button tabindex='3'>先</button>", "ahead of the reading order"),
        ("<button class='blind'>看不见</button>", "nobody sees"),
        ("<button class='trap'>出不去</button><button>到不了</button>", "not reached"),
    ],
)
def test_a_flaw_would_be_found(world, page, planted, said):
    """The control: the same page with one thing more."""
    seen = Seen(page)
    seen.as_who(world.her)
    seen.show("/me/")
    page.evaluate(
        """(planted) => { document.querySelector('main').insertAdjacentHTML('beforeend', planted);
        const blind = document.querySelector('.blind'), trap = document.querySelector('.trap');
        if (blind) blind.style.setProperty('outline', 'none', 'important');
        if (trap) trap.addEventListener('keydown', event => event.key === 'Tab' && event.preventDefault()); }""",
        planted,
    )
    assert any(said in flaw for flaw in flaws(page))
