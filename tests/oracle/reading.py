"""The workbooks as plain values; rows that the contract refuses are left out, all else stays.

`read(folder)` returns a `Book`. Days are `date`, times `time`, hand-in times naive `datetime` (Shanghai).
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

from .decisions import Decisions

Row = dict[str, Any]
UNIT_KINDS = {"市公司", "基层单位", "团体部", "科", "组"}
SOURCES = {"缘故", "陌生", "转介绍", "老客户", "渠道"}
KINDS = {"维护", "开拓"}
HALVES = {"全天": ("am", "pm"), "上午": ("am",), "下午": ("pm",)}
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Book(NamedTuple):
    units: dict[str, Row]
    people: dict[str, Row]
    appointments: list[Row]
    prospects: list[Row]
    logs: dict[tuple[str, date], datetime | None]
    calls: list[Row]
    visits: list[Row]
    registrations: list[Row]
    studies: list[Row]
    absences: set[tuple[str, date, str]]
    duties: set[tuple[str, date, str]]  # those of the absences that are 公务 and not 请假 as well
    decisions: Decisions = Decisions()


class Refused(ValueError):
    """This row breaks the contract of the workbook."""


def read(folder: Path | str, decisions: Decisions | None = None) -> Book:
    folder = Path(folder)
    files = [folder / f"{name}.xlsx" for name in ("roster", "activity", "prospects")]
    book = _read(folder, tuple(path.stat().st_mtime_ns for path in files if path.exists()))
    return book._replace(decisions=decisions or Decisions())


@lru_cache(maxsize=2)
def _read(folder: Path, _written: tuple[int, ...]) -> Book:
    """The same files are read once, whoever asks next."""
    roster, activity = folder / "roster.xlsx", folder / "activity.xlsx"
    units = {row["code"]: row for row in accepted(roster, "单位", unit, key="code")}
    people = {row["employee"]: row for row in accepted(roster, "人员", person, key="employee")}

    def known(build: Callable[[Row], Row]) -> Callable[[Row], Row]:
        def checked(raw: Row) -> Row:
            row = build(raw)
            if row["employee"] not in people:
                raise Refused("工号")
            return row

        return checked

    absences = [
        (row["kind"], (row["employee"], row["day"], half))
        for row in accepted(activity, "请假", known(absence), key=("employee", "day", "halves"))
        for half in row["halves"]
    ]
    return Book(
        units=units,
        people=people,
        appointments=[row for row in accepted(roster, "任职", known(appointment)) if row["unit"] in units],
        prospects=list(accepted(folder / "prospects.xlsx", "准客户", known(prospect), key="key")),
        logs={
            (row["employee"], row["day"]): row["handed_in"]
            for row in accepted(activity, "日志", known(log), key=("employee", "day"))
        },
        calls=list(accepted(activity, "电话", known(call))),
        visits=[
            row
            for row in accepted(activity, "拜访", known(visit))
            if not row["companion"] or row["companion"] in people
        ],
        registrations=list(accepted(activity, "积累", known(registration))),
        studies=list(accepted(activity, "学习", known(study))),
        absences={half for _, half in absences},
        duties={half for _, half in absences} - {half for kind, half in absences if kind == "请假"},
    )


def accepted(
    path: Path, sheet: str, build: Callable[[Row], Row], key: str | tuple[str, ...] | None = None
) -> Iterator[Row]:
    """The sheet's good rows in the order of the file; of two rows with one key the first."""
    seen = set()
    for raw in raw_rows(path, sheet):
        try:
            row = build(raw)
        except ValueError:
            continue
        if key is not None:
            value = row[key] if isinstance(key, str) else tuple(row[name] for name in key)
            if value in seen:
                continue
            seen.add(value)
        yield row


def raw_rows(path: Path, sheet: str) -> Iterator[Row]:
    if not path.exists():
        return
    book = load_workbook(path, read_only=True)
    try:
        if sheet in book.sheetnames:
            lines = book[sheet].iter_rows(values_only=True)
            header = [str(name or "").strip() for name in next(lines, ())]
            for line in lines:
                if any(cell is not None for cell in line):
                    yield dict(zip(header, line, strict=False))
    finally:
        book.close()


