"""The figures in the family's words: 万元 with two decimals, who an event is about, what does not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.diagnosis.models import FamilyMember
from clients.diagnosis.rules import OF_AGE, Doubt, Item, Kind, Member
from org.money import WAN

CENT = Decimal("0.01")
COUPLE = {FamilyMember.Relation.HUSBAND.value, FamilyMember.Relation.WIFE.value}
KINDS = {
    Kind.LIVING: gettext_lazy("生活费"),
    Kind.HOUSING: gettext_lazy("住房"),
    Kind.EDUCATION: gettext_lazy("子女教育"),
    Kind.OTHER: gettext_lazy("其它（赡养等）"),
    Kind.INCOME: gettext_lazy("收入"),
    Kind.SOCIAL: gettext_lazy("社保收入"),
    Kind.COVER: gettext_lazy("已有保障"),
    Kind.ASSETS: gettext_lazy("可动用的资产"),
}
SHORT = {
    Kind.LIVING: gettext_lazy("生活"),
    Kind.EDUCATION: gettext_lazy("教育"),
    Kind.OTHER: gettext_lazy("赡养等"),
    Kind.SOCIAL: gettext_lazy("社保"),
    Kind.COVER: gettext_lazy("保障"),
    Kind.ASSETS: gettext_lazy("资产"),
}
DOUBTS = {
    "years": gettext_lazy("{who}：工作 {0} 年 + 领社保 {1} 年 ≠ 生活费 {2} 年，再问一遍年数"),
    "retires": gettext_lazy("{who}的收入算到 {0} 岁，再问一遍年数"),
    "lives": gettext_lazy("{who}的生活费算到 {0} 岁，再问一遍年数"),
    "grows_up": gettext_lazy("{who}的生活费只算到 {0} 岁，还没成年"),
    "half": gettext_lazy("{who}有一项只填了年额或只填了年数，按 0 算"),
    "cover": gettext_lazy("{who}的已有保障还没问，先按 0 算，缺口可能偏大"),
    "nobody_earns": gettext_lazy("还没有人的收入，算不出缺口"),
    "education_without_child": gettext_lazy("填了子女教育，名单里没有未成年的孩子"),
    "child_without_education": gettext_lazy("家里有孩子，子女教育还是空的"),
    "assets": gettext_lazy("可动用的资产还没问，先按 0 算，缺口可能偏大"),
    "short": gettext_lazy("收入不中断也不够支出，先把数字再对一遍"),
    "budget": gettext_lazy("愿意的年保费不在年收入的 5% – 20% 里"),
    "budget_with_premiums": gettext_lazy("加上已经在交的保费，超过年收入的 20%"),
}


def amount(yuan: Decimal) -> str:
    """413.70, as every result is printed; 0 where there is nothing."""
    return "0" if not yuan else str((yuan / WAN).quantize(CENT, ROUND_HALF_UP))


def said(yuan: Decimal) -> str:
    """3, 2.5, 0.96: as the family says it."""
    return f"{(yuan / WAN).normalize():f}"


def doubt_in_words(one: Doubt) -> str:
    return str(DOUBTS[one.code]).format(*one.numbers, who=one.who)


def called(members: Sequence[FamilyMember]) -> dict[str, str]:
    """先生 and 太太 where there is one of each name, else the name."""
    relations = [one.relation for one in members]
    return {
        str(one.pk): one.get_relation_display() if one.relation in COUPLE and relations.count(one.relation) == 1
        else one.name
        for one in members
    }  # fmt: skip


def whose_income_ends(gone: Sequence[Member], names: dict[str, str]) -> str:
    """先生; 夫妻双方; 先生、太太和欧阳振华."""
    if len(gone) == 1:
        return names[gone[0].key]
    if len(gone) == 2 and all(one.partner for one in gone):
        return _("夫妻双方")
    return "、".join(names[one.key] for one in gone)


def item_in_words(one: Item, names: dict[str, str], *, short: bool = False) -> str:
    if short and one.member and one.member.age < OF_AGE:
        return _("子女")
    word = str((SHORT if short else {}).get(one.kind, KINDS[one.kind]))
    return f"{names[one.member.key]}{word}" if one.member else word
