"""The pages in docs/ say what the code does."""

import re
from pathlib import Path

import pytest

from tests.generated.pages import FOLDER, PAGES

ROOT = FOLDER.parent.parent


@pytest.mark.parametrize("page", PAGES)
def test_generated_pages_are_up_to_date(page):
    assert (FOLDER / page).read_text() == PAGES[page](), "run: .venv/bin/python -m tests.generated"


@pytest.mark.parametrize("page", ["regulation.md", "glossary.md"])
def test_what_the_maps_name_is_there(page):
    """Every `path` in the maps is a file or folder of the tree, every `tests/…::name` a test in it."""
    named = re.findall(r"`((?:org|clients|activity|config|tests|docs)/[\w/.:]+)`", (ROOT / "docs" / page).read_text())
    assert named
    for one in named:
        path, _, test = one.partition("::")
        assert (ROOT / path).exists(), one
        assert not test or f"def {test}(" in Path(ROOT / path).read_text(), one
