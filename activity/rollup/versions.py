"""What a later version of the report says that an earlier one did not: unit, document, before → after, whose lateness.

Nothing is stored of it: both versions stand, so the difference is read from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from activity.rollup.models import RollUp, RollUpPlan
from org.clock import SHANGHAI
from org.days import month_and_day
from org.money import wan
from org.units.models import Unit
from org.units.naming import with_branch


class Figure(NamedTuple):
    """拜访目标 60 → 64."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One document of one unit; `late` says whose lateness, "" where nobody's."""

    unit: Unit
    place: str
    document: str
    before: str
    after: str
    late: str
    figures: Sequence[Figure]

    @property
    def words(self) -> str:
        """市北支公司 团体部 行事历：待分管总审批 → 已批准 12:03（分管总迟批）；保费目标 46.0 → 50.0 万元"""
        late = f"（{self.late}）" if self.late else ""
        figures = "".join(f"；{one.name} {one.before} → {one.after}" for one in self.figures)
        return f"{self.place} {self.document}：{self.before} → {self.after}{late}{figures}"


def changes_between(earlier: RollUp, later: RollUp, *, of: Iterable[RollUpPlan] | None = None) -> list[Change]:
    """By unit code. `of`: the plans of both that a reader may see, else all of them."""
    rows = RollUpPlan.objects.filter(rollup__in=(earlier, later)).select_related("unit") if of is None else of
    by_version: dict[object, dict[int, RollUpPlan]] = {earlier.pk: {}, later.pk: {}}
    for row in rows:
        if row.rollup_id in by_version:
            by_version[row.rollup_id][row.unit_id] = row
    before, after = by_version[earlier.pk], by_version[later.pk]
    changed = [row for unit, row in after.items() if _said(before.get(unit)) != _said(row)]
    places = with_branch([row.unit for row in changed])
    changed.sort(key=lambda row: row.unit.code)
    return [_change(before.get(row.unit_id), row, places[row.unit_id], later.due_at) for row in changed]


def lateness_of(plan: RollUpPlan) -> str:
    """部门迟报, 分管总迟批, or nothing."""
    if plan.submitter_late:
        return _("部门迟报")
    return _("分管总迟批") if plan.approver_late else ""


def standing_in_words(plan: RollUpPlan, due_at: datetime) -> str:
    """已批准 11:47; another day than that of the report is named: 已批准 11.22 09:10."""
    at = plan.approved_at
    if plan.standing != RollUpPlan.Standing.APPROVED or at is None:
        return str(plan.get_standing_display())
    return f"{plan.get_standing_display()} {moment(at, due_at)}"


def moment(at: datetime, due_at: datetime) -> str:
    """12:03, with its day where that is not the report's."""
    local = at.astimezone(SHANGHAI)
    if local.date() == due_at.astimezone(SHANGHAI).date():
        return f"{local:%H:%M}"
    return f"{month_and_day(local.date())} {local:%H:%M}"


def _said(plan: RollUpPlan | None) -> tuple[object, ...] | None:
    if plan is None:
        return None
    return (plan.standing, plan.version, plan.approved_at, plan.submitted_at, *_goals(plan))


def _goals(plan: RollUpPlan) -> tuple[int, Decimal, int]:
    return plan.visits, plan.premium, plan.cases


def _change(before: RollUpPlan | None, after: RollUpPlan, place: str, due_at: datetime) -> Change:
    was = standing_in_words(before, due_at) if before else str(RollUpPlan.Standing.MISSING.label)
    return Change(
        after.unit, place, _("行事历"), was, standing_in_words(after, due_at), lateness_of(after),
        list(_figures(before, after)) if before and before.version else [],
    )  # fmt: skip


def _figures(before: RollUpPlan, after: RollUpPlan) -> Iterable[Figure]:
    """Goals that are no longer the same; of what was not there before none is named."""
    if before.visits != after.visits:
        yield Figure(_("拜访目标"), str(before.visits), str(after.visits))
    if before.premium != after.premium:
        yield Figure(_("保费目标 万元"), wan(before.premium), wan(after.premium))
    if before.cases != after.cases:
        yield Figure(_("件数目标"), str(before.cases), str(after.cases))
