"""Importing a contract workbook (workbooks.md).

All rows are checked before any is written, bad rows do not hold up good ones, a second import changes
nothing. An `Importer` knows one kind of workbook; apps name theirs in `<app>/imports.py` as `IMPORTERS`, because
org may not import them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from org.workbooks import account
from org.workbooks.columns import Column, Label, Table
from org.workbooks.reading import Cell, Sheet, Unusable, read

ONE_IMPORT_AT_A_TIME = 6311_0001  # the advisory lock of all imports


@dataclass(slots=True)
class Row:
    """A row of a contract's sheet; `row["工号"]` is the parsed value, absent where the cell was refused."""

    table: Table
    number: int
    cells: tuple[str, ...]
    values: dict[str, Any]
    refused: bool = False

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class RowError:
    """`row` is Excel's row number; `column` is empty when the row as a whole is refused."""

    sheet: str
    row: int
    column: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "message": self.message}


@dataclass
class Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        return self


@dataclass
class Book:
    """The rows of one file by sheet, and what was found wrong with them."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def good(self, sheet: str) -> Iterator[Row]:
        """The rows that nothing was found against so far, in the file's order."""
        return (row for row in self.rows.get(sheet, ()) if not row.refused)

    def refuse(self, row: Row, column: str, message: str) -> None:
        row.refused = True
        self.errors.append(RowError(row.table.sheet, row.number, column, message))

    @property
    def row_count(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    @property
    def refused(self) -> int:
        return sum(row.refused for rows in self.rows.values() for row in rows)


@dataclass
class Outcome:
    """What an import did, or in a dry run would do."""

    rows: int
    refused: int
    tally: Tally
    errors: list[RowError]
    sheets: list[Sheet]

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "created": self.tally.created,
            "updated": self.tally.updated,
            "unchanged": self.tally.unchanged,
            "refused": self.refused,
            "errors": [error.as_json() for error in self.errors],
        }


class Within(Protocol):
    """How far somebody may import: into the unit of that path, or for that person."""

    def __call__(self, path: str, person_id: int | None = None) -> bool: ...


