"""The table of a page as a workbook: what is shown, and beside it which unit, cut-off, version and rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from activity.rollup.business_sheets import business_cells, business_header, heads_cells, heads_header
from activity.rollup.exports import item_names
from activity.rollup.lines import Line
from activity.rollup.table import Report
from org.clock import SHANGHAI
from org.workbooks.writing import SheetOut, Value, workbook_bytes

if TYPE_CHECKING:
    from org.people.models import Person


def shown(report: Report, *, by: Person, at: datetime) -> bytes:
    """The lines in their order, with the sum last."""
    lines = [*report.units, *report.people, *([report.total] if report.total else [])]
    return workbook_bytes(
        [
            SheetOut(_("周报"), _header(), (_row(line, report) for line in lines), [14, 26]),
            SheetOut(_("说明"), [_("项目"), _("内容")], _about(report, by, at), [14, 60]),
        ]
    )


def _header() -> list[str]:
    rates = [f"{name}%" for name in item_names()]
    return [
        _("代码"), _("名称"), _("人力"), _("下周行事历"), _("日志应交"), _("日志已交"), _("日志迟报"), _("日志未交"),
        _("日志已批"), *rates, _("综合完成率%"), *business_header(), *heads_header(),
        _("达标"), _("达标率分母"), _("达标率%"),
    ]  # fmt: skip


def _row(line: Line, report: Report) -> Sequence[Value]:
    row, extra, attained = line.figures, line.extra, line.extra.attained
    plans = [*(one.words for one in extra.plans), *(f"{one.number} {one.word}" for one in extra.counts)]
    return [
        line.code, _("合计") if line is report.total else line.name, line.people, "，".join(plans),
        row.logs_due, row.logs_in, row.logs_late, row.logs_missing, row.logs_reviewed,
        *(cell.percent for cell in line.cells), line.overall,
        *business_cells(extra.business), *heads_cells(extra.business),
        *((attained.met, attained.assessed, attained.percent) if attained else (None, None, None)),
    ]  # fmt: skip


def _about(report: Report, by: Person, at: datetime) -> Iterator[Sequence[Value]]:
    yield _("单位"), report.unit.name
    yield _("周"), report.week.label
    yield _("截至"), report.as_of
    if report.frozen:
        yield _("版本"), _("第 {n} 版").format(n=report.frozen.version)
        yield _("规则"), str(report.frozen.rules)
    else:
        yield _("版本"), _("暂计")
    yield _("达标率"), _("关账后的考核结果") if report.material and report.material.is_closed else _("暂计")
    yield _("金额"), _("元")
    yield _("导出"), f"{by.name} {by.employee_no} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
