"""Hostile files end in one sentence, honest ones come out as the contract spells them."""

import os
import sys
import zipfile
from datetime import date, datetime
from datetime import time as clock

import openpyxl
import pytest

from org.workbooks import reading
from org.workbooks.reading import QUARANTINE, Formula, Unusable, read
from tests.org.workbooks.books import HEAD, MAIN, measured, members, pack, save

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
BILLION = f'{HEAD}<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'


def cut(path):
    whole = pack(path, members(CELL * 1)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def wrong_checksum(path):
    content = bytearray(pack(path, members(CELL), zipfile.ZIP_STORED).read_bytes())
    place = content.index(b"<v>1</v>") + 3
    content[place] = ord("2")
    path.write_bytes(content)


def encrypted_member(path):
    content = bytearray(pack(path, members(CELL)).read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature) + flags
        content[place] |= 1
    path.write_bytes(content)


def twice(path):
    pack(path, members(CELL))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")


def with_part(name, content=b"x"):
    return lambda path: pack(path, {**members(CELL), name: content})


def with_sheet(content):
    return lambda path: pack(path, members(content))


def with_sheet_xml(content):
    return lambda path: pack(path, {**members(), "xl/worksheets/sheet1.xml": content})


FORMULA = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'


def sheet_named(member, target, content=FORMULA):
    """A workbook whose one sheet is another part than usual."""

    def write(path):
        parts = members(content)
        sheet, links = parts.pop("xl/worksheets/sheet1.xml"), parts["xl/_rels/workbook.xml.rels"]
        parts["xl/_rels/workbook.xml.rels"] = links.replace("worksheets/sheet1.xml", target)
        return pack(path, {**parts, member: sheet})

    return write


def two_sheets_of_one_name(path):
    parts = members(FORMULA)
    twice = parts["xl/workbook.xml"].replace("</sheets>", '<sheet name="表" sheetId="2" r:id="rId2"/></sheets>')
    other = '<Relationship Id="rId2" Target="worksheets/sheet2.xml" Type="x"/></Relationships>'
    links = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", other)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(FORMULA, CELL)
    replaced = {"xl/workbook.xml": twice, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet2.xml": sheet}
    pack(path, {**parts, **replaced})


def one_link_twice(path):
    parts = members(FORMULA)
    link = '<Relationship Id="rId1" Target="worksheets/sheet2.xml" Type="x"/></Relationships>'
    links = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", link)
    pack(path, {**parts, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet2.xml": "<worksheet/>"})


LOTS = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 250_000))


HOSTILE = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("工号,姓名\n1,张三\n"),
    "old or locked": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + os.urandom(2_000)),
    "cut": cut,
    "wrong checksum": wrong_checksum,
    "encrypted member": encrypted_member,
    "a member twice": twice,
    "no workbook": lambda path: pack(path, {"a.xml": "<a/>"}),
    "201 members": lambda path: pack(path, {f"{n}.txt": "" for n in range(201)}),
    "20 MB": lambda path: path.write_bytes(os.urandom(20 * 2**20 + 1)),
    "ratio bomb": with_part("xl/media/zeros.png", b"\0" * 30_000_000),
    "201 MB inflated": lambda path: pack(
        path, {**members(CELL), **{f"xl/{n}.txt": os.urandom(2**14) * 1344 for n in range(10)}}
    ),
    "macro": with_part("xl/vbaProject.bin"),
    "external link": with_part("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
    "entities": with_sheet_xml(BILLION),
    "entities in utf-16": with_sheet_xml(BILLION.replace("UTF-8", "UTF-16").encode("utf-16")),
    "entities past the first chunk": with_sheet_xml(HEAD + " " * (2**20 - len(HEAD) - 4) + "<!DOCTYPE x><x/>"),
    "a sheet that is no .xml": sheet_named("xl/worksheets/sheet1.dat", "worksheets/sheet1.dat"),
    "a sheet that calls itself a picture": sheet_named("xl/worksheets/sheet1.png", "worksheets/sheet1.png"),
    "a sheet that is not there": sheet_named("xl/worksheets/sheet2.xml", "worksheets/sheet1.xml"),
    "a sheet by a detour": sheet_named("xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml"),
    "two sheets of one name": two_sheets_of_one_name,
    "one link twice": one_link_twice,
    "an element's name without end": with_sheet(f"<row r='1'><c r='A1'><{'x' * 2**20}:f/></c></row>"),
    "broken xml": with_sheet_xml(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData><row><c'),
    "last cell of all": with_sheet(CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "beyond the last cell": with_sheet(CELL + '<row r="99999999999"><c r="ZZZZZZZ99999999999"><v>1</v></c></row>'),
    "too wide": with_sheet('<row r="1"><c r="ZZ1"><v>1</v></c></row>'),
    "too many rows": with_sheet(LOTS),
    "too many formulas": with_sheet(LOTS.replace("<v>", "<f>").replace("</v>", "</f>")),
    "a huge workbook.xml": lambda path: pack(
        path, {**members(CELL), "xl/workbook.xml": HEAD + "<sheets>" + '<sheet name="a"/>' * 400_000}
    ),
}


HEAVIEST = ("201 MB inflated", "last cell of all", "too many rows", "too many formulas", "a huge workbook.xml")


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind not in HEAVIEST])
def test_a_hostile_file_ends_in_one_sentence(kind, tmp_path):
    path = tmp_path / "hostile.xlsx"
    HOSTILE[kind](path)

    with pytest.raises(Unusable) as refusal:
        read(path)

    assert str(refusal.value).endswith("。")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", HEAVIEST)
def test_the_heaviest_end_so_in_3_seconds_and_300_mb_at_most(kind, tmp_path):
    path = tmp_path / "hostile.xlsx"
    HOSTILE[kind](path)
    run = measured(sys.executable, "-I", QUARANTINE, path)
    assert run.seconds < 3.5
    assert run.megabytes < 300
    with pytest.raises(Unusable, match=r"。$"):
        reading.sheets_from(run.output.splitlines(keepends=True))


def test_depth_does_no_harm(tmp_path):
    [sheet] = read(pack(tmp_path / "deep.xlsx", {**members(), "xl/worksheets/sheet1.xml": HEAD + "<a>" * 300_000}))
    assert (sheet.header, sheet.rows) == ([], [])


@pytest.mark.parametrize("path", ["nothing.xlsx", "."])
def test_a_missing_file_and_a_folder(path, tmp_path):
    with pytest.raises(Unusable, match="找不到"):
        read(tmp_path / path)


def test_a_child_that_hangs_is_stopped(tmp_path, monkeypatch):
    hang = tmp_path / "hang.py"
    hang.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reading, "QUARANTINE", hang)
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.2)
    with pytest.raises(Unusable, match="读不完"):
        read(pack(tmp_path / "a.xlsx", members(CELL)))


