"""The arithmetic of 家庭保险需求诊断 (domain.md 4 and 5), and what holds for every family."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.diagnosis.rules import (
    Flow,
    Household,
    Member,
    Rates,
    balance,
    band,
    doubts,
    events,
    income,
    needs,
    share,
    total,
    worth,
)

WAN = 10_000


def flow(wan, years, after=0):
    return Flow(Decimal(wan) * WAN, years, after)


HUSBAND = Member("h", "欧阳先生", 30, flow("3", 46), flow("9.6", 30), flow("1.5", 16, 30), None, True)
WIFE = Member("w", "乔娜", 26, flow("2.5", 53), flow("4", 29), flow("0.96", 24, 29), None, True)
SON = Member("c", "欧阳振华", 2, flow("1.2", 16))
SEED = Household(
    (HUSBAND, WIFE, SON), *(Decimal(wan) * WAN for wan in (60, 40, 24)), wish=Decimal(12_000)
)  # fmt: skip


def wan(yuan):
    return (yuan / WAN).quantize(Decimal("0.01"))


def test_the_family_of_the_source():
    assert [wan(total(needs(SEED))), wan(total(income(SEED))), wan(balance(SEED))] == [
        Decimal("413.70"), Decimal("451.04"), Decimal("37.34"),
    ]  # fmt: skip
    found = [("".join(one.key for one in each.gone), each.needed, each.available, each.gap) for each in events(SEED)]
    assert [(who, *map(wan, sums)) for who, *sums in found] == [
        ("h", Decimal("275.70"), Decimal("139.04"), Decimal("136.66")),
        ("w", Decimal("281.20"), Decimal("312.00"), Decimal(0)),
        ("hw", Decimal("143.20"), Decimal(0), Decimal("143.20")),
    ]  # fmt: skip
    assert band(SEED) == (6_800, 27_200)
    assert share(SEED) == Decimal("8.8")


def codes(family):
    return [one.code for one in doubts(family)]


ASKED = SEED._replace(
    members=(HUSBAND._replace(cover=Decimal(0)), WIFE._replace(cover=Decimal(0)), SON), assets=Decimal(0)
)


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (SEED, ["cover", "cover", "assets"]),
        (ASKED, []),
        (ASKED._replace(members=(ASKED.members[0]._replace(living=flow("3", 45)), *ASKED.members[1:])), ["years"]),
        (
            ASKED._replace(
                members=(ASKED.members[0]._replace(income=flow("9.6", 43), social=flow("1.5", 3)), *ASKED.members[1:])
            ),
            ["retires"],
        ),
        (
            ASKED._replace(
                members=(ASKED.members[0]._replace(living=flow("3", 96), social=flow("1.5", 66)), *ASKED.members[1:])
            ),
            ["lives", "short"],
        ),
        (ASKED._replace(members=(*ASKED.members[:2], SON._replace(living=flow("1.2", 15)))), ["grows_up"]),
        (ASKED._replace(members=(*ASKED.members[:2], SON._replace(living=flow("1.2", 0)))), ["half"]),
        (ASKED._replace(members=ASKED.members[:2]), ["education_without_child"]),
        (ASKED._replace(education=Decimal(0)), ["child_without_education"]),
        (ASKED._replace(members=(SON,)), ["nobody_earns", "short", "budget"]),
        (ASKED._replace(wish=Decimal(6_799)), ["budget"]),
        (ASKED._replace(wish=Decimal(6_800)), []),
        (ASKED._replace(wish=Decimal(27_200)), []),
        (ASKED._replace(wish=Decimal(27_201)), ["budget"]),
        (ASKED._replace(wish=Decimal(20_000), premiums=Decimal(7_201)), ["budget_with_premiums"]),
        (ASKED._replace(housing=Decimal(973_400)), []),
        (ASKED._replace(housing=Decimal(973_401)), ["short"]),
    ],
)
def test_what_does_not_fit_together(family, expected):
    assert codes(family) == expected


def test_a_policy_and_savings_close_a_gap():
    insured = ASKED._replace(
        members=(HUSBAND._replace(cover=Decimal(500_000)), *ASKED.members[1:]), assets=Decimal(100_000)
    )
    assert [wan(one.gap) for one in events(insured)] == [Decimal("76.66"), Decimal(0), Decimal("83.20")]


def test_one_who_earns_alone_and_one_who_keeps_the_house():
    house = WIFE._replace(income=Flow(), social=Flow())
    family = SEED._replace(members=(HUSBAND, house, SON))
    assert [tuple(one.key for one in each.gone) for each in events(family)] == [("h",), ("h", "w")]
    alone = SEED._replace(members=(WIFE, SON))
    assert [tuple(one.key for one in each.gone) for each in events(alone)] == [("w",)]


# What holds for every family.

AMOUNTS = st.decimals(0, 10_000_000, places=2)
FLOWS = st.builds(Flow, AMOUNTS, st.integers(0, 90), st.integers(0, 60))
MEMBERS = st.lists(
    st.builds(
        Member, st.uuids().map(str), st.just("某人"), st.integers(0, 100), FLOWS, FLOWS, FLOWS, st.none() | AMOUNTS,
        st.booleans(),
    ),
    max_size=5, unique_by=lambda one: one.key,
)  # fmt: skip
PERCENT = st.decimals(0, 20, places=2)
FAMILIES = st.builds(
    Household, MEMBERS.map(tuple), AMOUNTS, AMOUNTS, AMOUNTS, st.none() | AMOUNTS, st.builds(Rates, PERCENT, PERCENT),
    AMOUNTS, st.none() | AMOUNTS,
)  # fmt: skip
FEW = settings(max_examples=60, deadline=None)


def gaps(family):
    return {frozenset(one.key for one in each.gone): each.gap for each in events(family)}


@FEW
@given(FAMILIES)
def test_no_gap_is_negative(family):
    assert all(gap >= 0 for gap in gaps(family).values())


@FEW
@given(FAMILIES, AMOUNTS, st.data())
def test_more_cover_never_widens_a_gap(family, more, data):
    before = gaps(family)
    if family.members and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(family.members) - 1))
        one = family.members[at]
        richer = one._replace(cover=(one.cover or 0) + more)
        after = gaps(family._replace(members=(*family.members[:at], richer, *family.members[at + 1 :])))
    else:
        after = gaps(family._replace(assets=(family.assets or 0) + more))
    assert after.keys() == before.keys() and all(after[who] <= before[who] for who in before)


@FEW
@given(FAMILIES, PERCENT)
def test_without_rates_everything_is_a_plain_sum(family, rate):
    """Equal rates take each other back; 0 and 0 among them."""
    for rates in (Rates(), Rates(rate, rate)):
        same = family._replace(rates=rates)
        living = sum(one.living.a_year * one.living.years for one in family.members)
        assert total(needs(same)) == living + family.housing + family.education + family.other
        earned = sum(
            flow.a_year * flow.years for one in family.members for flow in (one.income, one.social)
        )  # fmt: skip
        assert total(income(same)) == earned


@FEW
@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_order_of_the_members_does_not_matter(family, chance):
    mixed = list(family.members)
    chance.shuffle(mixed)
    other = family._replace(members=tuple(mixed))
    assert gaps(other) == gaps(family) and balance(other) == balance(family) and band(other) == band(family)


def oracle(family, gone):
    """The gap in exact fractions, year by year, sharing nothing with the rules but their inputs."""

    def today(flow):
        factor = (100 + Fraction(family.rates.inflation)) / (100 + Fraction(family.rates.discount))
        return sum((Fraction(flow.a_year) * factor ** (flow.after + year) for year in range(flow.years)), Fraction(0))

    left = Fraction(family.housing + family.education + family.other - (family.assets or 0))
    for one in family.members:
        if one.key in gone:
            left -= Fraction(one.cover or 0)
        else:
            left += today(one.living) - today(one.income) - today(one.social)
    return max(Fraction(0), left)


@FEW
@given(FAMILIES)
def test_an_oracle_in_fractions_says_the_same(family):
    """To the half fen that each of the flows may be rounded by."""
    for gone, gap in gaps(family).items():
        assert abs(Fraction(gap) - oracle(family, gone)) <= Fraction(3 * len(family.members), 200)


def test_the_oracle_knows_the_source():
    assert [oracle(SEED, gone) for gone in ({"h"}, {"w"}, {"h", "w"})] == [1_366_600, 0, 1_432_000]


@pytest.mark.parametrize(
    ("flow", "rates", "expected"),
    [
        (Flow(Decimal(100), 2), Rates(Decimal(25), Decimal(0)), "180.00"),  # 100 + 80
        (Flow(Decimal(100), 2, 1), Rates(Decimal(25), Decimal(0)), "144.00"),  # 80 + 64
        (Flow(Decimal(100), 2), Rates(Decimal(0), Decimal(10)), "210.00"),  # 100 + 110
        (Flow(Decimal(100), 0), Rates(Decimal(3), Decimal(2)), "0.00"),
    ],
)
def test_what_years_come_to_today(flow, rates, expected):
    assert str(worth(flow, rates)) == expected
