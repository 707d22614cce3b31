"""A batch as its page shows it: rows with the cells to correct and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from org.intake import rules
from org.intake.fixing import Fixes, mended
from org.intake.guarding import Guarded, guarded
from org.intake.kinds import importer_of
from org.intake.models import FILE_KEPT, ImportBatch
from org.intake.working import sheets_of
from org.workbooks.account import Account, on_account_of
from org.workbooks.columns import Column, Table, parse_day
from org.workbooks.importing import checked, reasons
from org.workbooks.reading import Sheet
from org.workbooks.writing import SheetOut, workbook_bytes

PAGE = 50
FEW = 7  # columns beside each other
WORDS = {"bad": "problems", "likely": "doubles"}


@dataclass
class CellShown:
    column: Column
    text: str
    name: str = ""  # of the input; "" for a cell that is only read
    wrong: bool = False

    @property
    def choices(self) -> list[str]:
        """What was in the cell stays to be seen until something else is chosen."""
        words = list(self.column.choices)
        return words if self.text in words else [self.text, *words]


@dataclass
class RowShown:
    sheet: str
    row: int
    place: str  # what a button of the row sends
    cells: list[CellShown]
    reasons: list[str]
    suggestions: list[tuple[str, str]] = field(default_factory=list)  # what the button sends, the word on it


@dataclass
class SheetShown:
    name: str
    columns: list[Column]
    rows: list[RowShown]


def steps(batch: ImportBatch) -> list[tuple[str, str]]:
    """The four steps, each done, now or to come."""
    state = ImportBatch.State(batch.state)
    reached = {state.READING: 0, state.COLUMNS: 1, state.CHECKING: 2, state.CHECKED: 2, state.IMPORTING: 3}
    titles = [_("选择文件"), _("对应列名"), _("核对"), _("完成")]
    if state in (state.DONE, state.UNDOING, state.UNDONE):
        return [(title, "done") for title in titles]
    now = reached.get(state, 0)
    return [(title, "done" if place < now else "now" if place == now else "") for place, title in enumerate(titles)]


@dataclass
class ColumnChoice:
    column: str
    name: str
    required: bool
    chosen: str


@dataclass
class ColumnsShown:
    name: str
    rows: int
    found: list[str]
    missing: list[str]
    unknown: list[str]
    required: list[ColumnChoice]
    optional: list[ColumnChoice]


def columns_shown(batch: ImportBatch) -> list[ColumnsShown]:
    """Of each sheet what was found; where there are unknown columns, the ones that they might be."""
    shown = []
    for place, sheet in enumerate(batch.result.get("sheets", [])):
        chosen = Fixes.of(batch.fixes).columns.get(sheet["sheet"], {})
        choices = [
            ColumnChoice(column, f"m.{place}.{number}", column in sheet["missing"], chosen.get(column, ""))
            for number, column in enumerate(columns_open(sheet))
            if sheet["unknown"]
        ]
        found = {name: sheet[name] for name in ("rows", "found", "missing", "unknown")}
        required = [one for one in choices if one.required]
        shown.append(
            ColumnsShown(sheet["sheet"], **found, required=required, optional=[o for o in choices if not o.required])
        )
    return shown


def columns_named(batch: ImportBatch, said: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sheet → contract's column → the file's header, as the form says; each header once."""
    named: dict[str, dict[str, str]] = {}
    for place, sheet in enumerate(batch.result.get("sheets", [])):
        for number, column in enumerate(columns_open(sheet)):
            chosen, taken = said.get(f"m.{place}.{number}", ""), named.setdefault(sheet["sheet"], {})
            if chosen in sheet["unknown"] and chosen not in taken.values():
                taken[column] = chosen
    return named


def columns_open(sheet: dict[str, Any]) -> list[str]:
    return [*sheet["missing"], *sheet["absent"]]


def sheets_shown(batch: ImportBatch, rows: Iterable[dict[str, Any]], *, editable: bool) -> list[SheetShown]:
    """One table for each sheet that has such rows."""
    rows = list(rows)
    tables = importer_of(batch.kind).tables
    found = []
    for table in tables:
        of_sheet = [row for row in rows if row["sheet"] == table.sheet]
        if of_sheet:
            columns = _worth_showing(table, of_sheet)
            found.append(
                SheetShown(table.sheet, columns, [_row(table, row, columns, tables, editable) for row in of_sheet])
            )
    return found


