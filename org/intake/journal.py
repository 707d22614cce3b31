"""What an import made and changed, kept with its batch so that it can be taken back; and who watches the bar."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from org.workbooks.account import Account

if TYPE_CHECKING:
    from org.intake.models import ImportBatch


class _Exact(DjangoJSONEncoder):
    """An instant to the microsecond: what is compared with it, and set back to it, is the stored one."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


EVERY = 500  # rows between two looks at the bar

# What other rooms count, mark or keep in order by themselves: not a change of what was imported.
DERIVED = [
    "calls", "visits", "prospects", "studies", "excluded", "counted", "why_not", "is_duplicate", "visit_id",
    "path", "depth", "numchild",
]  # fmt: skip


class Cancelled(Exception):
    """The person stopped it."""


class Keeper(Account):
    """The account of a person: keeps a journal, and moves the bar by a connection of its own."""

    def __init__(self, batch: ImportBatch, *, watched: bool) -> None:
        self.by = batch.person
        self.batch = batch
        self.created: dict[str, list[Any]] = {}
        self.changed: dict[tuple[str, str], dict[str, list[Any]]] = {}
        self.done = self.told = 0
        self.other = connection.copy() if watched else None

    def made(self, rows: Iterable[Model]) -> None:
        for row in rows:
            self.created.setdefault(row._meta.label_lower, []).append(row.pk)

    def altered(self, row: Model, changes: Mapping[str, Any]) -> None:
        kept = self.changed.setdefault((row._meta.label_lower, str(row.pk)), {})
        for name, (before, after) in changes.items():
            kept[name] = [kept[name][0] if name in kept else before, after]

    def step(self, rows: int) -> None:
        self.done += rows
        if self.other and self.done - self.told >= EVERY:
            self.told = self.done
            self._tell()

    def _tell(self) -> None:
        """Outside the transaction of the import, whose own changes nobody sees before its end."""
        if self.other is None:
            return
        with self.other.cursor() as cursor:
            cursor.execute(
                "UPDATE org_importbatch SET progress = least(%s, total) WHERE id = %s RETURNING state, cancelled",
                [self.done, self.batch.pk],
            )
            state, cancelled = cursor.fetchone() or (self.batch.state, False)
        if cancelled or state == "cancelled":
            raise Cancelled

    def close(self) -> None:
        if self.other:
            with closing(self.other):
                self.other = None

    def as_json(self) -> dict[str, Any]:
        """Models in the order in which their rows were made, each row with how it looks now."""
        made = [[label, looks(label, keys)] for label, keys in self.created.items()]
        changed = [[label, key, changes] for (label, key), changes in self.changed.items()]
        return {"made": made, "changed": json.loads(json.dumps(changed, cls=_Exact))}


def looks(label: str, keys: Iterable[Any]) -> dict[str, str]:
    """Key → fingerprint of the stored row, derived columns left out."""
    model = apps.get_model(label)
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}::text, left(md5((to_jsonb(row) - %s::text[])::text), 12) FROM {table} AS row"  # noqa: S608
            f" WHERE {key}::text = ANY(%s)",
            [DERIVED, [str(one) for one in keys]],
        )
        return dict(cursor.fetchall())
