"""The oracle's standard in every mode, and its calls under other rules, against answers worked out by hand."""

from dataclasses import replace
from fractions import Fraction

import pytest

from .counting import count_calls
from .rules import DEFAULT, ITEMS, Rules
from .standard import Day, due, score, status
from .test_oracle import call

WEIGHTED = {"assessment": {"mode": "weighted", "weights": dict(zip(ITEMS, (40, 30, 20, 10), strict=True))}}


def tally(*done):
    return dict(zip(ITEMS, done, strict=True))


@pytest.mark.parametrize(
    "target, half_days, percent, expected",
    [(3, 9, 100, Fraction(27, 2)), (6, 10, 100, 30), (3, 10, 50, Fraction(15, 2)), (1, 10, 75, Fraction(15, 4))],
)
def test_due(target, half_days, percent, expected):
    assert due(target, half_days, percent) == expected


@pytest.mark.parametrize("half_days, done", [(12, (36, 18, 6, 6)), (8, (24, 12, 4, 4)), (6, (18, 9, 3, 3))])
def test_the_vectors_of_required_days_are_exact(half_days, done):
    assert status(half_days, tally(*done)) == "met"
    for item in ITEMS:
        assert status(half_days, tally(*done) | {item: tally(*done)[item] - 1}) == "short"


@pytest.mark.parametrize(
    "days, expected",
    [
        ([(2, (6, 3, 1, 1))] * 5, "met"),
        ([(2, (6, 3, 1, 1))] * 4 + [(2, (6, 2, 1, 1))], "short"),
        ([(2, (12, 6, 2, 2)), (2, (0, 0, 0, 0))], "short"),  # days never compensate each other
        ([(2, (6, 3, 1, 1)), (2, (6, 3, 1, 1)), (1, (3, 2, 1, 1))], "met"),
        ([(2, (6, 3, 1, 1)), (2, (6, 3, 1, 1)), (1, (3, 1, 1, 1))], "short"),  # 1.5 visits
        ([(2, (9, 9, 9, 9)), (1, (9, 9, 9, 9))], "exempt"),
    ],
)
def test_each_day(days, expected):
    days = [Day(halves, tally(*done)) for halves, done in days]
    done = {item: sum(day.done[item] for day in days) for item in ITEMS}
    rules = Rules.of({"assessment": {"mode": "each_day"}})
    assert status(sum(day.half_days for day in days), done, rules, days=days) == expected


@pytest.mark.parametrize(
    "half_days, done, percent, points",
    [
        (10, (30, 15, 5, 5), 100, 100),
        (10, (99, 99, 99, 99), 100, 100),  # an item gives its weight and no more
        (10, (30, 15, 5, 0), 100, 90),
        (10, (15, 15, 5, 5), 100, 80),
        (9, (27, 13, 5, 5), 100, 70 + 30 * Fraction(26, 27)),
        (10, (15, 8, 3, 3), 50, 100),
    ],
)
def test_weighted(half_days, done, percent, points):
    rules = Rules.of(WEIGHTED)
    assert score(rules, half_days, tally(*done), percent) == points
    for threshold in (70, 80, 90, 100):
        expected = "met" if points >= threshold else "short"
        assert status(half_days, tally(*done), replace(rules, threshold_percent=threshold), percent) == expected


def test_an_item_of_which_nothing_is_due_gives_its_whole_weight():
    rules = Rules.of(WEIGHTED | {"targets": {"studies": 0}})
    assert score(rules, 10, tally(30, 15, 5, 0)) == 100


@pytest.mark.parametrize(
    "least, half_days, expected", [(2, 3, "exempt"), (2, 4, "short"), (3, 5, "exempt"), (0, 1, "short")]
)
def test_exempt_below(least, half_days, expected):
    rules = Rules.of({"assessment": {"exempt_below_days": least}})
    assert status(half_days, tally(0, 0, 0, 0), rules) == expected
    assert status(0, tally(9, 9, 9, 9), rules) == "exempt"


@pytest.mark.parametrize("done, expected", [((9, 5, 2, 2), "met"), ((9, 4, 2, 2), "short"), ((8, 5, 2, 2), "short")])
def test_a_ramp_is_met_exactly(done, expected):
    assert status(6, tally(*done), DEFAULT, 50) == expected  # 9, 4.5, 1.5 and 1.5 are due


# -- calls


@pytest.mark.parametrize(
    "overrides, expected",
    [
        ({}, 4),  # 张 and 钱 reached, of the three others two
        ({"unanswered_a_day": None}, 5),
        ({"unanswered_a_day": 0}, 2),
        ({"one_per_contact": False}, 5),  # 张 twice, 钱, and two of the four unanswered
        ({"one_per_contact": False, "unanswered_a_day": None}, 7),
        ({"quiet_from": "20:30"}, 3),
        ({"quiet_from": "20:30", "quiet_until": "08:30"}, 4),
        ({"quiet_from": "12:00", "quiet_until": "13:00"}, 6),  # 早 and 晚 reached, 赵 at noon not even tried
    ],
)
def test_calls_by_the_rules_of_the_week(overrides, expected):
    calls = [call("10:00", contact="张"), call("11:00", contact="张"), call("20:30", contact="钱")]
    calls += [call("10:00", contact=name, answered="否") for name in "李王张"] + [
        call("12:30", contact="赵", answered="否")
    ]
    calls += [call("08:30", contact="早"), call("21:00", contact="晚")]
    assert count_calls(calls, Rules.of({"calls": overrides})) == expected
