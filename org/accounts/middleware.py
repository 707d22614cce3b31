"""What holds on every request: one instant, and the duties of an account before it may go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from org import clock

ALWAYS_OPEN = {"sign-out", "change-password", "second-factor", "healthz", "theme"}


class AccountRules:
    """Sets `request.now` and `request.today` (the database's); sends people to what
    their account still owes: a password of their own, a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.now = clock.now()  # type: ignore[attr-defined]
            request.today = request.now.date()  # type: ignore[attr-defined]
        return self.get_response(request)

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
        return any(held.post in settings.MFA_POSTS for held in request.user.posts_on(request.today))
