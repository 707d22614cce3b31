"""Whose plan it is, and who prepares it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from org.delegations.models import Delegation
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import STEP, reach
from org.units.models import Unit, UnitKind
from org.week import Week


def department_of(person: Person, plan: Week) -> Unit | None:
    """The 团体部 in or below which he is client manager in that week; of several the one that he comes to first."""
    held = Appointment.objects.touching(plan.monday, plan.sunday).filter(person=person, post=Post.CLIENT_MANAGER)
    first = held.select_related("unit").order_by("starts_on", "pk").first()
    return first.unit.above(UnitKind.DEPARTMENT) if first else None


def prepares(person: Person, unit: Unit, *, on: date) -> bool:
    """Whether he merges and edits the unit's plan: its manager, who stands in for him, 内勤 of the branch."""
    return reach(person, Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT, on=on).covers(unit.path)


def hands_in(person: Person, unit: Unit, *, on: date) -> bool:
    return reach(person, Permission.PLAN_SUBMIT, on=on).covers(unit.path)


def readable(person: Person, on: date) -> QuerySet[Unit]:
    """The 团体部 whose plans he reads as a whole."""
    within = reach(person, Permission.PLAN_READ, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within, kind=UnitKind.DEPARTMENT)
    return found


def preparable(person: Person, on: date) -> QuerySet[Unit]:
    """The 团体部 whose plans he merges."""
    within = reach(person, Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT, on=on).q(unit="", person=None)
    found: QuerySet[Unit] = Unit.objects.filter(within, kind=UnitKind.DEPARTMENT)
    return found


def holders_above(unit: Unit, post: Post, *, on: date) -> list[Person]:
    """Who holds the post in the unit or above it on that day, and who stands in for them; by 工号."""
    paths = [unit.path[:length] for length in range(STEP, len(unit.path) + 1, STEP)]
    held = Appointment.objects.on(on).filter(post=post, unit__path__in=paths)
    lent = Delegation.objects.on(on).filter(appointment__in=held)
    people = Person.objects.filter(Q(pk__in=held.values("person")) | Q(pk__in=lent.values("delegate")))
    return list(people.order_by("employee_no"))


def colleagues(unit: Unit, plan: Week) -> list[Person]:
    """Who may come along: everybody in post in the department, its 分管总 and the managers of the branch."""
    above = [unit.path[:length] for length in range(STEP, len(unit.path), STEP)]
    inside = Q(unit__path__startswith=unit.path)
    leading = Q(unit__path__in=above, post=Post.BRANCH_DEPUTY_GM)
    held = Appointment.objects.touching(plan.monday, plan.sunday).filter(inside | leading)
    return list(Person.objects.filter(pk__in=held.values("person")).order_by("pinyin", "employee_no"))
