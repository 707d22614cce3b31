"""A small city written as workbooks: 客户经理 e1 and e2 in team 3701A, e3 in department 3702T."""

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

HEADERS = {
    "单位": "单位代码 名称 类型 上级代码",
    "人员": "工号 姓名 入司日期 离司日期",
    "任职": "工号 单位代码 岗位 起 止",
    "准客户": "统一社会信用代码 单位名称 经办人 来源 负责人工号 登记日期",
    "日志": "工号 日期 提交时间",
    "电话": "工号 日期 时间 客户 联系人 类别 接通 目的 结果",
    "拜访": "工号 日期 开始 类别 客户 联系人 目的 结果 下一步日期",
    "积累": "工号 日期 单位名称 经办人 来源",
    "学习": "工号 日期 类别 题目 收获",
    "请假": "工号 日期 时段 类别",
}
FILES = {"roster": ("单位", "人员", "任职"), "prospects": ("准客户",), "activity": tuple(HEADERS)[4:]}
UNITS = [
    ("37", "市", "市公司", None),
    ("3701", "甲", "基层单位", "37"),
    ("3701T", "团体部", "团体部", "3701"),
    ("3701A", "一组", "组", "3701T"),
    ("3702", "乙", "基层单位", "37"),
    ("3702T", "团体部", "团体部", "3702"),
]
PEOPLE = [(who, who, "2020-01-01", None) for who in ("e1", "e2", "e3")]
POSTS = [
    ("e1", "3701A", "客户经理", "2020-01-01", None),
    ("e2", "3701A", "客户经理", "2020-01-01", None),
    ("e3", "3702T", "客户经理", "2020-01-01", None),
]


def write_city(folder: Path, **sheets: Iterable[tuple]) -> Path:
    """Rows by sheet name, in the order of HEADERS; 单位, 人员 and 任职 are there unless given."""
    sheets = {"单位": UNITS, "人员": PEOPLE, "任职": POSTS} | sheets
    for name, titles in FILES.items():
        book = Workbook()
        book.remove(book.active)
        for title in titles:
            sheet = book.create_sheet(title)
            for row in (HEADERS[title].split(), *sheets.get(title, ())):
                sheet.append(row)
        book.save(folder / f"{name}.xlsx")
    return folder