class Importer(Protocol):
    """One kind of workbook. `check` refuses rows by the database and the other rows; `write` may not.

    `dropping` and the last five are for the pages (org/intake): the operator's reach has no end, and nobody undoes what
    he did.
    """

    title: Label
    tables: tuple[Table, ...]
    dropping: Label = ""  # what the page says before a row is left out, where the other rows depend on it

    def check(self, book: Book) -> None: ...

    def write(self, book: Book, *, at: datetime) -> Tally: ...

    def reaching(self, within: Within) -> None:
        """Told before the check, for who must not look further even to say what is wrong."""
        return

    def refuse_outside(self, book: Book, within: Within) -> None:
        """Refuse the rows that are about somebody or something out of reach."""
        return

    def count_answers(self, by: Any, *, before: Collection[str], at: datetime, over: bool = False) -> list[str]:
        """Count what the check told `by` of others' rows, but for what it told `before`, in a transaction that stands
        whatever becomes of the check; answers all that was told. Raises `Unusable` once he has been told enough,
        unless the import is `over`."""
        return []

    def likely_repeated(self, book: Book) -> Iterator[RowError]:
        """Rows that are right and may yet be known under another key."""
        return iter(())

    def taking_back(self, rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
        """Look at rows that are about to be deleted or set back; answers what has to follow, in one transaction."""
        return lambda: None


def importers() -> dict[str, type[Importer]]:
    """All kinds, as the installed apps name them."""
    found: dict[str, type[Importer]] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.imports"
        if not app.name.startswith("django.") and find_spec(name):
            found |= getattr(import_module(name), "IMPORTERS", {})
    return found


def run(
    importer: Importer, path: Path, *, at: datetime, dry_run: bool = False, all_or_nothing: bool = False
) -> Outcome:
    """Import the file in one transaction. Raises `Unusable`; bad rows are in the outcome."""
    return take(importer, read(path), at=at, dry_run=dry_run, all_or_nothing=all_or_nothing)


def take(
    importer: Importer,
    sheets: list[Sheet],
    *,
    at: datetime,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> Outcome:
    """Import sheets that were read already."""
    with transaction.atomic():
        wait_for_others()
        book = checked(importer, sheets)
        nothing = all_or_nothing and book.refused > 0
        tally = Tally() if nothing else importer.write(book, at=at)
        if dry_run:
            transaction.set_rollback(True)
    return Outcome(book.row_count, book.refused, tally, in_file_order(book, importer), sheets)


def wait_for_others() -> None:
    """One import at a time, of the pages and of the command line, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])


def checked(importer: Importer, sheets: list[Sheet]) -> Book:
    known = {sheet.name: sheet for sheet in sheets}
    if not any(table.sheet in known for table in importer.tables):
        names = "、".join(table.sheet for table in importer.tables)
        raise Unusable(_("工作簿里没有这些工作表：%(names)s。") % {"names": names})
    book = Book()
    for table in importer.tables:
        if table.sheet in known:
            book.rows[table.sheet] = list(parsed(book, table, known[table.sheet]))
            refuse_repeated(book, table)
    importer.check(book)
    return book


def in_file_order(book: Book, importer: Importer) -> list[RowError]:
    order = {table.sheet: place for place, table in enumerate(importer.tables)}
    return sorted(book.errors, key=lambda error: (order[error.sheet], error.row))


def parsed(book: Book, table: Table, sheet: Sheet) -> Iterator[Row]:
    places = columns_of(table, sheet)
    watching = account.current()
    for number, cells in sheet.rows:
        watching.step(1)
        taken = [cells[place] if 0 <= place < len(cells) else None for _column, place in places]
        if all(cell is None for cell in taken):
            continue  # a note beside the list, in a column that the contract does not know
        row = Row(table, number, tuple("" if cell is None else str(cell) for cell in taken), {})
        for (column, _place), cell in zip(places, taken, strict=True):
            parse_cell(book, row, column, cell)
        yield row


def parse_cell(book: Book, row: Row, column: Column, cell: Cell) -> None:
    try:
        row.values[column.name] = column.value(cell)
    except ValueError as refusal:
        book.refuse(row, column.name, str(refusal))


def columns_of(table: Table, sheet: Sheet) -> list[tuple[Column, int]]:
    """Each column of the contract and where it stands in the file, -1 where it is missing."""
    header = [name.strip() for name in sheet.header]
    twice = [column.name for column in table.columns if header.count(column.name) > 1]
    missing = [column.name for column in table.columns if column.required and column.name not in header]
    if twice:
        raise Unusable(
            _("工作表「%(sheet)s」第 1 行里「%(name)s」出现了两次。") % {"sheet": table.sheet, "name": twice[0]}
        )
    if missing:
        names = "、".join(missing)
        raise Unusable(_("工作表「%(sheet)s」第 1 行缺少必填列：%(names)s。") % {"sheet": table.sheet, "names": names})
    return [(column, header.index(column.name) if column.name in header else -1) for column in table.columns]


def refuse_repeated(book: Book, table: Table) -> None:
    """The second row of a key is refused, whatever is wrong with the first."""
    if table.key:
        keyed = (
            (tuple(row[name] for name in table.key), row)
            for row in book.rows[table.sheet]
            if all(name in row.values for name in table.key)
        )
        refuse_second(book, keyed, table.key[0])


def refuse_second(book: Book, keyed: Iterator[tuple[Any, Row]], column: str) -> None:
    """For keys that an importer has to work out itself."""
    first: dict[Any, int] = {}
    for key, row in keyed:
        if first.setdefault(key, row.number) != row.number:
            book.refuse(row, column, _("重复：与第 %(row)d 行是同一条") % {"row": first[key]})


def reasons(errors: list[RowError]) -> Mapping[tuple[str, int], str]:
    """(sheet, row) → the text of the column 错误原因."""
    found: dict[tuple[str, int], str] = {}
    for error in errors:
        words = f"{error.column}：{error.message}" if error.column else error.message
        place = (error.sheet, error.row)
        found[place] = f"{found[place]}；{words}" if place in found else words
    return found
