"""Two versions side by side: what came out, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from clients.diagnosis import reading
from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from clients.diagnosis.words import amount, said

FIGURES = ("living", "living_years", "income", "income_years", "social", "social_years")


class Chosen(NamedTuple):
    old: NeedsDiagnosis
    new: NeedsDiagnosis

    @classmethod
    def of(cls, every: Sequence[NeedsDiagnosis], old: str, new: str) -> Chosen:
        """Those that the address names; else the last two. `every` has the last first."""
        by_number = {str(one.number): one for one in every}
        return cls(by_number.get(old, every[min(1, len(every) - 1)]), by_number.get(new, every[0]))


class Row(NamedTuple):
    label: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


def _label(row: Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _facts(of: NeedsDiagnosis) -> dict[str, str]:
    """What is compared, by its name; not asked is –."""
    members = list(of.members.all())
    result = reading.result_of(reading.family_of(of, members), members)
    facts = {
        _("总支出 万元"): amount(result.needs),
        _("总收入 万元"): amount(result.income),
        _("结余 万元"): amount(result.balance),
    }
    facts |= {_("{who}收入中断，缺口 万元").format(who=one.name): amount(one.event.gap) for one in result.events}
    for name in ("housing", "education", "other", "assets", "premium_wish"):
        value = getattr(of, name)
        unit = _("元") if name == "premium_wish" else _("万元")
        shown = _("还没问") if value is None else f"{value:,.0f}" if name == "premium_wish" else said(value)
        facts[f"{_label(of, name)} {unit}"] = shown
    facts |= {_("贴现率 %"): f"{of.discount_rate.normalize():f}", _("通胀率 %"): f"{of.inflation.normalize():f}"}
    for one in members:
        facts |= _facts_of(one)
    return facts


def _facts_of(one: FamilyMember) -> dict[str, str]:
    facts = {_("{who} 年龄").format(who=one.name): str(one.age)}
    for name in FIGURES:
        value, label = getattr(one, name), _label(one, name)
        if value is not None:
            shown = str(value) if name.endswith("years") else said(value)
            facts[_("{who} {what}").format(who=one.name, what=label)] = shown
    insured = sum((cover.sum_insured for cover in one.covers.all()), Decimal(0))
    facts[_("{who} 已有保额 万元").format(who=one.name)] = said(insured) if one.cover_asked else _("还没问")
    return facts


def compared(old: NeedsDiagnosis, new: NeedsDiagnosis) -> list[Row]:
    before, now = _facts(old), _facts(new)
    return [Row(label, before.get(label, "–"), now.get(label, "–")) for label in {**now, **before}]
