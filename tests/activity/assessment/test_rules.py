"""Met or short, and how many in a row (domain.md 3 "Below 6311", "Two consecutive weeks"; vectors of 5), read aloud.

A week is written as its half days, 2 2 2 2 2 for five days; what was done as calls/visits/prospects/studies.
"""

from datetime import date

import pytest

from activity.assessment.rules import (
    NONE,
    Day,
    Link,
    Result,
    Spared,
    Status,
    assess,
    needed,
    parts_due,
    percent_of_target,
    proposes,
    shortfall,
    streak,
    week_of_service,
)
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.calendar import known
from org.working_days.rules import WorkingCalendar

STANDARD = RuleBook().standard
MANAGERS = RuleBook().manager_targets.standard
ANNOUNCED = WorkingCalendar({}, beyond=known)
MODES = ("each_item", "each_day", "weighted")


def rules(**values):
    return RuleBook.read({"assessment": values}).assessment


def weights(calls, visits, prospects, studies):
    return {"calls": calls, "visits": visits, "prospects": prospects, "studies": studies}


def four(text):
    """30/15/5/5"""
    return tuple(int(word) for word in text.split("/"))


def week(half_days, *done):
    """Days of so many half days: "22222"; what was done on each, nothing on those not named."""
    said = [*map(four, done), *[NONE] * (len(half_days) - len(done))]
    return [Day(int(halves), what) for halves, what in zip(half_days, said, strict=True)]


def judged(half_days, *done, standard=STANDARD, percent=100, excused=False, **values):
    return assess(week(half_days, *done), standard=standard, rules=rules(**values), percent=percent, excused=excused)


# ---- required days: Monday to Friday as announced; targets times days


@pytest.mark.parametrize(
    ("monday", "working", "need"),
    [
        (date(2026, 11, 16), "WWWWW--", "30/15/5/5"),
        (date(2026, 2, 9), "WWWWWW-", "36/18/6/6"),
        (date(2026, 2, 16), "-------", "0/0/0/0"),
        (date(2026, 4, 27), "WWWW---", "24/12/4/4"),
        (date(2026, 9, 14), "WWWWW-W", "36/18/6/6"),
        (date(2026, 10, 5), "---WWW-", "18/9/3/3"),
    ],
)
def test_what_a_week_requires(monday, working, need):
    works = [ANNOUNCED.works(day) for day in Week(monday).days]
    assert "".join("W" if one else "-" for one in works) == working
    assert needed(STANDARD, half_days=2 * sum(works)) == four(need)


def test_a_week_without_a_working_day_is_exempt():
    assert judged("0000000").status == Status.EXEMPT


@pytest.mark.parametrize(
    ("half_days", "need", "managers"),
    [
        (10, "30/15/5/5", "15/5/5/5"),
        (9, "27/14/5/5", "14/5/5/5"),  # half a day of leave: 13.5 visits, so 14; 4.5 prospects, so 5
        (8, "24/12/4/4", "12/4/4/4"),  # one leave day
        (1, "3/2/1/1", "2/1/1/1"),
        (0, "0/0/0/0", "0/0/0/0"),
    ],
)
def test_nobody_owes_a_part_of_an_entry(half_days, need, managers):
    assert needed(STANDARD, half_days=half_days) == four(need)
    assert needed(MANAGERS, half_days=half_days) == four(managers)


def test_what_is_due_in_two_hundredths():
    assert parts_due(STANDARD, half_days=9) == (5400, 2700, 900, 900)  # 27, 13.5, 4.5, 4.5
    assert parts_due(STANDARD, half_days=9, percent=50) == (2700, 1350, 450, 450)


# ---- each item by itself: days compensate each other, items never


@pytest.mark.parametrize(
    ("half_days", "done", "status", "missing"),
    [
        ("22222", "30/15/5/5", "met", "0/0/0/0"),
        ("22222", "99/99/99/99", "met", "0/0/0/0"),
        ("22222", "30/14/5/5", "short", "0/1/0/0"),  # visits 14 of 15
        ("22222", "29/15/5/5", "short", "1/0/0/0"),
        ("22222", "30/15/7/4", "short", "0/0/0/1"),  # prospects 7 with study 4
        ("22222", "99/99/99/0", "short", "0/0/0/5"),
        ("22222", "0/0/0/0", "short", "30/15/5/5"),  # a missing log is zero and stays in the divisor
        ("22220", "24/12/4/4", "met", "0/0/0/0"),  # one leave day
        ("22220", "23/12/4/4", "short", "1/0/0/0"),
        ("22221", "27/13/5/5", "short", "0/1/0/0"),  # half a day: 13 of 13.5 are short
        ("22221", "27/14/5/5", "met", "0/0/0/0"),  # 14 met
        ("22221", "27/14/4/5", "short", "0/0/1/0"),  # and 4 prospects of 4.5
        ("2222220", "36/18/6/6", "met", "0/0/0/0"),
        ("2222220", "36/17/6/6", "short", "0/1/0/0"),
        ("2222202", "35/18/6/6", "short", "1/0/0/0"),
        ("0002220", "18/9/3/3", "met", "0/0/0/0"),
    ],
)
def test_each_item(half_days, done, status, missing):
    found = judged(half_days, done)
    assert found == Result(Status(status), sum(map(int, half_days)), four(done), four(missing))


