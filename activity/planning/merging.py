"""The manager's verbs: merge the drafts into the department's plan, and hand it in to 分管总 (A1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, Submission, Target
from activity.planning import figures
from activity.planning.dates import Times, times_of
from activity.planning.departments import hands_in, holders_above, prepares
from activity.planning.drafting import GOALS, goal_of
from activity.planning.plans import Overtaken, differing, editable_plan, plan_of, target_of
from activity.planning.rules import missing
from activity.planning.versions import content_of
from org import clock
from org.days import in_words
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Person
from org.periods.actions import hold_report_of
from org.posts import Post
from org.trace.actions import record
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused, move

TEXTS = ("summary", "shortfall_reason", "feasibility", "support")
OF_A_PERSON = (*GOALS, "key_work")
NAMED = 6  # people in one sentence


def save_plan(
    unit: Unit,
    week: Week,
    *,
    by: Person,
    key: UUID,
    texts: Mapping[str, str],
    goals: Mapping[int, Mapping[str, Any]],
    shown: datetime | None,
    goals_shown: Mapping[int, datetime | None],
    at: datetime,
) -> Result:
    """Keep the department's words and each employee's goals and key work; `shown` as in `save_draft`, of each row."""

    def effect() -> Result:
        if not prepares(by, unit, on=at.date()):
            raise Refused(_("这件事不归你办。"))
        plan = editable_plan(unit, week, at=at)
        _refuse_overtaken(plan, texts, shown, goals, goals_shown)
        changes = _store_goals(plan, goals, at)
        told = {name: value for name, value in texts.items() if getattr(plan, name) != value}
        if told:
            for name, value in told.items():
                setattr(plan, name, value)
            plan.changed_at = at
            plan.save(update_fields=[*told, "changed_at"])
        if told or changes:
            record(plan, "plan_merge", by=by, at=at, changes={**changes, **dict.fromkeys(told, "")})
        return {"itinerary": str(plan.pk)}

    parameters = {"unit": unit.code, "week": str(week), "texts": dict(texts), "goals": str(sorted(goals.items()))}
    return once(key, by=by, verb="plan_merge", at=at, parameters=parameters, effect=effect)


def _refuse_overtaken(
    plan: Itinerary,
    texts: Mapping[str, str],
    shown: datetime | None,
    goals: Mapping[int, Mapping[str, Any]],
    goals_shown: Mapping[int, datetime | None],
) -> None:
    """Names everything that was changed meanwhile at once: saving again writes over all of it."""
    other = differing(plan, dict(texts), shown)
    times: list[datetime] = [plan.changed_at] if other else []
    targets = plan.targets.filter(person__in=goals).select_related("person")
    namesakes = Counter(target.person.name for target in targets)
    for target in targets:
        if found := differing(target, dict(goals[target.person_id]), goals_shown.get(target.person_id)):
            who = target.person
            called = who.name if namesakes[who.name] == 1 else f"{who.name}（{who.employee_no}）"
            other |= {f"{called}·{name}": value for name, value in found.items()}
            times.append(target.changed_at)
    if other:
        raise Overtaken(other, max(times))


def _store_goals(plan: Itinerary, goals: Mapping[int, Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """What changed, by 工号."""
    known = {one.person_id: one for one in plan.targets.select_related("person")}
    changed, changes = [], {}
    for person, said in goals.items():
        target = known.get(person)
        if target is None and not any(value not in (None, "") for value in said.values()):
            continue
        target = target or target_of(plan, person, at=at)
        fresh = {name: value for name, value in said.items() if getattr(target, name) != value}
        if fresh:
            changes[target.person.employee_no] = {name: str(value) for name, value in fresh.items()}
            for name, value in fresh.items():
                setattr(target, name, value)
            target.changed_at = at
            changed.append(target)
    Target.objects.bulk_update(changed, [*OF_A_PERSON, "changed_at"])
    return changes


def submit(unit: Unit, week: Week, *, by: Person, key: UUID, at: datetime | None = None) -> Result:
    """Hand the plan in, or again after a return: a new version, kept whole. Refused, naming the people, while an active
    employee has no goal or no key work.

    Without `at` the clock decides lateness, asked when plan and report are locked (reliability.md C2).
    """
    begun = at or clock.now()

    def effect() -> Result:
        if not hands_in(by, unit, on=begun.date()):
            raise Refused(_("行事历由团体部经理上报，你可以先替他填好。"))
        plan = plan_of(unit, week, at=begun)
        step = Itinerary.RESUBMIT if plan.state == Itinerary.State.RETURNED else Itinerary.SUBMIT
        hold_report_of(unit, week.previous)
        instant = at or clock.now()
        times = times_of(week)
        _refuse_early(times, instant)
        staff = figures.active(unit, week)
        _refuse_incomplete(plan, staff)
        if not plan.summary.strip() or not plan.feasibility.strip():
            raise Refused(_("写了本周总结和可行性论证再上报。"))
        plan.person = None  # whoever stands in hands in again, also what the absent manager did
        changes = {
            "person": by,
            "version": plan.version + 1,
            "submitted_at": instant,
            "first_submitted_at": plan.first_submitted_at or instant,
            "returned_at": plan.returned_at if times.due and instant >= times.due else None,
        }
        move(plan, step, by=by, at=instant, changes=changes)
        content = content_of(plan, at=instant)
        Submission.objects.create(itinerary=plan, version=plan.version, by=by, at=instant, content=content)
        _tell(plan, by, instant)
        return {"itinerary": str(plan.pk), "version": plan.version}

    parameters = {"unit": unit.code, "week": str(week)}
    return once(key, by=by, verb="plan_submit", at=begun, parameters=parameters, effect=effect)


def _refuse_early(times: Times, at: datetime) -> None:
    if times.opens and at < times.opens:
        opens = times.opens
        raise Refused(
            _("{day} {at} 起才能上报，可以先填好存着。").format(day=in_words(opens.date()), at=f"{opens:%H:%M}")
        )


def _refuse_incomplete(plan: Itinerary, staff: Sequence[figures.Member]) -> None:
    goals = {one.person_id: goal_of(one) for one in plan.targets.all()}
    names = {one.person_id: one.name for one in staff}
    lacking = missing(names, goals)
    said = []
    if lacking.goal:
        said.append(_("{names}还没有目标").format(names=_listed([names[one] for one in lacking.goal])))
    if lacking.key_work:
        said.append(_("{names}还没有重点工作").format(names=_listed([names[one] for one in lacking.key_work])))
    if said:
        raise Refused(_("不能上报：{what}。").format(what="；".join(said)))


def _listed(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + (_("等 {n} 人").format(n=len(names)) if len(names) > NAMED else "")


def _tell(plan: Itinerary, by: Person, at: datetime) -> None:
    """The 分管总 of the branch and who stands in for him."""
    told = [one for one in holders_above(plan.unit, Post.BRANCH_DEPUTY_GM, on=at.date()) if one.pk != by.pk]
    again = plan.version > 1
    title = _("{unit}行事历重新上报，等你批") if again else _("{unit}行事历已上报，等你批")
    notices.post(
        "plan_submitted",
        to=told,
        at=at,
        title=title.format(unit=plan.unit.name),
        body=_("{week}，{by}，第 {n} 版").format(week=Week(plan.week).label, by=by.name, n=plan.version),
        about=plan,
        link=reverse("approval", args=[Week(plan.week), plan.unit.code]),
        once=f"plan_submitted:{plan.pk}:{plan.version}",
    )
