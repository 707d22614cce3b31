"""The department's plan as its readers see it: goals beside what this week came to, lines by day, the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from activity.itinerary.models import Itinerary, PlanItem, Target
from activity.itinerary.rules import Lateness, lateness
from activity.planning import figures
from activity.planning.agreeing import mark
from activity.planning.dates import Times, days_of, times_of
from activity.planning.departments import hands_in, prepares
from activity.planning.drafting import goal_of
from activity.planning.figures import Attained, Member, Usual
from activity.planning.plans import EDITABLE
from activity.planning.rules import Goal, Missing, missing
from org.people.models import Person
from org.permissions import Permission
from org.reach import Reach, reach
from org.units.models import Unit
from org.week import Week


class Line(NamedTuple):
    """An employee of the table. `is_active`: in post and not away the whole week; only they need a goal."""

    member: Member
    is_active: bool
    target: Target | None
    usual: Usual | None
    attained: Attained
    is_late: bool  # his draft
    links: dict[str, str]

    @property
    def goal(self) -> Goal:
        return goal_of(self.target) if self.target else Goal()


class DayLines(NamedTuple):
    day: date
    works: bool
    items: list[PlanItem]


@dataclass(frozen=True)
class PlanPage:
    """`whole`: he reads all of it, else only what is his own. `inside`: he prepares it, so he sees drafts too."""

    unit: Unit
    week: Week
    at: datetime
    times: Times
    plan: Itinerary | None
    lines: list[Line]
    days: list[DayLines]
    total: Attained
    links: dict[str, str]
    whole: bool
    inside: bool
    may_submit: bool

    @property
    def may_edit(self) -> bool:
        return self.inside and (self.plan is None or self.plan.state in EDITABLE)

    @property
    def is_hidden(self) -> bool:
        """A draft that was never handed in is the department's own."""
        return not self.inside and (self.plan is None or self.plan.state == Itinerary.State.DRAFT)

    @property
    def goals(self) -> Goal:
        """Sums of what is set."""
        said = [line.goal for line in self.lines]
        return Goal(
            sum(one.visits or 0 for one in said),
            sum((one.premium or figures.NOTHING for one in said), figures.NOTHING),
            sum(one.cases or 0 for one in said),
        )

    @property
    def missing(self) -> Missing:
        staff = [line.member.person_id for line in self.lines if line.is_active]
        return missing(staff, {line.member.person_id: line.goal for line in self.lines})

    @property
    def unready(self) -> list[str]:
        """Names of active employees without goal or key work, each once."""
        wanting = {*self.missing.goal, *self.missing.key_work}
        return [line.member.name for line in self.lines if line.member.person_id in wanting]

    @property
    def drafts_in(self) -> int:
        return sum(line.target is not None and line.target.handed_in_at is not None for line in self.lines)

    @property
    def lateness(self) -> Lateness:
        """Of the submitter and of the approver; nobody is late where nothing is due or nobody active."""
        owes = bool(self.plan and self.plan.first_submitted_at) or any(line.is_active for line in self.lines)
        if self.times.due is None or not owes:
            return Lateness(submitter=False, approver=False)
        known = self.plan.instants if self.plan else (None, None)
        return lateness(*known, due=self.times.due, at=self.at)

    @property
    def is_open(self) -> bool:
        return self.times.is_open(self.at)


def plan_page(reader: Person, unit: Unit, week: Week, *, at: datetime, plan: Itinerary | None = None) -> PlanPage:
    """A constant number of statements, however many people; one less for who has the `plan` already."""
    on, times = at.date(), times_of(week)
    plan = plan or _plan(unit, week)
    whole = reach(reader, Permission.PLAN_READ, on=on).covers(unit.path)
    inside = prepares(reader, unit, on=on)
    active = figures.active(unit, week)
    targets = list(_targets(plan, reader, on)) if plan else []
    members = _members(active, targets, whole=whole)
    ids = [one.person_id for one in members]
    usual = figures.medians(ids, week, unit=unit)
    attained = figures.attained(ids, week.previous, unit=unit, at=at)
    links = Links(reader, unit, week, on)
    by_person = {one.person_id: one for one in targets}
    working = {one.person_id for one in active}
    lines = [
        Line(
            one,
            one.person_id in working,
            target := by_person.get(one.person_id),
            usual.get(one.person_id),
            attained[one.person_id],
            times.draft_late(target.handed_in_at if target else None, at),
            links.of(one),
        )
        for one in members
    ]
    items = list(_items(plan, reader, on)) if plan else []
    if inside and plan and plan.state in EDITABLE:
        mark(items)
    total = sum(attained.values(), Attained())
    return PlanPage(
        unit, week, at, times, plan, lines, _by_day(items, week, times), total, links.all(), whole, inside,
        may_submit=hands_in(reader, unit, on=on),
    )  # fmt: skip