def test_one_day_makes_up_for_the_others_and_a_day_off_counts():
    assert judged("2222200", "0/0/0/0", "12/6/2/2", "6/3/1/1", "6/3/1/1", "0/0/0/0", "6/3/1/1").status == Status.MET


@pytest.mark.parametrize(
    ("done", "status", "missing"),
    [
        ("15/5/5/5", "met", "0/0/0/0"),
        ("14/5/5/5", "short", "1/0/0/0"),
        ("15/5/5/4", "short", "0/0/0/1"),
    ],
)
def test_3111_is_assessed_by_the_same_words(done, status, missing):
    found = judged("22222", done, standard=MANAGERS)
    assert (found.status, found.short) == (Status(status), four(missing))


# ---- each day: every required day meets all four


FULL_DAY = "6/3/1/1"


@pytest.mark.parametrize(
    ("half_days", "done", "status", "missing"),
    [
        ("22222", [FULL_DAY] * 5, "met", "0/0/0/0"),
        ("22222", ["12/6/2/2"] + [FULL_DAY] * 3, "short", "6/3/1/1"),  # twice on one day is no second day
        ("22222", [FULL_DAY] * 4 + ["6/3/1/0"], "short", "0/0/0/1"),
        ("22222", ["5/3/1/1", "6/2/1/1"] + [FULL_DAY] * 3, "short", "1/1/0/0"),
        ("22221", [FULL_DAY] * 4 + ["3/2/1/1"], "met", "0/0/0/0"),  # half a day: 1.5 visits, so 2
        ("22221", [FULL_DAY] * 4 + ["3/1/1/1"], "short", "0/1/0/0"),
        ("22220", [FULL_DAY] * 4, "met", "0/0/0/0"),  # a day of leave asks for nothing
        ("2222200", [FULL_DAY] * 4 + ["0/0/0/0"] + [FULL_DAY], "short", "6/3/1/1"),  # Saturday's work is Saturday's
    ],
)
def test_each_day(half_days, done, status, missing):
    found = judged(half_days, *done, mode="each_day")
    assert (found.status, found.short) == (Status(status), four(missing))


def test_a_whole_week_adds_up_even_where_its_days_fell_short():
    found = judged("2200000", "0/0/0/0", "12/6/2/2", mode="each_day")
    assert (found.status, found.done, found.short) == (Status.SHORT, (12, 6, 2, 2), (6, 3, 1, 1))
    assert judged("2200000", "0/0/0/0", "12/6/2/2").status == Status.MET


# ---- weighted: Σ min(done, due) ÷ due × weight ≥ threshold


@pytest.mark.parametrize(
    ("done", "weighed", "threshold", "status"),
    [
        ("30/15/5/5", (25, 25, 25, 25), 100, "met"),
        ("30/14/5/5", (25, 25, 25, 25), 100, "short"),
        ("99/14/9/9", (25, 25, 25, 25), 100, "short"),  # more than due is no more than due
        ("30/15/5/0", (25, 25, 25, 25), 75, "met"),  # an exact tie
        ("30/15/4/0", (25, 25, 25, 25), 75, "short"),
        ("29/15/5/0", (25, 25, 25, 25), 75, "short"),
        ("15/0/5/0", (50, 0, 25, 25), 50, "met"),  # 25 + 25
        ("14/0/5/0", (50, 0, 25, 25), 50, "short"),
        ("10/5/0/0", (50, 50, 0, 0), 33, "met"),  # a third each: 33.3 of 33
        ("10/5/0/0", (50, 50, 0, 0), 34, "short"),
        ("20/10/0/0", (60, 30, 10, 0), 60, "met"),  # two thirds of 90: an exact tie that no float makes
        ("30/0/0/0", (100, 0, 0, 0), 100, "met"),  # a weight of 0 asks for nothing
        ("30/15/5/4", (40, 30, 30, 0), 100, "met"),
        ("0/0/0/0", (25, 25, 25, 25), 1, "short"),
    ],
)
def test_weighted(done, weighed, threshold, status):
    found = judged("22222", done, mode="weighted", weights=weights(*weighed), threshold_percent=threshold)
    assert found.status == Status(status)
    assert found.short == shortfall(four(done), (30, 15, 5, 5))


