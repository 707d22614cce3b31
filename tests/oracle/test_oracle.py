"""The oracle's calendar and counting against answers worked out by hand, so that it may judge the product."""

from datetime import date, datetime, time

import pytest

from .calendar import Calendar
from .counting import count_calls, count_days, count_visits
from .reading import is_uscc, read
from .small_city import UNITS

MONDAY = date(2026, 11, 16)  # an ordinary week


def call(at, client="甲厂", contact="张", answered="是"):
    hour, minute = at.split(":")
    return {
        "time": time(int(hour), int(minute)),
        "client": client,
        "contact": contact,
        "answered": answered == "是",
    }


# -- calendar


@pytest.mark.parametrize(
    "monday, pattern",
    [
        ("2026-02-09", "WWWWWW-"),
        ("2026-02-16", "-------"),
        ("2026-04-27", "WWWW---"),
        ("2026-09-14", "WWWWW-W"),
        ("2026-10-05", "---WWW-"),
        ("2028-05-01", "WWWWW--"),
    ],
)
def test_working_days(monday, pattern):
    first, calendar = date.fromisoformat(monday).toordinal(), Calendar()
    assert "".join("W" if calendar.works(date.fromordinal(first + n)) else "-" for n in range(7)) == pattern


@pytest.mark.parametrize(
    "monday, due, close",
    [
        ("2026-09-28", "2026-09-30T12:00", "2026-10-09T12:00"),  # Saturday 10-03 in the National Day holiday
        ("2026-11-16", "2026-11-21T12:00", "2026-11-24T12:00"),
        ("2026-09-14", "2026-09-19T12:00", "2026-09-22T12:00"),  # works on Sunday 09-20, after the report
        ("2026-09-21", "2026-09-24T12:00", "2026-09-29T12:00"),  # Mid-autumn from Friday
        ("2026-10-05", "2026-10-10T12:00", "2026-10-13T12:00"),  # works on that Saturday
        ("2026-02-09", "2026-02-14T12:00", "2026-02-25T12:00"),  # closes after Spring Festival,
        ("2026-02-16", None, "2026-02-25T12:00"),  # at one instant with the week of the festival
        ("2026-02-23", "2026-02-28T12:00", "2026-03-03T12:00"),
        ("2026-12-28", "2027-01-02T12:00", "2027-01-05T12:00"),  # beyond the package: an ordinary Saturday
    ],
)
def test_report_due_and_week_close(monday, due, close):
    calendar, monday = Calendar(), date.fromisoformat(monday)
    assert calendar.report_due(monday) == (due and datetime.fromisoformat(due))
    assert calendar.week_close(monday) == datetime.fromisoformat(close)


def test_corrections_of_headquarters_move_the_report():
    saturday = date(2026, 11, 21)
    off = Calendar({saturday: False})
    assert off.report_due(MONDAY) == datetime(2026, 11, 20, 12)
    assert off.report_opens(MONDAY) == datetime(2026, 11, 19, 14)
    on = Calendar({date(2026, 10, 3): True})  # the holiday's Saturday worked after all
    assert on.report_due(date(2026, 9, 28)) == datetime(2026, 10, 3, 12)
    only_sunday = Calendar({date(2026, 11, 16 + n): n == 6 for n in range(7)})
    assert only_sunday.report_due(MONDAY) == datetime(2026, 11, 22, 12)


@pytest.mark.parametrize(
    "day, handed_in, expected",
    [
        ("2026-11-16", None, ""),
        ("2026-11-16", "2026-11-16T19:59:59", "on_time"),
        ("2026-11-16", "2026-11-16T20:00:00", "late"),
        ("2026-11-16", "2026-11-17T08:29:59", "late"),
        ("2026-11-16", "2026-11-17T08:30:00", "back"),
        ("2026-11-16", "2026-11-18T11:59:59", "back"),
        ("2026-11-16", "2026-11-18T12:00:00", "too_late"),
        ("2026-11-20", "2026-11-23T08:29:00", "late"),  # Friday, over the weekend
        ("2026-11-21", "2026-11-24T11:59:00", "back"),  # Saturday is a day like another
        ("2026-09-30", "2026-10-08T08:29:00", "late"),  # over the holiday
        ("2026-09-30", "2026-10-09T12:00:00", "too_late"),
        ("2026-09-18", "2026-09-20T08:30:00", "back"),  # Friday before the make-up Sunday
    ],
)
def test_timeliness(day, handed_in, expected):
    given = handed_in and datetime.fromisoformat(handed_in)
    assert Calendar().timeliness(date.fromisoformat(day), given) == expected


# -- counting


