"""What stands behind the figures of a unit's report: its policies, the goals of its plans, its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, Target
from activity.rollup.business import Spans, Wanted, business_now
from activity.rollup.live import AsOf
from activity.rollup.models import RollUpBusiness
from activity.rollup.table import versions
from clients.policies.models import Policy
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.rules.book import book_on
from org.units.models import Unit, UnitKind
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import report_due

SPANS = ("week", "month", "year")
HEADS = {
    "in_post": _("在岗"), "on_leave": _("请假"), "on_duty": _("公务"), "newcomers": _("新人"), "assessed": _("应考核"),
    "met": _("达标"),
}  # fmt: skip


class Asking(NamedTuple):
    """Who opens which unit's figures of which week."""

    reader: Person
    unit: Unit
    week: Week
    at: datetime

    @property
    def on(self) -> date:
        return self.at.date()


@dataclass(slots=True)
class Money:
    """Policies and goals of a span; `frozen`: what the report has kept of them, of a frozen week."""

    first: date
    last: date
    policies: QuerySet[Policy]
    targets: QuerySet[Target]
    premium: Decimal
    cases: int
    goal: Decimal
    frozen: RollUpBusiness | None
    kept: Decimal | None  # the frozen premium of the span
    kept_goal: Decimal | None


def money_of(asking: Asking, span: str, seller: str = "") -> Money:
    """Of a week, month or year; `seller`: the 工号 of one person. Three queries and the rows of a page."""
    unit, week = asking.unit, asking.week
    first, last = _span(week, span)
    policies = Policy.objects.visible_to(asking.reader, asking.on).filter(
        issued_on__range=(first, last), unit__path__startswith=unit.path
    )
    weeks = (week.monday, week.monday) if span == "week" else (first - timedelta(days=5), week.monday)
    issued = versions(asking.reader, unit, week, asking.on)
    known = issued[0].due_at if issued else asking.at
    targets = Target.objects.visible_to(asking.reader, asking.on).filter(
        itinerary__state=Itinerary.State.APPROVED, itinerary__approved_at__lt=known,
        itinerary__week__range=weeks, itinerary__unit__path__startswith=unit.path,
    )  # fmt: skip
    kept = None
    if seller:
        policies, targets = policies.filter(seller__employee_no=seller), targets.filter(person__employee_no=seller)
    if issued:
        rows = RollUpBusiness.objects.visible_to(asking.reader, asking.on).filter(rollup=issued[0])
        kept = (rows.filter(person__employee_no=seller) if seller else rows.filter(unit=unit, person=None)).first()
    sums = policies.aggregate(premium=Sum("premium"), cases=Count("pk"))
    name = "" if span == "week" else f"{span}_"
    return Money(
        first, last,
        policies.select_related("seller", "unit").order_by("issued_on", "number"),
        targets.select_related("person", "itinerary__unit").order_by(
            F("itinerary__week").desc(), "itinerary__unit__code", "person__employee_no"
        ),
        sums["premium"] or Decimal(0), sums["cases"],
        targets.aggregate(goal=Sum("premium"))["goal"] or Decimal(0),
        kept, getattr(kept, f"{name}premium", None),
        getattr(kept, "goal_premium" if span == "week" else f"{span}_goal", None),
    )  # fmt: skip


def _span(week: Week, span: str) -> tuple[date, date]:
    spans = Spans.of(week)
    if span == "month":
        return spans.month_from, spans.month_to
    return (spans.year_from, spans.year_to) if span == "year" else (week.monday, week.sunday)


class Head(NamedTuple):
    person: Person
    unit: Unit
    words: str  # 请假 · 新人
    link: str


def heads_of(asking: Asking, which: str) -> list[Head]:
    """The client managers that a number of heads counts, by 工号: frozen, or as they stand."""
    logs = reach(asking.reader, Permission.LOG_READ, on=asking.on)
    found = [row for row in _people(asking) if getattr(row, which)]
    found.sort(key=lambda row: row.person.employee_no if row.person else "")
    return [
        Head(row.person, row.unit, _words(row), _link(row.person, asking.week) if logs.covers(row.unit.path) else "")
        for row in found
        if row.person
    ]


def _people(asking: Asking) -> list[RollUpBusiness]:
    unit, week = asking.unit, asking.week
    if issued := versions(asking.reader, unit, week, asking.on):
        visible = RollUpBusiness.objects.visible_to(asking.reader, asking.on).filter(rollup=issued[0])
        of_people = visible.filter(person__isnull=False, unit__path__startswith=unit.path)
        return list(of_people.select_related("person", "unit"))
    book, calendar = book_on(week.monday), calendar_between(week.monday, week.sunday)
    until = min(asking.at, report_due(week, calendar, book.times) or asking.at)
    now = AsOf(week, until, calendar, book)
    known = now.stretches()
    listed = {row.person_id: row for row in now.people(unit, known, below=True, only=None)}
    city = unit if unit.kind == UnitKind.CITY else unit.city
    if city is None:
        return []
    wanted = Wanted([], [row.person for row in listed.values()])
    rows = business_now(city, week, wanted, known, until=until, calendar=calendar, book=book)
    for row in rows:
        if row.person_id in listed:
            row.person, row.unit = listed[row.person_id].person, listed[row.person_id].unit
    return rows


def _words(row: RollUpBusiness) -> str:
    names = [name for name in ("on_leave", "on_duty", "newcomers") if getattr(row, name)]
    words = [str(HEADS[name]) for name in names]
    return " · ".join([*words, *([] if row.assessed else [_("不考核")])])


def _link(person: Person, week: Week) -> str:
    return reverse("person-week", args=[person.employee_no, week])
