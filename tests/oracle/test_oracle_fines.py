"""Streaks, newcomers, caps, trial runs, excuses and relief against answers worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from .calendar import days_of
from .decisions import Decisions, Excuse, Relief, Trial, Version
from .fines import Link, chains, fines, fold
from .rules import Rules
from .weeks import assess, assessed, material, required_halves

MONDAY = date(2026, 11, 2)  # four ordinary weeks
WEEK = timedelta(weeks=1)
PAIRS, ROLLING = (Rules.of({"assessment": {"short_weeks": word}}) for word in ("pairs", "rolling"))
WORDS = {"S": "short", "M": "met", "E": "exempt", "X": "excused", "T": "short", "N": "short", "G": "short"}


def version(overrides, monday=date.min):
    return Decisions(versions=(Version(monday, overrides),))


def posts(*spans, who="e1", unit="3701A"):
    return [(who, unit, "客户经理", *span) for span in spans]


# -- streaks


def links(text, rules):
    """T a trial week and N a newcomer's, both short; G a short week in which a gap ended, F an exempt one."""
    return [
        Link(
            "exempt" if sign == "F" else WORDS[sign], rules, {"T": "trial", "N": "newcomer"}.get(sign, ""), sign in "GF"
        )
        for sign in text
    ]


@pytest.mark.parametrize(
    "text, pairs, rolling, pairs_break, rolling_break",
    [
        ("S", "-", "-", "-", "-"),
        ("SS", "-F", "-F", "-F", "-F"),
        ("SSS", "-F-", "-FF", "-F-", "-FF"),
        ("SSSS", "-F-F", "-FFF", "-F-F", "-FFF"),
        ("SSSSSS", "-F-F-F", "-FFFFF", "-F-F-F", "-FFFFF"),
        ("SMS", "---", "---", "---", "---"),
        ("SMSS", "---F", "---F", "---F", "---F"),
        ("SES", "--F", "--F", "---", "---"),
        ("SXS", "--F", "--F", "---", "---"),
        ("STS", "--F", "--F", "---", "---"),
        ("SNS", "--F", "--F", "---", "---"),
        ("NNS", "---", "---", "---", "---"),
        ("SEESS", "---F-", "---FF", "----F", "----F"),
        ("SEMS", "----", "----", "----", "----"),
        ("SG", "--", "--", "--", "--"),
        ("SSGS", "-F-F", "-F-F", "-F-F", "-F-F"),
        ("SFS", "---", "---", "---", "---"),
    ],
)
def test_streaks(text, pairs, rolling, pairs_break, rolling_break):
    for rules, expected in ((PAIRS, pairs), (ROLLING, rolling)):
        assert "".join("-F"[fine] for _, fine in fold(links(text, rules))) == expected
    for rules, expected in ((PAIRS, pairs_break), (ROLLING, rolling_break)):
        broken = replace(rules, unassessed_weeks="break")
        assert "".join("-F"[fine] for _, fine in fold(links(text, broken))) == expected


def test_each_week_goes_by_its_own_rules():
    broken = replace(PAIRS, unassessed_weeks="break")
    chain = [*links("SS", PAIRS), *links("S", ROLLING), *links("SS", PAIRS)]
    assert [fine for _, fine in fold(chain)] == [False, True, True, True, False]
    assert [streak for streak, _ in fold([*links("S", broken), *links("E", PAIRS), *links("S", broken)])] == [1, 1, 2]
    assert [streak for streak, _ in fold([*links("S", PAIRS), *links("E", broken), *links("S", PAIRS)])] == [1, 0, 1]


def test_four_silent_weeks_are_two_pairs_in_the_words_of_the_export(city):
    rows = fines(city(任职=posts(("2020-01-01", None))), MONDAY, MONDAY + 3 * WEEK)
    row = {"employee": "e1", "kind": "two_short_weeks", "amount": 50, "state": "proposed"}
    assert rows == [{"week": "2026-11-09"} | row, {"week": "2026-11-23"} | row]


def test_amount_and_kind_of_the_week_that_closes(city):
    later = {"assessment": {"short_weeks": "rolling"}, "fines": {"two_short_weeks_yuan": 80}}
    decisions = Decisions(versions=(Version(MONDAY + 2 * WEEK, later), Version(MONDAY - WEEK, {})))
    rows = fines(city(任职=posts(("2020-01-01", None))), MONDAY - 3 * WEEK, MONDAY + 3 * WEEK, decisions)
    assert [(row["week"], row["amount"]) for row in rows] == [
        ("2026-11-02", 50),  # the weeks before the first version are not assessed
        ("2026-11-16", 80),
        ("2026-11-23", 80),
    ]


@pytest.mark.parametrize(
    "ends, again, corrections, weeks",
    [
        ("2026-11-08", "2026-11-09", {}, ["2026-11-09", "2026-11-23"]),
        ("2026-11-06", "2026-11-09", {}, ["2026-11-09", "2026-11-23"]),  # a weekend
        ("2026-11-06", "2026-11-09", {date(2026, 11, 7): True}, ["2026-11-16"]),  # a Saturday that HQ made work
        ("2026-11-05", "2026-11-09", {date(2026, 11, 6): False}, ["2026-11-09", "2026-11-23"]),  # a Friday made off
        ("2026-11-05", "2026-11-09", {}, ["2026-11-16"]),  # one Friday
        ("2026-11-10", "2026-11-12", {}, ["2026-11-16"]),  # within the second week, which begins anew
        ("2026-11-06", "2026-11-23", {}, []),  # two weeks without any assessment
        ("2026-11-08", "2026-11-23", {}, []),
    ],
)
def test_a_gap_with_a_working_day_ends_the_streak(city, ends, again, corrections, weeks):
    folder = city(任职=posts(("2020-01-01", ends), (again, None)))
    rows = fines(folder, MONDAY, MONDAY + 3 * WEEK, Decisions(corrections=corrections))
    assert [row["week"] for row in rows] == weeks


