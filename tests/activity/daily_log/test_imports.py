"""The history of days: what counts, what stays a draft, and that a second import creates nothing (workbooks.md)."""

from datetime import datetime

import pytest

from activity.daily_log.day import week_view
from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Contact, Registration
from clients.visits.models import Visit
from org.absences.models import Absence
from org.clock import SHANGHAI
from org.week import Week
from tests import factories as make
from tests.org.workbooks.books import counts, imported, refusals

DAY = "2026-11-19"  # a Thursday


@pytest.fixture
def of(zhou):
    """A row of 周婷's day; `of(时间="10:00")`."""
    return lambda **cells: {"工号": zhou.employee_no, "日期": DAY, **cells}


@pytest.fixture
def log(of):
    return of(提交时间=f"{DAY} 17:00", 明日计划="拜访三家")


@pytest.fixture
def call(of):
    return of(时间="10:00", 客户="青岛宏达", 联系人="王敏", 类别="维护", 接通=None, 目的="续保", 结果="再约")


@pytest.fixture
def visit(of):
    return of(
        开始="09:30", 结束="10:40", 类别="开拓", 客户="青岛宏达", 联系人="王敏", 目的="方案", 内容="讲", 结果="再约",
        下一步="送方案", 下一步日期="2026-11-26", 陪访人工号=None,
    )  # fmt: skip


@pytest.fixture
def registration(of):
    return of(单位名称="青岛新客", 经办人="李主任", 来源="渠道")


@pytest.fixture
def study(of):
    return of(类别="险种", 题目="雇主责任险", 收获="三人起投")


@pytest.fixture
def history(db, tmp_path):
    return lambda **sheets: imported(tmp_path, "activity", sheets)


def figures():
    log = DailyLog.objects.get()
    return log.calls, log.visits, log.prospects, log.studies


def week(of=None):
    """What counts of the week of the one whose day it is."""
    return week_view(of or DailyLog.objects.get().person, Week(make.MONDAY), make.at(make.THURSDAY, 19)).done


def test_a_day_of_all_kinds(history, log, call, visit, registration, study, of, department):
    outcome = history(日志=[log], 电话=[call], 拜访=[visit], 积累=[registration], 学习=[study], 其他=[of(内容="投标")])
    assert counts(outcome) == (6, 0, 0, 0)
    made = DailyLog.objects.get()
    assert (made.state, made.timeliness, made.counts, made.unit) == ("submitted", "on_time", True, department)
    assert made.tomorrow_plan == "拜访三家"
    assert made.handed_in_at == datetime(2026, 11, 19, 17, tzinfo=SHANGHAI)
    assert figures() == (1, 1, 1, 1)
    assert week() == (1, 1, 1, 1)
    assert LogEntry.objects.get(type="call").answer == "answered"


def test_a_second_import_creates_nothing(history, log, call, visit, registration, study):
    sheets = {"日志": [log], "电话": [call, call], "拜访": [visit], "积累": [registration], "学习": [study]}
    assert counts(history(**sheets)) == (6, 0, 0, 0)
    assert counts(history(**sheets)) == (0, 0, 6, 0)
    assert LogEntry.objects.filter(type="call").count() == 2


def test_equal_rows_are_counted_not_merged(history, study):
    history(学习=[study, study])
    assert counts(history(学习=[study, study, study])) == (1, 0, 2, 0)
    assert LogEntry.objects.count() == 3


def test_an_excel_date_is_the_same_row_as_a_typed_one(history, study):
    history(学习=[study])
    assert counts(history(学习=[{**study, "日期": make.THURSDAY}])) == (0, 0, 1, 0)


@pytest.mark.parametrize("log_row", [None, {"提交时间": None, "明日计划": None}])
def test_without_a_hand_in_it_stays_a_draft_and_does_not_count(log_row, history, call, of):
    sheets = {"电话": [call]} | ({"日志": [of(**log_row)]} if log_row else {})
    history(**sheets)
    made = DailyLog.objects.get()
    assert (made.state, made.handed_in_at, made.counts, made.timeliness) == ("draft", None, False, "")
    assert week().calls == 0