def unit(raw: Row) -> Row:
    return {
        "code": needed(raw, "单位代码"),
        "name": needed(raw, "名称"),
        "kind": one_of(raw, "类型", UNIT_KINDS),
        "parent": text(raw, "上级代码"),
    }


def person(raw: Row) -> Row:
    return {
        "employee": needed(raw, "工号"),
        "name": needed(raw, "姓名"),
        "joined": day(needed(raw, "入司日期")),
        "left": optional_day(raw, "离司日期"),
    }


def appointment(raw: Row) -> Row:
    return {
        "employee": needed(raw, "工号"),
        "unit": needed(raw, "单位代码"),
        "post": needed(raw, "岗位"),
        "starts": day(needed(raw, "起")),
        "ends": optional_day(raw, "止"),
    }


def prospect(raw: Row) -> Row:
    code, name, owner = text(raw, "统一社会信用代码"), needed(raw, "单位名称"), needed(raw, "负责人工号")
    if code and not is_uscc(code):
        raise Refused("统一社会信用代码")
    needed(raw, "经办人")
    one_of(raw, "来源", SOURCES)
    return {
        "employee": owner,
        "name": name,
        "code": code,
        "day": optional_day(raw, "登记日期"),
        "level": int(text(raw, "陪访级次") or 0),
        "key": code or (name, owner),
    }


def log(raw: Row) -> Row:
    handed_in = text(raw, "提交时间")
    return dated(raw) | {"handed_in": moment(handed_in) if handed_in else None}


def call(raw: Row) -> Row:
    needed(raw, "目的"), needed(raw, "结果")
    one_of(raw, "类别", KINDS)
    return dated(raw) | {
        "time": clock(needed(raw, "时间")),
        "client": needed(raw, "客户"),
        "contact": needed(raw, "联系人"),
        "answered": yes(raw, "接通"),
    }


def visit(raw: Row) -> Row:
    needed(raw, "联系人"), needed(raw, "目的"), needed(raw, "结果")
    return dated(raw) | {
        "time": clock(needed(raw, "开始")),
        "kind": one_of(raw, "类别", KINDS),
        "client": needed(raw, "客户"),
        "next_day": optional_day(raw, "下一步日期"),
        "companion": text(raw, "陪访人工号"),
    }


def registration(raw: Row) -> Row:
    needed(raw, "经办人")
    one_of(raw, "来源", SOURCES)
    return dated(raw) | {"name": needed(raw, "单位名称")}


def study(raw: Row) -> Row:
    needed(raw, "题目"), needed(raw, "收获")
    return dated(raw) | {"kind": one_of(raw, "类别", {"问题", "险种"})}


def absence(raw: Row) -> Row:
    kind = text(raw, "类别") or "请假"
    if kind not in {"请假", "公务"}:
        raise Refused("类别")
    return dated(raw) | {"kind": kind, "halves": HALVES[one_of(raw, "时段", set(HALVES))]}


def dated(raw: Row) -> Row:
    return {"employee": needed(raw, "工号"), "day": day(needed(raw, "日期"))}


def text(raw: Row, column: str) -> str:
    value = raw.get(column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def needed(raw: Row, column: str) -> str:
    value = text(raw, column)
    if not value:
        raise Refused(column)
    return value


def one_of(raw: Row, column: str, words: set[str]) -> str:
    word = needed(raw, column)
    if word not in words:
        raise Refused(column)
    return word


def yes(raw: Row, column: str) -> bool:
    """Empty = 是."""
    word = text(raw, column) or "是"
    if word not in {"是", "否"}:
        raise Refused(column)
    return word == "是"


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def day(value: str) -> date:
    return moment(value).date()


def optional_day(raw: Row, column: str) -> date | None:
    value = text(raw, column)
    return day(value) if value else None


def clock(value: str) -> time:
    return moment(value).time() if re.match(r"\d{4}-", value) else time.fromisoformat(value.zfill(5))


def is_uscc(code: str) -> bool:
    """GB 32100-2015: 18 signs, the last a check of the first 17 by powers of 3 modulo 31."""
    if len(code) != 18 or any(sign not in USCC_SIGNS for sign in code):
        return False
    total = sum(USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return USCC_SIGNS.index(code[17]) == -total % 31
