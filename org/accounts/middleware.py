"""What holds on every request: one instant, a session that is still good, and the duties of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse

from org import clock
from org.accounts import sessions

ALWAYS_OPEN = {"sign-out", "change-password", "second-factor", "healthz", "theme"}


class AccountRules:
    """Sets `request.now` and `request.today` (the database's); ends sessions that were idle too long or whose person
    left; sends people to what their account still owes: a password of their own, a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """The instant is that at which the whole request is here: a body that dribbles in keeps no deadline open."""
        try:
            request.POST  # noqa: B018 (reads the body of a POST)
        except UnreadablePostError:
            return HttpResponse(status=408)
        if request.user.is_authenticated:
            request.now = clock.now()
            request.today = request.now.date()
            if not (request.user.employed_on(request.today) and sessions.is_alive(request, request.now)):
                logout(request)
        response = self.get_response(request)
        if response.status_code == 302 and request.headers.get("HX-Request") and not request.user.is_authenticated:
            return _to_the_door(request)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        person = request.user
        match = request.resolver_match
        if not person.is_authenticated or (match and match.url_name in ALWAYS_OPEN):
            return None
        if person.must_change_password:
            return redirect("change-password")
        if settings.MFA_POSTS and not person.is_verified() and self._needs_second_factor(request):
            return redirect("second-factor")
        return None

    def _needs_second_factor(self, request: Any) -> bool:
        return any(held.post in settings.MFA_POSTS for held in request.user.seats_on(request.today))


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """A fragment cannot show the sign-in form: the whole page goes there, and comes back to where it was."""
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:  # what a stranger made up is no page to come back to
        page = urlsplit("")
    here = f"{page.path}?{page.query}" if page.query else page.path
    door = reverse("home") + (f"?{urlencode({'next': here})}" if here else "")
    return HttpResponse(status=401, headers={"HX-Redirect": door})
