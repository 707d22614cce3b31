"""Plan against actual of a week: each planned item counted once under what became of it, each goal beside what counted.

Goals are met by counted visits (activity/daily_log) and by policies of the week by 承保日期; money is yuan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from activity.daily_log.models import DailyLog
from activity.itinerary.day_items import planned
from activity.itinerary.models import Itinerary, PlanItem, Target
from clients.policies.models import Policy, PolicyQuerySet
from org.people.models import Person
from org.permissions import Permission
from org.week import Week

State = PlanItem.State
STATES = (State.DONE, State.MISSED, State.MOVED, State.CANCELLED, State.PLANNED)


class KindLine(NamedTuple):
    """Items of a kind, or of all: how many, and of these how many came to each of STATES."""

    kind: str  # "" for all
    label: Any
    planned: int
    by_state: list[tuple[str, int]]

    @property
    def open(self) -> int:
        return dict(self.by_state)[State.PLANNED]


class Goal(NamedTuple):
    """None: no goal was set, or the reader does not read what was done."""

    code: str  # visits, premium, cases
    label: Any
    goal: Decimal | int | None
    done: Decimal | int | None

    @property
    def is_met(self) -> bool:
        return self.goal is not None and self.done is not None and self.done >= self.goal


@dataclass
class Actual:
    """One person's week."""

    person: Person
    week: Week
    target: Target | None
    items: list[PlanItem]
    visits: int | None
    premium: Decimal | None
    cases: int | None

    @property
    def is_empty(self) -> bool:
        return self.target is None and not self.items

    @property
    def waits(self) -> bool:
        """Whether the plan is not approved (yet)."""
        plans = [one.itinerary for one in (*self.items, self.target) if one]
        return any(plan.state != Itinerary.State.APPROVED for plan in plans)

    @property
    def goals(self) -> list[Goal]:
        target = self.target
        return [
            Goal("visits", _("拜访"), target.visits if target else None, self.visits),
            Goal("premium", _("保费"), target.premium if target else None, self.premium),
            Goal("cases", _("件数"), target.cases if target else None, self.cases),
        ]

    @property
    def lines(self) -> list[KindLine]:
        """One for each kind that was planned, in the order of the form."""
        kinds = [kind for kind in PlanItem.Kind if any(one.kind == kind for one in self.items)]
        return [_line(kind, kind.label, [one for one in self.items if one.kind == kind]) for kind in kinds]

    @property
    def total(self) -> KindLine:
        return _line("", _("合计"), self.items)


def _line(kind: str, label: Any, items: list[PlanItem]) -> KindLine:
    counts = [(state.value, sum(one.state == state for one in items)) for state in STATES]
    return KindLine(kind, label, len(items), counts)


def actuals(itinerary: Itinerary, *, reader: Person, on: date) -> list[Actual]:
    """Of everybody with a goal in the plan or an item of it, by 工号, as far as the reader sees. Four queries."""
    targets = Target.objects.open_to(reader, on).filter(itinerary=itinerary).select_related("person", "itinerary")
    goals = {target.person_id: target for target in targets}
    items = PlanItem.objects.open_to(reader, on).filter(itinerary=itinerary).select_related("person", "itinerary")
    rows = list(items)
    people = {one.person_id: one.person for one in rows} | {one.person_id: one.person for one in goals.values()}
    done = _Done(reader, Week(itinerary.week), people, on)
    ordered = sorted(people.values(), key=lambda one: one.employee_no)
    return [done.actual(one, goals.get(one.pk), [row for row in rows if row.person_id == one.pk]) for one in ordered]


def actual_of(person: Person, week: Week, *, reader: Person, on: date, visits: int) -> Actual:
    """One person's week in whatever unit it was planned; `visits`: what counted, as his week says. Three queries."""
    seen = {"person": person, "itinerary__week": week.monday}
    target = Target.objects.open_to(reader, on).filter(**seen).select_related("itinerary").first()
    found = planned(PlanItem.objects.open_to(reader, on)).filter(**seen)
    items = list(found.select_related("itinerary", "prospect", "companion", "moved_to", "moved_from"))
    premium, cases = _sold(reader, week, [person.pk], on).get(person.pk, (None, None))
    return Actual(person, week, target, items, visits, premium, cases)


class _Done:
    """What the people of a plan brought into its week."""

    def __init__(self, reader: Person, week: Week, people: Iterable[int], on: date) -> None:
        ids = list(people)
        self.week, self.sold = week, _sold(reader, week, ids, on)
        logs = DailyLog.objects.visible_to(reader, on).filter(person__in=ids, counts=True)
        sums = logs.between(week.monday, week.sunday).values_list("person").annotate(Sum("visits")).order_by()
        self.visits = dict.fromkeys(ids, 0) | dict(sums) if reader.can(Permission.LOG_READ, on=on) else {}

    def actual(self, person: Person, target: Target | None, items: list[PlanItem]) -> Actual:
        premium, cases = self.sold.get(person.pk, (None, None))
        return Actual(person, self.week, target, items, self.visits.get(person.pk), premium, cases)


def policies_of(person: Person, week: Week, *, reader: Person, on: date) -> list[Policy]:
    """The rows behind premium and cases."""
    return list(_policies(reader, week, [person.pk], on).order_by("issued_on", "number"))


def _policies(reader: Person, week: Week, people: list[int], on: date) -> PolicyQuerySet:
    seen = Policy.objects.visible_to(reader, on)
    return seen.filter(seller__in=people, issued_on__range=(week.monday, week.sunday))


def _sold(reader: Person, week: Week, people: list[int], on: date) -> dict[int, tuple[Decimal, int]]:
    """Premium and cases; nothing for who reads no policies."""
    if not reader.can(Permission.POLICY_READ, on=on):
        return {}
    sums = _policies(reader, week, people, on).values_list("seller").annotate(Sum("premium"), Count("pk")).order_by()
    return dict.fromkeys(people, (Decimal(0), 0)) | {seller: (premium, count) for seller, premium, count in sums}
