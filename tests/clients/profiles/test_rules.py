"""k of n, sums, the loss ratio and the chart's numbers."""

from decimal import Decimal

import pytest

from clients.profiles.rules import ITEMS, chart, completeness, loss_percent, uneven

EVERYTHING = {item.name for item in ITEMS}


def test_completeness():
    assert completeness(EVERYTHING, household=False).known == 16
    nothing = completeness(set(), household=False)
    assert (nothing.known, nothing.total, nothing.is_made) == (0, 16, False)
    core = completeness({item.name for item in ITEMS if item.core}, household=False)
    assert (core.known, core.is_made) == (4, True)
    family = completeness({"decider", "cover"}, household=True)
    assert (family.known, family.total, family.is_made) == (2, 7, True)


@pytest.mark.parametrize("lacking", [item.name for item in ITEMS if item.core])
def test_no_card_is_made_without_its_core(lacking):
    assert not completeness(EVERYTHING - {lacking}, household=False).is_made


def test_sums_are_held_against_the_first_known():
    assert uneven({"a": 320, "b": 320, "c": 319, "d": 0}) == [("c", 319)]
    assert uneven({"a": None, "b": 5, "c": 6}) == [("c", 6)]
    assert uneven({"a": None}) == []


@pytest.mark.parametrize(
    ("premium", "claims", "percent"),
    [("100", "49.5", 50), ("100", "250", 250), ("0", "5", None), (None, "5", None), ("5", None, None), ("8", "0", 0)],
)
def test_the_loss_ratio(premium, claims, percent):
    value = [Decimal(one) if one else None for one in (premium, claims)]
    assert loss_percent(*value) == percent


@pytest.mark.parametrize(
    ("most", "lines"),
    [
        (0, ["0", "0.1"]),
        (3_000, ["0", "0.1", "0.2", "0.3"]),
        (96_000, ["0", "5", "10"]),
        (406_000, ["0", "20", "40", "60"]),
        (99_000_000_000, ["0", "5000000", "10000000"]),
    ],
)
def test_the_axis_is_round_and_holds_every_bar(most, lines):
    drawn = chart([("2025", Decimal(most), None)])
    assert [text for _y, text in drawn.grid] == lines
    y, height = drawn.columns[0].premium
    assert 12 <= y <= 160 and abs(y + height - 160) < 0.2
    assert drawn.columns[0].claims is None