def test_half_a_line_of_an_answer_is_no_answer():
    with pytest.raises(Unusable, match="读不完"):
        reading.sheets_from([b'{"sheet": "a"}\n', b'[2, ["x"'])


def test_cells_come_out_as_the_contract_spells_them(tmp_path):
    cells = [
        "  20370218 ", 20370218, 3.5, date(2026, 9, 14), datetime(2026, 9, 14, 17, 19), clock(9, 46), True, False,
        "=1+1", "青岛\x0b", None, datetime(2026, 9, 14, 19, 59, 59, 999_600),
    ]  # fmt: skip
    book = openpyxl.Workbook()
    for place, cell in enumerate(cells, start=1):
        target = book.active.cell(3, place)
        target.value = cell.replace("\x0b", "") if isinstance(cell, str) else cell
        if cell == "=1+1":
            target.data_type = "s"
    book.save(tmp_path / "a.xlsx")

    [sheet] = read(tmp_path / "a.xlsx")

    assert sheet.header == []
    assert sheet.rows == [
        (3, ["20370218", 20370218, 3.5, "2026-09-14", "2026-09-14 17:19", "09:46", "是", "否", "=1+1", "青岛", None,
             "2026-09-14 20:00"])
    ]  # fmt: skip
    assert not isinstance(sheet.rows[0][1][8], Formula)


def test_a_formula_is_told_from_text_whatever_was_cached(tmp_path):
    sheet = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c><v>2</v></c><c><f>1+1</f></c></row>'
        '<row><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    [found] = read(pack(tmp_path / "a.xlsx", members(sheet)))

    assert found.header == ["名称"]
    assert found.rows == [(2, ['="a"&"b"', 2, "=1+1"]), (3, [None, "="])]
    assert [isinstance(cell, Formula) for _n, cells in found.rows for cell in cells] == [True, False, True, False, True]


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "WorkSheets/Sheet1.XML", "other/sheet1.xml", "sheet1.xml"]
)
def test_a_formula_is_found_wherever_its_sheet_lies(tmp_path, target):
    member = "xl/" + target.lower().removeprefix("/xl/")
    sheet_named(member, target)(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0].header == ["=1+1"]


@pytest.mark.parametrize("prefix", ["x", "a-b", "a.b", "名", "x" * 40])
def test_a_formula_is_found_whatever_its_prefix(tmp_path, prefix):
    sheet = FORMULA.replace("f>", f"{prefix}:f>").replace("<row ", f'<row xmlns:{prefix}="{MAIN}" ')
    assert read(pack(tmp_path / "a.xlsx", members(sheet)))[0].header == ["=1+1"]


def test_a_formula_is_found_whatever_the_letter_of_relations(tmp_path):
    strict = members(FORMULA)
    strict["xl/workbook.xml"] = strict["xl/workbook.xml"].replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    assert read(pack(tmp_path / "a.xlsx", strict))[0].header == ["=1+1"]


def test_the_order_of_sheets_and_blank_rows(tmp_path):
    save(tmp_path / "a.xlsx", {"乙": [["a"], [], [1]], "甲": [["b"]], "空": []})
    assert [(sheet.name, sheet.header, sheet.rows) for sheet in read(tmp_path / "a.xlsx")] == [
        ("乙", ["a"], [(3, [1])]),
        ("甲", ["b"], []),
        ("空", [], []),
    ]