def _worth_showing(table: Table, rows: list[dict[str, Any]]) -> list[Column]:
    """What is wrong somewhere, then what is required, in the contract's order."""
    wrong = {error[0] for row in rows for error in row["errors"]}
    chosen = [column for column in table.columns if column.name in wrong]
    chosen += [column for column in table.columns if column.required and column not in chosen]
    return [column for column in table.columns if column in chosen[: max(FEW, len(wrong))]]


def _row(
    table: Table, row: dict[str, Any], columns: list[Column], tables: tuple[Table, ...], editable: bool
) -> RowShown:
    at = tables.index(table)
    texts = dict(zip((column.name for column in table.columns), row["cells"], strict=True))
    wrong: dict[str, str] = dict(row["errors"])
    places = {column.name: place for place, column in enumerate(table.columns)}
    shown = RowShown(table.sheet, row["row"], f"{at}.{row['row']}", [], [])
    for column in columns:
        name = f"c.{at}.{row['row']}.{places[column.name]}" if editable and column.name in wrong else ""
        shown.cells.append(CellShown(column, texts[column.name], name, column.name in wrong))
    for column, message in row["errors"]:
        named = column and column not in message
        shown.reasons.append(f"{column}：{message}" if named else message)
    if editable:
        by_name = {column.name: column for column in table.columns}
        for name in wrong:
            if name in by_name and (meant := suggestion(by_name[name], texts[name])):
                shown.suggestions.append((f"{at}.{row['row']}.{places[name]}.{meant}", meant))
    return shown


def suggestion(column: Column, cell: str) -> str:
    """What was probably meant, if the contract takes it."""
    if column.choices:
        meant = rules.meant_word(cell, column.choices)
    elif column.parse is parse_day:
        meant = rules.meant_day(cell)
    elif column.number:
        meant = rules.meant_number(cell)
    else:
        return ""
    try:
        column.value(meant)
    except ValueError:
        return ""
    return meant if meant != cell else ""


def cell_named(batch: ImportBatch, name: str) -> tuple[tuple[str, int], str] | None:
    """`0.80.10` → (sheet, row) and column; None for what no page sent."""
    tables = importer_of(batch.kind).tables
    try:
        sheet, row, column = (int(part) for part in name.split("."))
        if min(sheet, row, column) < 0:
            return None
        return (tables[sheet].sheet, row), tables[sheet].columns[column].name
    except (ValueError, IndexError):
        return None


def place_named(batch: ImportBatch, name: str) -> tuple[str, int] | None:
    found = cell_named(batch, f"{name}.0")
    return found[0] if found else None


def may_undo(batch: ImportBatch, at: datetime) -> bool:
    done = batch.state == ImportBatch.State.DONE and batch.finished_at is not None
    return done and rules.may_be_undone(batch.finished_at, at=at, kept=FILE_KEPT)  # type: ignore[arg-type]


def problem_workbook(batch: ImportBatch, at: datetime) -> bytes:
    """The rows that are not imported, with 错误原因, ready to be corrected in Excel and imported by themselves."""
    importer: Guarded = guarded(batch, at)
    sheets = mended(sheets_of(batch), importer.tables, Fixes.of(batch.fixes))
    mine = Account()
    mine.by = batch.person
    with on_account_of(mine):
        book = checked(importer, sheets)
    why = reasons(book.errors)
    return workbook_bytes(_problem_sheet(sheet, why) for sheet in sheets if any(key[0] == sheet.name for key in why))


def _problem_sheet(sheet: Sheet, why: Any) -> SheetOut:
    width = max([len(sheet.header), *(len(cells) for _row, cells in sheet.rows)], default=0)
    header = [*sheet.header, *[""] * (width - len(sheet.header)), _("原行号"), _("错误原因")]
    return SheetOut(sheet.name, header, list(_problem_rows(sheet, why, width)))


def _problem_rows(sheet: Sheet, why: Any, width: int) -> Iterator[list[Any]]:
    for number, cells in sheet.rows:
        if reason := why.get((sheet.name, number)):
            yield [*cells, *[None] * (width - len(cells)), number, reason]
