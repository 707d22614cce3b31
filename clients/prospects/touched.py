"""What is a contact with a client, for 久未联系. Rooms declare theirs, so that prospects imports none above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from clients.visits.models import Visit

Since = Callable[[date], Exists]  # whether the client of the row was contacted on that day or after it
CONTACTS: list[Since] = []


def contact(since: Since) -> Since:
    CONTACTS.append(since)
    return since


def quiet_since(day: date) -> Q:
    """Nobody called or visited on that day or after it."""
    found = Q()
    for since in CONTACTS:
        found &= ~Q(since(day))
    return found


@contact
def visited(day: date) -> Exists:
    return Exists(Visit.objects.filter(prospect=OuterRef("pk"), day__gte=day))
