"""The tables of 全市周报: one shape for city, branch and department, frozen or, before the freeze, live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.rollup.board import Assessed, Count, Material, Trended, counted, last_assessed, trended
from activity.rollup.lines import Line, address
from activity.rollup.live import AsOf
from activity.rollup.models import FIRST, RollUp, RollUpFile
from activity.rollup.reading import Reading, Rows
from activity.rollup.versions import changes_between, moment
from org.days import weekday
from org.notices.models import Letter
from org.people.models import Person
from org.permissions import Permission
from org.reach import city_path, reach
from org.rules.book import book_of, rules_on
from org.rules.schema import RuleBook
from org.units.models import Unit, UnitKind
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, report_due

__all__ = [
    "Report", "address", "exportable", "exportable_units", "letters", "readable_units", "report", "tops", "versions",
]  # fmt: skip


@dataclass(slots=True)
class Report:
    unit: Unit
    week: Week
    trail: list[tuple[str, str]]
    why_none: str = ""  # a sentence; then there are no lines
    as_of: datetime | None = None
    frozen: RollUp | None = None  # the latest version
    has_file: bool = False  # a workbook of any version
    changes: int = 0  # what it says that version 1 did not
    waiting: bool = False  # due, and not frozen yet
    total: Line | None = None
    units: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)
    earlier: bool = False  # whether the week before is worth a look
    material: Material | None = None
    trend: Trended | None = None
    plan_counts: list[Count] = field(default_factory=list)
    has_newcomers: bool = False  # whether the rules know any

    @property
    def as_of_words(self) -> str:
        """11.21 周六 12:00"""
        local = timezone.localtime(self.as_of, SHANGHAI)
        return f"{local.month}.{local.day} {weekday(local)} {local:%H:%M}"

    @property
    def last_assessed(self) -> Assessed | None:
        """The latest closed week up to this one, within its twelve."""
        return last_assessed(self.material, self.unit) if self.material else None

    @property
    def issued_words(self) -> str:
        """Of a later version: 12:40, with the day where it is another."""
        return moment(self.frozen.frozen_at, self.frozen.due_at) if self.frozen else ""


def tops(reader: Person, on: date) -> list[Unit]:
    """The highest units whose reports he reads; none for who reads only about himself."""
    paths = reach(reader, Permission.ROLLUP_READ, on=on).paths
    highest = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return list(Unit.objects.filter(path__in=highest).exclude(kind=UnitKind.ROOT))


def readable_units(reader: Person, on: date) -> QuerySet[Unit]:
    within = reach(reader, Permission.ROLLUP_READ, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within).exclude(kind=UnitKind.ROOT)
    return found


def exportable_units(reader: Person, on: date) -> QuerySet[Unit]:
    within = reach(reader, Permission.ROLLUP_EXPORT, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within).exclude(kind=UnitKind.ROOT)
    return found


def exportable(reader: Person, on: date) -> QuerySet[RollUpFile]:
    """The workbooks of the cities for which he may export, the latest version first."""
    within = reach(reader, Permission.ROLLUP_EXPORT, on=on)
    return RollUpFile.objects.filter(within.q(unit="rollup__city", person=None)).order_by("-rollup__version")


def letters(reader: Person, on: date) -> QuerySet[Letter]:
    """What was written to headquarters about units for which he may export, latest first."""
    within = reach(reader, Permission.ROLLUP_EXPORT, on=on).q(unit="unit", person=None)
    return Letter.objects.filter(within).order_by("-created_at", "-pk")


def versions(reader: Person, unit: Unit, week: Week, on: date) -> list[RollUp]:
    """Those of the unit's city that he may see, version 1 first. One query."""
    visible = RollUp.objects.visible_to(reader, on).select_related("rules", "city")
    found: Any = visible.filter(city__path=city_path(unit.path), week=week.monday)
    return list(found.annotate(has_file=Exists(RollUpFile.objects.filter(rollup=OuterRef("pk")))).order_by("version"))


def report(reader: Person, unit: Unit, week: Week, *, at: datetime, on: date) -> Report:
    """The unit's table of that week with the lines that the reader may see."""
    reading = Reading(reader, on, unit, week)
    made = Report(unit, week, reading.trail())
    rules = rules_on(week.monday)
    if rules is None:
        made.why_none = _("这一周早于第一版规则的生效日，不汇总。")
        return made
    made.earlier = True
    if issued := versions(reader, unit, week, on):
        first, made.frozen = issued[0], issued[-1]
        made.as_of, made.has_file = first.due_at, any(one.has_file for one in issued)  # type: ignore[attr-defined]
        rows = reading.frozen(first, made.frozen)
        if made.frozen.version > FIRST:
            made.changes = len(changes_between(first, made.frozen, of=rows.plans))
        _fill(made, reading, rows, book_of(first.rules))
        return made
    book, calendar = book_of(rules), calendar_between(week.monday, week.sunday)
    due = report_due(week, calendar, book.times)
    if due is None or week.monday > on:
        made.why_none = _("这一周没有工作日，不报送。") if due is None else _("这一周还没有开始。")
        return made
    made.as_of, made.waiting = min(at, due), due <= at
    city = unit if unit.kind == UnitKind.CITY else unit.city
    unsaved = RollUp(city=city, week=week.monday, rules=rules, due_at=due, frozen_at=at)
    _fill(made, reading, reading.live(AsOf(week, made.as_of, calendar, book), unsaved), book)
    return made


def _fill(made: Report, reading: Reading, rows: Rows, book: RuleBook) -> None:
    made.material, standard = rows.material, book.standard
    for row in sorted(rows.units, key=lambda row: row.unit.code):
        line = reading.unit_line(row, standard, rows.material)
        if row.unit.path == made.unit.path:
            made.total = line
        else:
            made.units.append(line)
    people = sorted(rows.people, key=lambda row: row.person.employee_no)
    made.people = [reading.person_line(row, standard, rows.material) for row in people]
    if not made.units and not made.people:
        made.why_none = _("这个单位这一周没有客户经理。")
    if made.total:
        made.trend = trended(rows.material, made.unit, target=book.display.target_line_percent)
    made.plan_counts = counted(plan for _path, plan in rows.material.plans)
    newcomers = book.assessment.newcomers
    made.has_newcomers = bool(newcomers.ramp or newcomers.weeks_without_fines)
