"""The ten items: which are known, whose data they hold, what differs. Pure; amounts are yuan.

An answer is a plain value that JSON keeps: text, whole numbers, amounts as text, rows as lists. `clients/checklist/
advice.py` reads them for the analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

OF_AGE = 18
Value = Mapping[str, Any]
Answers = Mapping[str, Value]


class Item(StrEnum):
    """In the order of 投保客户咨询必备资料."""

    FAMILY = "family"
    INCOME = "income"
    ASSETS = "assets"
    AIMS = "aims"
    CARE = "care"
    POLICIES = "policies"
    CONCERNS = "concerns"
    HEALTH = "health"
    SOCIAL = "social"
    BUDGET = "budget"

    @property
    def number(self) -> int:
        return list(Item).index(self) + 1


ASKED = tuple(item for item in Item if item != Item.HEALTH)  # what the owner may see and write
NAMES_PEOPLE = (Item.INCOME, Item.POLICIES, Item.SOCIAL)  # their rows say whom of the family they are about
CHILD = "child"


class Scheme(StrEnum):
    """参加社保情况, by the words of the list; today's names are aliases."""

    NONE = "none"
    RURAL = "rural"
    COMPREHENSIVE = "general"
    URBAN = "urban"


ALIASES: Mapping[Scheme, tuple[str, ...]] = {
    Scheme.NONE: ("没参加", "未参加", "无社保"),
    Scheme.RURAL: ("农村医疗", "城乡居民医保", "城乡居民基本医疗保险", "新农合", "城镇居民医保", "居民医保"),
    Scheme.COMPREHENSIVE: ("综合保险", "外来从业人员综合保险"),
    Scheme.URBAN: ("城镇社保", "职工医保", "职工基本医疗保险", "城镇职工医保", "职工社保"),
}


def scheme_named(word: str) -> Scheme | None:
    """The scheme that a word of then or of today means."""
    said = word.strip()
    return next((scheme for scheme, names in ALIASES.items() if said in names), None)


def known(answers: Answers, *, health: bool) -> tuple[Item, ...]:
    """The items that are complete; of health only whether it was answered."""
    return tuple(item for item in Item if (health if item == Item.HEALTH else not missing_in(item, answers.get(item))))


def missing(answers: Answers, *, health: bool) -> dict[Item, tuple[str, ...]]:
    """Item → what of it is missing."""
    return {
        item: ("health",) if item == Item.HEALTH else missing_in(item, answers.get(item))
        for item in Item
        if item not in known(answers, health=health)
    }


_ROWS: Mapping[Item, tuple[str, tuple[str, ...]]] = {
    Item.FAMILY: ("members", ("relation", "age", "sex", "occupation")),
    Item.INCOME: ("earners", ("who", "yearly")),
    Item.AIMS: ("aims", ("what", "by")),
    Item.POLICIES: ("held", ("who", "company", "name", "premium", "sum_insured")),
    Item.SOCIAL: ("people", ("who", "scheme")),
}
_FIELDS: Mapping[Item, tuple[str, ...]] = {
    Item.FAMILY: ("city",),
    Item.INCOME: ("spending_monthly",),
    Item.ASSETS: ("deposits", "shares", "funds", "property"),
    Item.CARE: ("education", "elders"),
    Item.CONCERNS: ("covers",),
    Item.BUDGET: ("yearly",),
}


def missing_in(item: Item, value: Value | None) -> tuple[str, ...]:
    """The fields that an item still lacks; one row with all its cells is the least, 0 is an answer."""
    if item == Item.POLICIES and value and value.get("none"):
        return ()
    given = value or {}
    lacks = [name for name in _FIELDS.get(item, ()) if given.get(name) in (None, "", [])]
    if item in _ROWS:
        rows_name, cells = _ROWS[item]
        rows: Sequence[Value] = given.get(rows_name) or ()
        if not rows:
            lacks.append(rows_name)
        lacks += [cell for cell in cells if any(row.get(cell) in (None, "") for row in rows)]
    return tuple(lacks)


def about_a_child(answers: Answers) -> bool:
    """Whether they hold data of somebody under age: by age, or a row about a child of whom no age says otherwise."""
    members: Sequence[Value] = (answers.get(Item.FAMILY) or {}).get("members") or ()
    if any(row.get("age") is not None and int(row["age"]) < OF_AGE for row in members):
        return True
    children = [row for row in members if row.get("relation") == CHILD]
    if children and all(row.get("age") is not None for row in children):
        return False
    return bool(children) or any(
        row.get("who") == CHILD for item in NAMES_PEOPLE for row in (answers.get(item) or {}).get(_ROWS[item][0]) or ()
    )


def differing(known_now: Answers, told: Answers) -> list[Item]:
    """The items in which the client told something that is not what was known."""
    return [item for item in ASKED if told.get(item) and told[item] != known_now.get(item)]


def amount(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def total(rows: Iterable[Value], name: str) -> Decimal:
    return sum((amount(row.get(name)) for row in rows), Decimal(0))
