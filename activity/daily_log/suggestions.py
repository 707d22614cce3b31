"""What a sheet offers so that a thumb types less: the clients of the last days, and one's own prospects by name."""

from __future__ import annotations

from activity.daily_log.models import LogEntry
from clients.prospects.models import Prospect
from clients.visits.models import Visit
from org.people.models import Person

RECENT = 4
LOOK_BACK = 40  # rows of each kind
KNOWN = 200  # the cap of prospects per person (domain.md, "Who owns a client")


def recent_clients(person: Person) -> list[tuple[str, str]]:
    """The last different (client, contact) of his calls and visits, latest first. Two queries."""
    calls = LogEntry.objects.filter(log__person=person, type=LogEntry.Type.CALL).order_by("-recorded_at")
    visits = Visit.objects.filter(person=person).order_by("-recorded_at")
    met = [
        *calls.values_list("recorded_at", "client", "contact")[:LOOK_BACK],
        *visits.values_list("recorded_at", "client", "contact")[:LOOK_BACK],
    ]
    latest = sorted(met, key=lambda one: one[0], reverse=True)
    return list(dict.fromkeys((client, contact) for _at, client, contact in latest))[:RECENT]


def own_clients(person: Person) -> list[str]:
    """Names of the prospects that he holds, for the list behind 客户. One query."""
    held = Prospect.objects.filter(owner=person, released_at=None)
    return list(held.order_by("name").values_list("name", flat=True)[:KNOWN])
