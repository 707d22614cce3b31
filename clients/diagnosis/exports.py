"""A version of the needs diagnosis as a workbook for who made it. No import makes one: a family confirms what it
hears.

Without phone numbers. The trace says that he took one and not whose (docs/adr/0009).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from clients.diagnosis import reading
from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from org.workbooks.writing import SheetOut, Value

OF_FAMILY = ("housing", "education", "other", "assets", "premium_wish", "discount_rate", "inflation")
OF_MEMBER = ("living", "living_years", "income", "income_years", "social", "social_years")
TITLE = "需求诊断"


def sheets(found: NeedsDiagnosis, members: Sequence[FamilyMember]) -> Iterator[SheetOut]:
    """What was said, and what came of it; in yuan, as it is kept."""
    result = reading.result_of(reading.family_of(found, members), members)
    fields = NeedsDiagnosis._meta.get_field
    said: list[Sequence[Value]] = [
        [_("家庭"), found.prospect.name], [_("版本"), found.number], [_("面谈开始"), found.started_at],
        [_("全部确认"), found.confirmed_at],
        *([fields(name).verbose_name, getattr(found, name)] for name in OF_FAMILY),  # type: ignore[union-attr]
        [_("需求合计"), result.needs], [_("收入合计"), result.income], [_("结余"), result.balance],
    ]  # fmt: skip
    yield SheetOut(TITLE, [_("项目"), _("内容")], said, [22, 30])
    gaps: list[Sequence[Value]] = [
        [one.name, one.event.needed, one.event.available, one.event.gap] for one in result.events
    ]
    yield SheetOut(_("保障缺口"), [_("谁的收入中断"), _("支出"), _("来源"), _("缺口")], gaps, [22, 16, 16, 16])
    yield _members(members)
    covers: list[Sequence[Value]] = [
        [one.name, cover.company, cover.name, cover.premium, cover.sum_insured]
        for one in members
        for cover in one.covers.all()
    ]
    header: list[Value] = [_("给谁买的"), _("公司"), _("名称"), _("年保费"), _("保额")]
    yield SheetOut(_("已有保障"), header, covers, [18] * len(header))


def _members(members: Sequence[FamilyMember]) -> SheetOut:
    fields = FamilyMember._meta.get_field
    words: list[Value] = [fields(name).verbose_name for name in OF_MEMBER]  # type: ignore[union-attr]
    header: list[Value] = [_("称呼"), _("姓名"), _("年龄"), _("职业"), *words]
    rows = [
        [one.get_relation_display(), one.name, one.age, one.occupation, *(getattr(one, name) for name in OF_MEMBER)]
        for one in members
    ]
    return SheetOut(_("家庭成员"), header, rows, [14] * len(header))
