"""What 分管总 sees: one plan with its advice, and the difference that he made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from activity.approval.actions import undo_until
from activity.approval.forms import AmendForm
from activity.approval.hints import Advice, advice_on_page
from activity.approval.words import FIGURES, changed, meant, said
from activity.itinerary.models import Amendment, Itinerary, Submission
from activity.planning.merge_page import Line, PlanPage, plan_page
from org.money import wan
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.week import Week

NAMES = {
    "summary": _("本周总结"),
    "shortfall_reason": _("未达原因"),
    "feasibility": _("可行性论证"),
    "support": _("所需支持"),
}
KEY_WORK = _("重点工作")
ITEMS = _("行事历加 {more} 项、减 {less} 项")


def stats_of(page: PlanPage, form: AmendForm | None) -> Iterable[Stat]:
    """This week as it stands beside the next; what is due as the 6311 of the half days so far."""
    total, goals, links = page.total, page.goals, page.links
    for field, name, done in (
        ("premium", _("本周保费 万元"), wan(total.premium)),
        ("cases", _("本周件数"), str(total.cases)),
    ):
        before, after = said_sum(field, getattr(goals, field)), said_sum(field, sum_of(form, page, field))
        yield Stat(str(name), done, next=after, was=before, field=field, link=links.get(field, ""))
    names = (_("电话"), _("有效拜访"), _("准客户积累"), _("学习"))
    for item, name, each in zip(("calls", "visits", "prospects", "studies"), names, page.times.standard, strict=True):
        done, due = getattr(total, item), Decimal(each * total.due_half_days) / 2
        rate = f"{int(min(Decimal(1), done / due) * 100)}%" if due else ""
        goal = (
            {"next": str(sum_of(form, page, item)), "was": str(goals.visits), "field": item} if item == "visits" else {}
        )
        yield Stat(str(name), str(done), f"{due.normalize():f}", rate, link=links.get(item, ""), **goal)


def said_sum(field: str, value: Any) -> str:
    return wan(value) if field == "premium" else str(value)


def sum_of(form: AmendForm | None, page: PlanPage, field: str) -> Any:
    """With what stands in the boxes, where they can be read."""
    if form is None or not form.is_bound or not form.is_valid():
        return getattr(page.goals, field)
    return sum((one[field] for one in form.goals.values()), Decimal(0) if field == "premium" else 0)


class Changed(NamedTuple):
    """One figure that was amended."""

    name: str
    field: str
    before: str
    after: str

    @property
    def label(self) -> Any:
        return FIGURES[self.field]


class Between(NamedTuple):
    """What the last version says otherwise than the one before it."""

    earlier: int
    later: int
    lines: list[str]


class Stat(NamedTuple):
    """A figure of the department: done / due and what it is to come to; `field` the goal that is its sum."""

    name: str
    done: str
    due: str = ""
    rate: str = ""
    next: str = ""
    was: str = ""
    field: str = ""
    link: str = ""


@dataclass(frozen=True)
class Approval:
    """One plan before him. `form` is empty once he may not change it."""

    page: PlanPage
    plan: Itinerary
    form: AmendForm | None
    rows: list[tuple[Line, list[Advice], list[Any]]]
    advice: list[Advice]
    tabs: list[Itinerary]
    amended: list[Changed]
    between: Between | None
    undo_until: datetime | None
    stats: list[Stat]

    @property
    def days(self) -> dict[str, Any]:
        """What the week by day takes: read here, never written."""
        return {"days": self.page.days, "may_edit": False}

    @property
    def is_hidden(self) -> bool:
        return self.plan.state == Itinerary.State.DRAFT

    @property
    def next(self) -> Itinerary | None:
        """Another plan that waits for him."""
        return next((one for one in self.tabs if one.pk != self.plan.pk and getattr(one, "mine", False)), None)


def _waits(plan: Itinerary) -> bool:
    return plan.state == Itinerary.State.SUBMITTED


def plans_of(person: Person, week: Week, *, on: date) -> list[Itinerary]:
    """The plans of a week that he oversees, by unit code; `mine`: he decides about it. One query."""
    within = reach(person, Permission.PLAN_APPROVE, on=on).q(person=None)
    mine = Itinerary.objects.to_approve(person, on).filter(pk=OuterRef("pk"))
    seen = Itinerary.objects.filter(within, week=week.monday).annotate(mine=Exists(mine))
    return list(seen.select_related("unit", "person", "approved_by").order_by("unit__code"))


def approval(person: Person, plans: list[Itinerary], plan: Itinerary, *, at: datetime, data: Any = None) -> Approval:
    """`plan`, one of `plans_of`. A constant number of statements, however many people."""
    week, may = Week(plan.week), bool(plan.mine)  # type: ignore[attr-defined]
    page = plan_page(person, plan.unit, week, at=at, plan=plan)
    advice = advice_on_page(page, plan) if _waits(plan) else []
    targets = [line.target for line in page.lines if line.target]
    form = AmendForm(data, targets=targets, plan=plan) if may else None
    until = undo_until(week) if plan.state == Itinerary.State.APPROVED else None
    return Approval(
        page=page, plan=plan, form=form, rows=_of_lines(page.lines, advice, form), advice=advice, tabs=plans,
        amended=amendments_of(plan), between=between(plan), stats=list(stats_of(page, form)),
        undo_until=until if until and at < until and plan.person_id != person.pk else None,
    )  # fmt: skip


def _of_lines(
    lines: Iterable[Line], advice: list[Advice], form: AmendForm | None
) -> list[tuple[Line, list[Advice], list[Any]]]:
    return [
        (
            line,
            [one for one in advice if one.is_about_a_goal and one.hint.person == line.member.person_id],
            form.boxes(line.target) if form and line.target else [],
        )
        for line in lines
    ]


def amendments_of(plan: Itinerary | None) -> list[Changed]:
    """The difference that 分管总 made to this version. One query."""
    if plan is None or plan.state != Itinerary.State.APPROVED:
        return []
    made = Amendment.objects.filter(target__itinerary=plan, version=plan.version).select_related("target__person")
    return [
        Changed(
            one.target.person.name, one.field, said(one.field, meant(one.field, one.before)),
            said(one.field, meant(one.field, one.after)),
        )
        for one in made.order_by("target__person__employee_no", "field")
    ]  # fmt: skip


def between(plan: Itinerary) -> Between | None:
    """The last two versions as they were handed in. One query."""
    if plan.version < 2:
        return None
    kept = list(Submission.objects.filter(itinerary=plan).order_by("-version")[:2])
    if len(kept) < 2:
        return None
    later, earlier = kept
    return Between(earlier.version, later.version, _differences(earlier.content, later.content))


def _differences(earlier: dict[str, Any], later: dict[str, Any]) -> list[str]:
    """Figures and key work of each person, then texts, then how many lines came and went."""
    before = {one["employee_no"]: one for one in earlier["targets"]}
    found = []
    for one in later["targets"]:
        was = before.pop(one["employee_no"], None)
        found += [f"{one['name']} {text}" for text in _of_person(was or {}, one)]
    found += [f"{one['name']} –" for one in before.values()]
    found += [f"{NAMES[name]}：{later[name] or '–'}" for name in NAMES if earlier.get(name) != later.get(name)]
    there, here = ({line["id"] for line in content["items"]} for content in (earlier, later))
    if there != here:
        found.append(str(ITEMS).format(more=len(here - there), less=len(there - here)))
    return found


def _of_person(was: dict[str, Any], one: dict[str, Any]) -> Iterable[str]:
    for field in FIGURES:
        before, after = ("" if some.get(field) is None else str(some[field]) for some in (was, one))
        if before != after:
            yield changed(field, meant(field, before), meant(field, after))
    if was.get("key_work", "") != one["key_work"]:
        yield f"{KEY_WORK}：{one['key_work'] or '–'}"
