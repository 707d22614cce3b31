"""Each kind of cell, with what it takes and what it refuses."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from org.clock import SHANGHAI
from org.workbooks import columns
from org.workbooks.reading import Formula

TAKEN = [
    (columns.text("甲", length=5), "青岛", "青岛"),
    (columns.text("甲"), 13800000000, "13800000000"),
    (columns.text("甲"), "=1+1", "=1+1"),
    (columns.code("工号"), 20370218, "20370218"),
    (columns.code("工号"), "A-1.b_2", "A-1.b_2"),
    (columns.choice("来源", {"cold": "陌生"}), "陌生", "cold"),
    (columns.yes_no("接通"), "否", False),
    (columns.day("日期"), "2026-09-14", date(2026, 9, 14)),
    (columns.clock("时间"), "09:46", time(9, 46)),
    (columns.clock("时间"), "9:46", time(9, 46)),
    (columns.clock("时间"), "09:46:30", time(9, 46, 30)),
    (columns.moment("提交时间"), "2026-09-14 17:19", datetime(2026, 9, 14, 17, 19, tzinfo=SHANGHAI)),
    (columns.moment("提交时间"), "2026-09-14 17:19:05", datetime(2026, 9, 14, 17, 19, 5, tzinfo=SHANGHAI)),
    (columns.integer("人数"), "34", 34),
    (columns.integer("人数"), "1,234", 1234),
    (columns.integer("级次", most=4), 0, 0),
    (columns.money("保费"), 22440.1, Decimal("22440.10")),
    (columns.money("保费"), 0, Decimal("0.00")),
]
REFUSED = [
    (columns.text("甲", length=2), "青岛市", "超过 2 个字"),
    (columns.text("甲"), Formula("=1+1"), "公式"),
    (columns.text("甲", required=True), None, "不能为空"),
    (columns.code("工号"), "1/2", "字母和数字"),
    (columns.code("工号"), "1" * 21, "字母和数字"),
    (columns.choice("来源", {"cold": "陌生"}), "广告", "不在可选值里：陌生"),
    (columns.yes_no("接通"), "对", "不在可选值里：是、否"),
    (columns.day("日期"), "2026-02-30", "不是日期"),
    (columns.day("日期"), "2026/09/14", "不是日期"),
    (columns.day("日期"), "20260914", "不是日期"),
    (columns.day("日期"), 46279, "不是日期"),
    (columns.day("日期"), "1600-01-01", "不是日期"),
    (columns.clock("时间"), "25:00", "不是时间"),
    (columns.clock("时间"), "上午", "不是时间"),
    (columns.moment("提交时间"), "2026-09-14", "不是日期时间"),
    (columns.moment("提交时间"), "2026-02-30 10:00", "不是日期时间"),
    (columns.integer("人数"), "3.5", "整数"),
    (columns.integer("人数"), -1, "整数"),
    (columns.integer("人数"), "许多", "不是数字"),
    (columns.integer("人数"), "NaN", "不是数字"),
    (columns.integer("人数"), "1e400", "不是数字"),
    (columns.money("保费"), "0.001", "金额"),
    (columns.money("保费"), -1, "金额"),
    (columns.money("保费"), 1e308, "不是数字"),
]


@pytest.mark.parametrize(("column", "cell", "value"), TAKEN)
def test_taken(column, cell, value):
    assert column.value(cell) == value


@pytest.mark.parametrize(("column", "cell", "reason"), REFUSED)
def test_refused(column, cell, reason):
    with pytest.raises(ValueError, match=reason):
        column.value(cell)


@pytest.mark.parametrize(
    ("column", "empty"),
    [(columns.text("甲"), ""), (columns.day("日期"), None), (columns.yes_no("接通", empty=True), True)],
)
def test_empty(column, empty):
    assert column.value(None) == column.value("") == empty


def test_a_long_cell_is_quoted_in_brief():
    assert columns.brief("长" * 100) == "长" * 29 + "…"
