"""A city of any size, made by the database: people in teams of ten, their last weeks' headers, one in twenty away."""

from __future__ import annotations

from datetime import date

from django.db import connection

from org.units.models import Unit, UnitKind
from org.week import Week

WEEK = Week(date(2026, 11, 9))
SIZES = {UnitKind.BRANCH: 1000, UnitKind.DEPARTMENT: 100, UnitKind.TEAM: 10}  # people in a unit

_UNITS = """
    INSERT INTO org_unit (path, depth, numchild, code, name, kind, mailbox)
    SELECT %(above)s || {path}, %(depth)s, 0, %(code)s || left(%(kind)s, 1) || n, %(kind)s || n, %(kind)s, ''
    FROM generate_series(0, %(count)s - 1) AS n
"""
_PEOPLE = """
    INSERT INTO org_person (password, employee_no, name, pinyin, initials, phone, email, joined_on, is_active,
        must_change_password, activation_code{more_columns})
    SELECT '!', %(code)s || n, '员工' || n, '', '', '', '', '2020-01-01', true, false, ''{more_values}
    FROM generate_series(0, %(count)s - 1) AS n
"""
_POSTS = """
    INSERT INTO org_appointment (person_id, unit_id, post, starts_on)
    SELECT p.id, u.id, 'client_manager', '2020-01-01'
    FROM org_person AS p
    JOIN org_unit AS u
        ON u.code = %(code)s || 't' || (substr(p.employee_no, length(%(code)s) + 1)::int / %(team)s)
    WHERE p.employee_no LIKE %(code)s || '%%'
"""
_LOGS = """
    INSERT INTO activity_dailylog (id, person_id, unit_id, day, created_at, state, timeliness, counts,
        calls, visits, prospects, studies, excluded, plan, problems, help_needed, help_answer, tomorrow_plan,
        short_reason, comment, handed_in_at)
    SELECT gen_random_uuid(), a.person_id, a.unit_id, day, day, 'submitted', 'on_time', true,
        4 + luck %% 4, 2 + luck %% 3, luck %% 2, 1, 0, '', '', '', '', '拜访三家', '', '', day + time '18:00'
    FROM org_appointment AS a
    JOIN org_person AS p ON p.id = a.person_id AND p.employee_no LIKE %(code)s || '%%'
    CROSS JOIN unnest(%(days)s::date[]) AS day
    CROSS JOIN LATERAL (SELECT abs(hashtext(a.person_id::text || day::text)) AS luck) AS chance
    WHERE luck %% 100 < 97
"""


_ABSENCES = """
    INSERT INTO org_absence (person_id, day, half, kind)
    SELECT person_id, day, half, CASE WHEN person_id %% 40 = 0 THEN 'duty' ELSE 'leave' END
    FROM org_appointment AS a JOIN org_unit AS unit ON unit.id = a.unit_id AND unit.path LIKE %(within)s
    CROSS JOIN unnest(%(days)s::date[]) AS day CROSS JOIN unnest(ARRAY['am', 'pm']) AS half
    WHERE (person_id + (day - '2020-01-01'::date)) %% 20 = 0
"""


def make(people: int, *, weeks: int = 8) -> Unit:
    """A 市公司 with that many client managers and `weeks` weeks of headers up to WEEK; analysed."""
    code = f"X{people}-"
    city = Unit.objects.add_child(Unit.root(), {"code": code, "name": f"{people} 人", "kind": UnitKind.CITY})
    step, path = city.steplen, city.path
    with connection.cursor() as cursor:
        for depth, (kind, size) in enumerate(SIZES.items(), start=city.depth + 1):
            sizes = [one for one in SIZES.values() if one >= size]
            within = " || ".join(f"lpad(upper(to_hex(n * {size} / {one} + 1)), {step}, '0')" for one in sizes)
            cursor.execute(
                _UNITS.format(path=within),
                {"above": path, "depth": depth, "code": code, "kind": kind.value, "count": -(-people // size)},
            )
        columns, values = _unknown_columns("org_person")
        cursor.execute(_PEOPLE.format(more_columns=columns, more_values=values), {"code": code, "count": people})
        cursor.execute("ANALYZE org_unit, org_person")  # within one transaction nobody else does
        cursor.execute(_POSTS, {"code": code, "team": SIZES[UnitKind.TEAM]})
        cursor.execute("ANALYZE org_appointment")
        days, week = [], WEEK
        for _ in range(weeks):
            days += week.days[:5]
            week = week.previous
        if days:
            cursor.execute(_LOGS, {"code": code, "days": days})
            cursor.execute(_ABSENCES, {"within": f"{path}%", "days": days})
        cursor.execute("ANALYZE")
    return Unit.objects.get(pk=city.pk)


def _unknown_columns(table: str) -> tuple[str, str]:
    """Required columns without a default that the statement above does not name: empty text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
            " AND column_default IS NULL AND is_identity = 'NO' AND data_type = 'character varying'",
            [table],
        )
        named = {"password", "employee_no", "name", "pinyin", "initials", "phone", "email", "activation_code"}
        missing = sorted({row[0] for row in cursor.fetchall()} - named)
    return "".join(f", {name}" for name in missing), ", ''" * len(missing)
