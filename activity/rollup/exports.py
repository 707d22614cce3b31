"""The report as a workbook and as the words of its letter: the frozen figures, the frozen days behind them, and the
plans as this version saw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from activity.daily_log.models import Counters
from activity.discipline.models import LedgerEntry
from activity.rollup.business_sheets import (
    Found,
    business_cells,
    business_header,
    business_of,
    business_summary,
    heads_cells,
    heads_header,
    with_lines_of,
)  # fmt: skip
from activity.rollup.models import Figures, RollUp, RollUpDay, RollUpUnit
from activity.rollup.plan_sheets import (
    change_header,
    change_rows,
    changes_since_first,
    is_later,
    plan_header,
    plan_rows,
    plan_summary,
)  # fmt: skip
from activity.rollup.rules import due_of, overall, percent, rates
from org.clock import SHANGHAI
from org.rules.book import book_of
from org.week import Week
from org.workbooks.writing import SheetOut, Value, workbook_bytes
from org.working_days.rules import DayTimes

Row = Sequence[Value]
Standard = tuple[int, int, int, int]
PEOPLE_AT_ONCE = 2000


def workbook(rollup: RollUp) -> bytes:
    """The same bytes whenever it is made of the same rows; a later version has a sheet of what changed."""
    book, counted = book_of(rollup.rules), rollup.counted
    standard = book.standard
    business = business_of(counted)
    units = list(counted.units.select_related("unit").order_by("unit__path"))
    return workbook_bytes(
        [
            SheetOut(_("汇总"), [_("项目"), _("内容")], _summary_rows(rollup, units[0], standard), [22, 60]),
            SheetOut(_("单位"), _unit_header(), _unit_rows(units, business, standard), [14, 26, 12]),
            SheetOut(_("个人"), _person_header(), _person_rows(counted, business, standard), [12, 12, 14, 26]),
            SheetOut(_("日志"), _log_header(), _log_rows(counted), [12, 12, 12, 12, 10, 18]),
            SheetOut(_("行事历"), plan_header(), plan_rows(rollup), [14, 30, 14, 18, 18]),
            *([SheetOut(_("版本差异"), change_header(), change_rows(rollup), [14, 30, 10, 24, 24])] * is_later(rollup)),
            SheetOut(_("说明"), [_("名称"), _("含义")], _definitions(book.times), [22, 90]),
        ]
    )


def summary(rollup: RollUp, total: RollUpUnit) -> str:
    """The letter's text: what the first sheet says."""
    lines = [f"{name}：{value}" for name, value in _summary_rows(rollup, total, book_of(rollup.rules).standard)]
    changed = [_("与第 1 版差 {n} 处：").format(n=len(found)), *(one.words for one in found)] if (
        found := changes_since_first(rollup)
    ) else []  # fmt: skip
    end = _("明细见附件。日志、保费和人力已冻结在第 1 版；行事历迟到的另发新版。")
    return "\n".join([*changed, *([""] * bool(changed)), *lines, "", end])


def item_names() -> list[str]:
    return [_("电话"), _("有效拜访"), _("准客户积累"), _("学习")]


