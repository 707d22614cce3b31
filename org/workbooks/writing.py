"""Writing workbooks whose text stays text (reliability.md, C11), with the same bytes for the same content.

Every string goes into a text cell: a name that starts with = + - @ is a name, a phone number keeps its zeros.
Rows are streamed, so a book of any length costs the memory of a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from org.clock import SHANGHAI
from org.line_ends import folded
from org.workbooks.reading import Sheet

# what XML 1.0 cannot hold
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FIRST_YEAR = 1900  # of Excel's calendar; an earlier day is written as text
LONGEST = 32_767  # characters that a cell holds
MARK = 120  # characters of a mark; Excel holds 255 of a header
CREATED = datetime(2000, 1, 1)  # so that the bytes depend on the content alone
SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}

Value = str | int | float | Decimal | date | datetime | time | bool | Promise | None


@dataclass
class SheetOut:
    """A sheet to write: the header in bold and frozen, then the rows. `widths` in characters, by column."""

    name: str
    header: Sequence[Value]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = field(default_factory=tuple)


class Writer:
    """Text-safe cells; the only place that calls XlsxWriter."""

    def __init__(self, target: Path | BytesIO, mark: str = "") -> None:
        self.mark = mark.replace("&", "&&")[:MARK]
        self.book = xlsxwriter.Workbook(target if isinstance(target, BytesIO) else str(target), SAFE)
        self.book.set_properties({"created": CREATED})
        self.bold = self.book.add_format({"bold": True, "num_format": "@"})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.time = self.book.add_format({"num_format": "hh:mm"})

    def sheet(self, name: str, header: Sequence[Value], widths: Sequence[int] = ()) -> Worksheet:
        sheet = self.book.add_worksheet(sheet_name(name))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        if self.mark:
            sheet.set_header(f"&R{self.mark}")
            sheet.set_footer(f"&L{self.mark}&R&P / &N")
        self.row(sheet, 0, header, self.bold)
        return sheet

    def row(self, sheet: Worksheet, number: int, cells: Sequence[Value], style: Format | None = None) -> None:
        for column, cell in enumerate(cells):
            self.cell(sheet, number, column, cell, style)

    def cell(self, sheet: Worksheet, row: int, column: int, value: Value, style: Format | None) -> None:
        match value:
            case None | "":
                return
            case bool():
                sheet.write_string(row, column, _("是") if value else _("否"), style or self.text)
            case int() | float() | Decimal() if abs(float(value)) < 10**15:
                sheet.write_number(row, column, value, style)
            case datetime() if value.year >= FIRST_YEAR:
                moment = value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
                sheet.write_datetime(row, column, moment, style or self.moment)
            case date() if value.year >= FIRST_YEAR:
                sheet.write_datetime(row, column, value, style or self.day)
            case time():
                sheet.write_datetime(row, column, value, style or self.time)
            case _:
                sheet.write_string(row, column, writable(force_str(value)), style or self.text)


def writable(words: str) -> str:
    """Line ends become \\n: a carriage return would be spelt _x000D_, which not every reader takes back."""
    return UNWRITABLE.sub("", folded(words))[:LONGEST]


def sheet_name(name: str) -> str:
    """Excel's rules for the name of a sheet: at most 31 characters, none of []:*?/\\ and no ' at the ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", writable(name))[:31].strip("'") or _("工作表")


def write(target: Path | BytesIO, sheets: Iterable[SheetOut], *, mark: str = "") -> None:
    """`mark`: who took it and when, printed at the head and foot of every page of every sheet."""
    writer = Writer(target, mark)
    for out in sheets:
        sheet = writer.sheet(out.name, out.header, out.widths)
        for number, cells in enumerate(out.rows, start=1):
            writer.row(sheet, number, cells)
    writer.book.close()


def workbook_bytes(sheets: Iterable[SheetOut]) -> bytes:
    target = BytesIO()
    write(target, sheets)
    return target.getvalue()


def write_returned(target: Path, sheets: list[Sheet], reasons: Mapping[tuple[str, int], str]) -> None:
    """The whole file back with a last column 错误原因; rows stay where they were, unknown columns too."""
    write(target, (returned_sheet(sheet, reasons) for sheet in sheets))


def returned_sheet(sheet: Sheet, reasons: Mapping[tuple[str, int], str]) -> SheetOut:
    width = max([len(sheet.header), *(len(cells) for _, cells in sheet.rows)], default=0)
    header = [*sheet.header, *[""] * (width - len(sheet.header)), _("错误原因")]
    return SheetOut(sheet.name, header, returned_rows(sheet, reasons, width))


def returned_rows(sheet: Sheet, reasons: Mapping[tuple[str, int], str], width: int) -> Iterator[Sequence[Any]]:
    place = 2
    for number, cells in sheet.rows:
        yield from [()] * (number - place)  # blank rows keep the others in their place
        yield [*cells, *[None] * (width - len(cells)), reasons.get((sheet.name, number))]
        place = number + 1
