"""The rule set in a file: what it holds when nobody says otherwise, and why a wrong one is refused."""

import json
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from org.rules.problems import problems
from org.rules.schema import RuleBook
from org.working_days.rules import DayTimes

BOOK = RuleBook()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("targets", {"calls": 6, "visits": 3, "prospects": 1, "studies": 1}),
        (
            "manager_targets",
            {"follow_up_calls": 3, "accompaniments": 1, "coachings": 1, "proposals_or_recruits": 1},
        ),
        ("deadlines.log_due", "20:00"),
        ("deadlines.log_late_until", "08:30"),
        ("deadlines.log_lock", "12:00"),
        ("deadlines.log_lock_working_days", 2),
        ("deadlines.review_due", "12:00"),
        ("deadlines.report_opens", "14:00"),
        ("deadlines.holiday_saturday", "previous"),
        ("deadlines.plan_draft_due", "18:00"),
        (
            "calls",
            {"one_per_contact": True, "unanswered_a_day": 2, "quiet_from": "21:00", "quiet_until": "09:00"},
        ),
        ("enrichment", {"facts": 3, "person_or_expiry": True, "a_week": 3}),
        ("assessment.mode", "each_item"),
        ("assessment.weights", {"calls": 25, "visits": 25, "prospects": 25, "studies": 25}),
        ("assessment.threshold_percent", 100),
        ("assessment.exempt_below_days", 2),
        ("assessment.unassessed_weeks", "skip"),
        ("assessment.short_weeks", "pairs"),
        ("assessment.duty_half_days_a_month", None),
        ("assessment.explanation_due_working_days", 2),
        ("assessment.explanation_cancels", False),
        ("assessment.newcomers", {"ramp": [], "weeks_without_fines": 0}),
        ("fines.two_short_weeks_yuan", 50),
        ("fines.tool_yuan", [10, 20, 30]),
        ("fines.window_days", 30),
        ("fines.uncured_before", 2),
        ("fines.window_over", "all_tools"),
        ("fines.also_findings", []),
        ("fines.no_fact_twice", True),
        ("fines.monthly_cap_yuan", 100),
        ("fines.effect", "money"),
        ("fines.label", "扣罚"),
        ("fines.appeal_working_days", 5),
        ("accompaniment.section_chief_without_sections", "department_manager"),
        ("accompaniment.after_fourth", "quarter"),
        ("accompaniment.card_before_fourth", "remind"),
        ("major_projects", {"premium_yuan": 500_000, "insured": 300}),
        (
            "protection",
            {
                "days": 90,
                "clients_per_person": 200,
                "warn_days": 7,
                "claim_back_days": 30,
                "claims_a_day": 10,
                "asks_a_day": 30,
                "collisions_a_day": 10,
                "phones_a_day": 30,
            },
        ),
        ("consultation", {"link_days": 7, "link_devices": 3, "kept_days": 730, "reserve_months": 6}),
        ("key_dates", {"renewal_days": [90, 60, 30], "other_days": [7, 0]}),
        (
            "referrals",
            {"thanks_within_days": 7, "good_moment_days": 30, "ask_again_after_days": 90, "first_clients": 10},
        ),
        ("spot_checks.percent", 10),
        ("spot_checks.most_per_checker", 8),
        ("spot_checks.seen_every_weeks", 4),
        ("star.among", "client_managers"),
        ("star.weights", {"timeliness": 40, "completeness": 20, "attainment": 30, "rating": 10}),
        ("star.again_after_weeks", 4),
        ("manager_check.criticisms_a_quarter", 3),
        ("display.target_line_percent", 85),
    ],
)
def test_the_defaults_are_those_of_the_regulation_as_read(path, value):
    found = BOOK.as_json()
    for key in path.split("."):
        found = found[key]
    assert found == value


def test_an_empty_file_is_the_defaults():
    assert RuleBook.read({}) == RuleBook.read("{}") == BOOK
    assert "effective_from" not in BOOK.as_json()


def test_what_is_exported_is_read_back():
    book = RuleBook.read({"effective_from": "2026-09-14", "targets": {"calls": 8}})
    assert book.effective_from == date(2026, 9, 14)
    assert book.as_json()["effective_from"] == "2026-09-14"
    assert RuleBook.read(book.as_json()) == RuleBook.read(json.dumps(book.as_json(), indent=2)) == book
    assert problems(book.as_json()) == []


def test_one_spelling_whatever_the_order_of_the_file():
    one = RuleBook.read('{"targets": {"calls": 8, "visits": 3}, "display": {}}')
    other = RuleBook.read('{"display":{"target_line_percent":85},"targets":{"visits":3,"calls":8}}')
    assert one.canonical() == other.canonical()
    assert one.sha256 == other.sha256 != BOOK.sha256
    assert len(BOOK.sha256) == 64


def test_values_reach_the_rules():
    assert BOOK.standard == (6, 3, 1, 1)
    assert BOOK.manager_targets.standard == (3, 1, 1, 1)
    assert BOOK.times == DayTimes()
    assert RuleBook.read({"deadlines": {"log_due": "18:30"}}).times == DayTimes(log_due=time(18, 30))


def test_a_rule_book_cannot_be_changed():
    with pytest.raises(ValidationError):
        BOOK.targets.calls = 7
    assert {BOOK: "同"}[RuleBook()] == "同"


