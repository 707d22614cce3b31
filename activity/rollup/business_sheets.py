"""Premium, goals and heads as the workbook prints them; nothing of a report frozen before they were counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from activity.rollup.models import Business, RollUp, RollUpBusiness, RollUpUnit
from org.workbooks.writing import Value

MONEY = ("premium", "goal_premium", "cases", "goal_cases", "goal_visits", "month_premium", "month_goal",
    "year_premium", "year_goal")  # fmt: skip
HEADS = ("in_post", "on_leave", "on_duty", "newcomers", "assessed", "met")


class Found(NamedTuple):
    """Of one report, by unit and by person."""

    units: dict[int, RollUpBusiness]
    people: dict[int, RollUpBusiness]


def business_of(counted: RollUp) -> Found:
    """One query."""
    rows = list(counted.business.select_related("unit"))
    return Found(
        {row.unit_id: row for row in rows if row.person_id is None},
        {row.person_id: row for row in rows if row.person_id},
    )


def with_lines_of(units: Iterable[RollUpUnit], business: Mapping[int, RollUpBusiness]) -> list[RollUpUnit]:
    """In the order of the tree, with an empty line for each unit that has no people but policies or goals."""
    known = {row.unit_id: row for row in units}
    more = [RollUpUnit(unit=row.unit, kind=row.unit.kind) for unit, row in business.items() if unit not in known]
    return sorted([*known.values(), *more], key=lambda row: row.unit.path)


def business_header() -> list[str]:
    return [
        _("本周保费"), _("本周保费目标"), _("本周件数"), _("本周件数目标"), _("本周拜访目标"),
        _("本月保费"), _("本月保费目标"), _("本年保费"), _("本年保费目标"),
    ]  # fmt: skip


def heads_header() -> list[str]:
    return [_("在岗"), _("请假"), _("公务"), _("新人"), _("应考核"), _("达标（截至时暂计）")]


def business_cells(row: Business | None) -> list[Value]:
    return [getattr(row, name) for name in MONEY] if row else [None] * len(MONEY)


def heads_cells(row: Business | None) -> list[Value]:
    return [getattr(row, name) for name in HEADS] if row else [None] * len(HEADS)


def business_summary(rollup: RollUp) -> list[Sequence[Value]]:
    """Of the whole city."""
    row = rollup.counted.business.filter(unit=rollup.city_id, person=None).first()
    if row is None:
        return []
    return [
        (_("本周保费 / 目标"), f"{row.premium:,.2f} / {row.goal_premium:,.2f}"),
        (_("本周件数 / 目标"), f"{row.cases} / {row.goal_cases}"),
        (_("本月保费 / 目标"), f"{row.month_premium:,.2f} / {row.month_goal:,.2f}"),
        (_("本年保费 / 目标"), f"{row.year_premium:,.2f} / {row.year_goal:,.2f}"),
        (_("应考核"), row.assessed),
        (_("整周请假 / 公务"), f"{row.on_leave} / {row.on_duty}"),
        (_("达标（截至时暂计）"), row.met),
    ]
