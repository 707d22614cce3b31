"""The oracle's week and Saturday against answers worked out by hand, and its sums over the real workbooks."""

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from .saturday import report, saturday_report
from .standard import status
from .weeks import assess, assessments, material

REAL = Path(__file__).resolve().parents[2] / "activity" / "demo" / "workbooks"
MONDAY = date(2026, 11, 16)  # an ordinary week
ITEMS = ("calls", "visits", "prospects", "studies")


def calls_of(who, day, n):
    return [(who, day, "10:00", f"厂{i}", "张", "维护", None, "问候", "好") for i in range(n)]


def visits_of(who, day, n):
    return [(who, day, "10:00", "维护", f"厂{i}", "张", "回访", "好", None) for i in range(n)]


def studies_of(who, day, n):
    return [(who, day, "问题", "题", "得")] * n


def registrations_of(who, day, n):
    return [(who, day, f"新{who}{day}{i}", "张", "陌生") for i in range(n)]


# -- the week


@pytest.mark.parametrize(
    "half_days, done, expected",
    [
        (10, (30, 15, 5, 5), "met"),
        (10, (30, 14, 5, 5), "short"),
        (10, (30, 15, 7, 4), "short"),  # items never compensate each other
        (8, (24, 12, 4, 4), "met"),
        (9, (27, 13, 5, 5), "short"),  # 13.5 visits
        (9, (27, 14, 5, 5), "met"),
        (4, (11, 6, 2, 2), "short"),
        (3, (0, 0, 0, 0), "exempt"),
    ],
)
def test_status(half_days, done, expected):
    assert status(half_days, dict(zip(ITEMS, done, strict=True))) == expected


@pytest.mark.parametrize(
    "monday, half_days", [("2026-02-09", 12), ("2026-02-16", 0), ("2026-09-14", 12), ("2026-10-05", 6)]
)
def test_required_half_days_follow_the_calendar(city, monday, half_days):
    monday = date.fromisoformat(monday)
    rows = assessments(city(), monday, monday)
    assert [row["required_half_days"] for row in rows] == [half_days] * 3


def test_a_week_by_hand(city):
    days = [f"2026-11-{n}" for n in range(16, 21)]
    folder = city(
        日志=[("e1", day, f"{day} 18:00") for day in days]
        + [
            ("e2", "2026-11-16", "2026-11-17 08:30"),  # 补录, taken as accepted
            ("e2", "2026-11-17", "2026-11-19 12:00"),  # locked
            ("e2", "2026-11-18", None),  # a draft
            ("e2", "2026-11-21", "2026-11-24 11:59"),  # a day off counts, its lock is the close
        ],
        电话=[row for day in days for row in calls_of("e1", day, 6)]
        + [row for n in (16, 17, 18, 19, 21) for row in calls_of("e2", f"2026-11-{n}", 10)],
        拜访=visits_of("e1", days[0], 15),
        积累=registrations_of("e1", days[1], 5),
        学习=studies_of("e1", days[2], 5),
        请假=[("e3", day, "全天", "公务") for day in days[:3]]
        + [("e3", days[3], half, None) for half in ("上午", "下午")],
    )
    assert assessments(folder, MONDAY, MONDAY) == [
        {"week": "2026-11-16", "employee": who, "required_half_days": halves}
        | dict(zip(ITEMS, done, strict=True))
        | {"status": result}
        for who, halves, done, result in [
            ("e1", 10, (30, 15, 5, 5), "met"),
            ("e2", 10, (20, 0, 0, 0), "short"),
            ("e3", 2, (0, 0, 0, 0), "exempt"),
        ]
    ]


def test_joiners_leavers_movers_and_other_posts(city):
    folder = city(
        人员=[
            ("joins", "甲", "2026-11-18", None),
            ("leaves", "乙", "2020-01-01", "2026-11-17"),
            ("left", "丙", "2020-01-01", "2026-11-15"),
            ("moves", "丁", "2020-01-01", None),
            ("evenly", "戊", "2020-01-01", None),
            ("leads", "己", "2020-01-01", None),
        ],
        任职=[
            ("joins", "3701A", "客户经理", "2020-01-01", None),
            ("leaves", "3701A", "客户经理", "2020-01-01", None),
            ("left", "3701A", "客户经理", "2020-01-01", None),
            ("moves", "3701A", "客户经理", "2020-01-01", "2026-11-18"),
            ("moves", "3702T", "客户经理", "2026-11-19", None),
            ("evenly", "3701A", "客户经理", "2020-01-01", "2026-11-18"),
            ("evenly", "3702T", "客户经理", "2026-11-19", None),
            ("leads", "3701A", "组长", "2020-01-01", None),
        ],
        请假=[("evenly", "2026-11-17", "全天", None)],
    )
    given = material(folder)
    assert [(row["employee"], row["required_half_days"]) for row in assess(given, MONDAY)] == [
        ("evenly", 8),
        ("joins", 6),
        ("leaves", 4),
        ("moves", 10),
    ]
    found = report(given, MONDAY)
    assert {who: row["unit"] for who, row in found["people"].items()} == {
        "evenly": "3702T",
        "joins": "3701A",
        "leaves": "3701A",
        "moves": "3701A",
    }
    assert {code: row["due_half_days"] for code, row in found["units"].items()} == {
        "37": 28,
        "3701": 20,
        "3701T": 20,
        "3701A": 20,
        "3702": 8,
        "3702T": 8,
    }