def _summary_rows(rollup: RollUp, total: RollUpUnit, standard: Standard) -> list[Row]:
    done, half_days = _done(total), total.due_half_days
    figures = zip(item_names(), done, standard, rates(done, standard, half_days), strict=True)
    return [
        (_("单位"), rollup.city.name),
        (_("周"), Week(rollup.week).label),
        (_("截至"), f"{rollup.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        (_("版本"), _("第 {n} 版").format(n=rollup.version)),
        (_("规则"), f"{rollup.rules}（{rollup.rules.effective_from} {_('起')}）"),
        (_("客户经理"), total.people),
        *(
            (name, f"{count} / {_plain(target, half_days)}（{percent(share)}）")
            for name, count, target, share in figures
        ),
        (_("综合完成率"), percent(overall(done, standard, half_days))),
        (_("日志应交"), total.logs_due),
        (_("日志已交"), total.logs_in),
        (_("其中迟报和补录"), total.logs_late),
        (_("日志未交"), total.logs_missing),
        (_("已批阅"), total.logs_reviewed),
        *business_summary(rollup),
        *plan_summary(rollup),
        *_ledger_rows(rollup),
    ]


def _ledger_rows(rollup: RollUp) -> Iterator[Row]:
    """The head of the chain of fines as of the freeze (reliability.md C24); nothing before the first line."""
    last = LedgerEntry.objects.filter(ledger__city=rollup.city, at__lt=rollup.due_at).order_by("-number").first()
    if last is not None:
        label = book_of(rollup.rules).fines.label
        yield _("{label}台账").format(label=label), _("{n} 条，链头 {hash}").format(n=last.number, hash=last.hash)


def _figures_header() -> list[str]:
    items = [
        name
        for item in item_names()
        for name in (_("{item}应完成"), _("{item}完成"), _("{item}完成率"))
        for name in [name.format(item=item)]
    ]
    logs = [_("日志应交"), _("日志已交"), _("日志迟报"), _("日志未交"), _("日志已批")]
    return [_("应出勤半天"), *items, _("综合完成率"), *logs]


def _figures(row: Figures, standard: Standard) -> list[Value]:
    done, half_days = _done(row), row.due_half_days
    items: list[Value] = []
    for count, target, share in zip(done, standard, rates(done, standard, half_days), strict=True):
        items += [float(due_of(target, half_days)), count, percent(share)]
    logs = [row.logs_due, row.logs_in, row.logs_late, row.logs_missing, row.logs_reviewed]
    return [half_days, *items, percent(overall(done, standard, half_days)), *logs]


def _unit_header() -> list[str]:
    return [_("单位代码"), _("名称"), _("类型"), _("人力"), *_figures_header(), *business_header(), *heads_header()]


def _unit_rows(units: list[RollUpUnit], business: Found, standard: Standard) -> Iterator[Row]:
    """Who has policies or goals and nobody in it has a row, too: the sums are those of the city."""
    for row in with_lines_of(units, business.units):
        own = business.units.get(row.unit_id)
        yield [
            row.unit.code, row.unit.name, row.get_kind_display(), row.people, *_figures(row, standard),
            *business_cells(own), *heads_cells(own),
        ]  # fmt: skip


def _person_header() -> list[str]:
    return [_("工号"), _("姓名"), _("单位代码"), _("单位"), *_figures_header(), *business_header()]


def _person_rows(rollup: RollUp, business: Found, standard: Standard) -> Iterator[Row]:
    rows = rollup.people.select_related("person", "unit").order_by("unit__path", "person__employee_no")
    for row in rows.iterator(PEOPLE_AT_ONCE):
        yield [
            row.person.employee_no, row.person.name, row.unit.code, row.unit.name, *_figures(row, standard),
            *business_cells(business.people.get(row.person_id)),
        ]  # fmt: skip


def _log_header() -> list[str]:
    return [
        _("工号"), _("姓名"), _("日期"), _("应出勤半天"), _("日志应交"), _("提交时间"), _("时效"), _("计入本报告"),
        *item_names(), _("未计入条目"), _("批阅"),
    ]  # fmt: skip


def _log_rows(rollup: RollUp) -> Iterator[Row]:
    """The frozen days, in the order of the sheet of people: its figures are their sums."""
    days = RollUpDay.objects.filter(row__rollup=rollup).select_related("row__person")
    for one in days.order_by("row__unit__path", "row__person__employee_no", "day").iterator(PEOPLE_AT_ONCE):
        person, is_in = one.row.person, one.handed_in_at is not None
        yield [
            person.employee_no, person.name, one.day, one.due_half_days, one.log_due, one.handed_in_at,
            one.get_timeliness_display() if is_in else _("截至时未交"), one.counts,
            *_done(one), one.excluded, one.get_state_display(),
        ]  # fmt: skip


def _done(row: Counters) -> tuple[int, int, int, int]:
    return row.calls, row.visits, row.prospects, row.studies


def _plain(target: int, half_days: int) -> str:
    """13.5, or 14 without a fraction."""
    return f"{float(due_of(target, half_days)):g}"


def _definitions(times: DayTimes) -> Iterable[Row]:
    return [
        (_("截至"), _("报送时刻（周六 12:00，逢节假日顺移）。此前提交的日志计入，之后的不计入第 1 版。")),
        (_("应出勤半天"), _("截至日之前的工作日，加截至日上午（若上班），减去请假、公务和不在岗的半天。")),
        (_("应完成"), _("每日标准 × 应出勤半天 ÷ 2。")),
        (_("完成"), _("截至前提交、且有效的日志中计入的条目数，休息日做的也算；补录须在截至前被接受。")),
        (_("完成率"), _("完成 ÷ 应完成。单位的完成率由其全部人员的合计相除。只舍不入。")),
        (_("综合完成率"), _("四项完成率的平均，每项最高按 100% 计。")),
        (_("日志应交"), _("当日提交期限（{due:%H:%M}）在截至之前的应出勤日。").format(due=times.log_due)),
        (_("日志已交"), _("应交的日志中截至前已提交的；迟报含补录；未交 = 应交 − 已交。")),
        (_("日志已批"), _("已交的日志中截至前已批阅通过的。")),
        (_("保费、件数"), _("承保日期在这一周的保单，截至时已导入的。单位按保单的归属单位，个人按出单人；金额为元。")),
        (_("保费目标"), _("这一周已批准的行事历里员工目标之和；月、年目标是周六落在其中的各周目标之和。")),
        (_("应考核"), _("客户经理中这一周要考核的人：在岗，减去整周请假、公务、减免和应出勤天数不够的。")),
        (_("行事历"), _("下一周的行事历，与周报同时截止。截止后才报的是部门迟报，截止前报、截止后批的是分管总迟批。")),
        (_("版本"), _("第 1 版是截至时的情况；其后报来或批准的行事历另出新版，其他各数与第 1 版相同。")),
        (_("单位归属"), _("一周内调动的，归应出勤半天最多的单位，相等时归后一个。")),
    ]
