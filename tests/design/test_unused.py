"""Nothing is kept that nothing draws: every class of app.css and every component has a page, the gallery at least."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / "templates").rglob("*.html")]
COMPONENTS = ROOT / "templates" / "components"
DRAWN_BY = [
    *(ROOT / "static").glob("*.js"),
    ROOT / "org" / "templatetags" / "pages.py",
    ROOT / "org" / "pages" / "icons.py",
]
OF_CRISPY = {"is-invalid"}  # the class of a wrong field in its templates
OF_VALUES = {"against", "row-1", "row-2"}  # made from an attitude, a number of referrals


def selected(css):
    """The class names in the selectors of a style sheet."""
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    heads = [head for head in re.findall(r"([^{}]+)\{", rules) if not head.strip().startswith("@")]
    return {name for head in heads for name in re.findall(r"\.([a-z][\w-]*)", head)}


def unused(css):
    words = set(re.findall(r"[a-z][\w-]*", "\n".join(path.read_text() for path in [*PAGES, *DRAWN_BY])))
    return selected(css) - words - OF_CRISPY - OF_VALUES


@pytest.mark.parametrize("sheet", ["app.css", "clients.css"])
def test_every_class_is_drawn_somewhere(sheet):
    assert unused((ROOT / "static" / sheet).read_text()) == set()


def test_a_class_that_nothing_draws_would_be_seen():
    assert unused(".pill, .never-drawn > .i { color: red }") == {"never-drawn"}


def test_every_component_is_drawn_somewhere():
    drawn = set(re.findall(r"<c-([\w-]+)", "\n".join(page.read_text() for page in PAGES)))
    assert {page.stem.replace("_", "-") for page in COMPONENTS.glob("*.html")} - drawn == set()
