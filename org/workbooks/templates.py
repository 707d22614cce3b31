"""The template of a kind: its sheets with headers, a note on each column, drop-downs for closed lists."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from org.workbooks.columns import Column, Table
from org.workbooks.importing import Importer
from org.workbooks.writing import Writer

FILLED_ROWS = 5_000  # as far down as the drop-downs reach
WIDTH = 16


def template(importer: Importer) -> bytes:
    """An empty workbook that `importer` takes as it is."""
    target = BytesIO()
    writer = Writer(target)
    for table in importer.tables:
        add_sheet(writer, table)
    writer.book.close()
    return target.getvalue()


def add_sheet(writer: Writer, table: Table) -> None:
    """Cells are text, so that Excel keeps 工号 and phone numbers; columns of numbers are not."""
    sheet = writer.sheet(table.sheet, [column.name for column in table.columns])
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTH, None if column.number else writer.text)
        rule: dict[str, Any] = {"validate": "any", "input_title": column.name, "input_message": note(table, column)}
        if column.choices:
            rule |= {
                "validate": "list",
                "source": list(column.choices),
                "error_title": _("不在可选值里"),
                "error_message": note(table, column)[:255],
            }
        sheet.data_validation(1, place, FILLED_ROWS, place, rule)


def note(table: Table, column: Column) -> str:
    """At most 255 characters, which is all that Excel shows."""
    words = [_("必填") if column.required else _("选填")]
    if column.name in table.key:
        words.append(_("同一份文件里只能出现一次：%(key)s") % {"key": "＋".join(table.key)})
    if column.choices:
        words.append("、".join(column.choices))
    return "；".join(words)[:255]
