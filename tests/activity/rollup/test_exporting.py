"""A workbook that is taken away says who took it; what is stored and mailed stays as it was frozen."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from activity.rollup.actions import freeze, publish_waiting
from activity.rollup.exporting import FIRST_SHEET, marked
from org.notices.models import Letter
from org.periods.due import Sweep
from org.rules.book import rules_on
from org.trace.models import Trace
from org.week import Week
from org.workbooks.writing import SheetOut, workbook_bytes
from tests import factories as make

WEEK = Week(make.MONDAY)
AT = make.at(WEEK.saturday, 12, 1)
BOOK = workbook_bytes([SheetOut("一", ["甲", "乙"], [["=1+1", 2], ["x", "y"]]), SheetOut("二", ["丙"], [["z"]])])


@pytest.fixture
def frozen(clock_at, zhou, city, hq):
    make.rules()
    clock_at(AT)
    made = freeze(city, WEEK, rules=rules_on(WEEK.monday), due_at=make.at(WEEK.saturday, 12), at=AT)
    publish_waiting(Sweep(at=AT))
    return made


@pytest.fixture(params=["workbook", "attachment"])
def address(request, frozen):
    letter = Letter.objects.exclude(attachment=None).first()
    return f"/report/{WEEK}/workbook/" if request.param == "workbook" else f"/mailbox/{letter.pk}/attachment/"


def rows(content):
    return [[*row] for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


def test_the_copy_ends_in_who_took_it_and_when(client, frozen, hq, address):
    before = bytes(frozen.file.content)
    client.force_login(hq)
    answer = client.get(address)
    *same, last = rows(answer.content)
    assert same == rows(before) and last == ["下载", f"{hq.name} {hq.employee_no} 2026-11-21 12:01:00"]
    frozen.file.refresh_from_db()
    assert bytes(frozen.file.content) == before
    assert Trace.objects.get(verb="export").by == hq


def test_looking_at_the_head_takes_nothing(client, hq, address):
    client.force_login(hq)
    assert client.head(address).status_code == 405
    assert not Trace.objects.filter(verb="export").exists()


def test_only_the_first_sheet_changes_and_text_stays_text():
    copy = marked(BOOK, "下载", '<b>&"=1')
    assert rows(copy)[-1] == ["下载", '<b>&"=1'] and rows(copy)[1] == ["=1+1", 2]
    assert {cell.data_type for row in load_workbook(BytesIO(copy)).worksheets[0] for cell in row} == {"s", "n"}
    with ZipFile(BytesIO(BOOK)) as old, ZipFile(BytesIO(copy)) as new:
        assert old.namelist() == new.namelist()
        assert [name for name in old.namelist() if old.read(name) != new.read(name)] == [FIRST_SHEET]
