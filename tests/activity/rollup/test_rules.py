from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.rollup.rules import due_of, overall, percent, rate, rates, tenths_of_percent

STANDARD = (6, 3, 1, 1)
counts = st.integers(0, 10_000)
four = st.tuples(counts, counts, counts, counts)
half_days = st.integers(0, 500)


@pytest.mark.parametrize(
    ("done", "target", "half_days", "share", "printed"),
    [
        (30, 6, 10, Fraction(1), "100.0%"),
        (14, 3, 9, Fraction(28, 27), "103.7%"),  # half a day of leave: 13.5 visits are due
        (13, 3, 9, Fraction(26, 27), "96.2%"),
        (2999, 6, 1000, Fraction(2999, 3000), "99.9%"),  # not 100: it is not reached
        (0, 6, 10, Fraction(0), "0.0%"),
        (7, 1, 0, None, "–"),
        (7, 0, 10, None, "–"),  # a target of 0 owes nothing
    ],
)
def test_rate(done, target, half_days, share, printed):
    assert rate(done, target, half_days) == share
    assert percent(rate(done, target, half_days)) == printed


def test_nine_half_days_owe_thirteen_and_a_half_visits():
    assert due_of(3, 9) == Fraction(27, 2)


def test_the_mean_caps_each_item():
    assert overall((60, 0, 5, 5), STANDARD, 10) == Fraction(3, 4)


def test_the_mean_leaves_out_what_nobody_owes():
    assert overall((30, 15, 99, 5), (6, 3, 0, 1), 10) == 1
    assert overall((1, 2, 3, 4), (0, 0, 0, 0), 10) is None


@given(four, half_days)
def test_the_mean_is_one_exactly_when_every_item_is_reached(done, owed):
    mean = overall(done, STANDARD, owed)
    if owed == 0:
        assert mean is None
    else:
        assert 0 <= mean <= 1
        assert (mean == 1) == all(2 * d >= target * owed for d, target in zip(done, STANDARD, strict=True))


@given(four, st.integers(1, 500))
def test_one_more_never_lowers_a_rate(done, owed):
    before = rates(done, STANDARD, owed)
    after = rates(tuple(d + 1 for d in done), STANDARD, owed)
    assert all(b < a for b, a in zip(before, after, strict=True))
    assert overall(done, STANDARD, owed) <= overall(tuple(d + 1 for d in done), STANDARD, owed)


@given(counts, st.integers(1, 99), st.integers(1, 500))
def test_printing_never_promises_more(done, target, owed):
    share = rate(done, target, owed)
    assert Fraction(tenths_of_percent(share), 1000) <= share < Fraction(tenths_of_percent(share) + 1, 1000)


@given(st.lists(st.tuples(counts, st.integers(1, 14)), min_size=1, max_size=20))
def test_a_unit_lies_between_its_people(people):
    shares = [rate(done, 6, owed) for done, owed in people]
    together = rate(sum(done for done, _ in people), 6, sum(owed for _, owed in people))
    assert min(shares) <= together <= max(shares)
