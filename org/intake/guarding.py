"""An importer as far as the person may, who hands the file in through the pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from org.intake.fixing import Fixes, Place
from org.intake.kinds import Reached, importer_of
from org.intake.models import ImportBatch
from org.workbooks.importing import Book, Importer, RowError, Tally, Within

if TYPE_CHECKING:
    from org.people.models import Person


class Guarded(Importer):
    """The importer of the command line within a person's reach; possible doubles wait until he accepts them."""

    def __init__(self, inner: Importer, within: Within, accepted: set[Place]) -> None:
        self.inner, self.within, self.accepted = inner, within, accepted
        self.title, self.tables = inner.title, inner.tables
        self.held: dict[Place, RowError] = {}
        inner.reaching(within)

    def check(self, book: Book) -> None:
        self.inner.check(book)
        self.inner.refuse_outside(book, self.within)
        rows = {(row.table.sheet, row.number): row for found in book.rows.values() for row in found}
        for warning in list(self.inner.likely_repeated(book)):
            place = (warning.sheet, warning.row)
            if place not in self.accepted:
                self.held[place] = warning
                book.refuse(rows[place], warning.column, warning.message)

    def count_answers(self, by: Person, *, before: Collection[str], at: datetime, over: bool = False) -> list[str]:
        return self.inner.count_answers(by, before=before, at=at, over=over)

    def write(self, book: Book, *, at: datetime) -> Tally:
        return self.inner.write(book, at=at)


def guarded(batch: ImportBatch, at: datetime) -> Guarded:
    within = Reached(batch.person, batch.kind, at.date())
    return Guarded(importer_of(batch.kind), within, Fixes.of(batch.fixes).places_accepted)
