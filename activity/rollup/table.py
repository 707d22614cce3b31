"""The tables of 全市周报: one shape for city, branch and department, frozen or, before the freeze, live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.rollup.live import AsOf
from activity.rollup.models import Figures, RollUp, RollUpFile, RollUpPerson, RollUpUnit
from activity.rollup.rules import due_of, overall, rates, tenths_of_percent
from org.days import weekday
from org.notices.models import Letter
from org.people.models import Person
from org.permissions import Permission
from org.posts import Post
from org.reach import Reach, city_path, reach
from org.rules.book import book_of, rules_on
from org.units.models import Unit, UnitKind
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, report_due

VERSION = 1
LISTS_PEOPLE = (UnitKind.DEPARTMENT, UnitKind.SECTION, UnitKind.TEAM)  # with those of the units below
Standard = tuple[int, int, int, int]


class Cell(NamedTuple):
    """完成率 of an item in whole percent, cut; None where nothing is due."""

    percent: int | None
    said: str  # 312 / 360


@dataclass(frozen=True, slots=True)
class Line:
    """A unit or a person of the table; `link` is "" where the reader may not go on."""

    code: str
    name: str
    link: str
    figures: Figures
    cells: list[Cell]
    overall: int | None
    people: int | None = None
    place: str = ""  # a person's unit


@dataclass(slots=True)
class Report:
    unit: Unit
    week: Week
    trail: list[tuple[str, str]]
    why_none: str = ""  # a sentence; then there are no lines
    as_of: datetime | None = None
    frozen: RollUp | None = None
    waiting: bool = False  # due, and not frozen yet
    total: Line | None = None
    units: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)
    earlier: bool = False  # whether the week before is worth a look

    @property
    def as_of_words(self) -> str:
        """11.21 周六 12:00"""
        local = timezone.localtime(self.as_of, SHANGHAI)
        return f"{local.month}.{local.day} {weekday(local)} {local:%H:%M}"


def tops(reader: Person, on: date) -> list[Unit]:
    """The highest units whose reports he reads; none for who reads only about himself."""
    paths = reach(reader, Permission.ROLLUP_READ, on=on).paths
    highest = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return list(Unit.objects.filter(path__in=highest).exclude(kind=UnitKind.ROOT))


def readable_units(reader: Person, on: date) -> QuerySet[Unit]:
    within = reach(reader, Permission.ROLLUP_READ, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within).exclude(kind=UnitKind.ROOT)
    return found


def exportable(reader: Person, on: date) -> QuerySet[RollUpFile]:
    """The workbooks of the cities for which he may export."""
    within = reach(reader, Permission.ROLLUP_EXPORT, on=on)
    return RollUpFile.objects.filter(within.q(unit="rollup__city", person=None), rollup__version=VERSION)


def letters(reader: Person, on: date) -> QuerySet[Letter]:
    """What was written to headquarters about units for which he may export, latest first."""
    within = reach(reader, Permission.ROLLUP_EXPORT, on=on).q(unit="unit", person=None)
    return Letter.objects.filter(within).order_by("-created_at", "-pk")


def report(reader: Person, unit: Unit, week: Week, *, at: datetime, on: date) -> Report:
    """The unit's table of that week with the lines that the reader may see."""
    reading = Reading(reader, on, unit, week)
    made = Report(unit, week, reading.trail())
    rules = rules_on(week.monday)
    if rules is None:
        made.why_none = _("这一周早于第一版规则的生效日，不汇总。")
        return made
    made.earlier = True
    visible = RollUp.objects.visible_to(reader, on).select_related("rules")
    made.frozen = visible.filter(city__path=city_path(unit.path), week=week.monday, version=VERSION).first()
    if made.frozen:
        made.as_of = made.frozen.due_at
        _fill(made, reading, reading.frozen(made.frozen), book_of(made.frozen.rules).standard)
        return made
    book, calendar = book_of(rules), calendar_between(week.monday, week.sunday)
    due = report_due(week, calendar, book.times)
    if due is None or week.monday > on:
        made.why_none = _("这一周没有工作日，不报送。") if due is None else _("这一周还没有开始。")
        return made
    made.as_of, made.waiting = min(at, due), due <= at
    _fill(made, reading, reading.live(AsOf(week, made.as_of, calendar, book)), book.standard)
    return made


def _fill(made: Report, reading: Reading, rows: Rows, standard: Standard) -> None:
    for row in sorted(rows.units, key=lambda row: row.unit.code):
        line = reading.unit_line(row, standard)
        if row.unit.path == made.unit.path:
            made.total = line
        else:
            made.units.append(line)
    people = sorted(rows.people, key=lambda row: row.person.employee_no)
    made.people = [reading.person_line(row, standard) for row in people]
    if not made.units and not made.people:
        made.why_none = _("这个单位这一周没有客户经理。")


