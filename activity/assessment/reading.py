"""Whom a reader finds, and how far he reads what a week came to."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.http import Http404
from django.shortcuts import get_object_or_404

from activity.assessment.forecast import forecast
from activity.assessment.models import WeekAssessment, WeekExcuse
from org.corrections.models import Correction
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.reach import CITY_PATH, Reach, reach
from org.rules.days import ruled_days
from org.trace.models import Trace
from org.units.models import Unit
from org.week import Week


def readable(reader: Person, employee_no: str, week: Week, *, on: date) -> Person:
    """Himself, or somebody who held a post within the reader's reach in that week; else 404."""
    within = reach(reader, Permission.LOG_READ, on=on).q(unit="unit", person="person")
    held = Appointment.objects.touching(week.monday, week.sunday).filter(within)
    return get_object_or_404(Person.objects.filter(pk__in=held.values("person")), employee_no=employee_no)


def assessing_unit(person: Person, week: Week) -> Unit | None:
    """The unit that the result of record counts for, else the one that the close would name; None: nobody assesses."""
    recorded = WeekAssessment.objects.current().filter(person=person, week=week.monday).select_related("unit").first()
    if recorded:
        return recorded.unit
    books, calendar = ruled_days(week.monday, week.sunday)
    expected = forecast(week, calendar=calendar, book=books[week.monday], people=[person.pk]).get(person.pk)
    return Unit.objects.get(pk=expected.unit_id) if expected else None


def excusable(reader: Person, employee_no: str, week: Week, *, on: date) -> Person:
    """Somebody whose week is assessed where he may excuse; else 404."""
    person = get_object_or_404(Person, employee_no=employee_no)
    unit = assessing_unit(person, week)
    if unit is None or not reach(reader, Permission.WEEK_EXCUSE, on=on).covers(unit.path):
        raise Http404
    return person


class Excusing(NamedTuple):
    """About whom, and where: what `Person.can` and `deciding` ask of a row."""

    person_id: int
    unit: Unit


def latest_excuse(person: Person, week: Week) -> WeekExcuse | None:
    """Also one that is taken back: the second tap of taking it back finds what the first did."""
    return WeekExcuse.objects.filter(person=person, week=week.monday).order_by("-at", "-pk").first()


class Excused(NamedTuple):
    """An excuse that stands; `by` as it was signed: 李某 代 王某."""

    reason: str
    by: str
    at: datetime


def excuses_of(person: Person, first: date, last: date) -> dict[date, Excused]:
    """By Monday. One query."""
    own_line = {"about": WeekExcuse._meta.label_lower, "about_id": Cast(OuterRef("pk"), CharField()), "verb": "excuse"}
    signed = Trace.objects.filter(**own_line).values("changes__signed")[:1]
    found = WeekExcuse.objects.filter(person=person, withdrawn_at=None, week__range=(first, last))
    rows = found.annotate(signed=Subquery(signed)).values_list("week", "reason", "signed", "by__name", "at")
    return {week: Excused(reason, signed or name, at) for week, reason, signed, name, at in rows}


def may_excuse(reader: Person, person: Person, unit: Unit, *, on: date) -> bool:
    """What that unit assesses; never for himself, nor for whom alone he could do so (代)."""
    return reader.pk != person.pk and reader.can(Permission.WEEK_EXCUSE, Excusing(person.pk, unit), on=on)


class Confided(NamedTuple):
    """What he is told beside the result: what follows for money, and what was written about the person's affairs."""

    fines: bool = False
    absences: bool = False
    excuses: bool = False

    def note_of(self, cause: str) -> bool:
        """Whether the note of a correction is for him; else he reads the word of its cause alone."""
        if cause == Correction.Cause.EXCUSE:
            return self.excuses
        return self.absences or cause not in (Correction.Cause.LEAVE, Correction.Cause.IMPORT)


NOTHING = Confided()


def confided(reader: Person, person_id: int, path: str, *, on: date) -> Confided:
    """Everything to the person himself; to others what they may read or decide over the unit of the assessment.

    `path` "" where no unit assesses: there others are told nothing.
    """
    if reader.pk == person_id:
        return Confided(fines=True, absences=True, excuses=True)

    def may(*words: Permission) -> bool:
        return reach(reader, *words, on=on).covers(path)

    return Confided(
        fines=may(Permission.FINE_READ),
        absences=may(Permission.ABSENCE_READ, Permission.ABSENCE_GRANT),
        excuses=may(Permission.WEEK_EXCUSE, Permission.FINE_READ),
    )


def manager_reach(reader: Person, *, on: date) -> Reach:
    """Whose 3111 he reads: his own, that of who is coached beside him (分管总), and all of it in the city office."""
    coaching = reach(reader, Permission.COACHING_READ, on=on)
    whole = [path for path in reach(reader, Permission.ROLLUP_READ, on=on).paths if len(path) <= CITY_PATH]
    return Reach(reader.pk, coaching.own, (*coaching.paths, *whole))


def reads(within: Reach, person_id: int, path: str) -> bool:
    """Whether a row of that person and unit lies within reach."""
    return within.covers(path) or (within.own and within.person_id == person_id)
