"""From the answers to the analysis, by written rules: each piece of advice names its rule and the items it rests on.

Pure. No product is named and nothing is promised; the words are in words.py. Amounts are yuan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from clients.checklist.rules import CHILD, OF_AGE, Answers, Item, Scheme, amount, missing_in, total

MONTHS = 12
HUNDRED = Decimal(100)
LOCKED_PERCENT = 70  # of what they own: more of it in property is little to live on
MAIN_PERCENT = 60  # of the income: one person carries the family


class Advice(NamedTuple):
    """`facts` fill the words of the rule; `urgent` goes first."""

    rule: str
    rests_on: tuple[Item, ...]
    facts: Mapping[str, Any]
    urgent: bool = False


class Given(NamedTuple):
    """What the rules look at; `band`: least and most share of the income for premiums; `year`: this one."""

    answers: Answers
    reserve_months: int
    band: tuple[Decimal, Decimal]
    year: int

    def of(self, item: Item) -> Mapping[str, Any]:
        return self.answers.get(item) or {}

    def rows(self, item: Item, name: str) -> Sequence[Mapping[str, Any]]:
        return self.of(item).get(name) or ()

    @property
    def income(self) -> Decimal:
        return total(self.rows(Item.INCOME, "earners"), "yearly")

    @property
    def spending(self) -> Decimal:
        return amount(self.of(Item.INCOME).get("spending_monthly")) * MONTHS

    @property
    def premiums(self) -> Decimal:
        return total(self.rows(Item.POLICIES, "held"), "premium")

    @property
    def insured(self) -> set[str]:
        return {row["who"] for row in self.rows(Item.POLICIES, "held") if amount(row.get("sum_insured")) > 0}


Rule = Callable[[Given], Iterator[Advice]]
RULES: dict[str, tuple[Rule, tuple[Item, ...]]] = {}


def rule(number: str, *rests_on: Item) -> Callable[[Rule], Rule]:
    """Declare a rule with the items without which it says nothing."""

    def register(function: Rule) -> Rule:
        RULES[number] = function, rests_on
        return function

    return register


def advise(given: Given) -> list[Advice]:
    """What follows, urgent first, else in the order of the rules."""
    found = [one for number in RULES if not waits_for(number, given) for one in RULES[number][0](given)]
    return sorted(found, key=lambda one: not one.urgent)


def waits_for(number: str, given: Given) -> tuple[Item, ...]:
    """The items that a rule still needs."""
    return tuple(item for item in RULES[number][1] if missing_in(item, given.answers.get(item)))


def waiting(given: Given) -> dict[str, tuple[Item, ...]]:
    """The rules that cannot say anything yet, and for want of what."""
    return {number: items for number in RULES if (items := waits_for(number, given))}


@rule("R1", Item.INCOME)
def year_left_over(given: Given) -> Iterator[Advice]:
    """More is spent than earned: that first."""
    left = given.income - given.spending
    facts = {"income": given.income, "spending": given.spending, "left": left, "short": -left}
    yield Advice("R1-short" if left < 0 else "R1", (Item.INCOME,), facts, urgent=left < 0)


@rule("R2", Item.INCOME, Item.ASSETS)
def reserve(given: Given) -> Iterator[Advice]:
    """Deposits for some months of spending come before anything else."""
    a_month, deposits = given.spending / MONTHS, amount(given.of(Item.ASSETS).get("deposits"))
    if a_month == 0:
        return
    months = (deposits / a_month).quantize(Decimal(1), ROUND_DOWN)
    needed = a_month * given.reserve_months
    facts = {"months": months, "wanted": given.reserve_months, "deposits": deposits, "short": needed - deposits}
    yield Advice("R2-short" if deposits < needed else "R2", (Item.INCOME, Item.ASSETS), facts, urgent=deposits < needed)


@rule("R3", Item.INCOME, Item.POLICIES)
def who_earns_is_covered(given: Given) -> Iterator[Advice]:
    """Who earns and has no sum insured; who earns most of it is named first."""
    earners = sorted(given.rows(Item.INCOME, "earners"), key=lambda row: -amount(row["yearly"]))
    for row in earners:
        if amount(row["yearly"]) > 0 and row["who"] not in given.insured:
            percent = (amount(row["yearly"]) * HUNDRED / given.income).quantize(Decimal(1))
            main = percent >= MAIN_PERCENT
            facts = {"who": row["who"], "yearly": amount(row["yearly"]), "percent": percent}
            yield Advice("R3-main" if main else "R3", (Item.INCOME, Item.POLICIES), facts, urgent=main)


@rule("R4", Item.FAMILY, Item.POLICIES, Item.INCOME)
def adults_before_children(given: Given) -> Iterator[Advice]:
    """A child is insured and an earner is not."""
    earners = {row["who"] for row in given.rows(Item.INCOME, "earners") if amount(row["yearly"]) > 0}
    young = any(int(row["age"]) < OF_AGE for row in given.rows(Item.FAMILY, "members"))
    if young and CHILD in given.insured and earners - given.insured:
        yield Advice("R4", (Item.FAMILY, Item.INCOME, Item.POLICIES), {})


@rule("R5", Item.SOCIAL)
def social_insurance(given: Given) -> Iterator[Advice]:
    """Nobody without the basic cover; of the narrower ones, what they leave open."""
    for row in given.rows(Item.SOCIAL, "people"):
        if row["scheme"] != Scheme.URBAN:
            facts = {"who": row["who"], "scheme": row["scheme"]}
            none = row["scheme"] == Scheme.NONE
            yield Advice("R5-none" if none else "R5", (Item.SOCIAL,), facts, urgent=none)


@rule("R6", Item.CONCERNS, Item.POLICIES)
def concerns_are_answered(given: Given) -> Iterator[Advice]:
    """What they worry about and no policy of theirs is for."""
    held = {row.get("kind") for row in given.rows(Item.POLICIES, "held")}
    for cover in given.of(Item.CONCERNS)["covers"]:
        if cover not in held:
            yield Advice("R6", (Item.CONCERNS, Item.POLICIES), {"cover": cover})


@rule("R7", Item.AIMS, Item.INCOME)
def aims_are_reachable(given: Given) -> Iterator[Advice]:
    """Each aim with an amount: so much a year until then, against what a year leaves."""
    left = given.income - given.spending
    for row in given.rows(Item.AIMS, "aims"):
        if row.get("amount"):
            years = max(1, int(str(row["by"])[:4]) - given.year)
            a_year = (amount(row["amount"]) / years).quantize(Decimal("0.01"))
            facts = {"what": row["what"], "by": row["by"], "a_year": a_year, "left": left}
            yield Advice("R7-short" if a_year > left else "R7", (Item.AIMS, Item.INCOME), facts)


@rule("R8", Item.CARE, Item.ASSETS)
def care_has_money_of_its_own(given: Given) -> Iterator[Advice]:
    """Education and the elders against what could be used: not the home."""
    care = amount(given.of(Item.CARE)["education"]) + amount(given.of(Item.CARE)["elders"])
    usable = sum((amount(given.of(Item.ASSETS)[name]) for name in ("deposits", "shares", "funds")), Decimal(0))
    if care > 0:
        facts = {"care": care, "usable": usable, "short": care - usable}
        yield Advice("R8-short" if usable < care else "R8", (Item.CARE, Item.ASSETS), facts)


@rule("R9", Item.ASSETS)
def money_within_reach(given: Given) -> Iterator[Advice]:
    """Most of what they own is a home, which pays no hospital."""
    owned = sum((amount(given.of(Item.ASSETS)[name]) for name in given.of(Item.ASSETS)), Decimal(0))
    home = amount(given.of(Item.ASSETS)["property"])
    if owned and home * HUNDRED > owned * LOCKED_PERCENT:
        yield Advice("R9", (Item.ASSETS,), {"percent": (home * HUNDRED / owned).quantize(Decimal(1))})


@rule("R10", Item.BUDGET, Item.INCOME)
def budget_in_the_band(given: Given) -> Iterator[Advice]:
    """What they would pay a year beside 5 to 20 percent of the income; what they pay already counts."""
    least, most = given.income * given.band[0], given.income * given.band[1]
    wish = amount(given.of(Item.BUDGET)["yearly"])
    together = wish + given.premiums
    rests = (Item.BUDGET, Item.INCOME, *((Item.POLICIES,) if given.premiums else ()))
    facts = {"wish": wish, "premiums": given.premiums, "together": together, "least": least, "most": most}
    if given.income == 0:
        return
    yield Advice("R10-over" if together > most else "R10-under" if together < least else "R10", rests, facts)
