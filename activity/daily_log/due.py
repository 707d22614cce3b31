"""Which half days a client manager owes 6311 (domain.md 3, "Below 6311"): working, employed, in post, not away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from org.absences.models import Absence, Half
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import reach
from org.week import Week
from org.working_days.rules import WorkingCalendar

Halves = frozenset[str]
BOTH: Halves = frozenset(Half.values)
FOREVER = date.max


def due_halves(
    person_ids: Collection[int], first: date, last: date, calendar: WorkingCalendar
) -> dict[tuple[int, date], Halves]:
    """The halves ("am", "pm") due of each person and day in [first, last], where there are any. Two queries."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in span if calendar.works(day)]
    away = _away(person_ids, first, last)
    due: dict[tuple[int, date], Halves] = {}
    for person, starts, ends in _in_post(person_ids, first, last):
        for day in working:
            if starts <= day <= ends and (halves := BOTH - away[person, day]):
                due[person, day] = halves
    return due


def _in_post(person_ids: Collection[int], first: date, last: date) -> list[tuple[int, date, date]]:
    """Stretches in which a person is employed and holds 客户经理; the last day is inclusive."""
    held = (
        Appointment.objects.filter(person__in=person_ids, post=Post.CLIENT_MANAGER)
        .touching(first, last)
        .values_list("person", "starts_on", "ends_on", "person__joined_on", "person__left_on")
    )
    return [
        (person, max(starts, joined), min(ends or FOREVER, left or FOREVER))
        for person, starts, ends, joined, left in held
    ]


def _away(person_ids: Collection[int], first: date, last: date) -> defaultdict[tuple[int, date], set[str]]:
    away: defaultdict[tuple[int, date], set[str]] = defaultdict(set)
    absences = Absence.objects.filter(person__in=person_ids, day__range=(first, last))
    for person, day, half in absences.values_list("person", "day", "half"):
        away[person, day].add(half)
    return away


def days_read(reader: Person, person: Person, week: Week, on: date) -> frozenset[date]:
    """The days of the week on which he was client manager in a unit that the reader reads. One query."""
    within = reach(reader, Permission.LOG_READ, on=on).q(unit="unit", person=None)
    held = Appointment.objects.touching(week.monday, week.sunday).filter(
        within, person=person, post=Post.CLIENT_MANAGER
    )
    spans = list(held.values_list("starts_on", "ends_on"))
    return frozenset(day for day in week.days for starts, ends in spans if starts <= day <= (ends or FOREVER))
