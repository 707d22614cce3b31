"""Statements that the database plans once a connection, not at every save: those that cost more to plan than to run.

PREPARE and EXECUTE of PostgreSQL (psycopg2 has no own word for them; psycopg 3 does the same after the fifth time). The
server chooses anew when statistics or tables change. A pooler that hands out connections by transaction would not do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]  # with its values, as a cursor's `execute` takes them
_PLACE = re.compile(r"%(?:\((\w+)\))?s|%%")
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by connection of the driver


def ask(*statements: Statement) -> list[tuple[Any, ...]]:
    """Run them in one round trip; the rows of the last one."""
    calls: list[str] = []
    values: list[Any] = []
    with connection.cursor() as cursor:
        here = _prepared.setdefault(connection.connection, set())
        for sql, given in statements:
            name, numbered, order = _numbered(sql)
            if name not in here:
                with connection.wrap_database_errors:
                    cursor.cursor.execute(f"PREPARE {name} AS {numbered}")
                here.add(name)
            told = [given[key] for key in order] if isinstance(given, Mapping) else given
            calls.append(f"EXECUTE {name} ({', '.join(['%s'] * len(told))})" if told else f"EXECUTE {name}")
            values += told
        cursor.execute("; ".join(calls), values)
        return cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=256)
def _numbered(sql: str) -> tuple[str, str, tuple[str, ...]]:
    """A name, the text with $1, $2 … where values stand, and which they are where the text names them."""
    order: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        key = found[1] or str(len(order))
        if key not in order:
            order.append(key)
        return f"${order.index(key) + 1}"

    numbered = _PLACE.sub(place, sql)
    return f"p{sha256(sql.encode()).hexdigest()[:24]}", numbered, tuple(order)
