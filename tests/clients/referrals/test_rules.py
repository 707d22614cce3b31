"""Whom to ask now and why, when thanks are late, the first ten clients, the funnel: by rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.referrals.rules import (
    Asked,
    Funnel,
    Moment,
    Occasion,
    Settings,
    first_clients,
    good_moment,
    is_due_again,
    thanks_due,
    total,
)

TODAY = date(2026, 11, 19)
SETTINGS = Settings(good_moment=30, ask_again_after=90)


def ago(days):
    return TODAY - timedelta(days=days)


SERVED, RENEWED, CLAIM = (Moment(one, ago(3)) for one in (Occasion.SERVED, Occasion.RENEWED, Occasion.CLAIM))


@pytest.mark.parametrize(
    ("moments", "asked", "expected"),
    [
        ([], None, None),
        ([SERVED], None, SERVED),
        ([SERVED, RENEWED, CLAIM], None, CLAIM),  # the strongest
        ([Moment(Occasion.SERVED, ago(5)), SERVED], None, SERVED),  # of one kind the latest
        ([Moment(Occasion.CLAIM, ago(30))], None, None),  # thirty days are over
        ([Moment(Occasion.CLAIM, ago(29))], None, Moment(Occasion.CLAIM, ago(29))),
        ([Moment(Occasion.CLAIM, ago(-1))], None, None),  # not yet
        ([SERVED], Asked(ago(89)), None),  # asked not long ago
        ([SERVED], Asked(ago(90)), SERVED),
        ([SERVED], Asked(ago(90), declined=True), None),  # who declined, twice as long
        ([SERVED], Asked(ago(180), declined=True), SERVED),
        ([SERVED], Asked(ago(10), again_on=TODAY), SERVED),  # he named the day himself
        ([SERVED], Asked(ago(10), again_on=ago(-1)), None),
        ([SERVED], Asked(ago(2), again_on=TODAY), None),  # the moment was used by the last asking
    ],
)
def test_the_best_reason_to_ask_now(moments, asked, expected):
    assert good_moment(moments, asked, today=TODAY, settings=SETTINGS) == expected


@pytest.mark.parametrize(
    ("asked", "due"),
    [(None, False), (Asked(ago(9)), False), (Asked(ago(9), TODAY), True), (Asked(ago(9), ago(-1)), False)],
)
def test_a_day_that_the_client_named(asked, due):
    assert is_due_again(asked, TODAY) is due


@pytest.mark.parametrize(
    ("names", "thanked", "due"), [(0, False, None), (1, True, None), (1, False, ago(-7)), (3, False, ago(-7))]
)
def test_until_when_thanks_are_in_time(names, thanked, due):
    assert thanks_due(TODAY, names=names, thanked=thanked, within_days=7) == due


def test_the_first_ten_clients():
    won = {f"c{n}": ago(20 - n) for n in range(12)}
    reached = first_clients(won, {"c0", "c9", "c11"}, wanted=10)
    assert (reached.clients, reached.shown, reached.served, reached.reached_on) == (12, 10, 2, ago(11))
    fewer = first_clients({"a": TODAY}, {"a"}, wanted=10)
    assert (fewer.clients, fewer.served, fewer.reached_on) == (1, 1, None)


def test_a_funnel_adds_up():
    assert total([Funnel(2, 3, 2, 1, 1), Funnel(1, 1, 0, 0, 0)]) == Funnel(3, 4, 2, 1, 1)
    assert (total([]), Funnel().rate, Funnel(1, 4, 2, 1, 1).rate) == (Funnel(), None, 25)


@given(
    st.lists(st.tuples(st.sampled_from(list(Occasion)), st.integers(-5, 60))),
    st.none() | st.integers(0, 200),
)
def test_nobody_is_asked_twice_for_one_moment(moments, asked_ago):
    asked = None if asked_ago is None else Asked(ago(asked_ago))
    found = good_moment([Moment(kind, ago(days)) for kind, days in moments], asked, today=TODAY, settings=SETTINGS)
    if found:
        assert found.day <= TODAY and (asked is None or found.day > asked.day)
