"""Every page of the house: each address of the URL table that answers a GET with one, and who opens it.

A new address takes part by itself; one that shows nobody a page must be a verb, or be said here.
"""

from typing import NamedTuple

from django.test import Client

from org.posts import Post
from tests.permissions.asking import SEARCHES, signed_in
from tests.permissions.routes import Route, all_routes
from tests.permissions.things import VALUES, address_of

ASKED = (Post.CLIENT_MANAGER, *(post for post in Post if post != Post.CLIENT_MANAGER))
PASSED_BY = {"gallery", "healthz", "sign-out"}  # the gallery is looked at in debug, where it is
AGREED = {"fill-form"}  # shown to a device on which the client has agreed
FILES = {"calendar-feed", "client-proposal-file", "draft", "mailbox-attachment", "report-export", "report-workbook"}
LEADS = {  # a verb whose address, opened as a page, leads to what it is about
    "absence-grant", "absence-refuse", "absence-revoke", "accompaniment-confirm", "accompaniment-propose",
    "approval-approve", "approval-return", "approval-undo", "approvals-clean", "conflict-grant", "conflict-keep",
    "fill-withdraw", "fine-confirm", "fine-dismiss", "import-template", "log-annotate", "log-answer", "plan-next",
    "review-accept", "review-ineffective", "review-pass", "review-remind", "review-return", "review-undo",
    "review-undo-accept", "review-undo-ineffective", "week-excuse", "week-excuse-withdraw",
}  # fmt: skip
VERB, EMPTY = 405, b'class="empty"'


class Page(NamedTuple):
    route: Route
    address: str
    client: Client  # whose session opens it


class Pages:
    """What the world shows: `shown`, and `missed`, the addresses that should show a page and have shown nobody one."""

    def __init__(self, world):
        self.shown, self.missed = [], []
        askers = [world.asker(post, "herself" if post == Post.CLIENT_MANAGER else "own unit") for post in ASKED]
        self.clients = [*map(signed_in, askers), Client(HTTP_HOST="localhost"), _has_agreed()]
        for route in all_routes():
            if route.name not in PASSED_BY:
                self._ask(route, world)

    def address_of(self, route, world):
        """Empty where nobody has described its argument yet: test_permissions.py says so."""
        try:
            return address_of(route, world) + SEARCHES.get(route.name, "")
        except KeyError:
            return ""

    def _ask(self, route, world):
        """The first who is shown it with something on it, else the first."""
        address = self.address_of(route, world)
        if not address:
            return
        statuses, found = set(), None
        for client in reversed(self.clients) if route.name in AGREED else self.clients:
            answer = client.get(address)
            statuses.add(answer.status_code)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                found = found or Page(route, address, client)
                if EMPTY not in answer.content:
                    found = Page(route, address, client)
                    break
        if found:
            self.shown.append(found)
        elif VERB not in statuses and route.name not in LEADS | FILES:
            self.missed.append(f"{route}: {sorted(statuses)}")


def _has_agreed():
    client = Client(HTTP_HOST="localhost")
    notice = f"/fill/{VALUES['token']}/"
    assert client.post(notice, {"agree": "on"}).status_code == 302
    return client
