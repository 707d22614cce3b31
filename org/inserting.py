"""New rows of several tables in one statement: what a form writes on every save, without a round trip for each table.

For rows complete as they are: no defaults of the database, nothing that a field does to a value before saving. Rows may
point at each other in any order (foreign keys are checked at the end).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from json import JSONEncoder
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Model

from org.prepared import Statement, ask


def insert(rows: Iterable[Model], *, then: Sequence[Statement] = ()) -> None:
    """Insert new rows, whatever their tables. A key that the database numbers stays unknown to its row.

    `then`: statements with their values that follow them in the same round trip.
    """
    tables: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        told = vars(row)
        tables[type(row)].append({column: told[name] for name, column in _columns(type(row)).items()})
        row._state.adding, row._state.db = False, connection.alias
    first = [(_statement(tuple(tables)), [_encode(told) for told in tables.values()])] if tables else []
    if first or then:
        ask(*first, *then)


@lru_cache(maxsize=64)
def _columns(model: type[Model]) -> dict[str, str]:
    """Attribute -> column, without a key that the database numbers."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return {field.attname: str(field.column) for field in fields}


@lru_cache(maxsize=64)
def _statement(models: tuple[type[Model], ...]) -> str:
    """`WITH one AS (INSERT …), other AS (INSERT …) SELECT`, each from its rows as JSON."""
    return f"WITH {', '.join(f'{model._meta.db_table} AS ({_insert(model)})' for model in models)} SELECT"


def _insert(model: type[Model]) -> str:
    table, columns = model._meta.db_table, ", ".join(_columns(model).values())
    rows = f"json_populate_recordset(NULL::{table}, %s)"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608 (names of our models)


def _plain(value: Any) -> str:
    """As the database reads it: exact to the microsecond."""
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    raise TypeError(f"{value!r} is no value of a column")


_encode = JSONEncoder(default=_plain, ensure_ascii=False).encode
