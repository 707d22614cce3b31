"""A list that leaves says on every page who took it and when, and its text stays text in other readers (C11)."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests import factories as make
from tests.clients.protection.asking import Hand

HOSTILE = ['=cmd|"/c calc"!A1', "=1+1", "+1", "-2+3", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x")', "\t=1", "'=1"]


@pytest.fixture
def taken(hq, zhou, held, clock_at):
    clock_at(make.at(make.THURSDAY, 12))
    for name in HOSTILE:
        held(zhou, name)
    hq.name = "袁&欣"
    hq.save(update_fields=["name"])
    return Hand(hq).post("/clients/export/").content


def test_every_sheet_is_marked_at_head_and_foot(taken, hq):
    book = zipfile.ZipFile(BytesIO(taken))
    sheets = [name for name in book.namelist() if re.match(r"xl/worksheets/sheet\d+\.xml", name)]
    assert len(sheets) == 2
    for name in sheets:
        marks = re.findall(r"<odd(?:Header|Footer)>(.*?)</odd", book.read(name).decode())
        assert len(marks) == 2
        assert all(f"袁&amp;&amp;欣 {hq.employee_no} 2026-11-19 12:00:00" in mark for mark in marks)


def test_text_stays_text_in_two_readers(taken):
    first = CalamineWorkbook.from_filelike(BytesIO(taken)).get_sheet_by_index(0).to_python()
    sheet = openpyxl.load_workbook(BytesIO(taken)).worksheets[0]
    second = [[cell.value for cell in row] for row in sheet.iter_rows()]
    texts = {str(cell) for row in first for cell in row}
    assert set(HOSTILE) <= texts and set(HOSTILE) <= {cell for row in second for cell in row}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert b"<f>" not in zipfile.ZipFile(BytesIO(taken)).read("xl/worksheets/sheet1.xml")
