"""WCAG 2.2 AA, SC 1.4.3 (text, 4.5) and 1.4.11 (edges, controls, 3.0), for every pair of tokens that meet."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "tokens.css"

INK = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "surface", "subtle", "sunken")]
STATUS = [(s, on) for s in ("accent", "ok", "warn", "bad", "mute", "star") for on in ("surface", "bg", f"{s}-soft")]
KINDS = [(k, on) for k in ("call", "visit", "prospect", "study") for on in ("surface", "bg", f"{k}-soft")]
NOTES = [("ink-2", f"{s}-soft") for s in ("accent", "warn", "bad", "ok")] + [
    ("ink", f"{s}-soft") for s in ("accent", "warn", "bad", "ok")
]
HEAT = [("heat-ink", f"heat-{step}") for step in range(4)]
FILL = [("on-fill", "fill"), ("on-fill", "fill-hover")]
TOAST = [("bg", "ink")]
BADGE = [("surface", "bad")]
EDGES = [
    ("line-control", "surface"),
    ("line-control", "bg"),
    ("accent", "bg"),
    ("fill", "bg"),
    ("fill", "surface"),
]

PAIRS = [(*pair, 4.5) for pair in INK + STATUS + KINDS + NOTES + HEAT + FILL + TOAST + BADGE] + [
    (*pair, 3.0) for pair in EDGES
]


def tokens(selector):
    block = CSS.read_text(encoding="utf-8").split(selector, 1)[1].split("{", 1)[1].split("\n}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


THEMES = {"light": tokens('[data-bs-theme="light"]'), "dark": tokens('[data-bs-theme="dark"]')}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_that_of_the_standard():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back", "needed"), PAIRS)
def test_people_can_read_it(theme, front, back, needed):
    assert ratio(THEMES[theme][front], THEMES[theme][back]) >= needed


def test_dark_by_device_is_dark_by_choice():
    assert tokens(":root:not([data-bs-theme])") == THEMES["dark"]


def test_both_themes_have_the_same_names():
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_only_the_tokens_know_colours():
    css = (CSS.parent / "app.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)", css) == []
    used = set(re.findall(r"var\(--([\w-]+)", css))
    defined = set(re.findall(r"--([\w-]+):", css + CSS.read_text(encoding="utf-8")))
    assert used - defined == set()
