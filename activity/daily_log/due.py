"""Which half days a client manager owes 6311 (domain.md 3, "Below 6311"): working, employed, in post, not away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection

from activity.daily_log.stretches import duty_days
from org.absences.models import Absence, AbsenceKind, Half
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import reach
from org.rules.book import books_between
from org.week import Week
from org.working_days.rules import WorkingCalendar

Halves = frozenset[str]
BOTH: Halves = frozenset(Half.values)
FOREVER = date.max


def due_halves(
    person_ids: Collection[int], first: date, last: date, calendar: WorkingCalendar
) -> dict[tuple[int, date], Halves]:
    """The halves ("am", "pm") due of each person and day in [first, last], where there are any. Two queries.

    Two more where the rules cap the duty of a month and somebody was on duty.
    """
    return due_and_away(person_ids, first, last, calendar)[0]


def due_and_away(
    person_ids: Collection[int], first: date, last: date, calendar: WorkingCalendar
) -> tuple[dict[tuple[int, date], Halves], Kinds]:
    """The same, and the kind of absence by half of each person and day, which the same queries tell."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in span if calendar.works(day)]
    away, relief, kinds = _away(person_ids, first, last, calendar)
    due: dict[tuple[int, date], Halves] = {}  # of two posts at once the one taken up later decides
    for person, starts, ends, path in _in_post(person_ids, first, last):
        for day in working:
            if starts <= day <= ends:
                spared = {half for above, half in relief[day] if path.startswith(above)}
                due[person, day] = BOTH - away[person, day] - spared
    return {pair: halves for pair, halves in due.items() if halves}, kinds


_IN_POST = """
    SELECT a.person_id, greatest(a.starts_on, p.joined_on), least(a.ends_on, p.left_on, %(forever)s), u.path
    FROM org_appointment AS a JOIN org_person AS p ON p.id = a.person_id JOIN org_unit AS u ON u.id = a.unit_id
    WHERE a.person_id = ANY(%(people)s) AND a.post = %(post)s
        AND a.starts_on <= %(last)s AND (a.ends_on IS NULL OR a.ends_on >= %(first)s)
    ORDER BY a.starts_on, a.id
"""


def _in_post(person_ids: Collection[int], first: date, last: date) -> list[tuple[int, date, date, str]]:
    """Stretches in which a person is employed and holds 客户经理, and the unit's path; the last day is inclusive."""
    given: dict[str, Any] = {"people": list(person_ids), "first": first, "last": last, "forever": FOREVER}
    with connection.cursor() as cursor:
        cursor.execute(_IN_POST, given | {"post": Post.CLIENT_MANAGER.value})
        return list(cursor.fetchall())


Kinds = defaultdict[tuple[int, date], dict[str, str]]  # of absence, by half, of a person and day
Away = defaultdict[tuple[int, date], set[str]]  # half days away of a person and day
Relieved = defaultdict[date, list[tuple[str, str]]]  # (path of a unit, half) of a day


_AWAY = """
    SELECT person_id, day, half, kind FROM org_absence
    WHERE person_id = ANY(%(people)s) AND day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT NULL, day, half, path FROM org_relief JOIN org_unit ON org_unit.id = unit_id
    WHERE withdrawn_at IS NULL AND day BETWEEN %(first)s AND %(last)s
"""  # the kind of an absence, or the path of the unit that is relieved


def _away(
    person_ids: Collection[int], first: date, last: date, calendar: WorkingCalendar
) -> tuple[Away, Relieved, Kinds]:
    """Leave and duty of the people, and the relief of all units: one query."""
    away, relief, kinds = Away(set), Relieved(list), Kinds(dict)
    duty = False
    with connection.cursor() as cursor:
        cursor.execute(_AWAY, {"people": list(person_ids), "first": first, "last": last})
        for person, day, half, word in cursor.fetchall():
            if person is None:
                relief[day].append((word, half))
            else:
                away[person, day].add(half)
                kinds[person, day][half] = word
                duty |= word == AbsenceKind.DUTY
    if duty:
        for person, day, half in _beyond_cap(person_ids, first, last, calendar):
            away[person, day].discard(half)
    return away, relief, kinds


def _beyond_cap(
    person_ids: Collection[int], first: date, last: date, calendar: WorkingCalendar
) -> Iterator[tuple[int, date, str]]:
    """Half days of duty that the month's cap (**C**) no longer takes from what is required."""
    books = books_between(first, last)
    caps = {day: books[day].assessment.duty_half_days_a_month for day in duty_days(first, last, calendar)}
    if all(cap is None for cap in caps.values()):
        return
    held = Absence.objects.filter(person__in=person_ids, kind=AbsenceKind.DUTY, day__in=caps)
    nth: Counter[tuple[int, int, int]] = Counter()
    for person, day, half in held.order_by("day", "half").values_list("person", "day", "half"):
        month, cap = (person, day.year, day.month), caps[day]
        nth[month] += 1
        if cap is not None and nth[month] > cap:
            yield person, day, half


def days_read(reader: Person, person: Person, week: Week, on: date) -> frozenset[date]:
    """The days of the week on which he was client manager in a unit that the reader reads. One query."""
    within = reach(reader, Permission.LOG_READ, on=on).q(unit="unit", person=None)
    held = Appointment.objects.touching(week.monday, week.sunday).filter(
        within, person=person, post=Post.CLIENT_MANAGER
    )
    spans = list(held.values_list("starts_on", "ends_on"))
    return frozenset(day for day in week.days for starts, ends in spans if starts <= day <= (ends or FOREVER))
