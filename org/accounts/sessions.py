"""How long a sign-in lasts without use: 12 hours, 7 days on a device that the person chose to remember.

By the database's clock. A session is written again only when a tenth of its time has passed, not on each request.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

if TYPE_CHECKING:
    from org.people.models import Person

SEEN = "seen"  # when the session was last written, in seconds


def begin(request: HttpRequest, person: Person, *, remember: bool, at: datetime) -> None:
    """Sign in with a new session key (login() rotates it) and its lifetime."""
    login(request, person)
    request.session.set_expiry(settings.REMEMBERED_SESSION_AGE if remember else settings.SESSION_COOKIE_AGE)
    request.session[SEEN] = int(at.timestamp())


def is_alive(request: HttpRequest, at: datetime) -> bool:
    """Whether the session may go on; rolls its end forward now and then."""
    seen = request.session.get(SEEN)
    if seen is None:
        return True
    lasts, idle = request.session.get_expiry_age(), at.timestamp() - seen
    if idle >= lasts:
        return False
    if idle > lasts / 10:
        request.session[SEEN] = int(at.timestamp())
    return True
