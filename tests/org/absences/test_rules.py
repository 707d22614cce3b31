"""Stretches of half days, as values."""

from datetime import timedelta

import pytest

from org.absences.rules import Stretch, is_far
from org.absences.words import dated, spelled
from tests.factories import THURSDAY
from tests.org.absences.conftest import TUESDAY, WEDNESDAY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("stretch", "halves"),
    [
        (Stretch(TUESDAY, "am", TUESDAY, "pm"), [(TUESDAY, "am"), (TUESDAY, "pm")]),
        (Stretch(TUESDAY, "pm", TUESDAY, "pm"), [(TUESDAY, "pm")]),
        (Stretch(TUESDAY, "pm", WEDNESDAY, "am"), [(TUESDAY, "pm"), (WEDNESDAY, "am")]),
        (Stretch(TUESDAY, "pm", TUESDAY, "am"), []),
    ],
)
def test_the_halves_of_a_stretch(stretch, halves):
    assert [tuple(half) for half in stretch.halves] == halves
    assert stretch.is_backwards == (not halves)


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Stretch(TUESDAY, "am", TUESDAY, "am"), False),
        (Stretch(TUESDAY, "am", TUESDAY, "pm"), True),
        (Stretch(WEDNESDAY, "am", WEDNESDAY, "am"), True),
        (Stretch(WEDNESDAY, "pm", WEDNESDAY, "pm"), False),
    ],
)
def test_overlaps_are_of_halves(other, overlaps):
    stretch = Stretch(TUESDAY, "pm", WEDNESDAY, "am")
    assert stretch.overlaps(other) == other.overlaps(stretch) == overlaps


@pytest.mark.parametrize(("days", "far"), [(366, False), (367, True), (-366, False), (-367, True)])
def test_a_slip_of_the_pen_is_far(days, far):
    day = THURSDAY + days * DAY
    assert is_far(Stretch(day, "am", day, "pm"), THURSDAY) == far


@pytest.mark.parametrize(
    ("stretch", "said"),
    [
        (Stretch(TUESDAY, "am", TUESDAY, "pm"), "11月24日 全天"),
        (Stretch(TUESDAY, "pm", TUESDAY, "pm"), "11月24日 下午"),
        (Stretch(TUESDAY, "am", WEDNESDAY, "pm"), "11月24日 至 11月25日"),
        (Stretch(TUESDAY, "pm", WEDNESDAY, "pm"), "11月24日 下午 至 11月25日 下午"),
        (Stretch(TUESDAY, "am", TUESDAY + 60 * DAY, "pm"), "11月24日 至 2027年1月23日"),
    ],
)
def test_it_is_said_with_the_year_where_that_is_another(stretch, said):
    assert spelled(stretch, today=THURSDAY) == said


def test_what_is_kept_has_the_year():
    assert dated(Stretch(TUESDAY, "pm", WEDNESDAY, "am")) == "2026年11月24日 下午 至 2026年11月25日 上午"
