"""What the page of delegations shows: whom one may ask, and what was done in one's name."""

from __future__ import annotations

from datetime import date
from itertools import chain

from org.delegations.models import Delegation, seat
from org.delegations.rules import DELEGABLE, STANDING_IN, may_stand_in
from org.people.models import Appointment, Person
from org.reach import city_path
from org.trace.models import Trace

SHOWN = 20


def delegable(person: Person, day: date) -> list[Appointment]:
    """His own posts of the day that somebody else may stand in for."""
    return [held for held in person.posts_on(day) if held.post in DELEGABLE]


def takes_part(person: Person, day: date) -> bool:
    """Whether one of his posts can be delegated or stand in, so that the page is of use to him."""
    return any(held.post in STANDING_IN for held in person.posts_on(day))


def candidates(appointment: Appointment, day: date) -> list[Appointment]:
    """Who may stand in, by the seat that allows it, one a person: his own branch first."""
    city = Appointment.objects.on(day).filter(
        post__in=STANDING_IN, unit__path__startswith=city_path(appointment.unit.path)
    )
    lent, branch = seat(appointment), appointment.unit.path
    found = {
        one.person_id: one
        for one in city.exclude(person=appointment.person_id).select_related("person", "unit").order_by("unit__path")
        if may_stand_in(seat(one), for_=lent) and one.person.employed_on(day)
    }
    return sorted(found.values(), key=lambda one: (not branch.startswith(one.unit.path), one.unit.path, one.person_id))


def done_in_the_name_of(person: Person) -> list[Trace]:
    """The latest that others did for him (代)."""
    stood_in = Delegation.objects.filter(delegator=person)
    delegates = set(chain.from_iterable(stood_in.values_list("delegate")))
    found = Trace.objects.filter(by__in=delegates, changes__for=person.employee_no)
    return list(found.select_related("by").order_by("-at", "-pk")[:SHOWN]) if delegates else []
