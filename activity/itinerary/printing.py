"""《行事历》 as the A4 form: the goals, then one table of people and days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from activity.itinerary.models import Amendment, Itinerary, PlanItem, Target
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.units.naming import with_branch
from org.week import Week

SMALL_PRINT = 60  # items


class Line(NamedTuple):
    """A person's items, by the days of the form."""

    person: Person
    days: list[list[PlanItem]]


@dataclass(frozen=True)
class Printed:
    itinerary: Itinerary
    place: str  # 市南支公司 团体部
    targets: list[Target]
    amendments: list[Amendment]
    days: list[date]
    lines: list[Line]
    hides: bool  # a draft: of it he sees what is his own
    whole: bool  # he reads all of it, with its texts

    @property
    def is_full(self) -> bool:
        """Whether the table of days needs the small print to stay on its sheet."""
        return sum(len(items) for line in self.lines for items in line.days) > SMALL_PRINT

    @property
    def week(self) -> Week:
        return Week(self.itinerary.week)

    @property
    def total(self) -> tuple[int, Decimal, int]:
        """Visits, premium and cases of all goals."""
        goals = self.targets
        premium = sum((one.premium or Decimal(0) for one in goals), Decimal(0))
        return sum(one.visits or 0 for one in goals), premium, sum(one.cases or 0 for one in goals)


def printed(itinerary: Itinerary, *, reader: Person, on: date) -> Printed:
    """As much of the plan as the reader may see. Five queries."""
    hides = itinerary.state == Itinerary.State.DRAFT and not _inside(itinerary, reader, on)
    only: dict[str, Any] = {"person": reader} if hides else {}
    seen = Target.objects.visible_to(reader, on).filter(itinerary=itinerary, **only).select_related("person")
    targets = list(seen.prefetch_related("key_prospects"))
    items = PlanItem.objects.visible_to(reader, on).filter(itinerary=itinerary, **only)
    rows = list(items.select_related("person", "prospect", "companion"))
    changed = Amendment.objects.filter(target__in=targets).select_related("target__person", "by")
    week = Week(itinerary.week)
    weekend = {row.day for row in rows} & set(week.days[5:])
    days = [*week.days[:5], *sorted(weekend)]
    return Printed(
        itinerary, with_branch([itinerary.unit])[itinerary.unit_id], targets, list(changed), days,
        _lines([*(one.person for one in targets), *(one.person for one in rows)], rows, days), hides,
        not hides and reach(reader, Permission.PLAN_READ, on=on).covers(itinerary.unit.path),
    )  # fmt: skip


def _inside(itinerary: Itinerary, reader: Person, on: date) -> bool:
    """Whether he prepares the plan: a draft that was never handed in is the department's own."""
    words = (Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT)
    return reach(reader, *words, on=on).covers(itinerary.unit.path)


def _lines(people: Iterable[Person], rows: list[PlanItem], days: list[date]) -> list[Line]:
    of: dict[tuple[int, date], list[PlanItem]] = defaultdict(list)
    for row in rows:
        of[row.person_id, row.day].append(row)
    each = {one.pk: one for one in people}
    ordered = sorted(each.values(), key=lambda one: one.employee_no)
    return [Line(one, [of[one.pk, day] for day in days]) for one in ordered]
