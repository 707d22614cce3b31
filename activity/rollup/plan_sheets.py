"""行事历 as the workbook and the letter print it: how each stands, whose lateness, and what a later version changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from activity.rollup.models import FIRST, RollUp, RollUpPlan
from activity.rollup.versions import Change, changes_between, lateness_of
from org.units.naming import with_branch
from org.workbooks.writing import Value

Row = Sequence[Value]


def is_later(rollup: RollUp) -> bool:
    return rollup.version > FIRST


def changes_since_first(rollup: RollUp) -> list[Change]:
    return changes_between(rollup.counted, rollup) if is_later(rollup) else []


def plan_header() -> list[str]:
    return [
        _("单位代码"), _("单位"), _("状态"), _("上报时间"), _("批准时间"), _("谁迟"), _("第几次上报"), _("人数"),
        _("拜访目标"), _("保费目标"), _("件数目标"),
    ]  # fmt: skip


def plan_rows(rollup: RollUp) -> Iterator[Row]:
    rows = list(rollup.plans.select_related("unit").order_by("unit__code"))
    places = with_branch([row.unit for row in rows])
    for row in rows:
        yield [
            row.unit.code, places[row.unit_id], row.get_standing_display(), row.submitted_at, row.approved_at,
            lateness_of(row), row.version or None, row.employees, row.visits, row.premium, row.cases,
        ]  # fmt: skip


def plan_summary(rollup: RollUp) -> Iterator[Row]:
    """How many stand how; nothing where no plan was due."""
    counts = Counter(rollup.plans.values_list("standing", flat=True))
    if counts:
        words = (f"{label} {counts[value]}" for value, label in RollUpPlan.Standing.choices if counts[value])
        yield _("下周行事历"), "，".join(words)


def change_header() -> list[str]:
    return [_("单位代码"), _("单位"), _("材料"), _("第 1 版"), _("本版"), _("谁迟"), _("目标变化")]


def change_rows(rollup: RollUp) -> Iterator[Row]:
    for one in changes_since_first(rollup):
        figures = "；".join(f"{figure.name} {figure.before} → {figure.after}" for figure in one.figures)
        yield [one.unit.code, one.place, one.document, one.before, one.after, one.late, figures]
