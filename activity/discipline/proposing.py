"""The fine calculation: what two short weeks propose, and the reversal of what no longer holds; set-based, safe twice.

Both read only the assessments in force. A fine that was dismissed or waived stays so: nothing is proposed again for
its week. domain.md 3, "Two consecutive weeks", "Fines are proposals".
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from activity.assessment.models import WeekClose
from activity.discipline.chain import append, locked_ledger
from activity.discipline.models import Ledger
from org.rules.book import book_of
from org.trace.actions import SYSTEM

FACTS = """jsonb_build_object('week', {row}.week, 'version', {row}.version, 'half_days', {row}.required_half_days,
    'percent', {row}.percent, 'done', jsonb_build_array({row}.calls, {row}.visits, {row}.prospects, {row}.studies),
    'short', jsonb_build_array({row}.short_calls, {row}.short_visits, {row}.short_prospects, {row}.short_studies))"""
# What of a fine never changes, in the chain with its first line (verifying.py).
FINE = """jsonb_build_object('person', {row}.person_id, 'unit', {row}.unit_id, 'kind', {row}.kind,
    'week', {row}.week, 'round', {row}.round, 'rules', {row}.rules_id)"""
IN_FORCE = """NOT {row}.void AND NOT EXISTS (
        SELECT FROM activity_weekassessment AS later WHERE later.person_id = {row}.person_id
            AND later.week = {row}.week AND later.version > {row}.version
    )"""

# Each line looks its two weeks up by key: what was just inserted has no statistics, and a join of it went pair by pair.
PROPOSE = f"""WITH fines AS (
    INSERT INTO activity_fine (id, ledger_id, person_id, unit_id, kind, week, round, rules_id, yuan, state, proposed_at)
    SELECT gen_random_uuid(), %(ledger)s, due.person_id, due.unit_id, 'two_short_weeks', due.week, 1 + (
            SELECT count(*) FROM activity_fine AS earlier
            WHERE earlier.person_id = due.person_id AND earlier.week = due.week AND earlier.kind = 'two_short_weeks'
        ), %(rules)s, %(yuan)s, 'proposed', %(at)s
    FROM activity_weekassessment AS due
    WHERE due.close_id = %(close)s AND due.proposes
        AND (%(people)s::bigint[] IS NULL OR due.person_id = ANY(%(people)s::bigint[]))
        AND {IN_FORCE.format(row="due")}
        AND NOT EXISTS (
            SELECT FROM activity_fine AS live WHERE live.person_id = due.person_id AND live.week = due.week
                AND live.kind = 'two_short_weeks' AND live.state <> 'reversed'
        )
    ON CONFLICT DO NOTHING RETURNING id, person_id, unit_id, kind, week, round, rules_id
), lines AS (
    SELECT person.employee_no AS place, fines.id AS fine_id, 'proposal' AS kind,
        %(yuan)s AS proposed, 0 AS owed, 0 AS paid, NULL::bigint AS by_id,
        %(actor)s AS actor, '' AS reason, jsonb_build_object('rules', %(version)s::int,
            'sha256', %(sha256)s::text, 'mode', %(mode)s::text, 'pairs', %(pairs)s::text, 'streak', second.streak,
            'yuan', %(yuan)s, 'fine', {FINE.format(row="fines")}, 'weeks',
            jsonb_build_array({FACTS.format(row="first")}, {FACTS.format(row="second")})) AS facts
    FROM fines JOIN org_person AS person ON person.id = fines.person_id CROSS JOIN LATERAL (
        SELECT * FROM activity_weekassessment AS own
        WHERE own.person_id = fines.person_id AND own.week = fines.week ORDER BY version DESC LIMIT 1
    ) AS second LEFT JOIN LATERAL (
        SELECT * FROM activity_weekassessment AS before
        WHERE before.person_id = fines.person_id AND before.week < fines.week AND before.status = 'short'
            AND before.spared = '' AND {IN_FORCE.format(row="before")}
        ORDER BY before.week DESC LIMIT 1
    ) AS first ON true
)"""  # noqa: S608

REVERSE = f"""WITH gone AS (
    UPDATE activity_fine AS fine SET state = 'reversed'
    FROM activity_fine AS old
    WHERE old.id = fine.id AND fine.ledger_id = %(ledger)s AND fine.week = %(week)s
        AND fine.kind = 'two_short_weeks' AND fine.state NOT IN ('dismissed', 'waived', 'reversed')
        AND fine.person_id = ANY(%(people)s::bigint[])
        AND NOT EXISTS (
            SELECT FROM activity_weekassessment AS a JOIN activity_weekclose AS close ON close.id = a.close_id
            JOIN activity_ledger AS own ON own.city_id = close.city_id
            WHERE a.person_id = fine.person_id AND a.week = fine.week AND a.proposes AND own.id = fine.ledger_id
                AND (a.unit_id = fine.unit_id OR fine.state <> 'proposed')
                AND {IN_FORCE.format(row="a")}
        )
    RETURNING fine.id, fine.person_id, fine.yuan, old.state
), lines AS (
    SELECT person.employee_no AS place, gone.id AS fine_id, 'reversal' AS kind,
        CASE WHEN state = 'proposed' THEN -yuan ELSE 0 END AS proposed,
        CASE WHEN state IN ('confirmed', 'appealed', 'upheld') THEN -yuan ELSE 0 END AS owed,
        CASE WHEN state = 'settled' THEN -yuan ELSE 0 END AS paid,
        why.by_id, coalesce(by.employee_no, %(actor)s) AS actor, coalesce(why.note, '') AS reason,
        jsonb_build_object('was', state, 'cause', why.cause) AS facts
    FROM gone JOIN org_person AS person ON person.id = gone.person_id
    LEFT JOIN unnest(%(people)s::bigint[], %(causes)s::text[], %(notes)s::text[], %(bys)s::bigint[])
        AS why (person_id, cause, note, by_id) ON why.person_id = gone.person_id
    LEFT JOIN org_person AS by ON by.id = why.by_id
)"""  # noqa: S608


def propose(close: WeekClose, *, at: datetime, people: Collection[int] | None = None) -> int:
    """Propose what the close calls for and nobody has proposed; returns how many. Holds the city's ledger."""
    book = book_of(close.rules)
    yuan = book.fines.two_short_weeks_yuan
    if not yuan:
        return 0
    given = {
        "close": close.pk,
        "people": None if people is None else list(people),
        "rules": close.rules_id,
        "version": close.rules.version,
        "sha256": close.rules.sha256,
        "mode": book.assessment.mode,
        "pairs": book.assessment.short_weeks,
        "yuan": yuan,
        "actor": SYSTEM,
        "at": at,
    }
    return append(locked_ledger(close.city), PROPOSE, given)


def reverse(ledger: Ledger, close: WeekClose, whys: dict[str, Any], *, at: datetime) -> int:
    """Take back the fines of that week that the assessments in force no longer call for; returns how many.

    `whys`: people, causes, notes, bys as columns. The ledger is locked.
    """
    return append(ledger, REVERSE, {**whys, "week": close.week, "actor": SYSTEM, "at": at})
