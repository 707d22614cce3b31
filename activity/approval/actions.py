"""What 分管总 does about a plan that was handed in: amend and approve, return, take the approval back (A2, A3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists
from django.utils.translation import gettext as _

from activity.approval import telling
from activity.approval.words import FIGURES, kept, meant
from activity.itinerary.models import Amendment, Itinerary, Target
from activity.itinerary.stood_in import handed_in_for
from activity.planning.dates import times_of
from org import clock
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.periods.actions import hold_report_of
from org.trace.actions import record
from org.week import Week
from org.workflow import Refused, Step, deciding, move
from org.working_days.rules import instant

Goals = Mapping[int, Mapping[str, Any]]  # person -> figure -> what it is from now on; premium in yuan


def approve(
    plan: Itinerary,
    goals: Goals,
    *,
    by: Person,
    key: UUID,
    version: int,
    opinion: str = "",
    at: datetime | None = None,
) -> Result:
    """批准, or 完善 n 处并批准: `goals` are those from now on, and where one becomes another the difference is kept.

    `version` is the hand-in that he looked at. Without `at` the clock decides lateness, asked when the report is held
    (reliability.md F14): an approval is in the report or after it, never between.
    """
    begun = at or clock.now()

    def effect() -> Result:
        _deciding(plan, Itinerary.APPROVE, by=by, at=begun)
        hold_report_of(plan.unit, Week(plan.week).previous)
        now = at or clock.now()
        _take(
            plan, Itinerary.APPROVE, by=by, at=now, version=version,
            approved_by=by, approved_at=now, opinion=opinion.strip(), changed_at=now,
        )  # fmt: skip
        amended = _amend(plan, goals, by=by, at=now)
        telling.tell_approved(plan, amended, by=by, at=now)
        return {"itinerary": str(plan.pk), "amended": len(amended)}

    parameters = {
        "plan": plan.pk, "version": version, "opinion": opinion.strip(),
        "goals": [[who, name, kept(value)] for who, some in sorted(goals.items()) for name, value in some.items()],
    }  # fmt: skip
    return once(key, by=by, verb="plan_approve", at=begun, parameters=parameters, effect=effect)


def _deciding(plan: Itinerary, step: Step, *, by: Person, at: datetime) -> None:
    """Never about what another handed in in his place: two delegations would make it his own approval."""
    deciding(plan, step.needs, by=by, at=at)
    if Itinerary.objects.filter(pk=plan.pk).filter(Exists(handed_in_for(by))).exists():
        raise Refused(_("自己的事由别人办。"))


def _take(plan: Itinerary, step: Step, *, by: Person, at: datetime, version: int, **changes: Any) -> None:
    """The compare-and-set, which locks the plan; refused where another version was handed in meanwhile."""
    move(plan, step, by=by, at=at, changes=changes)
    if plan.version != version:
        raise Refused(_("行事历又报了第 {n} 版，看过再定。").format(n=plan.version))


def _amend(plan: Itinerary, goals: Goals, *, by: Person, at: datetime) -> list[Amendment]:
    """One row for each figure that becomes another; who is not in the plan is refused."""
    targets = {one.person_id: one for one in plan.targets.select_related("person")}
    if set(goals) - set(targets):
        raise Refused(_("行事历里没有这个人的目标，刷新看看。"))
    amended = []
    for who, figures in goals.items():
        target = targets[who]
        for name, value in figures.items():
            before, said = getattr(target, name), {"version": plan.version, "field": name, "by": by, "at": at}
            if name not in FIGURES or value is None:
                raise Refused(_("目标要写成数，不能空着。"))
            if before == value:
                continue
            amended.append(Amendment(target=target, before=kept(before), after=kept(value), **said))
            setattr(target, name, value)
            target.changed_at = at
    Amendment.objects.bulk_create(amended)
    Target.objects.bulk_update({one.target_id: one.target for one in amended}.values(), [*FIGURES, "changed_at"])
    if amended:
        record(plan, "amend", by=by, at=at, changes=_differences(amended))
    return amended


def _differences(amended: list[Amendment]) -> dict[str, Any]:
    """By 工号 and figure, before and after, for the trace."""
    return {f"{one.target.person.employee_no}.{one.field}": [one.before, one.after] for one in amended}


def return_(plan: Itinerary, *, by: Person, key: UUID, version: int, reason: str, at: datetime | None = None) -> Result:
    """退回修改, with what is to change; handing in again makes a new version."""
    begun = at or clock.now()

    def effect() -> Result:
        _deciding(plan, Itinerary.RETURN, by=by, at=begun)
        if not reason.strip():
            raise Refused(_("退回要写明改什么。"))
        _take(
            plan,
            Itinerary.RETURN,
            by=by,
            at=begun,
            version=version,
            opinion=reason.strip(),
            changed_at=begun,
            returned_at=plan.returned_at or begun,
        )
        telling.tell_returned(plan, by=by, at=begun)
        return {"itinerary": str(plan.pk)}

    parameters = {"plan": plan.pk, "version": version, "reason": reason.strip()}
    return once(key, by=by, verb="plan_return", at=begun, parameters=parameters, effect=effect)


def undo_approval(plan: Itinerary, *, by: Person, key: UUID, at: datetime | None = None) -> Result:
    """撤回批准 until the report is due: the goals are again those that were handed in, and everybody is told."""
    begun = at or clock.now()

    def effect() -> Result:
        _deciding(plan, Itinerary.UNDO_APPROVAL, by=by, at=begun)
        hold_report_of(plan.unit, Week(plan.week).previous)
        now = at or clock.now()
        due = undo_until(Week(plan.week))
        if now >= due:
            raise Refused(_("{at} 起不能再撤回，周报已经按批准的汇总。").format(at=f"{due:%H:%M}"))
        earlier = plan.approved_at
        taken = {"approved_by": None, "approved_at": None, "changed_at": now}
        _take(plan, Itinerary.UNDO_APPROVAL, by=by, at=now, version=plan.version, **taken)
        _restore(plan, by=by, at=now)
        telling.tell_undone(plan, by=by, at=now, approved_at=earlier)
        return {"itinerary": str(plan.pk)}

    return once(key, by=by, verb="plan_undo", at=begun, parameters={"plan": plan.pk}, effect=effect)


def undo_until(week: Week) -> datetime:
    """Exclusive: when the plan is due, or, where nothing is due, when its week begins."""
    return times_of(week).due or instant(week.monday, time.min)


def _restore(plan: Itinerary, *, by: Person, at: datetime) -> None:
    """The figures as they were handed in; who had taken note of the goals (已知悉) will be asked again."""
    amended = list(
        Amendment.objects.filter(target__itinerary=plan, version=plan.version).select_related("target__person")
    )
    for one in amended:
        Target.objects.filter(pk=one.target_id).update(**{one.field: meant(one.field, one.before)}, changed_at=at)
    Target.objects.filter(itinerary=plan).update(acknowledged_at=None)
    Amendment.objects.filter(pk__in=[one.pk for one in amended]).delete()
    if amended:
        record(plan, "undo_amend", by=by, at=at, changes=_differences(amended))