# -- Saturday


def test_saturday_by_hand(city):
    folder = city(
        日志=[
            ("e1", "2026-11-16", "2026-11-16 19:59"),
            ("e1", "2026-11-17", "2026-11-17 20:00"),  # late
            ("e1", "2026-11-18", "2026-11-19 08:30"),  # 补录
            ("e1", "2026-11-19", "2026-11-21 11:59"),  # 补录 just before the report
            ("e1", "2026-11-20", "2026-11-21 12:00"),  # counts in the week, not in this report
            ("e1", "2026-11-21", "2026-11-21 11:00"),  # a day off
            ("e2", "2026-11-16", "2026-11-20 09:00"),  # locked: in, and counts nothing
        ],
        电话=[row for n in range(16, 22) for row in calls_of("e1", f"2026-11-{n}", 5)]
        + calls_of("e2", "2026-11-16", 9),
        拜访=visits_of("e1", "2026-11-16", 20),
        请假=[("e2", "2026-11-18", "全天", None), ("e2", "2026-11-19", "上午", None)],
    )
    found = saturday_report(folder, MONDAY)
    assert found["report_due"] == datetime(2026, 11, 21, 12)
    assert found["people"]["e1"] == {
        "unit": "3701A",
        "due_half_days": 10,
        "calls": 25,
        "visits": 20,
        "prospects": 0,
        "studies": 0,
        "logs_due": 5,
        "logs_in": 5,
        "logs_late": 1,
        "logs_back": 2,
        "logs_too_late": 0,
        "logs_missing": 1,
        "rates": {"calls": Fraction(25, 30), "visits": Fraction(20, 15), "prospects": 0, "studies": 0},
        "overall": (Fraction(25, 30) + 1) / 4,
    }
    assert found["people"]["e2"] | {"due_half_days": 7, "calls": 0} == found["people"]["e2"]
    logs = ("logs_due", "logs_in", "logs_too_late", "logs_missing")
    assert [found["people"]["e2"][name] for name in logs] == [4, 1, 1, 3]
    assert found["units"]["3701"]["people"] == 2
    assert found["units"]["3701A"] == found["units"]["3701T"] == found["units"]["3701"]
    assert found["units"]["3701"]["rates"]["calls"] == Fraction(25, 51)  # 6 × 17 half days ÷ 2
    assert found["cities"] == {"37": found["units"]["37"]}
    assert found["cities"]["37"]["due_half_days"] == 27


@pytest.mark.parametrize(
    "monday, absent, half_days",
    [
        ("2026-09-28", (), 5),  # due on Wednesday noon: Monday, Tuesday and Wednesday's first half
        ("2026-09-28", ("2026-09-30", "上午"), 4),
        ("2026-09-28", ("2026-09-30", "下午"), 5),
        ("2026-09-14", (), 10),  # Sunday's work follows the report
        ("2026-10-05", (), 5),  # Thursday, Friday, and the first half of the make-up Saturday
        ("2026-11-16", (), 10),
    ],
)
def test_due_at_noon(city, monday, absent, half_days):
    folder = city(请假=[("e1", *absent, None)] if absent else [])
    assert saturday_report(folder, date.fromisoformat(monday))["people"]["e1"]["due_half_days"] == half_days


def test_an_empty_week_has_no_report(city):
    assert saturday_report(city(), date(2026, 2, 16)) is None


def test_nothing_due_has_no_rate(city):
    leave = [("e3", f"2026-11-{n}", "全天", None) for n in range(16, 21)]
    found = saturday_report(city(请假=leave), MONDAY)
    assert found["people"]["e3"]["rates"] == dict.fromkeys(ITEMS)
    assert found["units"]["3702"]["overall"] is None


# -- the workbooks of the demo


@pytest.mark.xdist_group("tests.activity.test_real_workbooks")  # where they are read anyway
def test_real_workbooks():
    given = material(REAL)
    book = given.book
    assert (len(book.people), len(book.logs), len(book.calls), len(book.visits)) == (160, 4736, 29828, 14245)
    assert (len(book.registrations), len(book.studies), len(book.prospects)) == (4170, 4541, 902 - 6)
    last = report(given, MONDAY)
    assert len(last["people"]) == 109
    branches = [code for code in last["units"] if book.units[code]["kind"] == "基层单位"]
    assert len(branches) == 10
    for name in ("due_half_days", "calls", "visits", "prospects", "studies", "logs_in"):
        people = sum(row[name] for row in last["people"].values())
        assert people == sum(last["units"][code][name] for code in branches) == last["cities"]["3702"][name] > 0
