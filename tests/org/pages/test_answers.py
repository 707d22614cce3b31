"""What the whole product answers to anybody: liveness, refusals, headers."""

import logging

import pytest
from django.db import OperationalError, connection
from django.test import Client

from org.posts import Post
from tests import factories as make


def test_liveness_is_ok_while_the_database_answers(client, db):
    answer = client.get("/-/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_liveness_says_so_when_it_does_not(client, db, monkeypatch, caplog):
    def away(*args):
        raise OperationalError("away")

    caplog.set_level(logging.CRITICAL, "django.request")
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        assert client.get("/-/healthz").status_code == 503


def test_another_posts_page_is_refused_in_words(client, zhou):
    client.force_login(zhou)
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "岗位" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/me/", "/inbox/", "/people/", "/working-days/"])
def test_no_cache_keeps_a_signed_in_page_and_nothing_runs_from_elsewhere(client, branch, address):
    client.force_login(make.person(Post.BRANCH_CLERK, unit=branch))
    answer = client.get(address)
    assert answer["Cache-Control"] == "private, no-store"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert " style=" not in page and "<script>" not in page and " onclick" not in page


def test_a_form_without_its_token_is_refused_in_words(zhou):
    answer = Client(enforce_csrf_checks=True).post("/", {"employee_no": "1", "password": "x"})
    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()
