"""How requests and decisions look on pages: in words, with what they cost in working half days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from org.absences.models import Absence, AbsenceKind, AbsenceRequest, Relief
from org.absences.rules import Stretch
from org.absences.words import spelled
from org.clock import SHANGHAI
from org.people.models import Person
from org.trace.models import Trace
from org.units.naming import with_branch
from org.working_days.calendar import calendar_between
from org.working_days.rules import WorkingCalendar

RECENT = timedelta(days=92)
PILLS = {
    AbsenceRequest.State.ASKED: ("warn", "hourglass"),
    AbsenceRequest.State.GRANTED: ("ok", "circle-check"),
    AbsenceRequest.State.REFUSED: ("bad", "circle-x"),
    AbsenceRequest.State.WITHDRAWN: ("", "undo-2"),
    AbsenceRequest.State.REVOKED: ("", "undo-2"),
}


class Shown(NamedTuple):
    request: AbsenceRequest
    when: str
    pill: str
    icon: str
    working: int  # half days of work among those asked for


class Imported(NamedTuple):
    when: str
    kind: str


class Standing(NamedTuple):
    """A half day that was away already."""

    when: str
    kind: str
    then: str  # what becomes of it


@dataclass(frozen=True)
class Decision:
    """One 批量减免: a batch of half days of some units."""

    batch: UUID
    units: Sequence[str]  # with the branch before a 团体部
    when: str
    reason: str
    by: Person
    at: datetime
    withdrawn_by: Person | None
    withdrawn_at: datetime | None


def shown(requests: Iterable[AbsenceRequest], today: date) -> list[Shown]:
    """In their order; one query for the calendar of all of them."""
    listed = list(requests)
    if not listed:
        return []
    calendar = calendar_between(min(one.first for one in listed), max(one.last for one in listed))
    return [_shown(one, calendar, today) for one in listed]


SHEET = (
    _lazy("工号"), _lazy("姓名"), _lazy("单位代码"), _lazy("单位"), _lazy("类别"), _lazy("起"), _lazy("止"),
    _lazy("工作半天"), _lazy("状态"), _lazy("决定人"),
)  # fmt: skip
RELIEF_SHEET = (_lazy("单位"), _lazy("时段"), _lazy("原因"), _lazy("批准人"), _lazy("批准时间"), _lazy("撤销人"))


def sheet_of(rows: Iterable[Shown]) -> Iterator[Sequence[Any]]:
    """Under SHEET."""
    for row in rows:
        one = row.request
        yield (
            one.person.employee_no, one.person.name, one.unit.code, one.unit.name, one.get_kind_display(), one.first,
            one.last, row.working, one.get_state_display(), one.decided_by and one.decided_by.name,
        )  # fmt: skip


def relief_sheet_of(rows: Iterable[Decision]) -> Iterator[Sequence[Any]]:
    """Under RELIEF_SHEET."""
    for one in rows:
        at = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield "、".join(one.units), one.when, one.reason, one.by.name, at, one.withdrawn_by and one.withdrawn_by.name


def _shown(request: AbsenceRequest, calendar: WorkingCalendar, today: date) -> Shown:
    pill, icon = PILLS[AbsenceRequest.State(request.state)]
    working = sum(calendar.works(half.day) for half in request.stretch.halves)
    return Shown(request, spelled(request.stretch, today=today), pill, icon, working)


def stood_in_for(request: AbsenceRequest) -> str:
    """The name of the one for whom (代) it was decided; "" where the decider did so by a post of his own."""
    verbs = (AbsenceRequest.GRANT.verb, AbsenceRequest.REFUSE.verb, "record_absence")
    number = Trace.objects.about(request, *verbs).values_list("changes__for", flat=True).first()
    return Person.objects.filter(employee_no=number).values_list("name", flat=True).first() or "" if number else ""


def imported_spans(person: Person, today: date) -> list[Imported]:
    """His recent and coming days that workbooks name, one line a day and kind."""
    found = Absence.objects.imported(person, today - RECENT)
    lines = []
    for (day, kind), rows in groupby(found, key=lambda one: (one.day, one.get_kind_display())):
        halves = [one.half for one in rows]
        lines.append(Imported(spelled(Stretch(day, min(halves), day, max(halves)), today=today), kind))
    return lines


def standing_in(request: AbsenceRequest, today: date) -> list[Standing]:
    """Half days of the request that were away for another reason: granted leave takes the place of duty alone."""
    away = [*Absence.objects.of_request(request).exclude(was=""), *Absence.objects.kept(request)]
    return [_standing(one, request, today) for one in sorted(away, key=lambda one: (one.day, one.half))]


def _standing(one: Absence, request: AbsenceRequest, today: date) -> Standing:
    kind, then = AbsenceKind(one.was or one.kind), _("不变")
    if one.was:
        then = _("已改为请假")
    elif (request.state, request.kind, kind) == (AbsenceRequest.State.ASKED, AbsenceKind.LEAVE, AbsenceKind.DUTY):
        then = _("批准后改为请假")
    return Standing(spelled(Stretch(one.day, one.half, one.day, one.half), today=today), str(kind.label), then)


def decisions(rows: Iterable[Relief], today: date) -> list[Decision]:
    """Reliefs of some batches, latest decision first."""
    batches: dict[UUID, list[Relief]] = {}
    for row in rows:
        batches.setdefault(row.batch, []).append(row)
    names = with_branch({row.unit for found in batches.values() for row in found})
    return [_decision(batch, found, names, today) for batch, found in batches.items()]


def _decision(batch: UUID, rows: Sequence[Relief], names: Mapping[int, str], today: date) -> Decision:
    halves = sorted((row.day, row.half) for row in rows)
    units = sorted({row.unit for row in rows}, key=lambda unit: unit.path)
    said, when = [names[unit.pk] for unit in units], spelled(Stretch(*halves[0], *halves[-1]), today=today)
    one = rows[0]
    return Decision(batch, said, when, one.reason, one.by, one.at, one.withdrawn_by, one.withdrawn_at)
