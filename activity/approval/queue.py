"""What waits for 分管总, by risk, and how the other departments of the coming week stand.

A constant number of statements for each branch, however many plans and weeks wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from activity.approval.hints import Advice, advice_on, in_words_of
from activity.approval.rules import Hint, Kind
from activity.itinerary.models import Itinerary
from activity.itinerary.rules import Lateness, lateness
from activity.planning.dates import Times, times_of_weeks
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.units.models import Unit, UnitKind
from org.units.naming import with_branch
from org.week import Week


def departments(person: Person, on: date) -> QuerySet[Unit]:
    """Whose plans he approves, by code."""
    within = reach(person, Permission.PLAN_APPROVE, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within, kind=UnitKind.DEPARTMENT).order_by("code")
    return found


class Row(NamedTuple):
    """A department's plan of a week; `may` whether he decides about it, `plan` None where nobody has begun."""

    unit: Unit
    name: str
    week: Week
    plan: Itinerary | None
    advice: list[Advice]
    late: Lateness
    may: bool

    @property
    def is_clean(self) -> bool:
        return self.may and not self.advice


@dataclass(frozen=True)
class Queue:
    """`waiting` by risk, then by unit code; `others`: the coming week's that wait for nobody here."""

    at: datetime
    week: Week
    due: datetime | None
    waiting: list[Row]
    others: list[Row]

    @property
    def clean(self) -> list[Row]:
        return [row for row in self.waiting if row.is_clean]


def queue(person: Person, *, at: datetime) -> Queue:
    on, coming = at.date(), Week.of(at.date()).next
    units = {one.pk: one for one in departments(person, on)}
    names = with_branch(units.values())
    seen = Itinerary.objects.filter(unit__in=units).filter(Q(week=coming.monday) | Q(state=Itinerary.State.SUBMITTED))
    plans = list(seen.select_related("person", "approved_by"))
    mine = set(Itinerary.objects.to_approve(person, on).filter(unit__in=units).values_list("pk", flat=True))
    weeks = sorted({Week(one.week) for one in plans} | {coming}, key=lambda one: one.monday)
    times = times_of_weeks(weeks)
    due = times[coming].due
    rows = []
    for week in weeks:
        rows += _rows([one for one in plans if one.week == week.monday], week, times[week], units, names, mine, at)
    begun = {one.unit_id for one in plans if one.week == coming.monday}
    rows += [
        Row(unit, names[pk], coming, None, [], _late(None, due, at), False)
        for pk, unit in units.items()
        if pk not in begun
    ]
    waiting = [row for row in rows if row.plan and row.plan.state == Itinerary.State.SUBMITTED]
    waiting.sort(key=lambda row: (-len(row.advice), row.unit.code, row.week.monday))
    others = sorted((row for row in rows if row not in waiting), key=lambda row: row.unit.code)
    return Queue(at, coming, due, waiting, others)


def _rows(
    plans: list[Itinerary],
    week: Week,
    times: Times,
    units: dict[int, Unit],
    names: dict[int, str],
    mine: set[UUID],
    at: datetime,
) -> list[Row]:
    """Of a week that is over nothing is asked: its plans are looked at one by one, however many such weeks wait."""
    for plan in plans:
        plan.unit = units[plan.unit_id]
    waiting = [one for one in plans if one.state == Itinerary.State.SUBMITTED]
    if week.sunday < at.date():
        advice: Mapping[object, list[Advice]] = {one.pk: [in_words_of(Hint(Kind.PAST, 0), "")] for one in waiting}
    else:
        advice = advice_on(waiting, week, times) if waiting else {}
    return [
        Row(one.unit, names[one.unit_id], week, one, advice.get(one.pk, []), _late(one, times.due, at), one.pk in mine)
        for one in plans
    ]


def _late(plan: Itinerary | None, due: datetime | None, at: datetime) -> Lateness:
    if due is None:
        return Lateness(submitter=False, approver=False)
    return lateness(*(plan.instants if plan else (None, None)), due=due, at=at)
