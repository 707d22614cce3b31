"""Who learns of a decision: the department and its employees in the app, the city's mailbox by letter (A3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.approval.words import changed, meant, said
from activity.itinerary.models import Amendment, Itinerary, Target
from activity.itinerary.rules import lateness
from activity.planning.dates import times_of
from activity.planning.departments import holders_above
from org.clock import SHANGHAI
from org.notices import actions as notices
from org.notices.actions import Message
from org.people.models import Person
from org.posts import Post
from org.units.naming import with_branch
from org.week import Week


def tell_approved(plan: Itinerary, amended: Sequence[Amendment], *, by: Person, at: datetime) -> None:
    """One letter to the city's mailbox; the manager reads the difference, each employee his own."""
    week = Week(plan.week)
    cause = f"plan_approved:{plan.pk}:{plan.version}:{at.isoformat()}"
    own: dict[int, list[str]] = defaultdict(list)
    for one in amended:
        own[one.target.person_id].append(_line(one))
    title = _("{unit}行事历已批准").format(unit=plan.unit.name)
    if amended:
        title = _("{unit}行事历已批准，完善 {n} 处").format(unit=plan.unit.name, n=len(amended))
    lines = [_("{who}：{what}").format(who=one.target.person.name, what=_line(one)) for one in amended]
    notices.post(
        "plan_approved", to=_department(plan, by, at), at=at, title=title, about=plan, once=cause,
        body="\n".join(filter(None, [week.label, plan.opinion, *lines])),
        link=reverse("itinerary", args=[week, plan.unit.code]),
    )  # fmt: skip
    told = [
        Message(
            person,
            cause,
            _("{week}行事历已批准，看过请点已知悉").format(week=week.label),
            _("分管总改了你的目标：{what}").format(what="；".join(own[person])) if person in own else "",
            reverse("plan", args=[week]),
        )
        for person in plan.targets.values_list("person", flat=True)
    ]
    notices.post_each("plan_goal", told, at=at)
    _letter(plan, _("行事历已批准"), _as_text(plan, lines, at), at=at, once=cause)


def tell_returned(plan: Itinerary, *, by: Person, at: datetime) -> None:
    notices.post(
        "plan_returned", to=_department(plan, by, at), at=at, about=plan, body=plan.opinion,
        title=_("{unit}行事历退回修改").format(unit=plan.unit.name),
        link=reverse("itinerary", args=[Week(plan.week), plan.unit.code]),
        once=f"plan_returned:{plan.pk}:{plan.version}",
    )  # fmt: skip


def tell_undone(plan: Itinerary, *, by: Person, at: datetime, approved_at: datetime | None) -> None:
    """What was said before is taken back, to everybody who had heard it."""
    week, cause = Week(plan.week), f"plan_undone:{plan.pk}:{plan.version}:{at.isoformat()}"
    title = _("{unit}行事历的批准已撤回").format(unit=plan.unit.name)
    body = _("{week}，目标恢复为上报时的，等分管总再批").format(week=week.label)
    link = reverse("itinerary", args=[week, plan.unit.code])
    notices.post("plan_undone", to=_department(plan, by, at), at=at, title=title, body=body, link=link, once=cause)
    told = [
        Message(person, cause, title, body, reverse("plan", args=[week]))
        for person in plan.targets.values_list("person", flat=True)
    ]
    notices.post_each("plan_goal_undone", told, at=at)
    before = f"{approved_at.astimezone(SHANGHAI):%H:%M}" if approved_at else ""
    text = _("{place} {week} 行事历 {before} 的批准已由{by}撤回，那封信不再作数，以重新批准的为准。").format(
        place=_place(plan), week=week.label, before=before, by=by.name
    )
    _letter(plan, _("更正：行事历的批准已撤回"), text, at=at, once=cause)


def _department(plan: Itinerary, by: Person, at: datetime) -> list[Person]:
    """Who handed it in and who leads the department now, each once."""
    above = holders_above(plan.unit, Post.DEPARTMENT_MANAGER, on=at.date())
    people = {one.pk: one for one in [*([plan.person] if plan.person else []), *above]}
    return [one for pk, one in people.items() if pk != by.pk]


def _letter(plan: Itinerary, subject: str, body: str, *, at: datetime, once: str) -> None:
    city = plan.unit.city
    if city is None or not city.mailbox:
        return
    title = f"【6311】{_place(plan)} {Week(plan.week).label} {subject}"
    notices.letter(to=city.mailbox, subject=title, body=body, at=at, once=once, about=plan, unit=plan.unit)


def _place(plan: Itinerary) -> str:
    return with_branch([plan.unit])[plan.unit_id]


def _line(one: Amendment) -> str:
    return changed(one.field, meant(one.field, one.before), meant(one.field, one.after))


def _as_text(plan: Itinerary, amended: Sequence[str], at: datetime) -> str:
    """The plan as the group department reads it: whose lateness, words, goals, and what was amended."""
    targets = list(plan.targets.select_related("person"))
    parts = [
        f"{_place(plan)} {Week(plan.week).label}",
        _standing(plan, at),
        _("本周总结：{said}").format(said=plan.summary),
        _("可行性论证：{said}").format(said=plan.feasibility),
        _("所需支持：{said}").format(said=plan.support) if plan.support else "",
        _("分管总意见：{said}").format(said=plan.opinion) if plan.opinion else "",
        "",
        _("员工目标"),
        *[_goal(one) for one in targets],
    ]
    if amended:
        parts += ["", _("分管总完善 {n} 处").format(n=len(amended)), *amended]
    return "\n".join(part for place, part in enumerate(parts) if part or place > 5)


def _goal(one: Target) -> str:
    return _("{who}：拜访 {visits}，保费 {premium} 万元，件数 {cases}；{work}").format(
        who=one.person.name, visits=said("visits", one.visits), premium=said("premium", one.premium),
        cases=said("cases", one.cases), work=one.key_work,
    )  # fmt: skip


def _standing(plan: Itinerary, at: datetime) -> str:
    """Two figures: the submitter's lateness and the approver's."""
    due = times_of(Week(plan.week)).due
    late = lateness(*plan.instants, due=due, at=at) if due else None
    return _("{by} {first} 上报{submitter}，{approver} {done} 批准{late}").format(
        by=plan.person.name if plan.person else "",
        first=_moment(plan.first_submitted_at),
        submitter=_("（部门迟报）") if late and late.submitter else "",
        approver=plan.approved_by.name if plan.approved_by else "",
        done=_moment(plan.approved_at),
        late=_("（分管总迟批）") if late and late.approver else "",
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%m.%d %H:%M}" if at else ""
