"""The rows of a plan, made by whoever comes first, and locked by whoever writes (draft, merge, hand in)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, Target
from org.people.models import Person
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

EDITABLE = (Itinerary.State.DRAFT, Itinerary.State.RETURNED)


def plan_of(unit: Unit, week: Week, *, at: datetime) -> Itinerary:
    """The department's plan, made if need be and locked: one writer at a time."""
    fresh = Itinerary(unit=unit, week=week.monday, changed_at=at, created_at=at)
    Itinerary.objects.bulk_create([fresh], ignore_conflicts=True)
    locked = Itinerary.objects.select_for_update(of=("self",)).select_related("unit")
    return locked.get(unit=unit, week=week.monday)


def editable_plan(unit: Unit, week: Week, *, at: datetime) -> Itinerary:
    """Refused once it is handed in: what 分管总 decides about does not change under his hands."""
    plan = plan_of(unit, week, at=at)
    if plan.state == Itinerary.State.SUBMITTED:
        raise Refused(_("行事历已经上报，等分管总批。要改先请分管总退回。"))
    if plan.state not in EDITABLE:
        raise Refused(_("行事历已经批准，不能再改。"))
    return plan


def target_of(plan: Itinerary, person: Person | int, *, at: datetime) -> Target:
    """His row of the plan, under the plan's lock."""
    pk = person if isinstance(person, int) else person.pk
    Target.objects.bulk_create([Target(itinerary=plan, person_id=pk, changed_at=at)], ignore_conflicts=True)
    return Target.objects.get(itinerary=plan, person_id=pk)


def differing(row: Any, said: dict[str, Any], shown: datetime | None) -> dict[str, Any]:
    """What is stored otherwise than he says, by field, where it was stored after what he was shown: another tab.

    Empty while nobody wrote in between: his own changes are no conflict.
    """
    if shown is not None and row.changed_at == shown:
        return {}
    if shown is None and all(getattr(row, name) in (None, "") for name in said):
        return {}
    return {name: getattr(row, name) for name, value in said.items() if getattr(row, name) != value}


class Overtaken(Refused):
    """Somebody, or he himself in another tab, stored other words meanwhile; `stored` by field, `at` when."""

    def __init__(self, stored: dict[str, Any], at: datetime) -> None:
        super().__init__(_("这里的内容已在别处改过，两边都留着，看一下再存。"))
        self.stored, self.at = stored, at
