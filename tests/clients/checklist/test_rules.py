"""The ten items by rules: what is known, whose data they are, and what follows (domain.md 4)."""

from decimal import Decimal

import pytest

from clients.checklist.advice import RULES, Given, advise, waiting
from clients.checklist.rules import ASKED, Item, Scheme, about_a_child, differing, known, missing, scheme_named
from clients.checklist.words import RULES as WORDS
from clients.checklist.words import told

BAND = (Decimal("0.05"), Decimal("0.20"))
FULL = {
    "family": {
        "city": "青岛",
        "members": [
            {"relation": "self", "age": 30, "sex": "male", "occupation": "部门经理"},
            {"relation": "spouse", "age": 26, "sex": "female", "occupation": "职员"},
            {"relation": "child", "age": 2, "sex": "male", "occupation": "无"},
        ],
    },
    "income": {
        "spending_monthly": "5000",
        "earners": [{"who": "self", "yearly": "96000"}, {"who": "spouse", "yearly": "40000"}],
    },
    "assets": {"deposits": "50000", "shares": "0", "funds": "0", "property": "600000"},
    "aims": {"aims": [{"what": "换房", "by": "2030-06", "amount": "400000"}]},
    "care": {"education": "400000", "elders": "240000"},
    "policies": {
        "held": [
            {"who": "self", "company": "甲", "name": "乙", "premium": "3000", "sum_insured": "200000", "kind": "life"}
        ]
    },
    "concerns": {"covers": ["illness", "life"]},
    "social": {"people": [{"who": "self", "scheme": "urban"}, {"who": "spouse", "scheme": "none"}]},
    "budget": {"yearly": "12000"},
}


def given(**changes):
    return Given({**FULL, **changes}, 6, BAND, 2026)


def advised(**changes):
    return {one.rule for one in advise(given(**changes))}


def test_ten_of_ten_and_what_is_missing():
    assert len(Item) == 10 and [item.number for item in Item] == list(range(1, 11))
    assert len(known(FULL, health=True)) == 10 and missing(FULL, health=True) == {}
    assert missing(FULL, health=False) == {Item.HEALTH: ("health",)}
    assert known({}, health=False) == () and len(missing({}, health=False)) == 10


@pytest.mark.parametrize(
    ("item", "value", "lacks"),
    [
        ("family", {"members": [{"relation": "self", "age": 0, "sex": "male", "occupation": "x"}]}, ("city",)),
        ("family", {"city": "青岛", "members": [{"relation": "self", "age": 3}]}, ("sex", "occupation")),
        ("income", {"spending_monthly": "0"}, ("earners",)),
        ("assets", {"deposits": "0", "shares": "0", "funds": "0"}, ("property",)),
        ("aims", {"aims": [{"what": "换房"}]}, ("by",)),
        ("care", {"education": "0", "elders": "0"}, ()),
        ("policies", {"none": True}, ()),
        ("policies", {"held": [{"who": "self", "company": "甲"}]}, ("name", "premium", "sum_insured")),
        ("concerns", {"words": "怕生病"}, ("covers",)),
        ("social", None, ("people",)),
        ("budget", {"yearly": "0"}, ()),
    ],
)
def test_what_an_item_lacks(item, value, lacks):
    assert missing({item: value}, health=True).get(Item(item), ()) == lacks


@pytest.mark.parametrize(
    ("answers", "child"),
    [
        (FULL, True),
        ({"family": {"members": [{"age": 17}]}}, True),
        ({"family": {"members": [{"age": 18}]}}, False),
        ({"family": {"members": [{"relation": "child"}]}}, True),
        ({"family": {"members": [{"relation": "child", "age": 30}]}, "social": {"people": [{"who": "child"}]}}, False),
        ({"social": {"people": [{"who": "child", "scheme": "rural"}]}}, True),
        ({"policies": {"held": [{"who": "child"}]}}, True),
        ({"income": {"earners": [{"who": "self"}]}}, False),
        ({}, False),
    ],
)
def test_whose_data_they_are(answers, child):
    assert about_a_child(answers) is child


@pytest.mark.parametrize(
    ("word", "scheme"),
    [
        ("没参加", Scheme.NONE), ("农村医疗", Scheme.RURAL), ("城乡居民医保", Scheme.RURAL), (" 新农合 ", Scheme.RURAL),
        ("综合保险", Scheme.COMPREHENSIVE), ("城镇社保", Scheme.URBAN), ("职工医保", Scheme.URBAN), ("公费医疗", None),
    ],
)  # fmt: skip
def test_social_insurance_by_the_words_of_then_and_of_today(word, scheme):
    assert scheme_named(word) == scheme


@pytest.mark.parametrize(
    ("rule", "changes", "found"),
    [
        ("R1", {}, True),
        ("R1-short", {"income": {"spending_monthly": "20000", "earners": [{"who": "self", "yearly": "96000"}]}}, True),
        ("R2", {"assets": {**FULL["assets"], "deposits": "30000"}}, True),
        ("R2-short", {"assets": {**FULL["assets"], "deposits": "29999"}}, True),
        ("R3", {}, True),
        ("R3-main", {"policies": {"none": True}}, True),
        ("R4", {"policies": {"held": [{**FULL["policies"]["held"][0], "who": "child"}]}}, True),
        ("R4", {}, False),
        ("R5-none", {}, True),
        ("R5", {"social": {"people": [{"who": "self", "scheme": "rural"}]}}, True),
        ("R6", {}, True),
        ("R6", {"concerns": {"covers": ["life"]}}, False),
        ("R7-short", {}, True),
        ("R7", {"aims": {"aims": [{"what": "旅行", "by": "2027-01", "amount": "10000"}]}}, True),
        ("R8-short", {}, True),
        ("R8", {"care": {"education": "10000", "elders": "0"}}, True),
        ("R9", {}, True),
        ("R10", {}, True),
        ("R10-under", {"budget": {"yearly": "3799"}}, True),
        ("R10", {"budget": {"yearly": "3800"}}, True),
        ("R10", {"budget": {"yearly": "24200"}}, True),
        ("R10-over", {"budget": {"yearly": "24201"}}, True),
    ],
)
def test_each_rule(rule, changes, found):
    """The band of the seed: 6,800 to 27,200 of 136,000, with the 3,000 that they pay already."""
    assert (rule in advised(**changes)) is found


def test_every_advice_names_its_rule_and_rests_on_known_answers():
    found = advise(given())
    for one in found:
        assert one.rests_on and set(one.rests_on) <= set(ASKED)  # never on health
        said = told(one)
        assert said.rule in RULES and said.title and "{" not in said.text
    assert [one.urgent for one in found] == sorted([one.urgent for one in found], reverse=True)
    assert {key.partition("-")[0] for key in WORDS} == set(RULES)


def test_what_is_missing_is_said_instead_of_guessed():
    nothing = Given({}, 6, BAND, 2026)
    assert advise(nothing) == [] and set(waiting(nothing)) == set(RULES)
    assert waiting(given()) == {}


def test_no_advice_changes_by_what_it_does_not_rest_on():
    """Take any other item away: the same advice stands."""
    for one in advise(given()):
        needs = set(one.rests_on)
        kept = {
            item: value for item, value in FULL.items() if Item(item) in needs | set(RULES[one.rule.split("-")[0]][1])
        }
        assert one in advise(Given(kept, 6, BAND, 2026)), one.rule


def test_only_what_the_client_says_otherwise_is_asked_about():
    same = {"budget": {"yearly": "12000"}, "care": {"education": "1", "elders": "2"}}
    assert differing(FULL, same) == [Item.CARE]
    assert differing({}, FULL) == list(ASKED)
