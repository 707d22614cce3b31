"""The card as a workbook: a sheet for each list, and who took it. Without files, numbers and what is said of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from clients.profiles.known import AGES, CLASSES, SEXES
from clients.profiles.models import ClientProfile
from clients.profiles.reading import Card
from org.clock import SHANGHAI
from org.workbooks.downloads import XLSX
from org.workbooks.writing import SheetOut, Value, workbook_bytes

if TYPE_CHECKING:
    from clients.prospects.models import Prospect
    from org.people.models import Person

SINGLE = (
    "legal_representative", "business", "founded_on", "concerns", "benefit_policy",
    *SEXES, *AGES, "average_age", *CLASSES,
)  # fmt: skip


def download(prospect: Prospect, card: Card, *, by: Person, at: datetime) -> HttpResponse:
    content = workbook_bytes(sheets(prospect, card, f"{by.name} {by.employee_no} {at.astimezone(SHANGHAI):%F %T}"))
    name = _("档案卡_{name}_{day}.xlsx").format(name=prospect.name, day=f"{at:%Y%m%d}")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition or "attachment"})


def sheets(prospect: Prospect, card: Card, taken: str) -> Iterator[SheetOut]:
    """Money in yuan, as it is kept."""
    yield _sheet(_("档案卡"), [_("项目"), _("内容")], [*_facts(prospect, card), [_("下载"), taken]])
    yield _stakeholders(card)
    yield _sheet(
        _("保费与理赔"), [_("年度"), _("保险公司"), _("保费"), _("赔款"), _("被保险人数"), _("赔付率 %")],
        [[y.row.year, y.row.insurer, y.row.premium, y.row.claims, y.row.insured, y.loss] for y in card.years],
    )  # fmt: skip
    yield _sheet(
        _("现有保障与竞争"), [_("公司"), _("险种"), _("类别"), _("保费"), _("到期"), _("报出日期"), _("说明")],
        [[one.insurer, one.line, one.get_standing_display(), one.premium, one.expires_on, one.quoted_on, one.note]
         for one in card.covers],
    )  # fmt: skip
    yield _sheet(
        _("重要日期"), [_("类别"), _("内容"), _("日期"), _("每年")],
        [[d.row.get_kind_display(), d.row.what, d.row.on if d.shown else None, d.row.yearly] for d in card.days],
    )  # fmt: skip
    yield _sheet(
        _("服务记录"), [_("日期"), _("类别"), _("内容"), _("结果"), _("经手")],
        [[one.day, one.get_kind_display(), one.what, one.result, one.changed_by.name] for one in card.services],
    )  # fmt: skip
    yield _proposals(card)
    yield _sheet(
        _("保单"), [_("保单号"), _("险种"), _("保费"), _("承保日期"), _("到期日"), _("被保险人数")],
        [[one.number, one.line, one.premium, one.issued_on, one.expires_on, one.insured] for one in card.policies],
    )  # fmt: skip
    yield _sheet(
        _("知情同意"), [_("用途"), _("告知书版本"), _("同意人"), _("同意日期"), _("撤回日期")],
        [[one.get_purpose_display(), one.version, one.given_by, one.given_on, one.withdrawn_on]
         for one in card.consents],
    )  # fmt: skip


def _stakeholders(card: Card) -> SheetOut:
    """How they stand and what they weigh is said of people: for who reads fully, as on the page."""
    header: list[Value] = [_("姓名"), _("职务"), _("角色")]
    rows: list[list[Value]] = [[one.name, one.title, one.get_role_display()] for one in card.stakeholders]
    if card.fully:
        header += [_("态度"), _("影响力")]
        for row, one in zip(rows, card.stakeholders, strict=True):
            row += [one.get_attitude_display(), one.get_influence_display()]
    return _sheet(_("干系人"), header, rows)


def _proposals(card: Card) -> SheetOut:
    """客户意见 like what is said of people."""
    header: list[Value] = [_("版本"), _("险种"), _("保费"), _("送达日期"), _("回执日期"), _("客户签收人")]
    rows: list[list[Value]] = [
        [one.version, one.line, one.premium, one.sent_on, one.receipt_on, one.receipt_by] for one in card.proposals
    ]
    if card.fully:
        header.append(_("客户意见"))
        for row, one in zip(rows, card.proposals, strict=True):
            row.append(one.receipt_note)
    return _sheet(_("计划书"), header, rows)


def _facts(prospect: Prospect, card: Card) -> list[Sequence[Value]]:
    fields = ClientProfile._meta.get_field
    own: list[Sequence[Value]] = [
        [_("单位名称"), prospect.name], [_("统一社会信用代码"), prospect.uscc], [_("行业"), prospect.industry],
        [_("社保"), prospect.social_insurance], [_("年度预算"), prospect.budget],
        [_("员工人数"), prospect.headcount], [_("负责人"), f"{prospect.owner.name} {prospect.owner.employee_no}"],
        [_("建档时间"), prospect.card_made_at], [_("完整度"), f"{card.known.known} / {card.known.total}"],
    ]  # fmt: skip
    return own + [[fields(name).verbose_name, getattr(card.profile, name)] for name in SINGLE]  # type: ignore[union-attr]


def _sheet(name: str, header: Sequence[Value], rows: Sequence[Sequence[Value]]) -> SheetOut:
    return SheetOut(name, header, rows, [18] * len(header))
