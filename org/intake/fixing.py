"""What a person changed about an uploaded file: columns matched, cells corrected, rows dropped, doubles accepted.

The file itself stays as it came; its sheets are mended each time they are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from org.workbooks.columns import Table
from org.workbooks.reading import Cell, Sheet

LONGEST = 2_000  # characters of a corrected cell
MOST = 5_000  # corrected cells, dropped rows: more are corrected in Excel

Place = tuple[str, int]  # sheet, Excel's row


@dataclass
class Fixes:
    columns: dict[str, dict[str, str]] = field(default_factory=dict)  # sheet → contract's column → the file's header
    cells: dict[str, dict[str, str]] = field(default_factory=dict)  # "sheet\trow" → column → text
    dropped: list[list[Any]] = field(default_factory=list)  # [sheet, row]
    accepted: list[list[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Fixes:
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        return vars(self)

    @property
    def size(self) -> int:
        return sum(len(row) for row in self.cells.values()) + len(self.dropped) + len(self.accepted)

    @property
    def places_dropped(self) -> set[Place]:
        return {(sheet, row) for sheet, row in self.dropped}

    @property
    def places_accepted(self) -> set[Place]:
        return {(sheet, row) for sheet, row in self.accepted}

    def set(self, place: Place, column: str, said: str) -> None:
        """Without NUL, which PostgreSQL stores nowhere."""
        self.cells.setdefault(_key(place), {})[column] = said[:LONGEST].replace("\0", "")

    def drop(self, places: Iterable[Place]) -> None:
        self.dropped = [list(place) for place in sorted(self.places_dropped | set(places))]

    def take_back(self, places: Iterable[Place]) -> None:
        self.dropped = [list(place) for place in sorted(self.places_dropped - set(places))]

    def accept(self, places: Iterable[Place]) -> None:
        self.accepted = [list(place) for place in sorted(self.places_accepted | set(places))]


def _key(place: Place) -> str:
    return f"{place[0]}\t{place[1]}"


def mended(sheets: Iterable[Sheet], tables: Iterable[Table], fixes: Fixes) -> list[Sheet]:
    """The sheets as the person means them; unknown columns stay."""
    known = {table.sheet for table in tables}
    return [_mended(sheet, fixes) if sheet.name in known else sheet for sheet in sheets]


def _mended(sheet: Sheet, fixes: Fixes) -> Sheet:
    header = [name.strip() for name in sheet.header]
    for column, named in fixes.columns.get(sheet.name, {}).items():
        if column not in header and named in header:
            header[header.index(named)] = column
    dropped = fixes.places_dropped
    rows = [(number, cells) for number, cells in sheet.rows if (sheet.name, number) not in dropped]
    corrected = {
        number: _corrected(cells, header, fixes.cells[key])
        for number, cells in rows
        if (key := _key((sheet.name, number))) in fixes.cells
    }
    return Sheet(sheet.name, header, [(number, corrected.get(number, cells)) for number, cells in rows])


def _corrected(cells: list[Cell], header: list[str], said: dict[str, str]) -> list[Cell]:
    """A column that the file lacks is added to the header."""
    changed = list(cells)
    for column, words in said.items():
        if column not in header:
            header.append(column)
        place = header.index(column)
        changed += [None] * (place + 1 - len(changed))
        changed[place] = words.strip() or None
    return changed
