"""家庭保险需求诊断: what a family needs, earns and lacks when an income ends (domain.md 4). Pure; yuan as Decimal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
FEN = Decimal("0.01")
BAND = (Decimal("0.05"), Decimal("0.20"))  # 保费预算（建议年收入的5%-20%）, item 10 of the checklist
OF_AGE = 18
WORKS_UNTIL, LIVES_UNTIL = (45, 70), (60, 110)  # ages that need no second look
DIGITS = 40  # of a sum with rates, far below a fen for a century of years


class Flow(NamedTuple):
    """年额 × 年数; `after`: in how many years it begins."""

    a_year: Decimal = ZERO
    years: int = 0
    after: int = 0


class Rates(NamedTuple):
    """Percent a year. Both bear on every yearly amount alike, so that nothing but the figures widens a gap."""

    discount: Decimal = ZERO
    inflation: Decimal = ZERO


PLAIN = Rates()


class Member(NamedTuple):
    """`cover`: the sum insured on this life, None while nobody has asked. `partner`: 先生 or 太太."""

    key: str
    name: str
    age: int
    living: Flow = Flow()
    income: Flow = Flow()
    social: Flow = Flow()
    cover: Decimal | None = None
    partner: bool = False

    @property
    def earns(self) -> bool:
        return self.age >= OF_AGE and (self.income.a_year > 0 or self.social.a_year > 0)


class Household(NamedTuple):
    """`assets`: what could be used, None while not asked. `premiums`: paid a year already; `wish`: the budget."""

    members: tuple[Member, ...] = ()
    housing: Decimal = ZERO
    education: Decimal = ZERO
    other: Decimal = ZERO
    assets: Decimal | None = None
    rates: Rates = PLAIN
    premiums: Decimal = ZERO
    wish: Decimal | None = None


class Kind(StrEnum):
    LIVING = "living"
    HOUSING = "housing"
    EDUCATION = "education"
    OTHER = "other"
    INCOME = "income"
    SOCIAL = "social"
    COVER = "cover"
    ASSETS = "assets"


class Item(NamedTuple):
    """A part of a sum, with the flow that it came of."""

    kind: Kind
    amount: Decimal
    member: Member | None = None
    flow: Flow | None = None


class Event(NamedTuple):
    """Those whose income ends, what the others still need, and from what."""

    gone: tuple[Member, ...]
    needs: tuple[Item, ...]
    sources: tuple[Item, ...]

    @property
    def needed(self) -> Decimal:
        return total(self.needs)

    @property
    def available(self) -> Decimal:
        return total(self.sources)

    @property
    def gap(self) -> Decimal:
        """保障缺口 = max(0, needs left − income left − cover)."""
        return max(ZERO, self.needed - self.available)


def total(items: Iterable[Item]) -> Decimal:
    return sum((one.amount for one in items), ZERO)


def worth(flow: Flow, rates: Rates = PLAIN) -> Decimal:
    """What the years of a flow come to today, to the fen: the plain product where the rates are equal, 0 among them."""
    if rates.discount == rates.inflation:
        return (flow.a_year * flow.years).quantize(FEN, ROUND_HALF_UP)
    with localcontext(prec=DIGITS):
        growth = (HUNDRED + rates.inflation) / (HUNDRED + rates.discount)
        of_all = sum((growth**year for year in range(flow.after, flow.after + flow.years)), ZERO)
        return (flow.a_year * of_all).quantize(FEN, ROUND_HALF_UP)


def _flows(kind: Kind, members: Iterable[Member], rates: Rates) -> list[Item]:
    found = []
    for one in members:
        flow = {Kind.LIVING: one.living, Kind.INCOME: one.income, Kind.SOCIAL: one.social}[kind]
        if flow.a_year and flow.years:
            found.append(Item(kind, worth(flow, rates), one, flow))
    return found


def _lump(kind: Kind, amount: Decimal) -> list[Item]:
    return [Item(kind, amount)] if amount else []


def needs(family: Household, without: Iterable[Member] = ()) -> tuple[Item, ...]:
    """生活费 of those who remain, 住房, 教育, 其它."""
    gone = {one.key for one in without}
    remain = [one for one in family.members if one.key not in gone]
    return (
        *_flows(Kind.LIVING, remain, family.rates),
        *_lump(Kind.HOUSING, family.housing),
        *_lump(Kind.EDUCATION, family.education),
        *_lump(Kind.OTHER, family.other),
    )


def income(family: Household, without: Iterable[Member] = ()) -> tuple[Item, ...]:
    """收入 and 社保收入 of those who remain."""
    gone = {one.key for one in without}
    remain = [one for one in family.members if one.key not in gone]
    return (*_flows(Kind.INCOME, remain, family.rates), *_flows(Kind.SOCIAL, remain, family.rates))


def balance(family: Household) -> Decimal:
    return total(income(family)) - total(needs(family))


def event(family: Household, gone: tuple[Member, ...]) -> Event:
    """What was insured on their lives, and what the family owns, count as sources; 0 while not asked."""
    insured = [Item(Kind.COVER, one.cover, one) for one in gone if one.cover]
    sources = (*income(family, gone), *insured, *_lump(Kind.ASSETS, family.assets or ZERO))
    return Event(gone, needs(family, gone), sources)


def events(family: Household) -> list[Event]:
    """Each earner dies; then all of them, the couple at least."""
    earners = [one for one in family.members if one.earns]
    together = tuple(one for one in family.members if one.earns or one.partner)
    found = [event(family, (one,)) for one in earners]
    if earners and len(together) > 1:
        found.append(event(family, together))
    return found


def earned_a_year(family: Household) -> Decimal:
    """What the band of the budget is a part of: wages, without 社保."""
    return sum((one.income.a_year for one in family.members), ZERO)


def band(family: Household) -> tuple[Decimal, Decimal]:
    """保费预算 a year: 5 % to 20 % of the income."""
    low, high = (earned_a_year(family) * part for part in BAND)
    return low.quantize(FEN, ROUND_HALF_UP), high.quantize(FEN, ROUND_HALF_UP)


def share(family: Household) -> Decimal | None:
    """What the family wishes to pay, in percent of its income."""
    if family.wish is None or not earned_a_year(family):
        return None
    return (family.wish * HUNDRED / earned_a_year(family)).quantize(Decimal("0.1"), ROUND_HALF_UP)


class Doubt(NamedTuple):
    """A figure that may be misheard: a code of `words.DOUBTS`, whom it is about, and the numbers of the sentence."""

    code: str
    who: str = ""
    numbers: tuple[int, ...] = ()


def doubts(family: Household) -> list[Doubt]:
    """What does not fit together. None of them stops the interview."""
    return [
        *(doubt for one in family.members for doubt in _doubts_about(one)),
        *_doubts_about_all(family),
        *_doubts_about_money(family),
    ]


def _doubts_about(one: Member) -> list[Doubt]:
    found = []
    worked, drawn, lived = one.income.years, one.social.years, one.living.years
    if one.earns and worked + drawn != lived:  # 30 + 16 = 46
        found.append(Doubt("years", one.name, (worked, drawn, lived)))
    if one.income.a_year and worked and not WORKS_UNTIL[0] <= one.age + worked <= WORKS_UNTIL[1]:
        found.append(Doubt("retires", one.name, (one.age + worked,)))
    if one.age >= OF_AGE and lived and not LIVES_UNTIL[0] <= one.age + lived <= LIVES_UNTIL[1]:
        found.append(Doubt("lives", one.name, (one.age + lived,)))
    if one.age < OF_AGE and lived and one.age + lived < OF_AGE:  # 2 + 16 = 18
        found.append(Doubt("grows_up", one.name, (one.age + lived,)))
    if any(bool(flow.a_year) != bool(flow.years) for flow in (one.living, one.income, one.social)):
        found.append(Doubt("half", one.name))
    if one.earns and one.cover is None:
        found.append(Doubt("cover", one.name))
    return found


def _doubts_about_all(family: Household) -> list[Doubt]:
    found = []
    minors = any(one.age < OF_AGE for one in family.members)
    if family.members and not any(one.earns for one in family.members):
        found.append(Doubt("nobody_earns"))
    if family.education and not minors:
        found.append(Doubt("education_without_child"))
    if minors and not family.education:
        found.append(Doubt("child_without_education"))
    if family.assets is None:
        found.append(Doubt("assets"))
    return found


def _doubts_about_money(family: Household) -> list[Doubt]:
    found = []
    low, high = band(family)
    if balance(family) < 0:
        found.append(Doubt("short"))
    if family.wish is not None and not low <= family.wish <= high:
        found.append(Doubt("budget"))
    elif family.wish is not None and family.wish + family.premiums > high:
        found.append(Doubt("budget_with_premiums"))
    return found
