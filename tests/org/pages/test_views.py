"""The pages about pages: the theme stays on this device, errors name a number and nothing of the inside."""

import re
from unittest.mock import Mock

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory

from org.pages import views


@pytest.fixture
def rf():
    return RequestFactory()


def post(rf, **values):
    request = rf.post("/theme/", values)
    request._dont_enforce_csrf_checks = True
    return request


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_theme_is_kept_on_the_device(rf, chosen):
    response = views.theme(post(rf, theme=chosen, next="/me/?a=1"))
    assert (response.status_code, response.url) == (302, "/me/?a=1")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (chosen, True, "Lax")


@pytest.mark.parametrize("chosen", ["", "<script>"])
def test_anything_else_follows_the_device(rf, chosen):
    assert views.theme(post(rf, theme=chosen, next="/me/")).cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_theme_never_leads_to_another_site(rf, target):
    assert views.theme(post(rf, theme="dark", next=target)).url == "/"


def test_a_theme_is_not_chosen_by_a_link(rf):
    assert views.theme(rf.get("/theme/")).status_code == 405


def test_a_failure_shows_a_number_that_the_log_has_too(rf, monkeypatch):
    logger = Mock()
    monkeypatch.setattr(views, "logger", logger)
    try:
        raise ValueError("the secret of the inside")
    except ValueError:
        response = views.broken(rf.get("/somewhere/"))
    html = response.content.decode()
    (_, number), kept = logger.error.call_args
    assert response.status_code == 500
    assert re.fullmatch(r"E-[0-9A-F]{8}", number) and number in html and 'href="/somewhere/"' in html
    assert str(kept["exc_info"][1]) == "the secret of the inside"
    assert "secret" not in html and "Traceback" not in html


@pytest.mark.parametrize(
    ("view", "status", "sentence"),
    [
        (views.bad_request, 400, "这个请求看不懂"),
        (views.forbidden, 403, "你的岗位没有这个页面"),
        (views.not_found, 404, "没有这个页面，或你看不到它"),
    ],
)
def test_an_error_page_says_what_to_do(rf, view, status, sentence):
    response = view(rf.get("/x/"), SuspiciousOperation("detail of the inside"))
    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1>") == 1 and sentence in html and "回到首页" in html
    assert "inside" not in html


def test_an_old_form_is_told_apart(rf):
    response = views.csrf_failure(rf.get("/x/"), reason="CSRF cookie not set.")
    assert response.status_code == 403
    assert "放得太久" in response.content.decode() and "CSRF" not in response.content.decode()


def test_the_gallery_is_for_developers(rf, settings):
    settings.DEBUG = False
    with pytest.raises(views.Http404):
        views.gallery(rf.get("/-/gallery/"))
