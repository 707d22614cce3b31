"""The small drawings: a segment per required activity, a loud cell where something is short."""

import pytest

from org.pages import drawings
from org.pages.drawings import MISSING, Bar, Ring


@pytest.mark.parametrize(
    ("done", "target", "expected"),
    [
        (0, 1, Ring(100, "", "0 999")),
        (1, 1, Ring(100, "", "")),
        (3, 1, Ring(100, "", "")),
        (0, 0.5, Ring(100, "", "0 999")),
        (1, 0.5, Ring(100, "", "")),
        (2, 3, Ring(300, "94 6 94 6 94 6", "94 6 94 6 0 999")),
        (3, 3, Ring(300, "94 6 94 6 94 6", "94 6 94 6 94 6")),
        (1, 1.5, Ring(150, "97 3 47 3", "97 3 0 999")),
        (2, 1.5, Ring(150, "97 3 47 3", "97 3 47 3")),
        (0, 6, Ring(600, " ".join(["88 12"] * 6), "0 999")),
        (15, 30, Ring(100, "", "50 999")),
        (0, 0, Ring(100, "", "0 999")),
        (2, 0, Ring(100, "", "")),
    ],
)
def test_ring(done, target, expected):
    assert drawings.ring(done, target) == expected


@pytest.mark.parametrize(
    ("done", "target", "state"),
    [
        (6, 6, ""),
        (7, 6, "over"),
        (5, 6, "short"),
        (0, 6, "none"),
        (None, 6, "off"),
        (0, 0, "off"),
        (1, 0, "over"),
        (1, 1.5, "short"),
        (2, 1.5, "over"),
    ],
)
def test_a_cell_is_quiet_when_fine(done, target, state):
    assert drawings.heat_of_target(done, target) == state


@pytest.mark.parametrize(
    ("percent", "state"),
    [
        (None, "off"),
        (0, "none"),
        (59, "none"),
        (60, "short"),
        (79, "short"),
        (80, ""),
        (89, ""),
        (90, "over"),
        (99, "over"),
        (100, "top"),
        (140, "top"),
    ],
)
def test_a_rate_has_five_steps(percent, state):
    assert drawings.heat_of_percent(percent) == state


def test_day_bars():
    assert drawings.day_bars([4, 3, 0, MISSING, None]) == [
        Bar(0, 0, 20, ""),
        Bar(7, 5, 15, "short"),
        Bar(14, 18, 2, "short"),
        Bar(21, 16, 4, "none"),
        Bar(28, 19.5, 0, "off"),
    ]


def test_a_missing_week_breaks_the_line():
    drawn = drawings.spark([1, 2, None, 3])
    assert [part[0] for part in drawn.path.split() if part[0] in "ML"] == ["M", "L", "M"]
    assert drawn.last == (81, 3)
    assert drawings.spark([None]) == ("", None)
    assert drawings.spark([]) == ("", None)
    assert drawings.spark([5]).last == (3, 11)


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (1.5, "1.5"), (3.0, "3"), (None, "–"), (0, "0"), (1234567, "1234567")]
)
def test_numbers_as_people_write_them(value, text):
    assert drawings.plain(value) == text
