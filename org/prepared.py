"""Statements whose plan is kept with the connection: for those that cost more to plan than to run (docs/adr/0012).

PREPARE and EXECUTE of PostgreSQL; psycopg2 has no own word for them. A value is read as the type that its place asks
for: give it one (`%s::numeric`) where the place does not say which. No query count sees what is sent to PREPARE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]  # with its values, as a cursor's `execute` takes them
_PLACE = re.compile(r"%(?:\((\w+)\))?s|%%")
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE)\b")
_NUMBERS = count()
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # connection of the driver -> text -> name


def ask(*statements: Statement) -> list[tuple[Any, ...]]:
    """Run them in one round trip, with one more before the first time on a connection; the rows of the last one."""
    with connection.cursor() as cursor:
        names = _names(cursor, [sql for sql, _given in statements])
        calls: list[str] = []
        values: list[Any] = []
        for (sql, given), name in zip(statements, names, strict=True):
            _text, order = _numbered(sql)
            told = [given[key] for key in order] if isinstance(given, Mapping) else given
            calls.append(f"EXECUTE {name} ({', '.join(['%s'] * len(told))})" if told else f"EXECUTE {name}")
            values += told
        try:
            cursor.execute("; ".join(calls), values)
        except NotSupportedError:  # a column that they return has another type since
            _prepared.pop(connection.connection, None)
            raise
        return cursor.fetchall() if cursor.description else []


def _names(cursor: CursorWrapper, texts: Sequence[str]) -> list[str]:
    """What these statements are called on this connection. A name is never given twice: whether a PREPARE that was
    broken off has come to the server nobody knows."""
    here = _prepared.setdefault(connection.connection, {})
    new = {sql: f"{_verb(sql)}{next(_NUMBERS)}" for sql in dict.fromkeys(texts) if sql not in here}
    if new:
        with connection.wrap_database_errors:
            cursor.cursor.execute("; ".join(f"PREPARE {name} AS {_numbered(sql)[0]}" for sql, name in new.items()))
        here.update(new)
    return [here[sql] for sql in texts]


def _verb(sql: str) -> str:
    """So that a log of statements still says what they do."""
    return "write" if _WRITES.search(sql) else "read"


@lru_cache(maxsize=256)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The text with $1, $2 … where values stand, and which they are where the text names them."""
    order: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        key = found[1] or str(len(order))
        if key not in order:
            order.append(key)
        return f"${order.index(key) + 1}"

    return _PLACE.sub(place, sql), tuple(order)
