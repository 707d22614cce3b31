"""What the pages of this room list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from clients.limits.actions import spent
from clients.limits.models import PhoneLook, PhoneLookQuerySet, Spent
from clients.prospects.models import Prospect, ProspectQuerySet
from clients.protection.models import Conflict, ConflictQuerySet
from org.people.models import Person
from org.permissions import Permission
from org.reach import branch_path, reach
from org.rules.book import book_on
from org.units.models import Unit

LISTED = 50


def was_in_pool(person: Person, on: date) -> ProspectQuerySet:
    """Of the branches whose pool he reads: what is there now, or was before somebody claimed it."""
    within = reach(person, Permission.POOL_READ, on=on).q(unit="unit", person=None)
    return Prospect.objects.filter(within, releases__isnull=False).distinct()


def pool(person: Person, on: date) -> ProspectQuerySet:
    within = reach(person, Permission.POOL_READ, on=on).q(unit="unit", person=None)
    found = Prospect.objects.filter(within, released_at__isnull=False).select_related("unit")
    return found.order_by("-released_at", "pk")


def ending(person: Person) -> ProspectQuerySet:
    """His clients that were warned about; `look_again_on` is the day on which they go."""
    warned = Prospect.objects.filter(owner=person, released_at=None, warned_on__isnull=False)
    return warned.order_by("look_again_on", "name")


def asks_left(person: Person, today: date) -> int:
    limit = book_on(today).protection.asks_a_day
    return max(0, limit - spent(person, Spent.Kind.ASK, day=today))


def conflicts(person: Person, on: date) -> ConflictQuerySet:
    return Conflict.objects.visible_to(person, on).select_related(
        "person", "unit", "owner", "owner_unit", "prospect", "decided_by"
    )


def looks(person: Person, on: date, asked: dict[str, Any]) -> PhoneLookQuerySet:
    found = PhoneLook.objects.visible_to(person, on).select_related("person", "unit")
    if text := asked.get("q"):
        found = found.filter(Q(person__name__icontains=text) | Q(person__employee_no=text) | Q(client__icontains=text))
    if day := asked.get("day"):
        found = found.filter(at__date=day)
    return found


def branches_of(conflict: Conflict) -> tuple[str, str]:
    """The names of the branches of who raised it and of who held the client."""
    paths = [branch_path(conflict.unit.path), branch_path(conflict.owner_unit.path)]
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    return names.get(paths[0], ""), names.get(paths[1], "")
