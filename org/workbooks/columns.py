"""What a column of a contract workbook is, and how its cells become values (workbooks.md).

A parser takes one filled cell and returns its value, or raises `ValueError` with a sentence for the sender.
The same columns make the importer, the template and its drop-downs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from org.clock import SHANGHAI
from org.workbooks.reading import Cell, Formula

CODE = re.compile(r"[\w.-]+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(:\d{2})?")
FIRST_YEAR, LAST_YEAR = 1900, 2199

Parser = Callable[[Cell], Any]
Label = str | Promise


@dataclass(frozen=True)
class Column:
    """`empty` is the value of a blank optional cell; `choices` become the template's drop-down."""

    name: str
    parse: Parser
    required: bool = False
    empty: Any = None
    choices: tuple[str, ...] = ()
    number: bool = False

    def value(self, cell: Cell) -> Any:
        if cell is None or cell == "":
            if self.required:
                raise ValueError(_("不能为空"))
            return self.empty
        if isinstance(cell, Formula):
            raise ValueError(_("是公式（%(cell)s），不是值") % {"cell": brief(cell)})
        return self.parse(cell)


@dataclass(frozen=True)
class Table:
    """One sheet of a contract. `key`: the columns that meet only once in a file; none: rows may repeat."""

    sheet: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


def text(name: str, *, length: int = 0, required: bool = False) -> Column:
    """A text of at most `length` characters; 0 is unlimited. A number in the cell is read as its digits."""

    def parse(cell: Cell) -> str:
        words = str(cell)
        if length and len(words) > length:
            raise ValueError(_("超过 %(length)d 个字") % {"length": length})
        return words

    return Column(name, parse, required, empty="")


def code(name: str, *, length: int = 20, required: bool = False) -> Column:
    """A 工号 or 单位代码: it stands in addresses, so letters, digits, point, dash and underscore only."""

    def parse(cell: Cell) -> str:
        if len(str(cell)) > length or not CODE.fullmatch(str(cell)):
            raise ValueError(
                _("「%(cell)s」应是最多 %(length)d 位的字母和数字") % {"cell": brief(cell), "length": length}
            )
        return str(cell)

    return Column(name, parse, required, empty="")


def choice(name: str, values: Mapping[Any, Label], *, required: bool = False, empty: Any = "") -> Column:
    """A word of a closed list; `values` maps the stored value to the word, as Django's choices do."""
    by_word = {str(word): value for value, word in values.items()}

    def parse(cell: Cell) -> Any:
        if str(cell) not in by_word:
            allowed = "、".join(by_word)
            said = {"cell": brief(cell), "allowed": allowed}
            raise ValueError(_("「%(cell)s」不在可选值里：%(allowed)s") % said)
        return by_word[str(cell)]

    return Column(name, parse, required, empty, tuple(by_word))


def yes_no(name: str, *, required: bool = False, empty: bool | None = False) -> Column:
    return choice(name, {True: _("是"), False: _("否")}, required=required, empty=empty)


def day(name: str, *, required: bool = False) -> Column:
    return Column(name, parse_day, required)


def clock(name: str, *, required: bool = False) -> Column:
    return Column(name, parse_time, required)


def moment(name: str, *, required: bool = False) -> Column:
    return Column(name, parse_moment, required)


def integer(name: str, *, least: int = 0, most: int = 2_000_000_000, required: bool = False) -> Column:
    def parse(cell: Cell) -> int:
        value = exact(cell)
        if value != value.to_integral_value() or not least <= value <= most:
            raise ValueError(
                _("「%(cell)s」应是 %(least)d 到 %(most)d 的整数") % {"cell": brief(cell), "least": least, "most": most}
            )
        return int(value)

    return Column(name, parse, required, number=True)


def money(name: str, *, most: Decimal = Decimal("9999999999.99"), required: bool = False) -> Column:
    """Yuan with at most two decimals, never negative; a float of the file is taken by its shortest spelling."""

    def parse(cell: Cell) -> Decimal:
        value = exact(cell)
        if not 0 <= value <= most or value != round(value, 2):
            raise ValueError(_("「%(cell)s」应是不为负、最多两位小数的金额") % {"cell": brief(cell)})
        return round(value, 2)

    return Column(name, parse, required, number=True)


def exact(cell: Cell) -> Decimal:
    try:
        value = Decimal(str(cell).replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise ValueError(_("「%(cell)s」不是数字") % {"cell": brief(cell)})
    return value


def parse_day(cell: Cell) -> date:
    try:
        found = date.fromisoformat(str(cell)) if DATE.fullmatch(str(cell)) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(_("「%(cell)s」不是日期，应写成 YYYY-MM-DD") % {"cell": brief(cell)})
    return found


def parse_time(cell: Cell) -> time:
    try:
        if TIME.fullmatch(str(cell)):
            return time.fromisoformat(str(cell).rjust(5, "0") if len(str(cell)) < 6 else str(cell).rjust(8, "0"))
    except ValueError:
        pass
    raise ValueError(_("「%(cell)s」不是时间，应写成 HH:MM") % {"cell": brief(cell)})


def parse_moment(cell: Cell) -> datetime:
    if MOMENT.fullmatch(str(cell)):
        words = str(cell)
        try:
            return datetime.combine(parse_day(words[:10]), parse_time(words[11:]), SHANGHAI)
        except ValueError:
            pass
    raise ValueError(_("「%(cell)s」不是日期时间，应写成 YYYY-MM-DD HH:MM") % {"cell": brief(cell)})


def brief(cell: Cell) -> str:
    words = str(cell)
    return words if len(words) <= 30 else words[:29] + "…"