def _plan(unit: Unit, week: Week) -> Itinerary | None:
    found = Itinerary.objects.filter(unit=unit, week=week.monday).select_related("person", "approved_by").first()
    if found:
        found.unit = unit
    return found


def _targets(plan: Itinerary, reader: Person, on: date) -> Iterable[Target]:
    seen = Target.objects.visible_to(reader, on).filter(itinerary=plan)
    return seen.select_related("person").prefetch_related("key_prospects")


def _items(plan: Itinerary, reader: Person, on: date) -> Iterable[PlanItem]:
    return PlanItem.objects.visible_to(reader, on).filter(itinerary=plan).select_related("person", "companion")


def _members(active: list[Member], targets: list[Target], *, whole: bool) -> list[Member]:
    """Who has a goal without being active comes last; who does not read the whole finds himself alone."""
    if not whole:
        active = [one for one in active if one.person_id in {target.person_id for target in targets}]
    known = {one.person_id for one in active}
    return active + [
        Member(one.person_id, one.person.employee_no, one.person.name, 0)
        for one in targets
        if one.person_id not in known
    ]


def _by_day(items: Iterable[PlanItem], week: Week, times: Times) -> list[DayLines]:
    found: dict[date, list[PlanItem]] = defaultdict(list)
    for item in items:
        found[item.day].append(item)
    days = sorted({*days_of(week, times.calendar), *found})
    return [DayLines(day, times.calendar.works(day), found[day]) for day in days]


class Links:
    """Where a figure of the week before opens, for this reader; "" where he may not go on."""

    OF_ACTIVITY = ("calls", "visits", "prospects", "studies")
    OF_POLICIES = ("premium", "cases")
    OF_ITEMS = ("done", "missed", "moved", "cancelled", "planned")

    def __init__(self, reader: Person, unit: Unit, week: Week, on: date) -> None:
        self.reader, self.unit, self.week = reader, unit, week
        self.logs = reach(reader, Permission.LOG_READ, on=on)
        self.reports = reach(reader, Permission.ROLLUP_READ, on=on)
        self.policies = reach(reader, Permission.POLICY_READ, on=on)
        self.plans = reach(reader, Permission.PLAN_READ, on=on)

    def of(self, member: Member) -> dict[str, str]:
        """Of one employee."""
        given = [member.employee_no, self.week.previous]
        found = {}
        if self._opens(self.logs, member):
            found = {item: reverse("person-figure", args=[*given, item]) for item in self.OF_ACTIVITY}
        who = f"?who={member.employee_no}"
        if self._opens(self.policies, member):
            found |= {item: self._figure(item) + who for item in self.OF_POLICIES}
        if self._opens(self.plans, member):
            found |= {item: self._figure(item) + who for item in self.OF_ITEMS}
        return found

    def all(self) -> dict[str, str]:
        """Of the department."""
        found = {}
        if self.reports.covers(self.unit.path):
            whole = reverse("report-unit", args=[self.week.previous, self.unit.code])
            found = dict.fromkeys(self.OF_ACTIVITY, whole)
        if self.policies.covers(self.unit.path):
            found |= {item: self._figure(item) for item in self.OF_POLICIES}
        if self.plans.covers(self.unit.path):
            found |= {item: self._figure(item) for item in self.OF_ITEMS}
        return found

    def _figure(self, item: str) -> str:
        return reverse("itinerary-figure", args=[self.week, self.unit.code, item])

    def _opens(self, within: Reach, member: Member) -> bool:
        return within.covers(self.unit.path) or (within.own and member.person_id == self.reader.pk)