@pytest.mark.parametrize(("visits", "status"), [(13, "short"), (14, "met")])
def test_weighted_with_half_a_day_of_leave(visits, status):
    """13 of 13.5 visits are not all of them; 14 are more than all."""
    assert judged("22221", f"27/{visits}/5/5", mode="weighted").status == Status(status)


def test_weighted_rounds_what_is_missing_up_though_the_share_is_exact():
    """13.5 of 15 is nine tenths: with a threshold of 90 a half day's share is not rounded."""
    found = judged(
        "22221", "27/0/0/0", mode="weighted", weights=weights(90, 10, 0, 0), threshold_percent=90, exempt_below_days=0
    )
    assert (found.status, found.short) == (Status.MET, (0, 14, 5, 5))


@pytest.mark.parametrize("mode", MODES)
def test_a_target_of_nothing_is_reached(mode):
    assert judged("22222", "0/15/0/0", standard=(0, 3, 0, 0), mode=mode).status == (
        Status.SHORT if mode == "each_day" else Status.MET
    )
    assert judged("22222", *["0/3/0/0"] * 5, standard=(0, 3, 0, 0), mode=mode).status == Status.MET
    assert judged("22222", standard=(0, 0, 0, 0), mode=mode).status == Status.MET


# ---- exempt below two days; excused replaces short alone


