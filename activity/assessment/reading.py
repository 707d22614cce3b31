"""Whom a reader finds, and how far he reads what a week came to."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.shortcuts import get_object_or_404

from activity.assessment.models import WeekExcuse
from org.corrections.models import Correction
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import CITY_PATH, Reach, reach
from org.week import Week


def readable(reader: Person, employee_no: str, week: Week, *, on: date) -> Person:
    """Himself, or somebody who held a post within the reader's reach in that week; else 404."""
    within = reach(reader, Permission.LOG_READ, on=on).q(unit="unit", person="person")
    held = Appointment.objects.touching(week.monday, week.sunday).filter(within)
    return get_object_or_404(Person.objects.filter(pk__in=held.values("person")), employee_no=employee_no)


def excusable(reader: Person, employee_no: str, week: Week, *, on: date) -> Person:
    """A client manager of that week over whom he may excuse; else 404."""
    within = reach(reader, Permission.WEEK_EXCUSE, on=on).q(unit="unit", person=None)
    held = Appointment.objects.touching(week.monday, week.sunday).filter(within, post=Post.CLIENT_MANAGER)
    return get_object_or_404(Person.objects.filter(pk__in=held.values("person")), employee_no=employee_no)


def standing_excuse(person: Person, week: Week) -> WeekExcuse | None:
    return WeekExcuse.objects.filter(person=person, week=week.monday, withdrawn_at=None).first()


def may_excuse(reader: Person, person: Person, week: Week, *, on: date) -> bool:
    """Over a post that the person holds in that week; never over himself."""
    if reader.pk == person.pk or not reader.can(Permission.WEEK_EXCUSE, on=on):
        return False
    held = Appointment.objects.touching(week.monday, week.sunday).filter(person=person, post=Post.CLIENT_MANAGER)
    return any(reader.can(Permission.WEEK_EXCUSE, one, on=on) for one in held.select_related("unit"))


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
