"""The four items of a week, each with how what is due comes about and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from activity.assessment.forecast import Verdict
from activity.assessment.rules import PARTS, Four, needed, parts_due, shortfall, total
from activity.daily_log.day import ITEM_NAMES, ITEMS, WeekView
from activity.weeks import words
from org.days import month_and_day
from org.rules.schema import RuleBook

KINDS = {"calls": "call", "visits": "visit", "prospects": "prospect", "studies": "study"}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """`need`: whole entries; `short`: how many are missing."""

    code: str
    kind: str
    name: Any
    done: int
    need: int
    short: int
    more: tuple[str, ...]


def lines_of(verdict: Verdict, view: WeekView, book: RuleBook) -> list[ItemLine]:
    mode = book.assessment.mode
    by_day = _by_day(verdict, view, book) if mode == "each_day" else {}
    weights = tuple(book.assessment.weights.model_dump().values())
    need = needed(book.standard, half_days=verdict.half_days, percent=verdict.percent)
    if by_day:
        need = total(owed for owed, _short in by_day.values())
    found = []
    for n, code in enumerate(ITEMS):
        more = [words.due_in_words(book.standard[n], half_days=verdict.half_days, percent=verdict.percent)]
        if by_day:
            more = [*more[:1], *_short_days(by_day, n)]
        if mode == "weighted":
            more.append(_("权重 {weight}，得 {score} 分").format(
                weight=weights[n], score=_tenths(_scored(verdict, book, n))))  # fmt: skip
        found.append(
            ItemLine(code, KINDS[code], ITEM_NAMES[code], verdict.done[n], need[n], verdict.short[n], tuple(more))
        )
    return found


def score_of(verdict: Verdict, book: RuleBook) -> str:
    """Of a week in the weighted mode: 得 92.5 分; cut, so that a hundred is a hundred."""
    if book.assessment.mode != "weighted":
        return ""
    whole = sum((_scored(verdict, book, n) for n in range(len(ITEMS))), Fraction())
    return _("共得 {score} 分").format(score=_tenths(whole))


def _scored(verdict: Verdict, book: RuleBook, n: int) -> Fraction:
    """min(done, due) ÷ due × weight; an item of which nothing is due is full."""
    weight = tuple(book.assessment.weights.model_dump().values())[n]
    due = parts_due(book.standard, half_days=verdict.half_days, percent=verdict.percent)[n]
    return Fraction(weight * min(PARTS * verdict.done[n], due), due) if due else Fraction(weight)


def _tenths(amount: Fraction) -> str:
    return words.plain(Fraction(int(amount * 10), 10))


def _by_day(verdict: Verdict, view: WeekView, book: RuleBook) -> dict[date, tuple[Four, Four]]:
    """What each required day needs and lacks; only logs that count are done."""
    found = {}
    for day in view.week.days:
        if half_days := view.half_days(day):
            need = needed(book.standard, half_days=half_days, percent=verdict.percent)
            log = view.logs.get(day)
            done: Sequence[int] = view.tally(day) if log and log.counts else (0, 0, 0, 0)
            calls, visits, prospects, studies = done
            found[day] = need, shortfall((calls, visits, prospects, studies), need)
    return found


def _short_days(by_day: dict[date, tuple[Four, Four]], n: int) -> list[str]:
    """11月17日差 1."""
    return [
        _("{day}差 {count}").format(day=month_and_day(day), count=short[n])
        for day, (_need, short) in by_day.items()
        if short[n]
    ]
