"""What the Content-Security-Policy would refuse, and what would not draw, is found before a browser does."""

import re
from pathlib import Path

import lucide
import pytest

from org.pages import icons, navigation

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# icon names as templates and tables write them
WRITTEN = re.compile(r"""<c-icon[^>]*?\sname="([\w-]+)"|{% icon "([\w-]+)"|<c-[\w-]+[^>]*?\sicon="([\w-]+)\"""")


def named(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_style_no_script_no_handler(path):
    html = re.sub(r"{%.*?%}", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on", html) == []
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_icon_exists(path):
    for names in WRITTEN.findall(path.read_text(encoding="utf-8")):
        assert icons.icon("".join(names))


def test_tables_of_icons_exist():
    for name in [
        *icons.OF_STATE.values(),
        *icons.OF_KIND.values(),
        *icons.ALIASES,
        *(e.icon for m in navigation.MENUS.values() for e in m),
    ]:
        assert icons.icon(name)


def test_an_unknown_icon_is_an_error():
    with pytest.raises(lucide.IconDoesNotExist):
        icons.icon("no-such-icon")


def test_an_icon_is_silent_unless_it_stands_alone():
    assert 'aria-hidden="true"' in icons.icon("phone")
    assert 'role="img"' in (said := icons.icon("phone", 'a "b" <c>')) and "aria-label" in said and "<c>" not in said
    assert 'stroke-width="1.75"' in said


def test_the_pages_name_no_other_site():
    for path in [
        *TEMPLATES,
        ROOT / "static" / "app.css",
        ROOT / "static" / "tokens.css",
        ROOT / "static" / "app.js",
    ]:
        assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?https?:""", path.read_text(encoding="utf-8")) == [], path


SHOWN = re.compile(r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.S)


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name != "gallery.html"], ids=named)
def test_every_word_goes_through_gettext(path):
    """The gallery alone shows invented specimens."""
    assert re.findall("[\u4e00-\u9fff]+", SHOWN.sub("", path.read_text(encoding="utf-8"))) == []
