"""Hand-ins that somebody did in another's place (代): two delegations must not make an approval one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, OuterRef, QuerySet
from django.db.models.functions import Cast

from org.trace.models import Trace

if TYPE_CHECKING:
    from org.people.models import Person

PLAN, VERBS = "activity.itinerary", ("submit", "resubmit")


def handed_in_for(person: Person) -> QuerySet[Trace]:
    """Those of a plan (of the outer query) that were done in his place."""
    return Trace.objects.filter(
        about=PLAN, about_id=Cast(OuterRef("pk"), CharField()), verb__in=VERBS, changes__for=person.employee_no
    )