@pytest.mark.parametrize(
    "calls, expected",
    [
        ([], 0),
        (
            [
                call("09:00"),
                call("08:59", contact="李"),
                call("20:59", contact="王"),
                call("21:00", contact="赵"),
            ],
            2,
        ),
        ([call("09:00"), call("15:00")], 1),  # one per contact
        (
            [call("09:00"), call("09:00", client="乙厂")],
            2,
        ),  # the same name at another client is another contact
        ([call("09:00", contact=name, answered="否") for name in "张李王"], 2),  # unanswered: the first two
        ([call("09:00", contact=name, answered="否") for name in "张李王"] + [call("17:00")], 3),
        ([call("09:00", contact=name, answered="否") for name in "张李"] + [call("17:00")], 2),
        ([call("22:00"), call("10:00", answered="否")], 1),  # the answered one is at night: the other stands
        ([call("10:00", answered="否"), call("11:00", answered="否")], 1),
    ],
)
def test_calls(calls, expected):
    assert count_calls(calls) == count_calls(calls[::-1]) == expected


def test_visits_one_per_client_and_with_a_dated_next_step():
    service = {"client": "甲厂", "kind": "维护", "next_day": None}
    open_end = {"client": "乙厂", "kind": "开拓", "next_day": None}
    dated = open_end | {"next_day": MONDAY}
    assert count_visits([service, service, open_end]) == 1
    assert count_visits([service, open_end, dated]) == 2  # of two visits to one client the effective one counts


def test_registrations_count_once_in_the_city(city):
    folder = city(
        准客户=[
            (None, "旧厂", "张", "陌生", "e3", "2026-11-01"),
            (None, "新厂", "张", "陌生", "e3", "2026-12-01"),
            (None, "同日厂", "张", "陌生", "e1", "2026-11-18"),
            (None, "老客户厂", "张", "陌生", "e3", None),
            (None, "拒厂", "张", "广告", "e3", "2026-11-01"),  # refused: does not stand
        ],
        积累=[
            ("e2", "2026-11-17", "甲　厂(市)", "张", "陌生"),  # after e1's, though before it in the file
            ("e1", "2026-11-16", "甲厂（市）", "张", "陌生"),
            ("e1", "2026-11-18", "旧厂", "张", "陌生"),
            ("e1", "2026-11-18", "新厂", "张", "陌生"),
            ("e1", "2026-11-18", "同日厂", "张", "陌生"),
            ("e1", "2026-11-18", "拒厂", "张", "陌生"),
            ("e1", "2026-11-18", "老客户厂", "张", "陌生"),
            ("e2", "2026-11-19", "乙厂", "张", "陌生"),  # the first of the file
            ("e1", "2026-11-19", "乙厂", "张", "陌生"),
            ("e2", "2026-11-20", "丙厂", "张", "广告"),  # refused
        ],
        日志=[("e2", "2026-11-17", "2026-11-17 18:00")],
    )
    days = count_days(read(folder), Calendar())
    assert {key: day.prospects for key, day in days.items()} == {
        ("e1", date(2026, 11, 16)): 1,  # stands without a log, and counts for nobody
        ("e2", date(2026, 11, 17)): 0,
        ("e1", date(2026, 11, 18)): 3,
        ("e2", date(2026, 11, 19)): 1,
    }
    assert not days["e1", date(2026, 11, 16)].counts
    assert days["e2", date(2026, 11, 17)].counts


def test_another_city_registers_for_itself(city):
    units = [*UNITS, ("38", "邻市", "市公司", None), ("3801", "丁", "基层单位", "38")]
    posts = [("e1", "3701A", "客户经理", "2020-01-01", None), ("e2", "3801", "客户经理", "2020-01-01", None)]
    rows = [("e1", "2026-11-16", "甲厂", "张", "陌生"), ("e2", "2026-11-17", "甲厂", "张", "陌生")]
    days = count_days(read(city(单位=units, 任职=posts, 积累=rows)), Calendar())
    assert [day.prospects for day in days.values()] == [1, 1]


def test_reading_takes_excel_values_and_leaves_out_bad_rows(city):
    book = read(
        city(
            日志=[
                ("e1", datetime(2026, 11, 16), datetime(2026, 11, 16, 18, 30)),
                ("e1", "2026-11-16", None),  # 重复
                ("e9", "2026-11-16", None),  # nobody
                ("e2", "2026-11-31", None),  # no such day
            ],
            电话=[
                ("e1", "2026-11-16", time(9, 5), "甲厂", "张", "维护", "否", "问候", "好"),
                ("e1", "2026-11-16", "09:05", "甲厂", None, "维护", "否", "问候", "好"),
                ("e1", "2026-11-16", "09:05", "甲厂", "张", "其他", "否", "问候", "好"),
            ],
            请假=[
                ("e1", "2026-11-16", "上午", None),
                ("e1", "2026-11-16", "全天", "公务"),
                ("e1", "2026-11-17", "晚上", None),
            ],
        )
    )
    day = date(2026, 11, 16)
    assert book.logs == {("e1", day): datetime(2026, 11, 16, 18, 30)}
    assert [(row["time"], row["answered"]) for row in book.calls] == [(time(9, 5), False)]
    assert book.absences == {("e1", day, "am"), ("e1", day, "pm")}


def test_missing_files_and_sheets_have_no_rows(tmp_path):
    assert not any(read(tmp_path)[:-1])  # all but the decisions


@pytest.mark.parametrize("code, good", [("91350100M000100Y43", True), ("91350100M000100Y44", False), ("9135", False)])
def test_uscc(code, good):
    assert is_uscc(code) is good  # the standard's own example
