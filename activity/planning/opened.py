"""Behind a figure of the week before: the policies of the premium, the lines of the plan by what became of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.http import Http404

from activity.itinerary.models import PlanItem
from clients.policies.models import Policy
from org.people.models import Person
from org.units.models import Unit
from org.week import Week

POLICIES = ("premium", "cases")
STATES = tuple(PlanItem.State.values)


class Opened(NamedTuple):
    item: str
    policies: list[Policy]
    lines: list[PlanItem]


def opened(reader: Person, unit: Unit, week: Week, item: str, *, of: Collection[int], on: date) -> Opened:
    """The rows behind `item` of that (past) week for the people `of`, as far as the reader reads them."""
    if item in POLICIES:
        seen = Policy.objects.visible_to(reader, on).filter(seller__in=of, issued_on__range=(week.monday, week.sunday))
        return Opened(item, list(seen.select_related("seller").order_by("issued_on", "number")), [])
    if item in STATES:
        lines = PlanItem.objects.open_to(reader, on).filter(itinerary__week=week.monday, person__in=of, state=item)
        return Opened(item, [], list(lines.select_related("person", "moved_to")))
    raise Http404
