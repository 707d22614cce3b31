"""The roster: a tree in any order, people without passwords, posts that do not overlap."""

from datetime import date

import pytest

from org.people.models import Appointment, Person
from org.people.pinyin import spelled
from org.periods.due import run_due
from org.trace.models import Trace
from org.units.models import Unit
from tests import factories as make
from tests.org.workbooks.books import counts, imported, refusals

CITY = {"单位代码": "3702", "名称": "青岛市公司", "类型": "市公司", "上级代码": None, "信箱": "hq@example.com"}
BRANCH = {"单位代码": "370202", "名称": "市南支公司", "类型": "基层单位", "上级代码": "3702"}
DEPARTMENT = {"单位代码": "370202D", "名称": "团体部", "类型": "团体部", "上级代码": "370202"}
TEAM = {"单位代码": "370202T", "名称": "一组", "类型": "组", "上级代码": "370202D"}
UNITS = [TEAM, DEPARTMENT, BRANCH, CITY]
ZHOU = {
    "工号": "20370218",
    "姓名": "周婷",
    "手机": "013800",
    "邮箱": "z@example.com",
    "入司日期": "2020-01-01",
    "离司日期": None,
}
POST = {"工号": "20370218", "单位代码": "370202T", "岗位": "客户经理", "起": "2020-01-01", "止": None}


@pytest.fixture
def roster(db, tmp_path):
    """Import sheets; `roster(单位=[…])`."""
    return lambda **sheets: imported(tmp_path, "roster", sheets)


def test_parents_may_stand_below_their_children(roster):
    assert counts(roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])) == (6, 0, 0, 0)
    team = Unit.objects.get(code="370202T")
    assert [unit.code for unit in team.get_ancestors()] == ["ROOT", "3702", "370202", "370202D"]
    assert not Unit.find_problems()[0]


def test_a_second_import_creates_and_changes_nothing(roster):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    traced = Trace.objects.count()
    assert counts(roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])) == (0, 0, 6, 0)
    assert Trace.objects.count() == traced


def test_rows_are_changed_by_their_key_and_traced(roster):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    changed = [{**ZHOU, "姓名": "周庭", "离司日期": "2026-12-31"}]
    assert counts(roster(单位=[{**TEAM, "名称": "二组"}], 人员=changed, 任职=[{**POST, "止": "2026-06-30"}])) == (
        0,
        3,
        0,
        0,
    )
    zhou = Person.objects.get()
    assert (zhou.name, zhou.pinyin, zhou.left_on) == ("周庭", "zhouting", date(2026, 12, 31))
    assert zhou.appointments.get().ends_on == date(2026, 6, 30)
    line = Trace.objects.get(verb="import_change", about="org.appointment")
    assert (line.actor, line.changes) == ("operator", {"ends_on": [None, "2026-06-30"]})


def test_a_unit_with_closed_weeks_stays_in_its_city(roster, clock_at):
    yantai = [
        {"单位代码": "3706", "名称": "烟台市公司", "类型": "市公司", "上级代码": None},
        {"单位代码": "370602", "名称": "芝罘支公司", "类型": "基层单位", "上级代码": "3706"},
    ]
    moved = {**DEPARTMENT, "上级代码": "370602"}
    make.rules(date(2026, 11, 2))
    clock_at(make.at(date(2026, 11, 10), 11))
    roster(单位=[*UNITS, *yantai], 人员=[ZHOU], 任职=[POST])
    assert counts(roster(单位=[moved])) == (0, 1, 0, 0)
    roster(单位=[DEPARTMENT])

    clock_at(make.at(date(2026, 11, 10), 13))
    run_due()
    [error] = roster(单位=[moved]).errors
    assert (error.column, "已有关账的周" in error.message) == ("上级代码", True)
    assert Unit.objects.get(code="370202T").city.code == "3702"
    assert counts(roster(单位=[{**TEAM, "名称": "二组"}, DEPARTMENT])) == (0, 1, 1, 0)


