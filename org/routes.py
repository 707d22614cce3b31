"""How a route declares who may call it; one that does not keeps the product from starting (config/urls.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from org.permissions import Permission
from org.reach import words_of

View = Callable[..., HttpResponse]


def requires(*words: Permission) -> Callable[[View], View]:
    """Declare what a route needs: sign-in, and one of the words by a post held or stood in for today (any scope; rows
    are scoped by `visible_to`). Without the word: 403, a page that says so; rows out of scope stay 404."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), login_url="home")
            person: Any = request.user
            seats = person.seats_on(request.today)  # type: ignore[attr-defined]
            if not any(word in words_of(held, person) for held in seats for word in words):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.declared = frozenset(words)  # type: ignore[attr-defined]
        return guarded

    return declare


def signed_in(view: View) -> View:
    """A route for everybody who has signed in, with or without a post (inbox, password, sign-out)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url="home")
        return view(request, *args, **kwargs)

    guarded.declared = frozenset({"signed_in"})  # type: ignore[attr-defined]
    return guarded


def public(view: View) -> View:
    """A route for strangers: sign-in, activation, liveness."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.declared = frozenset({"public"})  # type: ignore[attr-defined]
    return opened


def undeclared(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    """Routes whose view has no declared permission, as readable patterns."""
    found: list[str] = []
    for pattern in patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += undeclared(pattern.url_patterns, where)
        elif not hasattr(pattern.callback, "declared"):
            found.append(where)
    return found
