"""What a plan says on the desk and as a number in the menu: drafts, the hand-in, a return, the result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, Target
from activity.planning import figures
from activity.planning.dates import Times, times_of
from activity.planning.departments import department_of
from org.days import in_words
from org.pages.navigation import waiting
from org.pages.waiting import Waits
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.units.models import Unit, UnitKind
from org.week import Week


class Told(NamedTuple):
    """As a row of the desk: icon, state, title, text, link."""

    icon: str
    state: str
    title: str
    text: str
    link: str


@waiting("itineraries")
def to_merge(person: Person, day: date) -> Waits:
    """Plans from next week on that were returned to him, and next week's in which drafts wait for him."""
    within = reach(person, Permission.PLAN_SUBMIT, on=day)
    if not within.paths:
        return 0
    monday = Week.of(day).next.monday
    coming = Q(state=Itinerary.State.DRAFT, week=monday, targets__handed_in_at__isnull=False)
    returned = Q(state=Itinerary.State.RETURNED, week__gte=monday)
    plans = Itinerary.objects.filter(within.q(person=None), coming | returned)
    return plans.distinct()


def of_departments(person: Person, *, at: datetime) -> Iterator[Told]:
    """Next week's plan of each department whose plan he hands in."""
    week, on = Week.of(at.date()).next, at.date()
    within = reach(person, Permission.PLAN_SUBMIT, on=on).q(unit="", person=None)
    times = times_of(week)
    for unit in Unit.objects.filter(within, kind=UnitKind.DEPARTMENT):
        plan = Itinerary.objects.filter(unit=unit, week=week.monday).first()
        yield from _of_department(unit, week, plan, times, at)


def _of_department(unit: Unit, week: Week, plan: Itinerary | None, times: Times, at: datetime) -> Iterator[Told]:
    """Nothing where nobody is active: that department owes no plan."""
    link = reverse("itinerary", args=[week, unit.code])
    state = plan.state if plan else Itinerary.State.DRAFT
    staff = [one.person_id for one in figures.active(unit, week)]
    handed = Target.objects.filter(itinerary=plan, person__in=staff, handed_in_at__isnull=False).count() if plan else 0
    if plan and state == Itinerary.State.APPROVED:
        yield Told("circle-check", "ok", _("下周行事历已批准"), plan.opinion[:60], link)
    elif state == Itinerary.State.SUBMITTED:
        yield Told("hourglass", "acc", _("下周行事历已上报，等分管总批"), week.label, link)
    elif plan and state == Itinerary.State.RETURNED:
        yield Told("undo-2", "bad", _("下周行事历被退回，改好再上报"), plan.opinion[:60], link)
    elif staff and times.due and at >= times.due:
        yield Told("triangle-alert", "bad", _("下周行事历还没有上报，已过期限"), week.label, link)
    elif staff:
        title = _("下周行事历：草稿已交 {n} / {m} 人").format(n=handed, m=len(staff))
        due = _before(times.due, _("{when} 前上报"))
        yield Told("calendar-range", "warn" if times.is_open(at) else "", title, due, link)


def of_himself(person: Person, *, at: datetime) -> Iterator[Told]:
    """His own draft for next week, and a result that he has not seen."""
    week = Week.of(at.date()).next
    if not person.can(Permission.PLAN_DRAFT, on=at.date()) or department_of(person, week) is None:
        return
    times, link = times_of(week), reverse("plan", args=[week])
    targets = list(Target.objects.filter(person=person, itinerary__week=week.monday).select_related("itinerary"))
    approved = [one for one in targets if one.itinerary.state == Itinerary.State.APPROVED]
    if any(one.acknowledged_at is None for one in approved):
        yield Told("calendar-check", "acc", _("下周行事历批准了，看一眼你的目标"), week.label, link)
    elif not approved and not any(one.handed_in_at for one in targets):
        late = times.draft_late(None, at)
        title = _("下周行事历还没有交，已迟") if late else _("下周行事历还没有交")
        yield Told("calendar-range", "warn", title, _before(times.drafts_due, _("{when} 前交给经理")), link)


def _before(due: datetime | None, words: str) -> str:
    return words.format(when=f"{in_words(due.date())} {due:%H:%M}") if due else ""
