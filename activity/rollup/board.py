"""What 全市周报 says beside logs and 完成率: premium and heads, how the plans stand, and 达标率 week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.rollup.attainment import SPARK, Attained, Weeks
from activity.rollup.models import Business, RollUpBusiness, RollUpPlan
from activity.rollup.versions import moment
from org.pages.drawings import Trend, trend
from org.reach import Reach
from org.units.models import Unit
from org.week import Week

Standing = RollUpPlan.Standing
LOOKS = {  # pill, icon
    Standing.APPROVED: ("ok", "check"),
    Standing.WAITING: ("warn", "hourglass"),
    Standing.RETURNED: ("warn", "undo-2"),
    Standing.MISSING: ("bad", "triangle-alert"),
    Standing.OPEN: ("", "calendar-clock"),
}
SHORT = {
    Standing.APPROVED: gettext_lazy("已批"), Standing.WAITING: gettext_lazy("待批"),
    Standing.RETURNED: gettext_lazy("已退回"), Standing.MISSING: gettext_lazy("未报"),
    Standing.OPEN: gettext_lazy("未到期"),
}  # fmt: skip


class PlanCell(NamedTuple):
    """One plan: 已批准 11:47 quietly, anything else as a pill."""

    state: str
    icon: str
    words: str
    link: str = ""


class Count(NamedTuple):
    """Of several plans: 2 待批."""

    state: str
    number: int
    word: str


class Reached(NamedTuple):
    """Premium of a span beside its goal, yuan."""

    done: Decimal
    goal: Decimal

    @property
    def percent(self) -> int | None:
        """Whole, cut; None without a goal."""
        return int(100 * self.done // self.goal) if self.goal else None


@dataclass(slots=True)
class Extra:
    """Of a line: a unit, or a person, who has no plan of a unit and no 达标率."""

    business: Business | None = None
    plans: list[PlanCell] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)  # where several plans lie below
    attained: Attained | None = None
    spark: list[int | None] = field(default_factory=list)

    @property
    def week(self) -> Reached | None:
        return Reached(self.business.premium, self.business.goal_premium) if self.business else None

    @property
    def month(self) -> Reached | None:
        return Reached(self.business.month_premium, self.business.month_goal) if self.business else None

    @property
    def year(self) -> Reached | None:
        return Reached(self.business.year_premium, self.business.year_goal) if self.business else None

    @property
    def spark_words(self) -> str:
        """For who hears the page: 近 8 周达标率 60%、–、72%."""
        said = "、".join("–" if value is None else f"{value}%" for value in self.spark)
        return _("近 {n} 周达标率 {said}").format(n=SPARK, said=said)

    @property
    def has_spark(self) -> bool:
        return any(value is not None for value in self.spark)


@dataclass(slots=True)
class Material:
    """All that a page of one unit and week knows of it."""

    week: Week
    due_at: datetime
    business: dict[int, RollUpBusiness]  # by unit
    people: dict[int, RollUpBusiness]  # by person
    plans: list[tuple[str, RollUpPlan]]  # with the path of its unit, by code
    weeks: Weeks
    opens: Reach  # whose plans he may open

    def of_unit(self, unit: Unit) -> Extra:
        business = self.business.get(unit.pk)
        below = [plan for path, plan in self.plans if path.startswith(unit.path)]
        return Extra(
            business,
            [self._cell(plan) for plan in below] if len(below) == 1 else [],
            counted(below) if len(below) > 1 else [],
            self.attained(unit),
            self.weeks.percents(unit.path, SPARK),
        )

    def of_person(self, person: int) -> Extra:
        return Extra(self.people.get(person))

    def attained(self, unit: Unit) -> Attained | None:
        """As recorded, else as counted when the report was: 暂计."""
        recorded = self.weeks.of(unit.path, self.week.monday)
        business = self.business.get(unit.pk)
        return recorded or (Attained(business.met, business.assessed) if business else None)

    @property
    def is_closed(self) -> bool:
        return any(monday == self.week.monday for monday, _path in self.weeks.found)

    def _cell(self, plan: RollUpPlan) -> PlanCell:
        unit = plan.unit
        opens = plan.version and self.opens.covers(unit.path)
        link = reverse("itinerary", args=[self.week.next, unit.code]) if opens else ""
        state, icon = LOOKS[Standing(plan.standing)]
        if plan.submitter_late and plan.submitted_at:
            late = _("部门迟报 {at} {state}").format(
                at=moment(plan.submitted_at, self.due_at), state=SHORT[Standing(plan.standing)]
            )
            return PlanCell("warn", "clock", late, link)
        if plan.approver_late and plan.approved_at:
            return PlanCell(
                "warn", "clock", _("分管总迟批 {at}").format(at=moment(plan.approved_at, self.due_at)), link
            )
        at = f" {moment(plan.approved_at, self.due_at)}" if plan.approved_at else ""
        return PlanCell(state, icon, f"{plan.get_standing_display()}{at}", link)


def counted(plans: Iterable[RollUpPlan]) -> list[Count]:
    """How many stand how, the approved first; what there is none of is left out."""
    numbers = Counter(Standing(plan.standing) for plan in plans)
    return [Count(LOOKS[one][0], numbers[one], str(SHORT[one])) for one in LOOKS if numbers[one]]


class Assessed(NamedTuple):
    """A closed week."""

    monday: date
    attained: Attained


def last_assessed(material: Material, unit: Unit) -> Assessed | None:
    weeks = material.weeks
    found = ((monday, weeks.of(unit.path, monday)) for monday in reversed(weeks.mondays))
    return next((Assessed(monday, attained) for monday, attained in found if attained), None)


class Trended(NamedTuple):
    """达标率 of twelve weeks, the last one dashed while it is 暂计."""

    drawn: Trend
    rows: list[tuple[str, int | None]]  # 11.16, percent
    words: str
    target: int
    now: int | None  # 暂计


def trended(material: Material, unit: Unit, *, target: int) -> Trended | None:
    """None where no week has been assessed."""
    percents = material.weeks.percents(unit.path, len(material.weeks.mondays))
    running = None
    if not material.is_closed and (now := material.attained(unit)):
        percents[-1] = running = now.percent
    if not any(value is not None for value in percents):
        return None
    names = [f"{monday.month}.{monday.day:02}" for monday in material.weeks.mondays]
    drawn = trend(percents, target=target, running=running is not None)
    return Trended(
        drawn, list(zip(names, percents, strict=True)), _in_words(percents, running, target), target, running
    )


def _in_words(percents: Sequence[int | None], running: int | None, target: int) -> str:
    closed = [value for value in percents[: -1 if running is not None else None] if value is not None]
    said = []
    if closed:
        said.append(_("{n} 周达标率由 {first}% 到 {last}%").format(n=len(closed), first=closed[0], last=closed[-1]))
    if running is not None:
        said.append(_("本周暂计 {now}%").format(now=running))
    return "，".join([*said, _("目标 {target}%").format(target=target)])
