"""What waits for a person, page by page, asked in one statement: menus stand on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


class Asked(NamedTuple):
    """A count as SQL, where building it as a query on every page is too dear."""

    sql: str
    parameters: Sequence[Any]


Waits = int | Asked | QuerySet[Any, Any]  # a number, or the rows to be counted


def counted(waits: Mapping[str, Waits]) -> dict[str, int]:
    """By name, as given; one query for all that are not numbers yet, none where all are."""
    found = {name: one if isinstance(one, int) else 0 for name, one in waits.items()}
    asked = {name: said for name, one in waits.items() if (said := _statement(one))}
    if asked:
        with connection.cursor() as cursor:
            parameters = [value for one in asked.values() for value in one.parameters]
            cursor.execute("SELECT " + ", ".join(f"({one.sql})" for one in asked.values()), parameters)
            found |= dict(zip(asked, cursor.fetchone(), strict=True))
    return found


def _statement(one: Waits) -> Asked | None:
    if isinstance(one, int):
        return None
    if isinstance(one, Asked):
        return one
    try:
        sql, parameters = one.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return Asked(f"SELECT count(*) FROM ({sql}) AS waiting", parameters)  # noqa: S608 (Django's own statement)
