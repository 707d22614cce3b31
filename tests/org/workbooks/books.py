"""Workbooks made for a test: honest ones by openpyxl, hostile ones by hand."""

import json
import subprocess
import sys
import zipfile
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from django.core.management import call_command

from org.workbooks import importing
from tests import factories as make

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT = Path(__file__).resolve().parents[3]
IMPORTED_AT = make.at(make.THURSDAY)


def save(path, sheets):
    """`sheets`: name → rows, the header first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            cell.data_type = "s"  # openpyxl takes any text that starts with = for a formula
    book.save(path)
    return path


def columns(rows):
    """Rows given as dicts → a header and lists; a missing column stays out when no row names it."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return [header, *[[row.get(name) for name in header] for row in rows]]


def imported(folder, kind, sheets, **options):
    """Import rows given as dicts by sheet; answers the outcome."""
    path = save(folder / f"{kind}.xlsx", {name: columns(rows) for name, rows in sheets.items()})
    return importing.run(importing.importers()[kind](), path, at=IMPORTED_AT, **options)


def refusals(outcome):
    return [(error.sheet, error.row, error.column) for error in outcome.errors]


def counts(outcome):
    tally = outcome.tally
    return tally.created, tally.updated, tally.unchanged, outcome.refused


def command(*args):
    """(exit code, what --json printed, stderr)"""
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("import_workbook", *map(str, args), "--json", stdout=out, stderr=err)
    return end.value.code, json.loads(out.getvalue()), err.getvalue()


class Run(NamedTuple):
    """`seconds` are of CPU, because the machine may be busy with other tests; both with all children."""

    code: int
    output: bytes
    seconds: float
    megabytes: float


# A small process in between: a child's peak begins with what the process that forks it holds (Linux).
METER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
sys.stdout.flush()
sys.stdout.buffer.write(done.stdout)
"""


def measured(*command):
    run = subprocess.run([sys.executable, "-c", METER, *map(str, command)], cwd=ROOT, capture_output=True, check=True)
    numbers, _, output = run.stdout.partition(b"\n")
    code, seconds, megabytes = json.loads(numbers)
    return Run(code, output, seconds, megabytes)


def members(sheet="", **replaced):
    """The parts of a minimal workbook with one sheet 「表」; keyword `xl_workbook_xml=…` replaces a part."""
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{HEAD}<Relationships "
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    return parts | replaced


def pack(path, parts, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
