"""投保客户咨询必备资料 as sheets, amounts in yuan: one row a family, and a sheet for each list.

Neither out nor in: 健康状况, which sales roles do not see; what is said of a child, for which the guardian is asked on
the page; what the client filled in himself, which rests on his consent alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clients.checklist.forms import LONG, WORDS
from clients.checklist.rules import ALIASES, CHILD, NAMES_PEOPLE, OF_AGE, Item, Value, scheme_named
from clients.checklist.words import COVERS, RELATIONS, SEXES
from clients.prospects.named import CLIENT
from org.workbooks.columns import Column, Table, brief, choice, integer, money, text, yes_no
from org.workbooks.reading import Cell

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
SCHEMES: Mapping[str, str] = {scheme.value: names[0] for scheme, names in ALIASES.items()}
CONCERNS = dict(COVERS)


def month(name: str) -> Column:
    def parse(cell: Cell) -> str:
        if not MONTH.fullmatch(str(cell)):
            raise ValueError(_("「%(cell)s」应写成年-月，例：2032-09") % {"cell": brief(cell)})
        return str(cell)

    return Column(name, parse, empty="")


def scheme(name: str) -> Column:
    """By the words of the list or by today's names."""

    def parse(cell: Cell) -> str:
        found = scheme_named(str(cell))
        if found is None:
            said = {"cell": brief(cell), "allowed": "、".join(SCHEMES.values())}
            raise ValueError(_("「%(cell)s」不在可选值里：%(allowed)s") % said)
        return found.value

    return Column(name, parse, empty="", choices=tuple(SCHEMES.values()))


def concerns(name: str) -> Column:
    words = {str(word): value for value, word in COVERS}

    def parse(cell: Cell) -> list[str]:
        named = [one for one in re.split("[、,，;；\\s]+", str(cell)) if one]
        if other := [one for one in named if one not in words]:
            said = {"cell": brief(other[0]), "allowed": "、".join(words)}
            raise ValueError(_("「%(cell)s」不在可选值里：%(allowed)s") % said)
        return [words[one] for one in named]

    return Column(name, parse, empty=None)


class Field(NamedTuple):
    """Of an answer: its item, its name in the stored value, its column."""

    item: Item
    name: str
    column: Column


HEAD = (
    Field(Item.FAMILY, "city", text("所在城市", length=LONG)),
    Field(Item.INCOME, "spending_monthly", money("全家月支出")),
    Field(Item.ASSETS, "deposits", money("存款")),
    Field(Item.ASSETS, "shares", money("股票")),
    Field(Item.ASSETS, "funds", money("基金")),
    Field(Item.ASSETS, "property", money("房产")),
    Field(Item.CARE, "education", money("教育费用")),
    Field(Item.CARE, "elders", money("赡养费用")),
    Field(Item.POLICIES, "none", yes_no("没有买过保险", empty=None)),
    Field(Item.CONCERNS, "covers", concerns("最关心")),
    Field(Item.CONCERNS, "words", text("具体担心", length=WORDS)),
    Field(Item.BUDGET, "yearly", money("一年保费预算")),
)
CHECKLISTS = Table("十项资料", (*CLIENT, *(one.column for one in HEAD)))
_WHO = dict(RELATIONS)


class Rows(NamedTuple):
    """The list of an item: its name in the stored value, and name → column of its rows."""

    item: Item
    name: str
    columns: Mapping[str, Column]


LISTS: dict[str, Rows] = {
    "家庭成员": Rows(
        Item.FAMILY,
        "members",
        {
            "relation": choice("是谁", _WHO),
            "age": integer("年龄", most=120),
            "sex": choice("性别", dict(SEXES)),
            "occupation": text("职业", length=LONG),
        },
    ),
    "收入": Rows(Item.INCOME, "earners", {"who": choice("是谁", _WHO), "yearly": money("一年收入")}),
    "目标": Rows(
        Item.AIMS,
        "aims",
        {"what": text("想办到什么", length=60), "by": month("到哪年哪月"), "amount": money("要多少")},
    ),
    "已购保险": Rows(
        Item.POLICIES,
        "held",
        {
            "who": choice("是谁", _WHO),
            "company": text("保险公司", length=LONG),
            "name": text("保单名称", length=60),
            "kind": choice("管什么", CONCERNS),
            "premium": money("年保费"),
            "sum_insured": money("保额"),
        },
    ),
    "社保": Rows(Item.SOCIAL, "people", {"who": choice("是谁", _WHO), "scheme": scheme("参加哪一种")}),
}
TABLES = (CHECKLISTS, *(Table(sheet, (*CLIENT, *rows.columns.values())) for sheet, rows in LISTS.items()))
_NAMED: Mapping[str, Mapping[str, Any]] = {
    "relation": _WHO, "who": _WHO, "sex": dict(SEXES), "kind": CONCERNS, "scheme": SCHEMES,
}  # fmt: skip


def about_a_child(item: Item, row: Value) -> bool:
    """A row of somebody under age, or of a child of whom no age says otherwise."""
    if item == Item.FAMILY:
        age = row.get("age")
        return row.get("relation") == CHILD if age is None else int(age) < OF_AGE
    return item in NAMES_PEOPLE and row.get("who") == CHILD


def stored(value: Any) -> Any:
    """As JSON keeps it (forms.py)."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def shown(name: str, value: Any) -> Any:
    """A stored value as its cell; an amount as a number."""
    if name == "covers":
        return "、".join(str(CONCERNS.get(one, one)) for one in value or ())
    if name in _NAMED:
        return str(_NAMED[name].get(value, value or ""))
    if name in ("age", "none") or value in (None, ""):
        return value
    return value if name in ("city", "words", "occupation", "what", "by", "company", "name") else Decimal(str(value))
