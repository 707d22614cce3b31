"""A phone page weighs under 120 KB at first load, all in all; what every page loads leaves half of it to the page."""

import gzip
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.urls import reverse

LOADED = (
    "bootstrap/css/bootstrap.min.css",
    "tokens.css",
    "app.css",
    "django_htmx/htmx-2.min.js",
    "app.js",
    "favicon.svg",
)


def test_what_every_page_loads():
    weights = {name: len(gzip.compress(Path(find(name)).read_bytes())) for name in LOADED}
    assert sum(weights.values()) < 65_000, weights


def test_phone_pages_load_nothing_else():
    frame = [
        (Path(find("app.css")).parents[1] / "templates" / name).read_text() for name in ("frame.html", "base.html")
    ]
    assert "".join(frame).count("{% static ") == len(LOADED) + 1  # app.js stands in both


def test_the_gallery_draws_every_component(client, settings, db):
    settings.DEBUG = True
    html = client.get(reverse("gallery")).content.decode()
    assert "<c-" not in html and "{%" not in html
    assert html.count("<h1") == 2  # the page's, and the specimen of a trail
    assert 'class="ring"' in html and "<progress" in html and 'class="days-bar"' in html
