"""扣罚 in words: what the rules call it, what it is worth, who did it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from activity.discipline.models import Fine, LedgerEntry
from org.rules.book import book_of, book_on
from org.trace.actions import OPERATOR, SYSTEM

if TYPE_CHECKING:
    from org.rules.schema import Fines


def label_on(day: date) -> str:
    """扣罚, or what the rules of that week call it (**C**)."""
    return book_on(day).fines.label


def is_money(rules: Fines) -> bool:
    """By the other effects it is kept on record only (**C**)."""
    return rules.effect == "money"


def worth(fine: Fine) -> str:
    """¥50; 记录 where the rules take no money."""
    return yuan(fine.yuan) if is_money(book_of(fine.rules).fines) else _("记录")


def yuan(amount: int) -> str:
    return f"−¥{-amount}" if amount < 0 else f"¥{amount}"


def proposal(fine: Fine) -> str:
    """提议扣 ¥50; what is only kept on record by what the rules call it."""
    rules = book_of(fine.rules).fines
    if is_money(rules):
        return _("提议扣 {worth}").format(worth=worth(fine))
    return _("提议{label}，只记录").format(label=rules.label)


def actor(line: LedgerEntry) -> str:
    """Who wrote the line: a name, 郑刚 代 赵敏, or what has no name."""
    if line.by is None:
        return {SYSTEM: _("系统"), OPERATOR: _("命令行")}.get(line.actor, line.actor)
    return str(line.facts.get("signed") or line.by.name)


def decider(line: LedgerEntry) -> str:
    """Who brought it to where it stands: a reversal is nobody's decision, whoever set the facts right."""
    if line.kind != LedgerEntry.Kind.REVERSAL:
        return actor(line)
    return _("系统冲销，经手 {name}").format(name=line.by.name) if line.by else _("系统冲销")
