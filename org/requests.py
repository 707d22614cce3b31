"""What a view of a signed-in person may rely on: set by `org.accounts.middleware.AccountRules`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from org.people.models import Person


class SignedIn(HttpRequest):
    """For annotations only: the database's instant and day of this request, and who asks."""

    user: Person  # type: ignore[assignment]
    now: datetime
    today: date
    htmx: HtmxDetails


def local_path(request: HttpRequest, address: str) -> str:
    """The address when it is a path of this site, else the name of the home page; never the name of a route."""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe and address.startswith("/") else "home"
