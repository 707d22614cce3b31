"""Who reads the report of which unit and week, and the rows that he finds there: frozen, or as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from activity.rollup.attainment import weeks_until
from activity.rollup.board import Material
from activity.rollup.business import Wanted, business_now
from activity.rollup.lines import Line, Standard, address, cells_of, name_of, overall_of
from activity.rollup.live import AsOf
from activity.rollup.models import RollUp, RollUpBusiness, RollUpPerson, RollUpPlan, RollUpUnit
from activity.rollup.plans import plans_now
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import Reach, reach
from org.units.models import Unit, UnitKind
from org.week import Week

LISTS_PEOPLE = (UnitKind.DEPARTMENT, UnitKind.SECTION, UnitKind.TEAM)  # with those of the units below


class Rows(NamedTuple):
    """The unit itself and those right below it; people where they are listed; what is known of both."""

    units: list[RollUpUnit]
    people: list[RollUpPerson]
    material: Material
    plans: list[RollUpPlan]  # of all the versions that were asked for


class Reading:
    """Who reads which unit's table of which week."""

    def __init__(self, reader: Person, on: date, unit: Unit, week: Week) -> None:
        self.reader, self.on, self.unit, self.week = reader, on, unit, week
        self.within: Reach = reach(reader, Permission.ROLLUP_READ, on=on)
        self.logs: Reach = reach(reader, Permission.LOG_READ, on=on)
        self.plans: Reach = reach(reader, Permission.PLAN_READ, on=on)
        self.whole = self.within.covers(unit.path)

    def trail(self) -> list[tuple[str, str]]:
        """全市 › 支公司 › 部门, as far up as he reads; the last is where he is."""
        here = [(name_of(self.unit), "")]
        if self.unit.kind == UnitKind.CITY:
            return here
        above = [one for one in Unit.objects.get_ancestors(self.unit) if self.within.covers(one.path)]
        return [*((name_of(one), address(one, self.week)) for one in above if one.kind != UnitKind.ROOT), *here]

    def frozen(self, first: RollUp, latest: RollUp) -> Rows:
        """The figures of version 1, the plans of the latest."""
        units = RollUpUnit.objects.visible_to(self.reader, self.on).filter(self._lines("unit__"), rollup=first)
        people = RollUpPerson.objects.visible_to(self.reader, self.on).filter(self._listed(), rollup=first)
        of_units, of_people = Q(self._lines("unit__"), person=None), Q(self._listed(), person__isnull=False)
        business = RollUpBusiness.objects.visible_to(self.reader, self.on).filter(of_units | of_people, rollup=first)
        plans = RollUpPlan.objects.visible_to(self.reader, self.on).filter(
            rollup__in=(first, latest), unit__path__startswith=self.unit.path
        )
        return self._rows(
            list(units.select_related("unit")),
            list(people.select_related("person", "unit")),
            list(business.select_related("unit")),
            list(plans.select_related("unit")),
            latest,
        )

    def live(self, now: AsOf, latest: RollUp) -> Rows:
        """The same choice, counted now into an unsaved roll-up; people only where they are listed."""
        own = Appointment.objects.filter(unit=OuterRef("pk"), post=Post.CLIENT_MANAGER)
        with_plans = Q(kind=UnitKind.DEPARTMENT, path__startswith=self.unit.path)
        found = Unit.objects.filter(self._lines() | with_plans).annotate(has_people=Exists(own))
        units = {one.pk: one for one in found}
        wanted = [one for one in units.values() if self._is_line(one)]
        known = now.stretches()
        people = self._people_now(now, known, any(one.pk == self.unit.pk and one.has_people for one in units.values()))
        named = Wanted(wanted, [row.person for row in people])
        business = business_now(
            latest.city, self.week, named, known, until=now.until, calendar=now.calendar, book=now.book
        )
        plans = plans_now(self.unit, self.week, due_at=latest.due_at, until=now.until)
        for plan in plans:
            plan.unit, plan.rollup = units[plan.unit_id], latest
        seen = [plan for plan in plans if self.within.covers(plan.unit.path)]
        return self._rows(now.units(wanted, known, within=self.unit), people, business, seen, latest)

    def _people_now(self, now: AsOf, known: Mapping[str, Any], has_people: bool) -> list[RollUpPerson]:
        below = self.unit.kind in LISTS_PEOPLE
        if not (below or has_people) or not (self.whole or self.within.own):
            return []
        return now.people(self.unit, known, below=below, only=None if self.whole else self.reader)

    def _rows(
        self, units: list[RollUpUnit], people: list[RollUpPerson], business: list[RollUpBusiness],
        plans: list[RollUpPlan], latest: RollUp,
    ) -> Rows:  # fmt: skip
        """With an empty line for each unit that has no people but policies or goals."""
        of_units = {row.unit_id: row for row in business if row.person_id is None}
        known = {row.unit_id for row in units}
        more = [RollUpUnit(unit=row.unit, kind=row.unit.kind) for row in of_units.values() if row.unit_id not in known]
        by_code = sorted(plans, key=lambda one: one.unit.code)
        material = Material(
            self.week,
            latest.due_at,
            of_units,
            {row.person_id: row for row in business if row.person_id is not None},
            [(one.unit.path, one) for one in by_code if one.rollup_id == latest.pk],
            weeks_until(self.unit, self.week),
            self.plans,
        )
        return Rows([*units, *more], people, material, plans)

    def _listed(self) -> Q:
        """People with a line of their own."""
        below = Q(unit__path__startswith=self.unit.path)
        return below if self.unit.kind in LISTS_PEOPLE else Q(unit=self.unit)

    def _lines(self, unit: str = "") -> Q:
        """Units with a line of their own: this and those right below it, or as much of it as he reads."""
        if not self.whole:
            return Q(**{f"{unit}path__in": self.within.paths, f"{unit}path__startswith": self.unit.path})
        depths = [self.unit.depth, self.unit.depth + 1]
        return Q(**{f"{unit}depth__in": depths, f"{unit}path__startswith": self.unit.path})

    def _is_line(self, unit: Unit) -> bool:
        """`_lines`, of a unit at hand."""
        if not self.whole:
            return unit.path in self.within.paths
        return unit.depth <= self.unit.depth + 1

    def unit_line(self, row: RollUpUnit, standard: Standard, material: Material) -> Line:
        is_here = row.unit_id == self.unit.pk
        return Line(
            row.unit.code, name_of(row.unit), "" if is_here else address(row.unit, self.week), row,
            cells_of(row, standard), overall_of(row, standard), row.people, extra=material.of_unit(row.unit),
            results=reverse("week-results", args=[self.week, row.unit.code]),
        )  # fmt: skip

    def person_line(self, row: RollUpPerson, standard: Standard, material: Material) -> Line:
        number = row.person.employee_no
        opens = (self.logs.own and row.person_id == self.reader.pk) or self.logs.covers(row.unit.path)
        link = reverse("person-week", args=[number, self.week]) if opens else ""
        place = row.unit.name if row.unit_id != self.unit.pk else ""
        cells = cells_of(row, standard, of=(number, self.week) if opens else None)
        return Line(
            number, row.person.name, link, row, cells, overall_of(row, standard), place=place,
            extra=material.of_person(row.person_id),
        )  # fmt: skip