class Rows(NamedTuple):
    """The unit itself and those right below it; people where they are listed."""

    units: list[RollUpUnit]
    people: list[RollUpPerson]


class Reading:
    """Who reads which unit's table of which week."""

    def __init__(self, reader: Person, on: date, unit: Unit, week: Week) -> None:
        self.reader, self.on, self.unit, self.week = reader, on, unit, week
        self.within: Reach = reach(reader, Permission.ROLLUP_READ, on=on)
        self.logs: Reach = reach(reader, Permission.LOG_READ, on=on)
        self.whole = self.within.covers(unit.path)

    def trail(self) -> list[tuple[str, str]]:
        """全市 › 支公司 › 部门, as far up as he reads; the last is where he is."""
        above = [one for one in Unit.objects.get_ancestors(self.unit) if self.within.covers(one.path)]
        steps = [(_name(one), address(one, self.week)) for one in above if one.kind != UnitKind.ROOT]
        return [*steps, (_name(self.unit), "")]

    def frozen(self, rollup: RollUp) -> Rows:
        units = RollUpUnit.objects.visible_to(self.reader, self.on).filter(self._lines("unit__"), rollup=rollup)
        below = Q(unit__path__startswith=self.unit.path)
        listed = below if self.unit.kind in LISTS_PEOPLE else Q(unit=self.unit)
        people = RollUpPerson.objects.visible_to(self.reader, self.on).filter(listed, rollup=rollup)
        return Rows(list(units.select_related("unit")), list(people.select_related("person", "unit")))

    def live(self, now: AsOf) -> Rows:
        """The same choice, counted now; people only where they are listed."""
        units = now.units(list(Unit.objects.filter(self._lines())), within=self.unit)
        below = self.unit.kind in LISTS_PEOPLE
        if not below and not self.unit.appointments.filter(post=Post.CLIENT_MANAGER).exists():
            return Rows(units, [])
        if not self.whole and not self.within.own:
            return Rows(units, [])
        return Rows(units, now.people(self.unit, below=below, only=None if self.whole else self.reader))

    def _lines(self, unit: str = "") -> Q:
        """Units with a line of their own: this and those right below it, or as much of it as he reads."""
        if not self.whole:
            return Q(**{f"{unit}path__in": self.within.paths, f"{unit}path__startswith": self.unit.path})
        depths = [self.unit.depth, self.unit.depth + 1]
        return Q(**{f"{unit}depth__in": depths, f"{unit}path__startswith": self.unit.path})

    def unit_line(self, row: RollUpUnit, standard: Standard) -> Line:
        link = "" if row.unit_id == self.unit.pk else address(row.unit, self.week)
        return _line(row, standard, code=row.unit.code, name=_name(row.unit), link=link, people=row.people)

    def person_line(self, row: RollUpPerson, standard: Standard) -> Line:
        number = row.person.employee_no
        own = self.logs.own and row.person_id == self.reader.pk
        opens = own or self.logs.covers(row.unit.path)
        link = reverse("person-week", args=[number, self.week]) if opens else ""
        place = row.unit.name if row.unit_id != self.unit.pk else ""
        return _line(row, standard, code=number, name=row.person.name, link=link, place=place)


def address(unit: Unit, week: Week) -> str:
    """Where the table of a unit stands."""
    if unit.kind == UnitKind.CITY:
        return reverse("city", args=[week])
    return reverse("report-unit", args=[week, unit.code])


def _name(unit: Unit) -> str:
    return _("全市") if unit.kind == UnitKind.CITY else unit.name


def _line(
    row: Figures, standard: Standard, *, code: str, name: str, link: str, people: int | None = None, place: str = ""
) -> Line:
    done, half_days = (row.calls, row.visits, row.prospects, row.studies), row.due_half_days
    shares = zip(done, standard, rates(done, standard, half_days), strict=True)
    cells = [Cell(_percent(share), _said(count, due_of(target, half_days))) for count, target, share in shares]
    return Line(code, name, link, row, cells, _percent(overall(done, standard, half_days)), people, place)


def _percent(share: Fraction | None) -> int | None:
    """Whole, cut: 100 means reached."""
    tenths = tenths_of_percent(share)
    return None if tenths is None else tenths // 10


def _said(done: int, due: Fraction) -> str:
    return f"{done} / {float(due):g}"
