"""3111 of the managers of a unit in a week, in the same words as 6311: recorded, or as the close would write it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from activity.assessment.figures import MANAGERS, of_standard, statement
from activity.assessment.forecast import Verdict, asked
from activity.assessment.models import ManagerAssessment
from activity.assessment.reading import manager_reach, reads
from activity.assessment.rules import Status, needed
from activity.daily_log.reasons import lacking
from activity.weeks import words
from activity.weeks.results import NAMED, Asking, Named, Results
from activity.weeks.words import Pill, pill_of


class ManagerLine(NamedTuple):
    employee_no: str
    name: str
    place: str
    link: str
    days: str
    cells: list[tuple[int, int]]
    lacks: str
    pill: Pill


def manager_lines(asking: Asking, found: Results) -> list[ManagerLine]:
    """Of the managers that he may read about; empty without asking where there can be none."""
    within = manager_reach(asking.reader, on=asking.on)
    if not found.is_assessed:
        return []
    if not within.own and not any(
        path.startswith(asking.unit.path) or asking.unit.path.startswith(path) for path in within.paths
    ):
        return []
    named = _recorded(asking) if found.close else _forecast(found)
    seen = [one for one in named if reads(within, one.verdict.person_id, one.path)]
    standard = found.book.manager_targets.standard
    return [_line(one, asking, found, standard) for one in sorted(seen, key=lambda one: one.order)]


def _recorded(asking: Asking) -> list[Named]:
    week, path = asking.week.monday, asking.unit.path
    rows = ManagerAssessment.objects.current().filter(week=week, unit__path__startswith=path)
    return [Named.of_record(row, MANAGERS) for row in rows.select_related("person", "unit")]


def _forecast(found: Results) -> list[Named]:
    given = {**found.given, **of_standard(MANAGERS, found.book)}
    sql = f"{statement(MANAGERS, found.book.assessment.mode)}{NAMED} SELECT * FROM placed"  # noqa: S608
    return [Named.of_forecast(row, Verdict.forecast(row, MANAGERS)) for row in asked(sql, given)]


def _line(one: Named, asking: Asking, found: Results, standard: tuple[int, ...]) -> ManagerLine:
    verdict = one.verdict
    need = needed(standard, half_days=verdict.half_days)
    return ManagerLine(
        one.employee_no,
        one.name,
        found.place_of(one),
        reverse("person-week", args=[one.employee_no, asking.week]),
        words.days(verdict.half_days),
        list(zip(verdict.done, need, strict=True)),
        lacking(verdict.short, words.SHORT_NAMES_3111) if verdict.status == Status.SHORT else "",
        pill_of(verdict.status, running=found.running),
    )