@pytest.mark.parametrize(
    ("handed_in", "timeliness", "counting"),
    [
        ("2026-11-19 19:59", "on_time", True),
        ("2026-11-19 20:00", "late", True),
        ("2026-11-20 08:29", "late", True),
        ("2026-11-20 08:30", "back", True),
        ("2026-11-23 11:59", "back", True),  # Monday is the second working day
        ("2026-11-23 12:00", "too_late", False),
    ],
)
def test_the_time_of_record_decides(handed_in, timeliness, counting, history, call, of):
    history(日志=[of(提交时间=handed_in)], 电话=[call])
    made = DailyLog.objects.get()
    assert (made.timeliness, made.counts, made.back_accepted_at) == (
        timeliness, counting, made.handed_in_at if timeliness == "back" else None,
    )  # fmt: skip
    assert LogEntry.objects.count() == 1
    assert week().calls == int(counting)


def test_a_log_row_may_come_after_its_entries(history, call, log):
    history(电话=[call])
    assert counts(history(日志=[log])) == (0, 1, 0, 0)
    assert week().calls == 1


def test_an_empty_hand_in_takes_nothing_back(history, log, of):
    history(日志=[log])
    assert counts(history(日志=[of(提交时间=None)])) == (0, 0, 1, 0)
    assert DailyLog.objects.get().state == "submitted"


def test_a_log_once_a_day(history, log):
    assert refusals(history(日志=[log, log])) == [("日志", 3, "工号")]


@pytest.mark.parametrize(
    ("change", "counted", "why"),
    [
        ({}, True, ""),
        ({"下一步日期": None}, False, True),
        ({"下一步日期": None, "类别": "维护"}, True, ""),
        ({"下一步": None}, True, ""),
    ],
)
def test_a_development_visit_needs_the_date_of_its_next_step(change, counted, why, history, log, visit):
    history(日志=[log], 拜访=[{**visit, **change}])
    made = Visit.objects.get()
    assert made.counted == counted
    assert bool(made.why_not) == bool(why)


def test_of_two_visits_to_one_client_the_effective_one_counts(history, log, visit):
    history(日志=[log], 拜访=[{**visit, "下一步日期": None}, {**visit, "开始": "15:00"}])
    assert [one.counted for one in Visit.objects.order_by("starts_at")] == [False, True]


def test_facts_are_taken_as_recorded(history, log, visit, call):
    """Overlap, a Sunday, the night, hours after the hand-in, leave: none of it is refused."""
    sunday = {**visit, "日期": "2026-11-22"}
    leave = {"工号": visit["工号"], "日期": DAY, "时段": "全天"}
    outcome = history(
        日志=[log], 拜访=[visit, {**visit, "客户": "别家"}, sunday], 电话=[{**call, "时间": "23:59"}], 请假=[leave]
    )
    assert outcome.refused == 0


def test_a_client_is_known_by_its_exact_name_to_the_person_then_to_the_branch(history, call, zhou, manager, stranger):
    own = make.prospect(zhou, "青岛宏达")
    make.prospect(manager, "青岛宏达")
    colleagues = make.prospect(manager, "长城医院")
    make.prospect(stranger, "别的支公司")
    names = ["青岛宏达", "长城医院", "别的支公司", "青岛宏达 "]
    history(电话=[{**call, "客户": name, "时间": f"1{n}:00"} for n, name in enumerate(names)])
    found = [entry.prospect_id for entry in LogEntry.objects.order_by("at")]
    assert found == [own.pk, colleagues.pk, None, own.pk]


def test_a_contact_marked_do_not_disturb_before_that_day(history, log, call, zhou):
    client = make.prospect(zhou, "青岛宏达", handler="王敏")
    Contact.objects.filter(prospect=client).update(do_not_disturb_since="2026-11-19")
    history(日志=[log], 电话=[call, {**call, "日期": "2026-11-18"}])
    assert dict(LogEntry.objects.values_list("log__day__day", "do_not_disturb")) == {19: True, 18: False}


def test_who_asked_for_quiet_without_being_a_prospect_has_asked(history, call, zhou):
    make.call(zhou, client="青岛宏达", contact="王敏", outcome="勿扰", do_not_disturb=True)
    history(电话=[{**call, "日期": "2026-11-20"}, {**call, "日期": "2026-11-18"}, {**call, "联系人": "李四"}])
    imported_calls = LogEntry.objects.exclude(import_key=None)
    assert set(imported_calls.values_list("log__day__day", "contact", "do_not_disturb")) == {
        (20, "王敏", True),
        (18, "王敏", False),
        (19, "李四", False),
    }


