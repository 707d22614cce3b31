"""3111 of the managers of a unit in a week, in the same words as 6311: recorded, or as the close would write it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from activity.assessment import words
from activity.assessment.figures import MANAGERS
from activity.assessment.forecast import Verdict, forecast
from activity.assessment.models import ManagerAssessment
from activity.assessment.reading import manager_reach, reads
from activity.assessment.results import ORDER, Asking, Results
from activity.assessment.rules import Status, needed
from activity.assessment.words import Pill, pill_of
from org.people.models import Person
from org.units.models import Unit


class ManagerLine(NamedTuple):
    employee_no: str
    name: str
    place: str
    link: str
    days: str
    cells: list[tuple[int, int]]
    lacks: str
    pill: Pill
    order: tuple[int, str, str]


def manager_lines(asking: Asking, found: Results) -> list[ManagerLine]:
    """Of the managers that he may read about; empty without asking where there can be none."""
    within = manager_reach(asking.reader, on=asking.on)
    if not found.is_assessed:
        return []
    if not within.own and not any(
        path.startswith(asking.unit.path) or asking.unit.path.startswith(path) for path in within.paths
    ):
        return []
    verdicts = _recorded(asking) if found.close else _forecast(asking, found)
    standard = found.book.manager_targets.standard
    people = Person.objects.in_bulk([one.person_id for one in verdicts])
    units = Unit.objects.in_bulk({one.unit_id for one in verdicts})
    lines = [
        _line(one, people[one.person_id], units[one.unit_id], asking, standard)
        for one in verdicts
        if reads(within, one.person_id, units[one.unit_id].path)
    ]
    return sorted(lines, key=lambda line: line.order)


def _recorded(asking: Asking) -> list[Verdict]:
    week, path = asking.week.monday, asking.unit.path
    rows = ManagerAssessment.objects.current().filter(week=week, unit__path__startswith=path)
    return [Verdict.recorded(row, MANAGERS) for row in rows]


def _forecast(asking: Asking, found: Results) -> list[Verdict]:
    within = asking.unit.path + "%"
    told = forecast(asking.week, calendar=found.calendar, book=found.book, within=within, standard=MANAGERS)
    return list(told.values())


def _line(one: Verdict, person: Person, unit: Unit, asking: Asking, standard: tuple[int, ...]) -> ManagerLine:
    need = needed(standard, half_days=one.half_days)
    return ManagerLine(
        person.employee_no,
        person.name,
        unit.name,
        reverse("person-week", args=[person.employee_no, asking.week]),
        words.days(one.half_days),
        list(zip(one.done, need, strict=True)),
        words.lacking(one.short, words.SHORT_NAMES_3111) if one.status == Status.SHORT else "",
        pill_of(one.status),
        (ORDER.index(one.status), unit.path, person.employee_no),
    )
