"""客户资料档案卡 from a workbook, in the columns of its export. An empty cell erases nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.profiles.actions import MOST_ROWS
from clients.profiles.known import made_of
from clients.profiles.models import ClientProfile, KeyDate, Part, ServiceRecord
from clients.profiles.sheets import (
    CARDS,
    DATES,
    FIELDS,
    KEYED,
    LISTED,
    OF_CLIENT,
    PAST,
    SINGLE,
    STAKEHOLDERS,
    TABLES,
    WORDS,
    YEARS,
)
from clients.prospects.models import Prospect
from clients.prospects.named import AT_ONCE, AboutClients, said
from org import clock
from org.workbooks import account
from org.workbooks.importing import Book, Row, Tally, refuse_second
from org.workbooks.upserting import Upsert, not_known, trace_rows


class CardsImporter(AboutClients):
    title = gettext_lazy("客户资料档案卡")
    tables = TABLES

    def __init__(self) -> None:
        super().__init__()
        self.touched: set[UUID] = set()  # the clients of whom something is other than before

    def check_rows(self, book: Book) -> None:
        refuse_second(book, ((self.of(row).pk, row) for row in self.known_rows(book, CARDS.sheet)), "单位名称")
        for sheet, (_model, names) in KEYED.items():
            columns = [FIELDS[sheet][name] for name in names]
            refuse_second(book, self.keyed(book, sheet, *columns), columns[0])
        today = clock.today()
        for sheet, column in PAST:
            for row in list(book.good(sheet)):
                if row[column] and row[column] > today:
                    book.refuse(row, column, _("这一天还没到"))
        for row in list(book.good(YEARS.sheet)):
            if row["年度"] > today.year:
                book.refuse(row, "年度", _("年度写四位数，不晚于今年"))
        for sheet in (STAKEHOLDERS.sheet, YEARS.sheet, *LISTED):
            self._refuse_many(book, sheet)

    def _refuse_many(self, book: Book, sheet: str) -> None:
        """What is stored counts too; a row that says it again is none more."""
        rows = list(book.good(sheet))
        model, names = KEYED[sheet] if sheet in KEYED else (LISTED[sheet], tuple(FIELDS[sheet]))
        stored = model._default_manager.filter(prospect__in={self.of(row).pk for row in rows})
        known = Counter(stored.values_list("prospect_id", *names))
        count = Counter(pk for pk, *_values in known.elements())
        for row in rows:
            values = self._values(row, {name: FIELDS[sheet][name] for name in names})
            again = known[values] > 0
            known[values] -= again
            count[self.of(row).pk] += not again
            if not again and count[self.of(row).pk] > MOST_ROWS:
                book.refuse(row, "单位名称", _("一家客户的这一栏最多 {n} 条").format(n=MOST_ROWS))

    def write(self, book: Book, *, at: datetime) -> Tally:
        self.hold(book)
        tally = self._cards(list(book.good(CARDS.sheet)), at)
        for sheet, (model, names) in KEYED.items():
            tally += self._upsert(model, names, FIELDS[sheet], list(book.good(sheet)), at)
        for sheet, model in LISTED.items():
            tally += self._add(model, FIELDS[sheet], list(book.good(sheet)), at)
        self._settle(at)
        return tally

    def _by(self, prospect: Prospect, at: datetime, model: type[Part] | None = None) -> dict[str, Any]:
        """Who wrote it: the importer; of the operator's list the owner. A service was done (经手) by none of them for
        all that a list says: it is put down to who holds the client."""
        by = None if model is ServiceRecord else account.current().by
        return {"changed_by_id": by.pk if by else prospect.owner_id, "changed_at": at}

    def _cards(self, rows: list[Row], at: datetime) -> Tally:
        """社保 and 年度预算 are the client's own; a row is one, whatever of it changed."""
        ids = [self.of(row).pk for row in rows]
        known = {one.pk: one for one in ClientProfile.objects.filter(pk__in=ids)}
        profiles = Upsert(ClientProfile, known)
        clients = Upsert(Prospect, {one.pk: one for one in Prospect.objects.filter(pk__in=ids)})
        for row in rows:
            one, given = self.of(row), said({field: row[WORDS[field]] for field in SINGLE})
            before = profiles.tally.unchanged
            if given or one.pk in known:
                profiles.put(one.pk, given, first={"prospect_id": one.pk, **self._by(one, at)})
            else:
                profiles.tally.unchanged += 1
            clients.put(one.pk, said({field: row[column] for field, column in OF_CLIENT.items()}))
            if profiles.tally.unchanged > before and one.pk in clients.changed:
                profiles.tally += Tally(updated=1, unchanged=-1)
        for row in rows:
            _sign(profiles, self.of(row).pk, self._by(self.of(row), at))
        self.touched |= {one.pk for one in profiles.new} | profiles.changed.keys() | clients.changed.keys()
        clients.save(at=at)
        return profiles.save(at=at)

    def _upsert(
        self, model: type[Part], names: tuple[str, ...], fields: dict[str, str], rows: list[Row], at: datetime
    ) -> Tally:
        stored = model._default_manager.filter(prospect__in={self.of(row).pk for row in rows})
        known = {(one.prospect_id, *(getattr(one, name) for name in names)): one for one in stored}  # type: ignore[attr-defined]
        parts: Upsert[Part] = Upsert(model, known)
        for row in rows:
            one, given = self.of(row), said({field: row[column] for field, column in fields.items()})
            key = (one.pk, *(given[name] for name in names))
            parts.put(key, given, first={"prospect_id": one.pk, **self._by(one, at)})
            _sign(parts, key, self._by(one, at))
        self.touched |= {key[0] for key in parts.changed} | {one.prospect_id for one in parts.new}  # type: ignore[attr-defined]
        return parts.save(at=at)

    def _add(self, model: type[Part], fields: dict[str, str], rows: list[Row], at: datetime) -> Tally:
        stored = model._default_manager.filter(prospect__in={self.of(row).pk for row in rows})
        told = ((self._values(row, fields), self.of(row)) for row in rows)
        new = not_known(((values, (values, one)) for values, one in told), stored.values_list("prospect_id", *fields))
        made = [
            model(prospect_id=one.pk, **dict(zip(fields, values[1:], strict=True)), **self._by(one, at, model))
            for values, one in new
        ]
        self.touched |= {one.prospect_id for one in made}  # type: ignore[attr-defined]
        model._default_manager.bulk_create(made, batch_size=1_000)
        trace_rows(((one, {}) for one in made), at=at)
        account.current().made(made)
        account.current().step(len(rows))
        return Tally(created=len(made), unchanged=len(rows) - len(made))

    def _values(self, row: Row, fields: dict[str, str]) -> tuple[Any, ...]:
        """As they are stored: a birthday comes back by itself."""
        found = {field: row[column] for field, column in fields.items()}
        if row.table == DATES and found["kind"] == KeyDate.Kind.BIRTHDAY:
            found["yearly"] = True
        return (self.of(row).pk, *found.values())

    def _settle(self, at: datetime) -> None:
        """建档, where the core is known now: so many clients a statement."""
        ids = sorted(self.touched)
        for start in range(0, len(ids), AT_ONCE):
            open_ = Prospect.objects.filter(pk__in=ids[start : start + AT_ONCE], card_made_at=None)
            made = Upsert(Prospect, {one.pk: one for one in open_.filter(pk__in=list(made_of(open_)))})
            for pk in made.existing:
                made.put(pk, {"card_made_at": at})
            made.save(at=at)


def _sign(rows: Upsert[Any], key: Any, by: dict[str, Any]) -> None:
    """Who changed a row is a change of it only where something else is."""
    if key in rows.changed and rows.changed[key].changed_at != by["changed_at"]:
        rows.change(key, rows.changed[key], by)
