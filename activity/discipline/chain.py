"""Lines of the ledger, chained: the one place that writes them, and the one text that writing and checking hash."""

from __future__ import annotations

from typing import Any

from django.db import connection

from activity.discipline.models import Ledger
from org.units.models import Unit

# The text of a line, from its columns alone; a JSON array, so that no text can slide from one column to the next.
LINE = """jsonb_build_array({row}.id, {row}.ledger_id, {row}.number, {row}.fine_id, {row}.kind,
    {row}.proposed, {row}.owed, {row}.paid, {row}.by_id, {row}.actor, {row}.reason, {row}.facts,
    to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))::text"""

# org_chain runs the hash along (org/database.py).
# `lines`: place (the order), fine_id, kind, proposed, owed, paid, by_id, actor, reason, facts.
APPEND = f"""{{lines}}, numbered AS (
    SELECT nextval('activity_ledgerentry_id_seq') AS id, ledger.id AS ledger_id, ledger.head,
        ledger.number + (row_number() OVER (ORDER BY place))::int AS number,
        fine_id, kind::text, proposed, owed, paid, by_id, actor::text, reason::text, facts, %(at)s::timestamptz AS at
    FROM lines CROSS JOIN activity_ledger AS ledger WHERE ledger.id = %(ledger)s
), hashed AS (
    SELECT *, org_chain(head, {LINE.format(row="numbered")}) OVER (ORDER BY number) AS hash FROM numbered
), written AS (
    INSERT INTO activity_ledgerentry (id, ledger_id, number, fine_id, kind, proposed, owed, paid, by_id, actor, reason,
        facts, at, hash)
    SELECT id, ledger_id, number, fine_id, kind, proposed, owed, paid, by_id, actor, reason, facts, at, hash FROM hashed
    RETURNING number, hash
)
UPDATE activity_ledger AS ledger SET number = last.number, head = last.hash
FROM (SELECT number, hash FROM written ORDER BY number DESC LIMIT 1) AS last WHERE ledger.id = %(ledger)s
RETURNING ledger.number
"""  # noqa: S608


def locked_ledger(city: Unit) -> Ledger:
    """The city's ledger, held until the transaction ends: what is read after this is what will be true."""
    Ledger.objects.bulk_create([Ledger(city=city)], ignore_conflicts=True)
    return Ledger.objects.select_for_update().get(city=city)


def append(ledger: Ledger, lines: str, given: dict[str, Any]) -> int:
    """Write what the statement part `WITH … lines AS (…)` yields; returns how many lines. The ledger is locked."""
    before = ledger.number
    with connection.cursor() as cursor:
        cursor.execute(APPEND.format(lines=lines), {**given, "ledger": ledger.pk})
        found = cursor.fetchone()
    ledger.number = found[0] if found else before
    return ledger.number - before
