"""What `export` lists: flat rows as JSON, CSV or a workbook (workbooks.md, Commands), streamed.

Apps name their listings in `<app>/exports.py` as `EXPORTS`, because org may not import them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from django.apps import apps

from org.permissions import Permission
from org.workbooks.columns import Label
from org.workbooks.writing import SheetOut, write

if TYPE_CHECKING:
    from org.people.models import Person

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet would compute (C11)


class Listing(NamedTuple):
    """`rows(first, last)` yields the values of `columns` whose week's Monday lies in [first, last]."""

    columns: Sequence[str]
    rows: Callable[[date, date], Iterator[Sequence[Any]]]


class Takeaway(NamedTuple):
    """A workbook in the columns of its import, of what somebody may take along. `mark_in`: downloads.save_book."""

    title: Label
    needs: Permission
    sheets: Callable[[Person, date], Iterable[SheetOut]]
    mark_in: int = 0


def listings() -> dict[str, Listing]:
    """Every listing of every app, by its word."""
    return _named("EXPORTS")


def takeaways() -> dict[str, Takeaway]:
    """Every workbook that the apps name as `WORKBOOKS`, by the word of its import."""
    return _named("WORKBOOKS")


def _named(table: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.exports"
        if not app.name.startswith("django.") and find_spec(name):
            found |= getattr(import_module(name), table, {})
    return found


def as_json(listing: Listing, rows: Iterator[Sequence[Any]], target: IO[str]) -> None:
    """One array, a row a line; dates as ISO."""
    before = "[\n"
    for row in rows:
        target.write(before + json.dumps(dict(zip(listing.columns, row, strict=True)), ensure_ascii=False, default=str))
        before = ",\n"
    target.write("\n]\n" if before == ",\n" else "[]\n")


def as_csv(listing: Listing, rows: Iterator[Sequence[Any]], target: IO[str]) -> None:
    """With a header; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    table = csv.writer(target)
    table.writerow(listing.columns)
    for row in rows:
        table.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row])


def as_workbook(name: str, listing: Listing, rows: Iterator[Sequence[Any]], target: Path) -> None:
    write(target, [SheetOut(name, listing.columns, rows)])