@pytest.mark.parametrize(
    ("half_days", "below", "done", "status"),
    [
        ("12000", 2, "0/0/0/0", "exempt"),  # 3 half days
        ("22000", 2, "0/0/0/0", "short"),  # 4
        ("12000", 2, "99/99/99/99", "exempt"),  # exempt goes before met
        ("22000", 2, "12/6/2/2", "met"),
        ("00000", 0, "0/0/0/0", "exempt"),  # who owes no half day is exempt, whatever the rules say
        ("10000", 0, "0/0/0/0", "short"),
        ("10000", 1, "0/0/0/0", "exempt"),
        ("20000", 1, "0/0/0/0", "short"),
        ("22222", 6, "30/15/5/5", "exempt"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_exempt(half_days, below, done, status, mode):
    days = [FULL_DAY] * 2 if (mode, done) == ("each_day", "12/6/2/2") else [done]
    assert judged(half_days, *days, exempt_below_days=below, mode=mode).status == Status(status)


@pytest.mark.parametrize(
    ("half_days", "done", "status"),
    [
        ("22222", "0/0/0/0", "excused"),
        ("22222", "30/15/5/5", "met"),
        ("12000", "0/0/0/0", "exempt"),
    ],
)
@pytest.mark.parametrize("mode", ["each_item", "weighted"])
def test_an_excuse_replaces_only_short(half_days, done, status, mode):
    found = judged(half_days, done, excused=True, mode=mode)
    assert found.status == Status(status)
    assert found.short == judged(half_days, done, mode=mode).short  # what was missing is still said


# ---- newcomers: a ramp of the targets, weeks without fines


@pytest.mark.parametrize(
    ("joined", "monday", "nth"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), 1),
        (date(2026, 11, 22), date(2026, 11, 16), 1),  # on the Sunday: still that week
        (date(2026, 11, 22), date(2026, 11, 23), 2),
        (date(2026, 11, 18), date(2026, 12, 14), 5),
        (date(2025, 12, 31), date(2026, 1, 5), 2),  # over the turn of the year
        (date(2026, 11, 23), date(2026, 11, 16), 0),
    ],
)
def test_week_of_service(joined, monday, nth):
    assert week_of_service(joined, Week(monday)) == nth


@pytest.mark.parametrize(("nth", "percent"), [(1, 30), (2, 30), (3, 60), (4, 60), (5, 100), (400, 100)])
def test_a_ramp(nth, percent):
    ramp = [{"until_week": 2, "percent": 30}, {"until_week": 4, "percent": 60}]
    newcomers = rules(newcomers={"ramp": ramp}).newcomers
    assert percent_of_target(newcomers, nth) == percent
    assert percent_of_target(rules().newcomers, nth) == 100


@pytest.mark.parametrize(
    ("percent", "done", "status", "missing"),
    [
        (50, "15/8/3/3", "met", "0/0/0/0"),  # 15, 7.5, 2.5, 2.5
        (50, "15/7/3/3", "short", "0/1/0/0"),
        (1, "1/1/1/1", "met", "0/0/0/0"),
        (1, "1/1/0/1", "short", "0/0/1/0"),
        (0, "0/0/0/0", "met", "0/0/0/0"),
    ],
)
def test_a_share_of_the_targets(percent, done, status, missing):
    found = judged("22222", done, percent=percent)
    assert (found.status, found.short) == (Status(status), four(missing))


def test_a_share_of_the_targets_in_the_other_modes():
    assert judged("22222", *["3/2/1/1"] * 5, percent=50, mode="each_day").status == Status.MET
    assert judged("22222", *["3/1/1/1"] * 5, percent=50, mode="each_day").short == (0, 5, 0, 0)
    assert judged("22222", "15/8/3/3", percent=50, mode="weighted").status == Status.MET
    assert judged("22222", "15/7/3/3", percent=50, mode="weighted").status == Status.SHORT


# ---- two weeks in a row. S short, M met, E exempt, X excused; T short in trial run, N short as a newcomer;
#      | a gap in the post lies before the next week


LETTERS = {
    "S": Link(Status.SHORT),
    "M": Link(Status.MET),
    "E": Link(Status.EXEMPT),
    "X": Link(Status.EXCUSED),
    "T": Link(Status.SHORT, Spared.TRIAL),
    "N": Link(Status.SHORT, Spared.NEWCOMER),
    "t": Link(Status.MET, Spared.TRIAL),
}


def followed(weeks, **values):
    """The streak after each week, and the weeks (from 1) that propose."""
    book, before, streaks, fined, anew = rules(**values), 0, [], [], False
    for letter in weeks:
        if letter == "|":
            anew = True
            continue
        link = LETTERS[letter]._replace(starts_anew=anew)
        before, anew = streak(before, link, book), False
        streaks.append(before)
        if proposes(before, link, book, yuan=50):
            fined.append(len(streaks))
    return streaks, fined


@pytest.mark.parametrize(
    ("weeks", "pairs", "rolling", "broken"),
    [
        # weeks fined: in pairs; rolling; in pairs where an unassessed week breaks
        ("S", [], [], []),
        ("SS", [2], [2], [2]),
        ("SSS", [2], [2, 3], [2]),
        ("SSSS", [2, 4], [2, 3, 4], [2, 4]),
        ("SSSSSS", [2, 4, 6], [2, 3, 4, 5, 6], [2, 4, 6]),
        ("SMS", [], [], []),
        ("SMSS", [4], [4], [4]),
        ("SSMSS", [2, 5], [2, 5], [2, 5]),
        ("SES", [3], [3], []),
        ("SEES", [4], [4], []),
        ("SXS", [3], [3], []),
        ("STS", [3], [3], []),
        ("STTTS", [5], [5], []),
        ("NS", [], [], []),
        ("NSS", [3], [3], [3]),
        ("SNS", [3], [3], []),
        ("StS", [3], [3], []),  # met in trial run: skipped like the rest
        ("SSE", [2], [2], [2]),
        ("SSES", [2], [2, 4], [2]),
        ("SSESS", [2, 5], [2, 4, 5], [2, 5]),
        ("ESES", [4], [4], []),
        ("S|S", [], [], []),  # a gap in employment ends a streak
        ("SS|SS", [2, 4], [2, 4], [2, 4]),
        ("S|ES", [], [], []),
        ("SSS|S", [2], [2, 3], [2]),
        ("M|M", [], [], []),
        ("", [], [], []),
    ],
)
def test_two_weeks_in_a_row(weeks, pairs, rolling, broken):
    assert followed(weeks)[1] == pairs
    assert followed(weeks, short_weeks="rolling")[1] == rolling
    assert followed(weeks, unassessed_weeks="break")[1] == broken


@pytest.mark.parametrize(
    ("weeks", "skip", "broken"),
    [
        ("SSS", [1, 2, 3], [1, 2, 3]),
        ("SMS", [1, 0, 1], [1, 0, 1]),
        ("SES", [1, 1, 2], [1, 0, 1]),
        ("SXTNtS", [1, 1, 1, 1, 1, 2], [1, 0, 0, 0, 0, 1]),
        ("SS|ES", [1, 2, 0, 1], [1, 2, 0, 1]),
        ("SS|S", [1, 2, 1], [1, 2, 1]),
        ("SS|M", [1, 2, 0], [1, 2, 0]),
    ],
)
def test_the_streak_after_each_week(weeks, skip, broken):
    assert followed(weeks)[0] == skip
    assert followed(weeks, unassessed_weeks="break")[0] == broken
