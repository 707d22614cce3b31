"""What the pages of a diagnosis tell, from the rows or from what has just been typed and not saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clients.diagnosis import rules
from clients.diagnosis.drawing import Bars, bars
from clients.diagnosis.models import FamilyConfirmation, FamilyMember, NeedsDiagnosis
from clients.diagnosis.rules import Event, Flow, Household, Member, Rates
from clients.diagnosis.words import COUPLE, amount, called, doubt_in_words, item_in_words, said, whose_income_ends

MINUTES = 30  # 我说过这次见面会要30分钟时间
ZERO = Decimal(0)


class Told(NamedTuple):
    """An event with its name, its bars and the sentence that says them."""

    number: int
    name: str
    event: Event
    bars: Bars
    sentence: str


class Agreed(NamedTuple):
    member: FamilyMember
    confirmation: FamilyConfirmation | None


class Result(NamedTuple):
    family: Household
    names: dict[str, str]
    needs: Decimal
    income: Decimal
    balance: Decimal
    events: list[Told]
    doubts: list[str]
    years_fit: list[int]
    band: tuple[Decimal, Decimal]
    share: Decimal | None
    wish_fits: bool
    earned: Decimal


def members_of(diagnosis: NeedsDiagnosis) -> list[FamilyMember]:
    return list(diagnosis.members.prefetch_related("covers", "confirmations"))


def _member(one: FamilyMember) -> Member:
    covers = sum((cover.sum_insured for cover in one.covers.all()), ZERO)
    return Member(
        key=str(one.pk),
        name=one.name,
        age=one.age,
        living=Flow(one.living or ZERO, one.living_years or 0),
        income=Flow(one.income or ZERO, one.income_years or 0),
        social=Flow(one.social or ZERO, one.social_years or 0, after=one.income_years or 0),
        cover=covers if one.cover_asked else None,
        partner=one.relation in COUPLE,
    )


def family_of(diagnosis: NeedsDiagnosis, members: Sequence[FamilyMember]) -> Household:
    premiums = sum((cover.premium for one in members for cover in one.covers.all()), ZERO)
    return Household(
        members=tuple(_member(one) for one in members),
        housing=diagnosis.housing or ZERO,
        education=diagnosis.education or ZERO,
        other=diagnosis.other or ZERO,
        assets=diagnosis.assets,
        rates=Rates(diagnosis.discount_rate, diagnosis.inflation),
        premiums=premiums,
        wish=diagnosis.premium_wish,
    )


def as_typed(
    diagnosis: NeedsDiagnosis,
    members: Sequence[FamilyMember],
    family: Mapping[str, Any],
    of_members: Mapping[int, Mapping[str, Any]],
    of_covers: Mapping[int, Sequence[Mapping[str, Any]]],
) -> Household:
    """The family with what stands in a form: nothing of it is kept."""
    for name, value in family.items():
        setattr(diagnosis, name, value)
    for one in members:
        for name, value in of_members.get(one.position, {}).items():
            setattr(one, name, value)
    found = family_of(diagnosis, members)
    return found._replace(
        members=tuple(
            one._replace(cover=_insured(of_covers[row.position]))
            if row.cover_asked and row.position in of_covers
            else one
            for one, row in zip(found.members, members, strict=True)
        )
    )


def _insured(told: Iterable[Mapping[str, Any]]) -> Decimal:
    return sum((Decimal(one["sum_insured"]) for one in told), ZERO)


def result_of(family: Household, members: Sequence[FamilyMember]) -> Result:
    names = called(members)
    needs, income = rules.total(rules.needs(family)), rules.total(rules.income(family))
    doubts = rules.doubts(family)
    low, high = rules.band(family)
    return Result(
        family=family,
        names=names,
        needs=needs,
        income=income,
        balance=income - needs,
        events=[_tell(at, one, names) for at, one in enumerate(rules.events(family))],
        doubts=[doubt_in_words(one) for one in doubts],
        years_fit=_fitting(family, doubts),
        band=(low, high),
        share=rules.share(family),
        wish_fits=family.wish is not None and low <= family.wish <= high,
        earned=rules.earned_a_year(family),
    )


def _fitting(family: Household, doubts: Sequence[rules.Doubt]) -> list[int]:
    """The protected years of the earners, where working years + pension years give them: 46, 53."""
    wrong = {one.who for one in doubts if one.code in ("years", "half")}
    return [one.living.years for one in family.members if one.earns and one.living.years and one.name not in wrong]


def _tell(number: int, event: Event, names: dict[str, str]) -> Told:
    name = whose_income_ends(event.gone, names)
    gap = _("缺口 {gap}").format(gap=amount(event.gap))
    return Told(number, name, event, bars(event, names, gap), _sentence(event, names))


def _sentence(event: Event, names: dict[str, str]) -> str:
    """What the bars show, for who does not see them."""

    def listed(items: Sequence[rules.Item]) -> str:
        return "，".join(f"{item_in_words(one, names)} {amount(one.amount)}" for one in items) or _("没有")

    return _("支出 {needed} 万元：{needs}。来源 {available} 万元：{sources}。缺口 {gap} 万元。").format(
        needed=amount(event.needed), needs=listed(event.needs), available=amount(event.available),
        sources=listed(event.sources), gap=amount(event.gap),
    )  # fmt: skip


def confirmations(members: Sequence[FamilyMember]) -> list[Agreed]:
    """Each adult with his confirmation of the figures as they stand."""
    return [
        Agreed(one, next((each for each in one.confirmations.all() if each.voided_at is None), None))
        for one in members
        if one.is_adult
    ]


def was_voided(members: Sequence[FamilyMember]) -> bool:
    return any(each.voided_at for one in members for each in one.confirmations.all())


def read_back(diagnosis: NeedsDiagnosis, members: Sequence[FamilyMember]) -> list[str]:
    """The sentences that are read to the family: 先生每年生活费 3 万，算 46 年."""
    names = called(members)
    told = []
    for one in members:
        flows = (
            (_("生活费"), one.living, one.living_years),
            (_("收入"), one.income, one.income_years),
            (_("社保收入"), one.social, one.social_years),
        )
        heard = [
            _("每年{what} {much} 万，算 {years} 年").format(what=what, much=said(much), years=years or 0)
            for what, much, years in flows
            if much
        ]
        if heard:
            told.append(_("{who}{heard}").format(who=names[str(one.pk)], heard="；".join(heard)))
    of_all = ((_("住房"), diagnosis.housing), (_("子女教育"), diagnosis.education), (_("其它"), diagnosis.other))
    lumps = [f"{what} {said(much)} 万" for what, much in of_all if much]
    return [*told, "，".join(lumps)] if lumps else told


def rows_of(members: Sequence[FamilyMember]) -> list[dict[str, Any]]:
    """Each member with his flows as they were said, for the paper."""
    return [
        {
            "member": one,
            "flows": [(one.living, one.living_years), (one.income, one.income_years), (one.social, one.social_years)],
            "insured": sum((cover.sum_insured for cover in one.covers.all()), ZERO),
        }
        for one in members
    ]


class Sum(NamedTuple):
    """One line of 查看算式: 3 万 × 46 年 = 138.00."""

    what: str
    how: str
    amount: str


class Sums(NamedTuple):
    needs: list[Sum]
    income: list[Sum]
    events: list[tuple[Told, list[Sum], list[Sum]]]


def _sum(one: rules.Item, names: dict[str, str], rates: Rates) -> Sum:
    how = ""
    if one.flow:
        how = _("{much} 万 × {years} 年").format(much=said(one.flow.a_year), years=one.flow.years)
        if rates.discount != rates.inflation and one.flow.after:
            how = _("{how}，{after} 年后开始").format(how=how, after=one.flow.after)
    return Sum(item_in_words(one, names), how, amount(one.amount))


def sums_of(family: Household, members: Sequence[FamilyMember]) -> Sums:
    """Every number with the numbers that it came of."""
    names = called(members)

    def listed(items: Iterable[rules.Item]) -> list[Sum]:
        return [_sum(one, names, family.rates) for one in items]

    events = [
        (_tell(at, one, names), listed(one.needs), listed(one.sources)) for at, one in enumerate(rules.events(family))
    ]
    return Sums(listed(rules.needs(family)), listed(rules.income(family)), events)


def page_of(diagnosis: NeedsDiagnosis, members: Sequence[FamilyMember], now: datetime) -> dict[str, Any]:
    """What the page of the figures shows beside the form."""
    agreed = confirmations(members)
    return {
        "agreed": agreed,
        "heard": sum(1 for one in agreed if one.confirmation),
        "voided": was_voided(members),
        "read_back": read_back(diagnosis, members),
        "timer": timer_of(diagnosis, now),
    }


class Timer(NamedTuple):
    """By the server's clock since the interview began."""

    minutes: int
    left: int
    running: bool


def timer_of(diagnosis: NeedsDiagnosis, now: datetime) -> Timer:
    until = diagnosis.confirmed_at or now
    minutes = max(0, int((until - diagnosis.started_at).total_seconds() // 60))
    return Timer(minutes, max(0, MINUTES - minutes), diagnosis.confirmed_at is None and minutes < 12 * 60)
