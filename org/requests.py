"""What a view of a signed-in person may rely on: set by `org.accounts.middleware.AccountRules`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from org.people.models import Person


class SignedIn(HttpRequest):
    """For annotations only: the database's instant and day of this request, and who asks."""

    user: Person  # type: ignore[assignment]
    now: datetime
    today: date
    htmx: HtmxDetails
