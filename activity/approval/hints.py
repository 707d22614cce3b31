"""系统核对 of several plans at once: goals beside what is usual, companions beside their half days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from activity.approval.rules import Company, Hint, Kind, Planned, company_hints, goal_hints
from activity.approval.words import said
from activity.itinerary.models import Itinerary, PlanItem, Target
from activity.planning import figures
from activity.planning.dates import Times
from activity.planning.merge_page import PlanPage
from org.absences.models import Absence
from org.days import in_words
from org.money import wan
from org.reach import branch_path
from org.units.models import Unit
from org.week import Week

ABOUT_A_GOAL = {Kind.AWAY: "", Kind.PREMIUM: "premium", Kind.VISITS: "visits", Kind.DAYS: "visits"}


class Advice(NamedTuple):
    """A hint in words; `field` the goal that it is about, "" for none, `person` whose."""

    hint: Hint
    name: str
    title: str
    text: str

    @property
    def field(self) -> str:
        return ABOUT_A_GOAL.get(self.hint.kind, "")

    @property
    def is_about_a_goal(self) -> bool:
        return self.hint.kind in ABOUT_A_GOAL


def advice_on(plans: Sequence[Itinerary], week: Week, times: Times) -> dict[object, list[Advice]]:
    """By the plan's key; plans of one week. Two statements, and four for each branch."""
    targets = Target.objects.filter(itinerary__in=plans).select_related("person")
    of_plan: dict[object, list[Target]] = defaultdict(list)
    for one in targets:
        of_plan[one.itinerary_id].append(one)
    halves, usual = _of_people(plans, of_plan, week)
    company = _company(plans, week, times)
    found: dict[object, list[Advice]] = {}
    for plan in plans:
        names = {one.person_id: one.person.name for one in of_plan[plan.pk]}
        goals = [planned(one, halves.get(one.person_id, 0), usual.get(one.person_id)) for one in of_plan[plan.pk]]
        hints = _goal_hints(goals, times)
        found[plan.pk] = [in_words_of(hint, names[hint.person]) for hint in hints] + company[plan.pk]
    return found


def _goal_hints(goals: Iterable[Planned], times: Times) -> list[Hint]:
    return goal_hints(goals, visits_a_day=times.standard[1], high_percent=times.hints.high_goal_percent)


def planned(target: Target, half_days: int, usual: figures.Usual | None) -> Planned:
    return Planned(
        target.person_id, half_days, target.visits, target.premium,
        usual.visits if usual else None, usual.premium if usual else None,
    )  # fmt: skip


def _of_people(
    plans: Iterable[Itinerary], of_plan: Mapping[object, list[Target]], week: Week
) -> tuple[dict[int, int], dict[int, figures.Usual]]:
    """Half days and medians; branch by branch."""
    halves: dict[int, int] = {}
    usual: dict[int, figures.Usual] = {}
    of_branch: dict[str, list[Itinerary]] = defaultdict(list)
    for plan in plans:
        of_branch[branch_path(plan.unit.path)].append(plan)
    for path, some in of_branch.items():
        above = Unit(path=path, depth=len(path) // Unit.steplen)
        halves |= {one.person_id: one.half_days for one in figures.active(above, week)}
        people = [one.person_id for plan in some for one in of_plan[plan.pk]]
        usual |= figures.medians(people, week, unit=above)
    return halves, usual


def advice_on_page(page: PlanPage, plan: Itinerary) -> list[Advice]:
    """The same of one plan whose goals and medians are known. One statement, none without a companion."""
    goals = [planned(line.target, line.member.half_days, line.usual) for line in page.lines if line.target]
    names = {line.member.person_id: line.member.name for line in page.lines}
    hints = _goal_hints(goals, page.times)
    found = [in_words_of(hint, names[hint.person]) for hint in hints]
    if any(item.companion_id for day in page.days for item in day.items):
        found += _company([plan], page.week, page.times)[plan.pk]
    return found


def _company(plans: Sequence[Itinerary], week: Week, times: Times) -> dict[object, list[Advice]]:
    """What a companion is promised in any plan of the week, told in each of these plans that promises him. A line that
    was cancelled or moved promises nothing."""
    gone_lines = (PlanItem.State.CANCELLED, PlanItem.State.MOVED)
    standing = PlanItem.objects.exclude(state__in=gone_lines)
    theirs = standing.filter(itinerary__in=plans).values("companion")
    away = Absence.objects.filter(person=OuterRef("companion"), day__range=(week.monday, week.sunday))
    gone = away.order_by().values("person").annotate(count=Count("pk")).values("count")
    lines: Iterable[Any] = standing.filter(itinerary__week=week.monday, companion__in=theirs).annotate(
        name=F("companion__name"), gone=Coalesce(Subquery(gone), 0)
    )
    working = 2 * sum(times.calendar.works(day) for day in week.days)
    names: dict[int, str] = {}
    free: dict[int, int] = {}
    promised: dict[object, set[int]] = defaultdict(set)
    company = []
    for one in lines:
        companion = int(one.companion_id or 0)
        names[companion], free[companion] = one.name, max(0, working - one.gone)
        promised[one.itinerary_id].add(companion)
        company.append(Company(companion, one.person_id, one.day, one.part, one.at))
    told = [
        (hint, in_words_of(hint, names[hint.person]))
        for hint in company_hints(company, free, minutes=times.hints.company_minutes)
    ]
    return {plan.pk: [one for hint, one in told if hint.person in promised[plan.pk]] for plan in plans}


def in_words_of(hint: Hint, name: str) -> Advice:
    title, text = _WORDS[hint.kind](hint)
    return Advice(hint, name, f"{name} {title}".strip(), text)


def _premium(hint: Hint) -> tuple[str, str]:
    text = _("{goal} 万，近 8 周中位 {usual} 万的 {ratio} 倍")
    return _("保费目标偏高"), text.format(goal=said("premium", hint.goal), usual=wan(hint.usual), ratio=hint.ratio)


def _visits(hint: Hint) -> tuple[str, str]:
    text = _("{goal} 次，近 8 周中位 {usual} 次的 {ratio} 倍")
    return _("拜访目标偏高"), text.format(goal=hint.goal, usual=f"{hint.usual.normalize():f}", ratio=hint.ratio)


def _days(hint: Hint) -> tuple[str, str]:
    text = _("{goal} 次，他那几天按每天两倍标准也只有 {usual} 次")
    return _("拜访比在岗的天数多"), text.format(goal=hint.goal, usual=hint.usual)


def _away(hint: Hint) -> tuple[str, str]:
    return _("整周不在岗"), _("下周没有在岗的半天，仍有目标")


def _overlap(hint: Hint) -> tuple[str, str]:
    return _("陪同时间冲突"), _("{day} 同一时间答应了两家").format(day=in_words(hint.day) if hint.day else "")


def _past(_hint: Hint) -> tuple[str, str]:
    return _("这一周已经过了"), _("打开看过再批准或退回")


def _full(hint: Hint) -> tuple[str, str]:
    text = _("下周要陪 {goal} 次，空余 {usual} 个半天")
    return _("陪同排得满"), text.format(goal=hint.goal, usual=hint.usual)


_WORDS = {
    Kind.PREMIUM: _premium,
    Kind.VISITS: _visits,
    Kind.DAYS: _days,
    Kind.AWAY: _away,
    Kind.OVERLAP: _overlap,
    Kind.FULL: _full,
    Kind.PAST: _past,
}
