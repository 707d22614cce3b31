"""Text stays text; the same content gives the same bytes."""

import random
import re
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import openpyxl
from openpyxl.utils.escape import unescape

from org.clock import SHANGHAI
from org.workbooks.reading import Formula, Sheet, read
from org.workbooks.writing import SheetOut, workbook_bytes, write, write_returned

STARTS = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'", '"', "_x000D_", "&amp;", "<b>", "{", "", "=="]
MIDDLES = [
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x","点")',
    "1+1",
    "青岛宏达",
    "13800000000",
    "00123",
    "\x00\x0b",
    "😀",
    "a\nb",
    "]]>",
    "_x0041_",
    "http://x",
    "mailto:a@b.cn",
    "1E400",
    "TRUE",
    "#REF!",
    "\ud800",
    "\ufffe",
    "{=1+1}",
    "SUM(A1)",
]


def hostile_strings(number):
    dice = random.Random(6311)
    for _ in range(number):
        yield dice.choice(STARTS) + dice.choice(MIDDLES) + dice.choice(["", "", dice.choice(MIDDLES)])


def legible(words):
    """What XML can hold, with one kind of line end."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", words).replace("\r", "\n")


def test_5000_hostile_strings_come_back_as_text():
    strings = list(hostile_strings(5_000))
    content = workbook_bytes([SheetOut("表", ["文字"], [[words] for words in strings])])

    sheet = openpyxl.load_workbook(BytesIO(content)).active

    cells = [sheet.cell(row, 1) for row in range(2, 5_002)]
    assert {cell.data_type for cell in cells} == {"s"}
    for cell, words in zip(cells, strings, strict=True):
        assert (unescape(cell.value) if cell.value else "") == legible(words)


def test_hostile_strings_come_back_through_our_own_reader(tmp_path):
    strings = [words for words in hostile_strings(500) if legible(words).strip()]
    write(tmp_path / "a.xlsx", [SheetOut("表", ["文字"], [[words] for words in strings])])

    [sheet] = read(tmp_path / "a.xlsx")

    assert not any(isinstance(cells[0], Formula) for _number, cells in sheet.rows)
    assert [str(cells[0]).split() for _number, cells in sheet.rows] == [legible(words).split() for words in strings]


def test_values_have_their_types():
    moment = datetime(2026, 9, 14, 12, tzinfo=SHANGHAI)
    row = ["013800", 3, Decimal("1.50"), date(2026, 9, 14), moment, time(9, 46), True, None, 10**18, date(1850, 1, 1)]
    content = workbook_bytes([SheetOut("a/b", ["甲"], [row], widths=[20])])

    book = openpyxl.load_workbook(BytesIO(content))

    assert book.sheetnames == ["a b"]
    assert [cell.value for cell in book.active[2]] == [
        "013800",
        3,
        1.5,
        datetime(2026, 9, 14),
        datetime(2026, 9, 14, 12),
        time(9, 46),
        "是",
        None,
        str(10**18),
        "1850-01-01",
    ]


def test_the_same_content_gives_the_same_bytes():
    sheets = [SheetOut("表", ["甲"], [["一"], [2]])]
    assert workbook_bytes(sheets) == workbook_bytes(sheets)


def test_the_returned_file_keeps_every_row_in_its_place(tmp_path):
    sheet = Sheet("表", ["甲", "", "未知列"], [(2, ["一"]), (5, ["二", None, "=x", 7])])
    write_returned(tmp_path / "out.xlsx", [sheet], {("表", 5): "甲：不能为空"})

    found = openpyxl.load_workbook(tmp_path / "out.xlsx").active

    assert [cell.value for cell in found[1]] == ["甲", None, "未知列", None, "错误原因"]
    assert [cell.value for cell in found[2]] == ["一", None, None, None, None]
    assert [cell.value for cell in found[5]] == ["二", None, "=x", 7, "甲：不能为空"]
    assert found["C5"].data_type == "s"
