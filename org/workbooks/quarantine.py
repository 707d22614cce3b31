"""The child process that opens a stranger's workbook: `python -I quarantine.py FILE`; never imported.

A 5 KB file can ask for a terabyte, so it is opened where the kernel sets the limits and a crash is
harmless. The answer is JSON lines on stdout (not pickle: a child that was taken over must not take over its parent):
`{"sheet": name}`, then `[Excel row number, [cell, ...]]` for each row that is not blank, at last
`{"end": true}`; or `{"unusable": code}`. A cell is a string, a number, null or `{"f": "=…"}`. Dates and times
come out in the contract's spelling (`YYYY-MM-DD`, `HH:MM`): an Excel date and a typed one are the same cell.
"""

import json
import posixpath
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple
from xml.parsers import expat

from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

MEMORY = 300 * 2**20
CPU_SECONDS = 3
MEMBERS = 200
INFLATED = 200 * 2**20
RATIO = 100
RATIO_FROM = 2**20  # below this size an extreme ratio harms nobody
COLUMNS = 200
ROWS = 200_000
CELLS = 2_000_000
CHARACTERS = 40_000_000
CHUNK = 2**20
OVERLAP = 64

OLE_MAGIC = b"\xd0\xcf\x11\xe0"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00")
DECLARED_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([^"']*)""")
FORBIDDEN_XML = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
LONG_NAME = re.compile(rb"<[^\s<>/:!?]{60}")  # of no honest element; a prefix that long would hide a formula
MACRO = re.compile(r"vbaproject|macrosheets|embeddings/|activex/")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Cell = str | int | float | dict[str, str] | None
Position = tuple[int, int]


class Unusable(Exception):
    """The file as a whole cannot be used; the argument is a code that `reading` turns into a sentence."""


class Sheet(NamedTuple):
    name: str
    rows: Iterator[tuple[int, list[Cell]]]


def inspect(path: str) -> set[str]:
    """Refuse what no honest workbook holds; returns the names of the members that hold formulas."""
    with open(path, "rb") as file:
        if file.read(4) == OLE_MAGIC:
            raise Unusable("locked_or_old")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        refuse_by_directory(members)
        return {member.filename for member in members if scan(archive, member)}


def refuse_by_directory(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename.lower() for member in members]
    if len(members) > MEMBERS:
        raise Unusable("too_many_members")
    if len(set(names)) != len(names):
        raise Unusable("duplicate_members")
    if any(member.flag_bits & 1 for member in members):
        raise Unusable("locked_or_old")
    if sum(member.file_size for member in members) > INFLATED:
        raise Unusable("bomb")
    if any(m.file_size > RATIO_FROM and m.file_size > RATIO * m.compress_size for m in members):
        raise Unusable("bomb")
    if any(MACRO.search(name) for name in names):
        raise Unusable("macro")
    if any("externallink" in name for name in names):
        raise Unusable("external_link")
    if "xl/workbook.xml" not in names:
        raise Unusable("not_xlsx")


def scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Inflate one member once, which also proves its checksum; says whether it holds a formula.

    Only UTF-8 is let in: in any other encoding a forbidden word would not be seen.
    """
    if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return False
    formula, tail = False, b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if not tail and not speaks_utf8(chunk):
                raise Unusable("encoding")
            text = tail + chunk
            if FORBIDDEN_XML.search(text):
                raise Unusable("entities")
            if LONG_NAME.search(text):
                raise Unusable("damaged")
            formula = formula or bool(FORMULA.search(text))
            tail = text[-OVERLAP:]
    return formula


def speaks_utf8(start: bytes) -> bool:
    declared = DECLARED_ENCODING.match(start)
    if start.startswith(OTHER_ENCODINGS) or b"\x00" in start[:4]:
        return False
    return declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii")


def sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → the member it lies in, found as calamine finds it. A sheet that is no `.xml` was not scanned: refused."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", ""))[1:].lower() for link in links}
    members = {name.lower(): name for name in archive.namelist()}
    listed = [(sheet.get("name", ""), linked(sheet.attrib)) for sheet in book.iter() if linked(sheet.attrib)]
    found = {name: members.get(targets.get(link, ""), "") for name, link in listed}
    if len(targets) != len(links) or len(found) != len(listed):
        raise Unusable("damaged")
    if not all(member.lower().endswith(".xml") for member in found.values()):
        raise Unusable("damaged")
    return found


def linked(attributes: dict[str, str]) -> str:
    """The `r:id`, whichever edition of the standard names the namespace."""
    return next((value for name, value in attributes.items() if name.endswith("}id")), "")


def formula_cells(path: str, members: set[str]) -> dict[str, dict[Position, str]]:
    """Sheet → {(row, column), from 0: formula}, empty without one. A formula is not a value, whatever was cached."""
    with zipfile.ZipFile(path) as archive:
        sheets = sheet_members(archive)
        return {name: FormulaFinder().find(archive, at) if at in members else {} for name, at in sheets.items()}


class FormulaFinder:
    """Walks one sheet's XML; cells without a reference stand right of the one before, as Excel reads them."""

    def __init__(self) -> None:
        self.found: dict[Position, str] = {}
        self.row, self.column, self.inside = -1, -1, False

    def find(self, archive: zipfile.ZipFile, member: str) -> dict[Position, str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        with archive.open(member) as stream:
            parser.ParseFile(stream)
        return self.found

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif kind == "c":
            self.column = column_of(attributes["r"]) if "r" in attributes else self.column + 1
        elif kind == "f":
            if self.column >= COLUMNS or len(self.found) >= ROWS:
                raise Unusable("too_big")
            self.inside = True
            self.found[self.row, self.column] = "="

    def end(self, tag: str) -> None:
        self.inside = self.inside and tag.rpartition(" ")[2] != "f"

    def text(self, data: str) -> None:
        if self.inside and len(self.found[self.row, self.column]) < 1000:
            self.found[self.row, self.column] += data


def column_of(reference: str) -> int:
    """`C7` → 2."""
    number = 0
    for letter in reference.rstrip("0123456789").upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def sheets_of(path: str, formulas: dict[str, dict[Position, str]]) -> Iterator[Sheet]:
    with CalamineWorkbook.from_path(path) as book:
        for meta in book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                yield Sheet(meta.name, rows_of(book, meta.name, formulas[meta.name]))


def rows_of(book: CalamineWorkbook, name: str, formulas: dict[Position, str]) -> Iterator[tuple[int, list[Cell]]]:
    """Rows as (Excel's row number, cells from column A on), blank rows and blank ends left out."""
    sheet = book.get_sheet_by_name(name)
    first_column = sheet.start[1] if sheet.start else 0
    if sheet.end and sheet.end[1] >= COLUMNS:
        raise Unusable("too_wide")
    last = max((row for row, _ in formulas), default=-1)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), formula in formulas.items():
        by_row.setdefault(row, {})[column] = formula
    values = sheet.iter_rows() if sheet.end else iter(())
    for index, (row_values, _) in enumerate(zip_longest(values, range(last + 1))):
        cells = [None] * first_column + [plain(value) for value in row_values or ()]
        with_formulas(cells, by_row.get(index, {}))
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield index + 1, cells


def with_formulas(cells: list[Cell], formulas: dict[int, str]) -> None:
    for column, formula in formulas.items():
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = {"f": CONTROL.sub("", formula)}


def plain(value: Any) -> Cell:
    if isinstance(value, str):
        return CONTROL.sub("", value).strip() or None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else finite(value)
    if isinstance(value, datetime):
        return whole_seconds(value).isoformat(" ").removesuffix(":00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        moment = whole_seconds(datetime.combine(date(2000, 1, 1), value))
        return moment.time().isoformat().removesuffix(":00")
    if isinstance(value, timedelta):
        return str(value).removesuffix(":00")
    return value if isinstance(value, int) else None


def finite(value: float) -> Cell:
    return value if value - value == 0 else str(value)


def whole_seconds(moment: datetime) -> datetime:
    """Excel keeps a time as a fraction of a day, which misses whole seconds by microseconds."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def answer(path: str) -> None:
    rows = cells = characters = 0
    for sheet in sheets_of(path, formula_cells(path, inspect(path))):
        say({"sheet": sheet.name})
        for number, values in sheet.rows:
            line = json.dumps([number, values], ensure_ascii=False)
            rows, cells, characters = rows + 1, cells + len(values), characters + len(line)
            if rows > ROWS or cells > CELLS or characters > CHARACTERS:
                raise Unusable("too_big")
            sys.stdout.write(line + "\n")
    say({"end": True})


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer(path)
    except Unusable as refusal:
        say({"unusable": str(refusal)})
    except (MemoryError, RecursionError):
        say({"unusable": "too_big"})
    except (zipfile.BadZipFile, NotImplementedError):  # the second: zipfile's word for a compression it cannot read
        say({"unusable": "not_xlsx"})
    except (
        CalamineError,
        ElementTree.ParseError,
        expat.ExpatError,
        zlib.error,
        ArithmeticError,
        LookupError,
    ):
        say({"unusable": "damaged"})
    except (OSError, ValueError):
        say({"unusable": "damaged"})


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1])
