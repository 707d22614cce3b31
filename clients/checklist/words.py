"""The ten items in words: labels, what is missing, the advice of each rule, the notice to the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clients.checklist.advice import Advice
from clients.checklist.rules import ALIASES, Item, Scheme
from org.money import wan

TITLES: Mapping[Item, Any] = {
    Item.FAMILY: lazy("家庭成员和所在城市"),
    Item.INCOME: lazy("收入和月支出"),
    Item.ASSETS: lazy("现有理财"),
    Item.AIMS: lazy("各阶段的目标"),
    Item.CARE: lazy("教育和赡养费用"),
    Item.POLICIES: lazy("已购保险"),
    Item.CONCERNS: lazy("主要关注"),
    Item.HEALTH: lazy("健康状况"),
    Item.SOCIAL: lazy("参加社保情况"),
    Item.BUDGET: lazy("保费预算"),
}
RELATIONS = [
    ("self", lazy("本人")), ("spouse", lazy("配偶")), ("child", lazy("子女")), ("parent", lazy("父母")),
    ("other", lazy("其他家人")),
]  # fmt: skip
SEXES = [("female", lazy("女")), ("male", lazy("男"))]
COVERS = [
    ("life", lazy("身故")), ("illness", lazy("重大疾病")), ("medical", lazy("医疗费用")), ("accident", lazy("意外")),
    ("pension", lazy("养老")), ("education", lazy("教育金")), ("property", lazy("财产")),
]  # fmt: skip
SCHEMES = [
    (scheme.value, f"{names[0]}（{'、'.join(names[1:3])}）" if scheme != Scheme.NONE else names[0])
    for scheme, names in ALIASES.items()
]
FIELDS: Mapping[str, Any] = {
    "members": lazy("成员"), "relation": lazy("是谁"), "age": lazy("年龄"), "sex": lazy("性别"),
    "occupation": lazy("职业"), "city": lazy("城市"), "earners": lazy("每人收入"), "yearly": lazy("一年多少"),
    "spending_monthly": lazy("月支出"), "deposits": lazy("存款"), "shares": lazy("股票"), "funds": lazy("基金"),
    "property": lazy("房产"), "aims": lazy("目标"), "what": lazy("想办到什么"), "by": lazy("到什么时候"),
    "education": lazy("教育费用"), "elders": lazy("赡养费用"), "held": lazy("保单"), "company": lazy("公司"),
    "name": lazy("名称"), "premium": lazy("保费"), "sum_insured": lazy("保额"), "covers": lazy("关注什么"),
    "people": lazy("每人的社保"), "who": lazy("是谁"), "scheme": lazy("参加哪种"), "health": lazy("须单独同意"),
    "kind": lazy("管什么"), "words": lazy("具体担心"), "amount": lazy("要多少"), "none": lazy("没有买过"),
}  # fmt: skip
_NAMED: Mapping[str, Mapping[str, Any]] = {
    "relation": dict(RELATIONS), "who": dict(RELATIONS), "sex": dict(SEXES), "scheme": dict(SCHEMES),
    "kind": dict(COVERS), "covers": dict(COVERS),
}  # fmt: skip
ORDER = (
    "city", "spending_monthly", "deposits", "shares", "funds", "property", "education", "elders", "covers", "words",
    "relation", "who", "age", "sex", "occupation", "what", "by", "amount", "company", "name", "kind", "yearly",
    "premium", "sum_insured", "scheme",
)  # fmt: skip
SHORT: Mapping[Item, Any] = {
    Item.FAMILY: lazy("成员"), Item.INCOME: lazy("收支"), Item.ASSETS: lazy("理财"), Item.AIMS: lazy("目标"),
    Item.CARE: lazy("教育赡养"), Item.POLICIES: lazy("已购保险"), Item.CONCERNS: lazy("关注"),
    Item.HEALTH: lazy("健康"), Item.SOCIAL: lazy("社保"), Item.BUDGET: lazy("预算"),
}  # fmt: skip
IN_YUAN = {"spending_monthly", "premium"}
IN_WAN = {"amount", "sum_insured", "deposits", "shares", "funds", "property", "education", "elders"}


def title(item: str) -> str:
    return str(TITLES[Item(item)])


def short(items: Iterable[Item]) -> str:
    """成员、收支, for the panel."""
    return "、".join(str(SHORT[item]) for item in items)


def listed(item: Item, lacks: tuple[str, ...]) -> str:
    """What an item lacks: 缺 存款、股票."""
    if lacks == ("held",):
        lacks = ("company", "name", "premium", "sum_insured")
    return "、".join(dict.fromkeys(str(FIELDS[name]) for name in lacks))


def _ordered(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """As the form asks: the database keeps no order of names."""
    return sorted(value.items(), key=lambda one: ORDER.index(one[0]) if one[0] in ORDER else len(ORDER))


def yuan_of(value: Any) -> str:
    return f"{Decimal(str(value)):,.0f}"


def said(item: Item, value: Mapping[str, Any] | None) -> list[str]:
    """The answer in lines, as pages and paper show it."""
    lines = []
    for name, one in _ordered(value or {}):
        if isinstance(one, list) and one and isinstance(one[0], dict):
            lines += ["　".join(_cell(item, key, cell) for key, cell in _ordered(row)) for row in one]
        elif name == "none":
            lines.append(_("全家都没有买过"))
        else:
            lines.append(f"{FIELDS[name]}：{_cell(item, name, one)}")
    return lines


def _cell(item: Item, name: str, value: Any) -> str:
    if name in _NAMED:
        named = _NAMED[name]
        return "、".join(str(named.get(one, one)) for one in (value if isinstance(value, list) else [value]))
    if name == "age":
        return _("{age} 岁").format(age=value)
    if (name in IN_WAN or name in IN_YUAN or name == "yearly") and not Decimal(value):
        return _("没有")
    if name in IN_WAN or (name == "yearly" and item == Item.INCOME):
        what = {"sum_insured": _("保额 "), "yearly": _("一年 "), "amount": _("要 ")}.get(name, "")
        return _("{what}{wan} 万元").format(what=what, wan=wan(Decimal(value)))
    if name in IN_YUAN or name == "yearly":
        return _("{what}{yuan} 元").format(what=_("年保费 ") if name == "premium" else "", yuan=yuan_of(value))
    return str(value)


RULES: Mapping[str, tuple[Any, Any]] = {
    "R1": (lazy("收支有结余"), lazy("一年收入 {income}，支出之外还剩 {left}，后面各项都在这里面安排。")),
    "R1-short": (lazy("先理收支"), lazy("一年支出比收入多 {short}。先把支出降下来，再谈新增保费。")),
    "R2": (lazy("应急的钱够用"), lazy("存款 {deposits}，够 {months} 个月支出，不少于 {wanted} 个月。")),
    "R2-short": (
        lazy("先备应急的钱"),
        lazy("存款够 {months} 个月支出，{wanted} 个月的还差 {short}。先存够，再做长期安排。"),
    ),
    "R3": (lazy("有收入的人没有保障"), lazy("{who}每年收入 {yearly}，占 {percent}%，没有填写保单。")),
    "R3-main": (
        lazy("家里主要靠他的人没有保障"),
        lazy("{who}的收入占全家 {percent}%，没有填写保单。先安排他的身故和重大疾病保障。"),
    ),
    "R4": (lazy("先大人，后孩子"), lazy("孩子已有保单，有收入的大人还没有。大人的收入断了，孩子的保费也没人交。")),
    "R5": (
        lazy("社保之外的一段"),
        lazy("{who}参加的是{scheme}，报销比例和范围较窄，医疗费用里自己付的部分要另外准备。"),
    ),
    "R5-none": (lazy("先参加社保"), lazy("{who}没参加社保。先参加城乡居民医保或职工医保，商业保险是补充。")),
    "R6": (lazy("担心的事还没有安排"), lazy("关注{cover}，现有保单里没有管这一样的。")),
    "R7": (lazy("目标够得着"), lazy("「{what}」到 {by}，每年备 {a_year}，一年的结余 {left} 够。")),
    "R7-short": (
        lazy("目标要调整"),
        lazy("「{what}」到 {by}，每年要备 {a_year}，一年的结余是 {left}。推后、减少，或先办更要紧的。"),
    ),
    "R8": (lazy("教育和赡养有着落"), lazy("教育和赡养一共 {care}，存款、股票、基金有 {usable}。")),
    "R8-short": (
        lazy("教育和赡养的钱要专门备"),
        lazy("教育和赡养一共 {care}，存款、股票、基金有 {usable}，还差 {short}，分年存，专款专用。"),
    ),
    "R9": (lazy("钱多在房子上"), lazy("房产占家产 {percent}%，急用时不容易变现，应急和医疗的钱另外留。")),
    "R10": (
        lazy("预算合适"),
        lazy("已知的保费加预算一年 {together} 元，在 {least} 到 {most} 元之间。"),
    ),
    "R10-over": (
        lazy("预算偏高"),
        lazy("已知的保费加预算一年 {together} 元，超过年收入的 20%（{most} 元）。先保要紧的，别影响生活。"),
    ),
    "R10-under": (
        lazy("预算偏低"),
        lazy("已知的保费加预算一年 {together} 元，不到年收入的 5%（{least} 元）。先保收入最高的人和最担心的事。"),
    ),
}
ABOUT: Mapping[str, Any] = {
    "R1": lazy("收支结余"), "R2": lazy("应急的钱"), "R3": lazy("有收入的人的保障"), "R4": lazy("大人和孩子的先后"),
    "R5": lazy("社保"), "R6": lazy("关注的和已有的"), "R7": lazy("目标和结余"), "R8": lazy("教育和赡养的钱"),
    "R9": lazy("能动用的资产"), "R10": lazy("保费预算"),
}  # fmt: skip
IN_PLAIN_YUAN = {"wish", "premiums", "together", "least", "most"}


class Told(NamedTuple):
    """A piece of advice as the page says it: by which rule, resting on which items."""

    rule: str
    title: str
    text: str
    rests_on: list[tuple[int, str]]
    urgent: bool


def told(advice: Advice) -> Told:
    heading, text = RULES[advice.rule]
    facts = {name: _fact(name, value) for name, value in advice.facts.items()}
    rests = [(item.number, title(item)) for item in sorted(advice.rests_on, key=lambda item: item.number)]
    return Told(advice.rule.partition("-")[0], str(heading), str(text).format(**facts), rests, advice.urgent)


def _fact(name: str, value: Any) -> str:
    if name in ("who", "cover", "scheme"):
        return str(_NAMED["covers" if name == "cover" else name].get(value, value))
    if isinstance(value, Decimal) and name not in ("months", "percent"):
        return yuan_of(value) if name in IN_PLAIN_YUAN else _("{wan} 万元").format(wan=wan(value))
    return str(value)


def notice(*, name: str, company: str, kept_days: int) -> list[tuple[str, str]]:
    """What the client reads before he agrees (PIPL 17): heading and sentence."""
    return [
        (_("谁请你填"), f"{company} {name}"),
        (_("为什么"), _("为你的家庭做保险需求的分析和建议，不用于别的目的。")),
        (
            _("填什么"),
            _("十项情况：成员、收支、理财、目标、教育赡养、已购保险、关注、健康、社保、预算。不想填的可以空着。"),
        ),
        (_("谁看得到"), _("只有 {name} 看得到你填的内容，他的上级和同事都看不到。").format(name=name)),
        (_("健康状况"), _("另外单独同意才保存；销售人员只看到填没填，看不到内容，目前也没有别的岗位能看。")),
        (_("孩子的情况"), _("由监护人填写并勾选同意。")),
        (_("保存多久"), _("填写后 {days} 天内没有更新就删除。").format(days=kept_days)),
        (
            _("怎么撤回"),
            _("填完后用同一个链接打开，可以随时撤回同意，你填的内容随即删除；也可以请 {name} 删除。").format(name=name),
        ),
    ]


def fingerprint(lines: list[tuple[str, str]]) -> str:
    return sha256("\n".join(f"{head}：{text}" for head, text in lines).encode()).hexdigest()
