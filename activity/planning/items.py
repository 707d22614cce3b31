"""The lines of a plan: added, changed and taken out by their employee or by who prepares the department's plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, PlanItem
from activity.planning.agreeing import follow
from activity.planning.candidates import AGREED, candidates
from activity.planning.dates import days_of, times_of
from activity.planning.departments import prepares
from activity.planning.plans import editable_plan
from clients.prospects.matching import KnownProspects
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.permissions import Permission
from org.trace.actions import record
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

MOST = 200  # of one employee and week


def add_item(
    person: Person, unit: Unit, week: Week, *, by: Person, at: datetime, key: UUID, said: dict[str, Any]
) -> Result:
    """A line of `person` that came from nowhere else; his own or the manager's."""

    def effect() -> Result:
        may_write(person.pk, unit, by=by, on=at.date())
        plan = editable_plan(unit, week, at=at)
        _in_week(said["day"], week)
        if plan.items.filter(person=person).count() >= MOST:
            raise Refused(_("一个人一周最多 {most} 项。").format(most=MOST))
        origin = PlanItem.Origin.OWN if by.pk == person.pk else PlanItem.Origin.MANAGER
        item = PlanItem.objects.create(
            itinerary=plan, person=person, origin=origin, prospect_id=_prospect(person.pk, unit, said), **said
        )
        if by.pk != person.pk:
            record(item, "plan_item_add", by=by, at=at, changes={"what": str(item), "whom": person.employee_no})
        return {"item": str(item.pk)}

    return once(key, by=by, verb="plan_item_add", at=at, parameters=_parameters(person, week, said), effect=effect)


def change_item(item: PlanItem, *, by: Person, at: datetime, key: UUID, said: dict[str, Any]) -> Result:
    """Its day, client and the rest; where it came from stays."""

    def effect() -> Result:
        kept = _locked(item, by=by, at=at)
        _in_week(said["day"], Week(kept.itinerary.week))
        before = {name: getattr(kept, name) for name in said}
        for name, value in said.items():
            setattr(kept, name, value)
        if before["client"] != said["client"]:
            kept.prospect_id = _prospect(kept.person_id, kept.itinerary.unit, said)
        kept.save(update_fields=[*said, "prospect"])
        if by.pk != kept.person_id:
            record(kept, "plan_item_change", by=by, at=at, changes={"before": str(before), "after": str(said)})
        return {"item": str(kept.pk)}

    parameters = _parameters(item.person_id, item.pk, said)
    return once(key, by=by, verb="plan_item_change", at=at, parameters=parameters, effect=effect)


def remove_item(item: PlanItem, *, by: Person, at: datetime, key: UUID) -> Result:
    """Out of a plan that nobody has handed in yet. What is gone already stays gone."""

    def effect() -> Result:
        kept = _locked(item, by=by, at=at)
        if by.pk != kept.person_id:
            record(kept, "plan_item_remove", by=by, at=at, changes={"what": str(kept)})
        kept.delete()
        return {"item": str(item.pk)}

    return once(key, by=by, verb="plan_item_remove", at=at, parameters={"item": str(item.pk)}, effect=effect)


def may_write(person_id: int, unit: Unit, *, by: Person, on: date) -> None:
    """Refuse whoever is neither the employee nor prepares the unit's plan."""
    own = by.pk == person_id and by.can(Permission.PLAN_DRAFT, on=on)
    if not own and not prepares(by, unit, on=on):
        raise Refused(_("这件事不归你办。"))


def take_over(plan: Itinerary, person: Person, *, ticked: Iterable[str], shown: Iterable[str], at: datetime) -> int:
    """Candidates that he ticked become lines, those that he unticked are taken out; `shown`: ticked when he looked.

    Under the plan's lock. What another tab ticked meanwhile stays; what is agreed goes where it is by now. Returns how
    many lines changed.
    """
    wanted, before = set(ticked), set(shown)
    out = [token.partition(":")[::2] for token in before - wanted]
    gone = 0
    undone = plan.items.filter(person=person, state=PlanItem.State.PLANNED).exclude(origin=PlanItem.Origin.MOVED)
    for origin, origin_id in out:
        gone += undone.filter(origin=origin, origin_id=origin_id).delete()[0]
    week = Week(plan.week)
    fresh = wanted - before
    if not fresh and not undone.filter(origin__in=AGREED).exists():
        return gone
    found = candidates(person, week, today=at.date())
    gone += follow(plan, person, found)
    calendar = times_of(week).calendar
    days = list(calendar.working_days(week)) or days_of(week, calendar)
    offered = [one for one in found if one.token in fresh]
    load = Counter(plan.items.filter(person=person).values_list("day", flat=True))
    load.update(one.day for one in offered if one.day in days)
    rows = [PlanItem(itinerary=plan, person=person, **one.row(days, load)) for one in offered]
    PlanItem.objects.bulk_create(rows, ignore_conflicts=True)  # a_next_step_is_planned_once
    return gone + len(rows)


def _locked(item: PlanItem, *, by: Person, at: datetime) -> PlanItem:
    """The line under its plan's lock, if he may write it and it is still open."""
    plan = item.itinerary
    may_write(item.person_id, plan.unit, by=by, on=at.date())
    editable_plan(plan.unit, Week(plan.week), at=at)
    found = PlanItem.objects.select_related("itinerary__unit").filter(pk=item.pk).first()
    if found is None:
        raise Refused(_("这一项已经删掉了。"))
    if found.state != PlanItem.State.PLANNED:
        raise Refused(_("这一项已经办过了，不能再改。"))
    return found


def _in_week(day: date, week: Week) -> None:
    if day not in week:
        raise Refused(_("日期要在 {week} 之内。").format(week=week.label))


def _prospect(person_id: int, unit: Unit, said: dict[str, Any]) -> UUID | None:
    name = said["client"]
    return KnownProspects.of(person_id, unit.path, {name}).match(name, person_id, unit.path) if name else None


def _parameters(*what: Any) -> dict[str, Any]:
    return {str(place): str(one) for place, one in enumerate(what)}