def test_a_unit_moves_with_all_below_it(roster):
    roster(单位=UNITS)
    other = {**BRANCH, "单位代码": "370203"}
    assert counts(roster(单位=[{**DEPARTMENT, "上级代码": "370203"}, other])) == (1, 1, 0, 0)
    assert Unit.objects.get(code="370202T").branch.code == "370203"
    assert not any(Unit.find_problems())


@pytest.mark.parametrize(
    "fault",
    [
        {**BRANCH, "上级代码": None},
        {**BRANCH, "上级代码": "9999"},
        {**BRANCH, "上级代码": "370202"},
        {**CITY, "上级代码": "3702"},
    ],
)
def test_a_unit_without_a_place_is_refused_with_what_hangs_below(fault, roster):
    outcome = roster(单位=[DEPARTMENT, fault])
    assert ("单位", 2, "上级代码") in refusals(outcome)
    assert ("单位", 3, "上级代码") in refusals(outcome)


def test_two_units_below_each_other_are_refused(roster):
    first = {**TEAM, "单位代码": "A", "上级代码": "B"}
    second = {**TEAM, "单位代码": "B", "上级代码": "A"}
    assert refusals(roster(单位=[first, second])) == [("单位", 2, "上级代码"), ("单位", 3, "上级代码")]


def test_the_root_is_not_imported(roster):
    roster(单位=[CITY])
    assert refusals(roster(单位=[{**CITY, "单位代码": "ROOT"}])) == [("单位", 2, "单位代码")]


def test_nobody_gets_a_password(roster):
    roster(人员=[ZHOU])
    zhou = Person.objects.get()
    assert not zhou.has_usable_password()
    assert zhou.is_active
    assert zhou.phone == "013800"


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        ({"邮箱": "无"}, "邮箱"),
        ({"离司日期": "2019-12-31"}, "离司日期"),
        ({"工号": "1 2"}, "工号"),
    ],
)
def test_a_faulty_person(fault, column, roster):
    assert refusals(roster(人员=[{**ZHOU, **fault}])) == [("人员", 2, column)]


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        ({"工号": "9"}, "工号"),
        ({"单位代码": "9"}, "单位代码"),
        ({"单位代码": "ROOT"}, "单位代码"),
        ({"岗位": "经理"}, "岗位"),
        ({"止": "2019-12-31"}, "止"),
    ],
)
def test_a_faulty_appointment(fault, column, roster):
    assert refusals(roster(单位=UNITS, 人员=[ZHOU], 任职=[{**POST, **fault}])) == [("任职", 2, column)]


def test_an_appointment_of_a_refused_person_is_refused(roster):
    outcome = roster(单位=UNITS, 人员=[{**ZHOU, "姓名": None}], 任职=[POST])
    assert refusals(outcome) == [("人员", 2, "姓名"), ("任职", 2, "工号")]


def test_one_post_in_one_unit_is_held_once_at_a_time(roster):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[{**POST, "止": "2021-12-31"}])
    outcome = roster(
        任职=[
            {**POST, "起": "2021-12-31", "止": "2022-12-31"},  # the last day is inclusive
            {**POST, "起": "2022-01-01", "止": "2022-12-31"},
            {**POST, "起": "2022-12-31"},
            {**POST, "起": "2022-12-31", "岗位": "组长"},
            {**POST, "起": "2023-01-01"},
        ]
    )
    assert refusals(outcome) == [("任职", 2, "起"), ("任职", 4, "起")]
    assert Appointment.objects.count() == 4


def test_a_shortened_appointment_makes_room_in_the_same_file(roster):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    shorter = {**POST, "止": "2025-12-31"}
    assert counts(roster(任职=[{**POST, "起": "2026-01-01"}, shorter])) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("欧阳志华", "ouyangzhihua", "oyzh"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("曾国藩", "zengguofan", "zgf"),
        ("Tom", "tom", "t"),
        ("", "", ""),
    ],
)
def test_names_as_they_are_typed(name, pinyin, initials):
    assert spelled(name) == (pinyin, initials)
