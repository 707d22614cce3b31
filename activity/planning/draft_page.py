"""下周行事历: what an employee's own page draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from activity.itinerary.models import Amendment, Itinerary, PlanItem, Target
from activity.planning import figures
from activity.planning.agreeing import mark
from activity.planning.candidates import Candidate, candidates, open_ones
from activity.planning.dates import Times, days_of, times_of
from activity.planning.departments import department_of, holders_above
from activity.planning.figures import Attained, Usual
from activity.planning.plans import EDITABLE
from org.people.models import Person
from org.posts import Post
from org.units.models import Unit
from org.week import Week

NOBODY_KNOWS = Usual(Decimal(0), Decimal(0), Decimal(0), 0)


class DayBar(NamedTuple):
    """A day at a glance: its visits alone and with somebody along, and what else is planned."""

    day: date
    alone: int
    accompanied: int
    others: int
    works: bool

    @property
    def visits(self) -> int:
        return self.alone + self.accompanied

    @property
    def bars(self) -> list[str]:
        return ["with"] * self.accompanied + ["alone"] * self.alone


def bars(items: list[PlanItem], times: Times, week: Week) -> list[DayBar]:
    found = []
    for day in days_of(week, times.calendar):
        of_day = [item for item in items if item.day == day]
        visits = [item for item in of_day if item.kind == PlanItem.Kind.VISIT]
        along = sum(item.companion_id is not None for item in visits)
        found.append(DayBar(day, len(visits) - along, along, len(of_day) - len(visits), times.calendar.works(day)))
    return found


@dataclass(frozen=True)
class DraftPage:
    """`unit` None: he is in no 团体部 that week and the rest is empty."""

    week: Week
    unit: Unit | None
    times: Times
    at: datetime
    plan: Itinerary | None = None
    target: Target | None = None
    items: tuple[PlanItem, ...] = ()
    offered: tuple[Candidate, ...] = ()
    usual: Usual = NOBODY_KNOWS
    attained: Attained = field(default_factory=Attained)
    managers: tuple[str, ...] = ()
    amendments: tuple[Amendment, ...] = ()

    @property
    def may_edit(self) -> bool:
        return self.unit is not None and (self.plan is None or self.plan.state in EDITABLE)

    @property
    def is_late(self) -> bool:
        """Handed in late, or not yet and due."""
        return self.times.draft_late(self.target.handed_in_at if self.target else None, self.at)

    @property
    def taken(self) -> list[PlanItem]:
        """Those that a tick planned and that taking it away removes."""
        return [one for one in self.items if one.origin_id and one.is_open and one.origin != PlanItem.Origin.MOVED]

    @property
    def own(self) -> list[PlanItem]:
        taken = {item.pk for item in self.taken}
        return [item for item in self.items if item.pk not in taken]

    @property
    def visits(self) -> int:
        return sum(item.kind == PlanItem.Kind.VISIT for item in self.items)

    @property
    def lacking(self) -> int | None:
        """Visits between plan and goal; None without a goal, 0 where the plan reaches it."""
        goal = self.target.visits if self.target else None
        return None if goal is None else max(goal - self.visits, 0)

    @property
    def bars(self) -> list[DayBar]:
        return bars(list(self.items), self.times, self.week)

    @property
    def manager(self) -> str:
        return "、".join(self.managers)


def draft_page(person: Person, week: Week, *, at: datetime) -> DraftPage:
    unit, times = department_of(person, week), times_of(week)
    if unit is None:
        return DraftPage(week, None, times, at)
    plan = Itinerary.objects.filter(unit=unit, week=week.monday).first()
    target = Target.objects.filter(itinerary=plan, person=person).first() if plan else None
    items = list(plan.items.filter(person=person).select_related("companion")) if plan else []
    if plan and plan.state in EDITABLE:
        mark(items)
    found = candidates(person, week, today=at.date())
    return DraftPage(
        week, unit, times, at, plan, target,
        items=tuple(items),
        offered=tuple(open_ones(found, items)),
        usual=figures.medians([person.pk], week, unit=unit).get(person.pk, NOBODY_KNOWS),
        attained=figures.attained([person.pk], week.previous, unit=unit, at=at)[person.pk],
        managers=tuple(one.name for one in holders_above(unit, Post.DEPARTMENT_MANAGER, on=at.date())),
        amendments=tuple(target.amendments.select_related("by")) if target else (),
    )  # fmt: skip
