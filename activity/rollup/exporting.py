"""A workbook leaves the house: traced, and marked with who took it and when. What is stored and mailed stays frozen."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZipFile

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from org.clock import SHANGHAI
from org.trace import actions as trace
from org.workbooks.writing import writable

if TYPE_CHECKING:
    from org.people.models import Person

FIRST_SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"


@transaction.atomic
def export(about: Model, *, content: bytes, name: str, by: Person, at: datetime) -> bytes:
    """The marked copy for `by`; `about` is the roll-up or the letter, `name` the stored file's."""
    trace.record(about, "export", by=by, at=at, changes={"file": name})
    who = f"{by.name} {by.employee_no}"
    return marked(content, _("下载"), f"{who} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}")


@transaction.atomic
def export_table(about: Model, *, content: bytes, name: str, by: Person, at: datetime) -> bytes:
    """A table as it was shown, which says itself who took it; `about` is the roll-up or the unit."""
    trace.record(about, "export", by=by, at=at, changes={"table": name})
    return content


def marked(content: bytes, label: str, said: str) -> bytes:
    """The same workbook with one more row, `label` and `said`, under the first sheet's; nothing else changes."""
    copy = BytesIO()
    with ZipFile(BytesIO(content)) as frozen, ZipFile(copy, "w") as target:
        for member in frozen.infolist():
            part = frozen.read(member)
            target.writestr(member, _with_row(part, label, said) if member.filename == FIRST_SHEET else part)
    return copy.getvalue()


def _with_row(sheet: bytes, label: str, said: str) -> bytes:
    number = sheet.count(b"<row ") + 1
    cells = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{escape(writable(words))}</t></is></c>'
        for column, words in (("A", label), ("B", said))
    )
    return sheet.replace(END_OF_ROWS, f'<row r="{number}">{cells}</row>'.encode() + END_OF_ROWS)
