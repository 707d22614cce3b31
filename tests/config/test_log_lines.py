"""What the web log says of a refusal, and of a failure."""

from django.test import Client

from org.posts import Post
from tests import factories as make


def said(caplog):
    return [(one.getMessage(), one.exc_info is not None) for one in caplog.records if one.name == "django.request"]


def test_a_refusal_is_one_line(caplog, department):
    client = Client(raise_request_exception=False)
    client.force_login(make.person(Post.CLIENT_MANAGER, unit=department))
    assert client.get("/relief/").status_code == 403
    assert said(caplog) == [("Forbidden (Permission denied): /relief/", False)]


def test_a_failure_keeps_its_traceback(caplog, department, monkeypatch):
    def fails(*_args):
        raise ValueError("broken")

    monkeypatch.setattr("org.absences.views.imported_spans", fails)
    client = Client(raise_request_exception=False)
    client.force_login(make.person(Post.CLIENT_MANAGER, unit=department))
    assert client.get("/absences/").status_code == 500
    assert said(caplog) == [("Internal Server Error: /absences/", True)]
    caplog.clear()
