"""The employee's verbs: save his draft, hand it to his manager, say that he has seen the result (已知悉)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, Target
from activity.planning.dates import times_of
from activity.planning.departments import department_of, holders_above
from activity.planning.items import take_over
from activity.planning.plans import Overtaken, differing, editable_plan, target_of
from activity.planning.rules import Goal
from clients.prospects.models import Prospect
from org import clock
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Person
from org.permissions import Permission
from org.posts import Post
from org.trace.actions import record
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

GOALS = ("visits", "premium", "cases")
FIELDS = (*GOALS, "key_work", "why", "support")


def save_draft(
    person: Person,
    week: Week,
    *,
    key: UUID,
    said: dict[str, Any],
    shown: datetime | None,
    ticked: Sequence[str] = (),
    was_ticked: Sequence[str] = (),
    hands_in: bool = False,
    key_clients: Sequence[str] | None = None,
    at: datetime | None = None,
) -> Result:
    """Keep goals and words (FIELDS of `said`) and the ticked lines; with `hands_in` the manager gets it.

    `shown`: when what he was shown had been stored. Without `at` the clock decides lateness, asked under the lock.
    """
    begun = at or clock.now()
    unit = own_department(person, week, at=begun)

    def effect() -> Result:
        plan = editable_plan(unit, week, at=begun)
        target = target_of(plan, person, at=begun)
        other = differing(target, said, shown)
        keys, kept = _key_clients(target, person, key_clients)
        if keys != kept and shown is not None and target.changed_at != shown:
            other["key_clients"] = "、".join(one.name for one in kept)
        if other:
            raise Overtaken(other, target.changed_at)
        instant = at or clock.now()
        _store(target, said, instant)
        if keys != kept:
            target.key_prospects.set(keys)
            Target.objects.filter(pk=target.pk).update(changed_at=instant)
            target.changed_at = instant
        take_over(plan, person, ticked=ticked, shown=was_ticked, at=instant)
        if hands_in:
            _hand_in(target, plan, instant)
        return {"target": str(target.pk), "saved_at": target.changed_at.isoformat()}

    parameters = {
        "week": str(week), "said": {name: str(value) for name, value in said.items()}, "ticked": sorted(ticked),
        "hands_in": hands_in, "key_clients": list(key_clients or []),
    }  # fmt: skip
    return once(key, by=person, verb="plan_draft", at=begun, parameters=parameters, effect=effect)


def _key_clients(target: Target, person: Person, named: Sequence[str] | None) -> tuple[set[Prospect], set[Prospect]]:
    """The clients named now, and those that were; refused, naming whoever is not his. One that was named while it was
    his stays until he takes it out, whoever has it by now."""
    kept = set(target.key_prospects.all())
    if named is None:
        return kept, kept
    own = Prospect.objects.filter(owner=person, released_at=None, name__in=named)
    known = {one.name: one for one in [*own, *kept]}
    if unknown := [name for name in named if name not in known]:
        raise Refused(_("{names}不在你的客户里，先登记再写成重点客户。").format(names="、".join(unknown)))
    return {known[name] for name in named}, kept


def acknowledge(person: Person, week: Week, *, at: datetime) -> Target:
    """已知悉: once, after the approval; a second tap changes nothing. Who has goals in two departments, which he moved
    between, takes note of all that are approved."""
    targets = list(Target.objects.select_related("itinerary").filter(person=person, itinerary__week=week.monday))
    if not targets:
        raise Refused(_("这一周没有你的目标。"))
    approved = [one for one in targets if one.itinerary.state == Itinerary.State.APPROVED]
    if not approved:
        raise Refused(_("行事历还没有批准，批准后再确认。"))
    for target in approved:
        if Target.objects.filter(pk=target.pk, acknowledged_at=None).update(acknowledged_at=at):
            record(target, "plan_acknowledge", by=person, at=at)
    return approved[0]


def own_department(person: Person, week: Week, *, at: datetime) -> Unit:
    if not person.can(Permission.PLAN_DRAFT, on=at.date()):
        raise Refused(_("你的岗位不写行事历草稿。"))
    unit = department_of(person, week)
    if unit is None:
        raise Refused(_("你这一周不在团体部，不用写行事历。"))
    return unit


def goal_of(said: Any) -> Goal:
    """Of a target, or of anything with its fields."""
    return Goal(said.visits, said.premium, said.cases, said.key_work)


def _store(target: Target, said: dict[str, Any], at: datetime) -> None:
    changed = [name for name, value in said.items() if getattr(target, name) != value]
    if changed:
        for name in changed:
            setattr(target, name, said[name])
        target.changed_at = at
        target.save(update_fields=[*changed, "changed_at"])


def _hand_in(target: Target, plan: Itinerary, at: datetime) -> None:
    """The first time decides whether it is late; later changes reach the manager without a word."""
    goal = goal_of(target)
    if not goal.is_set:
        raise Refused(_("拜访、保费、件数三个目标都填了才能交，没有就填 0。"))
    if not goal.is_whole:
        raise Refused(_("写一句重点工作再交。"))
    if target.handed_in_at is not None:
        return
    target.handed_in_at = at
    target.save(update_fields=["handed_in_at"])
    late = times_of(Week(plan.week)).draft_late(at, at)
    record(target, "plan_hand_in", by=target.person, at=at, changes={"late": late})
    managers = holders_above(plan.unit, Post.DEPARTMENT_MANAGER, on=at.date())
    notices.post(
        "plan_draft",
        to=[one for one in managers if one.pk != target.person_id],
        at=at,
        title=_("{name} 交了行事历草稿").format(name=target.person.name),
        body=Week(plan.week).label,
        about=target,
        link=reverse("itinerary", args=[Week(plan.week), plan.unit.code]),
        once=f"plan_draft:{target.pk}",
    )
