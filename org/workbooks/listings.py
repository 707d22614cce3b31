"""What `export` lists: flat rows as JSON, CSV or a workbook (workbooks.md, Commands), streamed.

Apps name their listings in `<app>/exports.py` as `EXPORTS`, because org may not import them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.apps import apps

from org.workbooks.writing import SheetOut, write

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet would compute (C11)


class Listing(NamedTuple):
    """`rows(first, last)` yields the values of `columns` whose week's Monday lies in [first, last]."""

    columns: Sequence[str]
    rows: Callable[[date, date], Iterator[Sequence[Any]]]


def listings() -> dict[str, Listing]:
    """Every listing of every app, by its word."""
    found: dict[str, Listing] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.exports"
        if not app.name.startswith("django.") and find_spec(name):
            found |= getattr(import_module(name), "EXPORTS", {})
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
