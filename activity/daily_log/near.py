"""How far days and weeks have pages: from the first Monday of 2000 to the end of the coming week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from org.requests import SignedIn
from org.week import Week

FIRST_DAY = date(2000, 1, 3)

View = Callable[..., HttpResponse]


def near(view: View) -> View:
    """404 for a `day` or `week` too far away; round those in reach every neighbour has an address, too."""

    @wraps(view)
    def within(request: SignedIn, **where: Any) -> HttpResponse:
        day = where["day"] if "day" in where else where["week"].monday
        if request.user.is_authenticated and not FIRST_DAY <= day <= Week.of(request.today).next.sunday:
            raise Http404
        return view(request, **where)

    return within
