"""Writing an import's rows: by key, in batches, with a trace of what became of which row."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from org.line_ends import folded
from org.trace.models import Trace
from org.workbooks import account
from org.workbooks.importing import Row, Tally

BATCH = 1_000
IMPORT = "import"
M = TypeVar("M", bound=Model)
K = TypeVar("K")
T = TypeVar("T")


class Upsert(Generic[M]):
    """Rows of one model by their key: new ones are made, known ones changed where a value differs.

    `existing` is what the database knows, by key; `put` answers the row of a key; only `save` writes.
    """

    def __init__(self, model: type[M], existing: dict[Any, M]) -> None:
        self.model = model
        self.existing = existing
        self.new: list[M] = []
        self.changed: dict[Any, M] = {}
        self.fields: set[str] = set()
        self.changes: list[tuple[M, dict[str, Any]]] = []
        self.tally = Tally()

    def put(self, key: Any, values: Mapping[str, Any], *, first: Mapping[str, Any] = MappingProxyType({})) -> M:
        """`values` by attribute name (`unit_id`); `first` are those that only a new row takes."""
        row = self.existing.get(key)
        if row is None:
            row = self.existing[key] = self.model(**values, **first)
            self.new.append(row)
            self.tally.created += 1
        elif changes := {n: value for n, value in values.items() if folded(getattr(row, n)) != folded(value)}:
            self.change(key, row, changes)
            self.tally.updated += 1
        else:
            self.tally.unchanged += 1
        return row

    def ensure(self, key: Any, first: Callable[[], Mapping[str, Any]]) -> M:
        """The row of a key that no row of the file names, made if there is none; it is not tallied."""
        if key not in self.existing:
            self.existing[key] = self.model(**first())
            self.new.append(self.existing[key])
        return self.existing[key]

    def change(self, key: Any, row: M, changes: Mapping[str, Any]) -> None:
        self.changes.append((row, {name: [getattr(row, name), value] for name, value in changes.items()}))
        for name, value in changes.items():
            setattr(row, name, value)
        self.changed[key] = row
        self.fields |= changes.keys()

    def save(self, *, at: datetime, trace_new: bool = True) -> Tally:
        """Changes first: a shortened appointment makes room for the one that follows it."""
        if self.changed:
            self.model._default_manager.bulk_update(self.changed.values(), sorted(self.fields), batch_size=BATCH)
        self.model._default_manager.bulk_create(self.new, batch_size=BATCH)
        nothing_before: dict[str, Any] = {}
        made = ((row, nothing_before) for row in self.new if trace_new)
        trace_rows(chain(made, self.changes), at=at)
        self._told(account.current())
        return self.tally

    def _told(self, kept: account.Account) -> None:
        kept.made(self.new)
        for row, changes in self.changes:
            kept.altered(row, changes)
        kept.step(self.tally.created + self.tally.updated + self.tally.unchanged)


def trace_rows(rows: Iterable[tuple[Model, Mapping[str, Any]]], *, at: datetime) -> None:
    """One line for each row; `changes` are {field: [before, after]}, empty for a new row."""
    pending = iter(rows)
    while batch := list(islice(pending, BATCH)):
        Trace.objects.bulk_create([_line_of(row, changes, at) for row, changes in batch])


def _line_of(row: Model, changes: Mapping[str, Any], at: datetime) -> Trace:
    verb = "import_change" if changes else IMPORT
    return trace_line(row._meta.label_lower, str(row.pk), changes, at=at, verb=verb)


def trace_line(about: str, about_id: str, changes: Mapping[str, Any], *, at: datetime, verb: str = IMPORT) -> Trace:
    plain = json.loads(json.dumps(dict(changes), cls=DjangoJSONEncoder))
    whose = account.current()
    return Trace(at=at, by=whose.by, actor=whose.actor, verb=verb, about=about, about_id=about_id, changes=plain)


def identified(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Rows without a key are known by all their cells and their ordinal among equal rows of the file."""
    seen: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        seen[row.cells] += 1
        words = json.dumps([row.table.sheet, *row.cells, seen[row.cells]], ensure_ascii=False)
        yield hashlib.sha256(words.encode()).hexdigest(), row


def not_known(keyed: Iterable[tuple[K, T]], known: Iterable[K]) -> Iterator[T]:
    """Of rows that nothing names but all that they say: those that are not there as often (equal rows are counted)."""
    have = Counter(known)
    for key, one in keyed:
        if have[key]:
            have[key] -= 1
        else:
            yield one


def create_new(
    model: type[M], rows: Iterable[Row], build: Callable[[Row], M], *, tally: Tally
) -> Iterator[tuple[Row, M]]:
    """Make the rows that no import made before; yields those."""
    pending = identified(rows)
    while batch := dict(islice(pending, BATCH)):
        known = set(model._default_manager.filter(import_key__in=batch).values_list("import_key", flat=True))
        made: list[tuple[Row, M]] = []
        for key, row in batch.items():
            if key not in known:
                made.append((row, build(row)))
                made[-1][1].import_key = key  # type: ignore[attr-defined]
        model._default_manager.bulk_create([instance for _row, instance in made], batch_size=BATCH)
        account.current().made(instance for _row, instance in made)
        account.current().step(len(batch))
        tally.created += len(made)
        tally.unchanged += len(known)
        yield from made
