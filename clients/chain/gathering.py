"""Several questions in one round trip: each answer comes as one JSON value, in the order of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Answer = list[list[Any]]  # rows of values; days, times and keys are text as in ISO 8601


def asked_together(*questions: str, given: Mapping[str, Any], first: str = "") -> Sequence[Answer]:
    """`first`: a statement that runs before them, by itself: what it waits for is seen by the questions."""
    columns = ", ".join(f"(SELECT json_agg(told) FROM ({sql}) AS told)" for sql in questions)  # noqa: S608
    statements = "; ".join(filter(None, (first, f"SELECT {columns}")))
    with connection.cursor() as cursor:
        cursor.execute(statements, given)
        answers = cursor.fetchone()
    return [[list(row.values()) for row in answer or ()] for answer in answers]