def test_a_companion_counts_as_confirmed_but_nobody_accompanies_himself(history, visit, manager, zhou):
    history(拜访=[{**visit, "陪访人工号": manager.employee_no}, {**visit, "陪访人工号": zhou.employee_no}])
    assert set(Visit.objects.values_list("companion_id", "companion_confirmed")) == {
        (manager.pk, True),
        (zhou.pk, False),
    }


def test_of_registrations_of_one_name_the_first_by_day_and_order_counts_whenever_it_was_imported(
    history, log, registration, of, manager
):
    later = {**registration, "单位名称": "青岛 新客"}
    history(日志=[log], 积累=[later, registration])
    assert [one.counted for one in Registration.objects.order_by("ordinal")] == [True, False]
    assert figures()[2] == 1

    history(积累=[{**registration, "工号": manager.employee_no, "日期": "2026-11-18"}])

    assert set(Registration.objects.values_list("day__day", "is_duplicate")) == {(18, False), (19, True)}
    assert DailyLog.objects.get(day=DAY).prospects == 0
    assert week(DailyLog.objects.get(day=DAY).person).prospects == 0


@pytest.mark.parametrize(
    ("sheet", "fault", "column"),
    [
        ("日志", {"提交时间": "下午五点"}, "提交时间"),
        ("日志", {"日期": "2026-13-01"}, "日期"),
        ("日志", {"工号": "9"}, "工号"),
        ("电话", {"时间": "25:00"}, "时间"),
        ("电话", {"联系人": None}, "联系人"),
        ("电话", {"接通": "占线"}, "接通"),
        ("电话", {"类别": "其他"}, "类别"),
        ("电话", {"目的": "长" * 201}, "目的"),
        ("拜访", {"结果": None}, "结果"),
        ("拜访", {"陪访人工号": "9"}, "陪访人工号"),
        ("积累", {"来源": "广告"}, "来源"),
        ("学习", {"收获": None}, "收获"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(sheet, fault, column, history, log, call, visit, registration, study):
    rows = {"日志": log, "电话": call, "拜访": visit, "积累": registration, "学习": study}
    assert refusals(history(**{sheet: [{**rows[sheet], **fault}]})) == [(sheet, 2, column)]


def test_somebody_who_never_held_a_post_belongs_nowhere(history, call):
    outcome = history(电话=[{**call, "工号": make.person().employee_no}])
    assert refusals(outcome) == [("电话", 2, "工号")]


def test_the_unit_is_that_of_the_day_or_the_nearest(history, call, zhou, department, branch):
    zhou.appointments.update(starts_on="2026-11-02", ends_on="2026-11-08")
    second = make.department(branch, "D2")
    make.appoint(zhou, "client_manager", second, starts_on="2026-11-16")
    days = ["2026-10-01", "2026-11-03", "2026-11-10", "2026-11-19"]
    history(电话=[{**call, "日期": day} for day in days])
    found = [log.unit for log in DailyLog.objects.order_by("day")]
    assert found == [department, department, department, second]


# 请假


def halves():
    return set(Absence.objects.values_list("half", "kind"))


def test_morning_and_afternoon_make_a_day(history, of):
    assert counts(history(请假=[of(时段="上午"), of(时段="下午", 类别="公务")])) == (2, 0, 0, 0)
    assert halves() == {("am", "leave"), ("pm", "duty")}


def test_a_half_named_twice_counts_once(history, of):
    rows = [of(时段="全天"), of(时段="上午", 类别="公务"), of(时段="全天")]
    outcome = history(请假=rows)
    assert counts(outcome) == (1, 0, 1, 1)
    assert refusals(outcome) == [("请假", 4, "工号")]
    assert halves() == {("am", "leave"), ("pm", "leave")}
    assert counts(history(请假=rows[:2])) == (0, 0, 2, 0)


def test_the_kind_of_an_absence_may_change(history, of):
    history(请假=[of(时段="上午")])
    assert counts(history(请假=[of(时段="上午", 类别="公务")])) == (0, 1, 0, 0)
    assert halves() == {("am", "duty")}