def test_a_holiday_between_two_posts_does_not_end_the_streak(city):
    folder = city(任职=posts(("2020-01-01", "2026-02-14"), ("2026-02-24", None)))
    rows = fines(folder, date(2026, 2, 9), date(2026, 2, 23))
    assert [row["week"] for row in rows] == ["2026-02-23"]


def test_a_change_of_unit_ends_nothing(city):
    moved = posts(("2020-01-01", "2026-11-04")) + posts(("2026-11-05", None), unit="3702T")
    assert [row["week"] for row in fines(city(任职=moved), MONDAY, MONDAY + WEEK)] == ["2026-11-09"]


# -- newcomers, duty, relief, trial runs, excuses


RAMP = {
    "assessment": {
        "newcomers": {
            "ramp": [{"until_week": 1, "percent": 50}, {"until_week": 3, "percent": 75}],
            "weeks_without_fines": 2,
        }
    }
}


def test_the_ramp_by_week_of_service(city):
    person = [("e1", "甲", "2026-11-04", None)]
    folder = city(人员=person, 任职=posts(("2020-01-01", None)))
    given = material(folder, decisions=version(RAMP))
    weeks = [next(assessed(given, MONDAY + n * WEEK)) for n in range(4)]
    assert [(one.half_days, one.percent, one.spared) for one in weeks] == [
        (6, 50, "newcomer"),
        (10, 75, "newcomer"),
        (10, 75, ""),
        (10, 100, ""),
    ]
    assert [row["week"] for row in fines(folder, MONDAY, MONDAY + 3 * WEEK, version(RAMP))] == ["2026-11-23"]


def test_only_the_first_duty_half_days_of_a_month_count(city):
    folder = city(
        任职=posts(("2020-01-01", None)),
        请假=[
            ("e1", "2026-11-07", "全天", "公务"),  # a Saturday takes nothing of the cap
            ("e1", "2026-11-06", "下午", "公务"),
            ("e1", "2026-11-09", "全天", "公务"),  # its morning is the second, its afternoon the third
            ("e1", "2026-11-10", "全天", "请假"),
            ("e1", "2026-11-10", "上午", "公务"),  # on leave anyway
            ("e1", "2026-11-11", "下午", "公务"),
            ("e1", "2026-12-01", "全天", "公务"),  # another month
        ],
    )
    capped = version({"assessment": {"duty_half_days_a_month": 2}})
    book, calendar, _ = material(folder, decisions=capped)
    days = [date(2026, 11, n) for n in (6, 9, 10, 11)] + [date(2026, 12, 1)]
    assert [required_halves(book, calendar, "e1", day) for day in days] == [["am"], ["pm"], [], ["am", "pm"], []]
    book, calendar, _ = material(folder)
    assert [required_halves(book, calendar, "e1", day) for day in days] == [["am"], [], [], ["am"], []]


def test_relief_reaches_everyone_below_the_unit(city):
    reliefs = (Relief("3701", MONDAY, "am"), Relief("3702T", MONDAY, "am"), Relief("3702T", MONDAY, "pm"))
    leave = [("e1", "2026-11-02", "上午", None)]  # free twice over
    given = material(city(请假=leave), decisions=Decisions(reliefs=reliefs))
    assert [row["required_half_days"] for row in assess(given, MONDAY)] == [9, 9, 8]


@pytest.mark.parametrize(
    "unit, moved_on, spared",
    [
        ("3701", "2026-11-05", "trial"),  # three days there, two here
        ("3702T", "2026-11-05", ""),
        ("3702", "2026-11-04", "trial"),
        ("37", "2026-11-04", "trial"),
    ],
)
def test_the_unit_of_the_week_decides_whether_it_is_a_trial(city, unit, moved_on, spared):
    day_before = date.fromisoformat(moved_on) - timedelta(days=1)
    moved = posts(("2020-01-01", day_before.isoformat())) + posts((moved_on, None), unit="3702T")
    decisions = Decisions(trials=(Trial(unit, MONDAY, MONDAY + timedelta(days=6)),))
    given = material(city(任职=moved), decisions=decisions)
    assert [next(assessed(given, monday)).spared for monday in (MONDAY - WEEK, MONDAY, MONDAY + WEEK)] == [
        "",
        spared,
        "",
    ]


def test_an_excuse_replaces_short_alone(city):
    done = [("e2", day.isoformat(), f"{day} 18:00") for day in days_of(MONDAY)[:5]]
    folder = city(
        日志=done,
        电话=[
            ("e2", day, f"10:{n:02}", f"厂{n}", "张", "维护", None, "问候", "好")
            for _, day, _ in done
            for n in range(6)
        ],
        拜访=[("e2", day, "10:00", "维护", f"厂{n}", "张", "回访", "好", None) for _, day, _ in done for n in range(3)],
        积累=[("e2", day, f"新{day}", "张", "陌生") for _, day, _ in done],
        学习=[("e2", day, "问题", "题", "得") for _, day, _ in done],
        请假=[("e3", day.isoformat(), "全天", None) for day in days_of(MONDAY)],
    )
    decisions = Decisions(excuses=tuple(Excuse(who, MONDAY, "病") for who in ("e1", "e2", "e3")))
    given = material(folder, decisions=decisions)
    assert [row["status"] for row in assess(given, MONDAY)] == ["excused", "met", "exempt"]
    ends = {(link.assessment.employee, link.streak) for link in chains(given, MONDAY - WEEK, MONDAY)}
    assert ends == {("e1", 1), ("e2", 1), ("e2", 0), ("e3", 1)}