def leaves(group):
    for value in dict(group).values():
        if isinstance(value, BaseModel):
            yield from leaves(value)
        else:
            yield value


def test_there_are_no_floats():
    assert not [value for value in leaves(BOOK) if isinstance(value, float)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("{", "规则文件：不是有效的 JSON：EOF while parsing an object at line 1 column 1"),
        (b"\xff", "规则文件：不是有效的 JSON：expected value at line 1 column 1"),
        ([], "规则文件：须为一组键和值 {…}"),
        ({"targets": None}, "targets：须为一组键和值 {…}"),
        ({"target": {}}, "target：没有这一项"),
        ({"targets": {"call": 6}}, "targets.call：没有这一项"),
        ({"targets": {"calls": "6"}}, "targets.calls：须为整数，不带引号和小数"),
        ({"targets": {"calls": 6.0}}, "targets.calls：须为整数，不带引号和小数"),
        ({"targets": {"calls": True}}, "targets.calls：须为整数，不带引号和小数"),
        ({"targets": {"calls": float("nan")}}, "targets.calls：须为整数，不带引号和小数"),
        ({"targets": {"calls": -1}}, "targets.calls：不能小于 0"),
        ({"targets": {"calls": 10**30}}, "targets.calls：不能大于 9999"),
        ({"calls": {"one_per_contact": "yes"}}, "calls.one_per_contact：须为 true 或 false"),
        ({"deadlines": {"log_due": 2000}}, 'deadlines.log_due：须为时刻，如 "08:30"'),
        ({"deadlines": {"log_due": "8pm"}}, 'deadlines.log_due：须为时刻，如 "08:30"'),
        ({"deadlines": {"log_due": "20:00:01"}}, 'deadlines.log_due：须为时刻，如 "08:30"'),
        ({"deadlines": {"log_due": "20:00Z"}}, 'deadlines.log_due：须为时刻，如 "08:30"'),
        (
            {"deadlines": {"holiday_saturday": "later"}},
            "deadlines.holiday_saturday：只能是 'previous', 'next' or 'none'",
        ),
        (
            {"deadlines": {"log_lock_working_days": 1, "log_lock": "08:00"}},
            "deadlines：锁定不能早于迟交截止（log_late_until）",
        ),
        ({"effective_from": "2026-09-15"}, "effective_from：须为周一"),
        ({"effective_from": "14.9.2026"}, 'effective_from：须为日期，如 "2026-09-14"'),
        ({"effective_from": 20260914}, 'effective_from：须为日期，如 "2026-09-14"'),
        ({"fines": {"label": ""}}, "fines.label：须为一个词，不能为空，也不含空格和符号"),
        ({"fines": {"label": "扣\x00"}}, "fines.label：须为一个词，不能为空，也不含空格和符号"),
        ({"fines": {"label": 5}}, "fines.label：须为文字"),
        ({"fines": {"label": "扣" * 13}}, "fines.label：最多 12 个字"),
        ({"fines": {"tool_yuan": 10}}, "fines.tool_yuan：须为一列值 […]"),
        ({"fines": {"tool_yuan": []}}, "fines.tool_yuan：至少 1 项"),
        ({"fines": {"tool_yuan": [10] * 10}}, "fines.tool_yuan：最多 9 项"),
        (
            {"fines": {"tool_yuan": [30, 10]}},
            "fines：金额须由低到高，并在 tool_least_yuan 与 tool_most_yuan 之间",
        ),
        (
            {"fines": {"tool_yuan": [10, 20, 40]}},
            "fines：金额须由低到高，并在 tool_least_yuan 与 tool_most_yuan 之间",
        ),
        ({"star": {"weights": {"rating": 20}}}, "star.weights：各项权重之和须为 100"),
        ({"assessment": {"weights": {"calls": 24}}}, "assessment.weights：各项权重之和须为 100"),
        (
            {"assessment": {"newcomers": {"ramp": [{"until_week": 4}]}}},
            "assessment.newcomers.ramp.0.percent：缺少这一项",
        ),
        (
            {"assessment": {"newcomers": {"ramp": [{"until_week": n, "percent": 50} for n in (4, 4)]}}},
            "assessment.newcomers：各级的周数（until_week）须依次增大",
        ),
    ],
)
def test_why_a_file_is_refused(data, sentence):
    assert problems(data) == [sentence]


def test_every_problem_is_told_at_once():
    assert problems({"targets": {"calls": -1, "visits": "3"}, "x": 1}) == [
        "targets.calls：不能小于 0",
        "targets.visits：须为整数，不带引号和小数",
        "x：没有这一项",
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"deadlines": {"log_lock_working_days": 1}},
        {"assessment": {"newcomers": {"ramp": [{"until_week": n, "percent": 50} for n in (4, 8)]}}},
        {"fines": {"monthly_cap_yuan": None, "label": "绩效扣减", "also_findings": ["late", "returned"]}},
        {"calls": {"unanswered_a_day": None}},
    ],
)
def test_other_choices_are_free(data):
    assert problems(data) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*BOOK.as_json(), "calls", "log_due"]), inner),
)


@given(JSON)
def test_anything_is_read_or_refused_in_words(data):
    assert all("不合要求" not in sentence for sentence in problems(data))


@given(st.binary())
def test_so_is_any_file(data):
    assert all("不合要求" not in sentence for sentence in problems(data))
