"""What shows that a new owner has begun his work with a client. Rooms above declare theirs (`worked`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.chain.models import Opportunity, PlannedVisit
from clients.visits.models import Visit
from org.trace.models import Trace

if TYPE_CHECKING:
    from org.people.models import Person

Ids = Collection[UUID]
Since = Callable[[Ids, "Person", datetime], QuerySet[Any]]  # values of one column, the keys of clients
WORKED: list[Since] = []


def worked(source: Since) -> Since:
    WORKED.append(source)
    return source


def worked_with(prospects: Ids, person: Person, since: datetime) -> set[str]:
    """Those of the clients with which he has done anything since. A query each."""
    return {str(pk) for source in WORKED for pk in source(prospects, person, since)}


@worked
def visited(prospects: Ids, person: Person, since: datetime) -> QuerySet[Any]:
    made = Visit.objects.filter(prospect__in=prospects, person=person, recorded_at__gt=since)
    return made.order_by().values_list("prospect_id", flat=True)


@worked
def planned(prospects: Ids, person: Person, since: datetime) -> QuerySet[Any]:
    """Made, moved, held or cancelled by the new owner."""
    mine = PlannedVisit.objects.filter(prospect__in=prospects, person=person)
    touched = mine.filter(Q(changed_at__gt=since) | Q(made_at__gt=since))
    return touched.order_by().values_list("prospect_id", flat=True)


@worked
def pursued(prospects: Ids, person: Person, since: datetime) -> QuerySet[Any]:
    """Started, or closed: of that the trace tells who and when."""
    begun = Opportunity.objects.filter(prospect__in=prospects, started_by=person, created_at__gt=since)
    return begun.order_by().values_list("prospect_id", flat=True)


@worked
def written(prospects: Ids, person: Person, since: datetime) -> QuerySet[Any]:
    """Anything that the trace has of him and the client's own row: its state, next action, contacts."""
    lines = Trace.objects.filter(about="clients.prospect", about_id__in=[str(pk) for pk in prospects])
    return lines.filter(by=person, at__gt=since).order_by().values_list("about_id", flat=True)
