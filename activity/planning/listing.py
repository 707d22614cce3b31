"""The plans of a week within one's reach, a department each, by unit code."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from activity.itinerary.models import Itinerary
from activity.itinerary.rules import Lateness, lateness
from activity.planning.dates import times_of
from activity.planning.departments import readable
from org.people.models import Person
from org.units.models import Unit
from org.units.naming import with_branch
from org.week import Week


class Row(NamedTuple):
    """`plan` None: nobody has begun it."""

    unit: Unit
    name: str
    plan: Itinerary | None
    late: Lateness


def listed(reader: Person, week: Week, *, at: datetime) -> list[Row]:
    units = list(readable(reader, at.date()).order_by("code"))
    due, names = times_of(week).due, with_branch(units)
    plans = {
        one.unit_id: one
        for one in Itinerary.objects.filter(unit__in=units, week=week.monday).select_related("person", "approved_by")
    }
    return [Row(unit, names[unit.pk], plan := plans.get(unit.pk), _late(plan, due, at)) for unit in units]


def _late(plan: Itinerary | None, due: datetime | None, at: datetime) -> Lateness:
    if due is None:
        return Lateness(submitter=False, approver=False)
    return lateness(*(plan.instants if plan else (None, None)), due=due, at=at)
