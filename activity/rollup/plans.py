"""行事历 in the report: how the plan of the week after stands in each 团体部, counted in the database.

A plan is due with the report (A1): who hands in before it is in time, who approves before it is, too; a plan that
came in late makes its department late and never its approver (activity/itinerary/rules.py says the same, one by one).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from activity.rollup.models import RollUp, RollUpPlan
from org.units.models import Unit
from org.week import Week
from org.working_days.calendar import known

COLUMNS = (
    "standing", "submitted_at", "approved_at", "submitter_late", "approver_late", "version",
    "employees", "visits", "premium", "cases",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)


def _version(until: str) -> str:
    """Which hand-in of `plan` it was at that instant."""
    return f"""plan.version - CASE WHEN plan.submitted_at < {until} THEN 0 ELSE greatest(1, (
        SELECT count(*) FROM activity_submission AS later
        WHERE later.itinerary_id = plan.id AND later.at >= {until}
    )) END"""  # noqa: S608


def _approved_at(until: str) -> str:
    return f"CASE WHEN plan.approved_at < {until} THEN plan.approved_at END"


# The goals of `known` as they stood: as they stand, or, changed since, as that version was handed in and amended.
_GOALS = """
    SELECT visits, premium, cases FROM activity_target WHERE itinerary_id = known.id AND known.changed_at < %(until)s
    UNION ALL
    SELECT coalesce(amended.visits::int, goal.visits), coalesce(amended.premium::numeric, goal.premium),
        coalesce(amended.cases::int, goal.cases)
    FROM activity_submission AS kept, jsonb_to_recordset(kept.content -> 'targets')
        AS goal(employee_no text, visits int, premium numeric, cases int)
    LEFT JOIN LATERAL (
        SELECT max(after) FILTER (WHERE field = 'visits') AS visits,
            max(after) FILTER (WHERE field = 'premium') AS premium, max(after) FILTER (WHERE field = 'cases') AS cases
        FROM activity_amendment AS one JOIN activity_target AS target ON target.id = one.target_id
            JOIN org_person AS person ON person.id = target.person_id
        WHERE target.itinerary_id = known.id AND person.employee_no = goal.employee_no
            AND one.version = known.version AND one.at < %(until)s
    ) AS amended ON true
    WHERE kept.itinerary_id = known.id AND kept.version = known.version AND known.changed_at >= %(until)s
"""
# A department owes a plan of a week with working days when somebody holds 客户经理 in it or below it in that week or
# that of the report.
STANDING = f"""
WITH held AS (
    SELECT DISTINCT unit.path FROM org_appointment AS post
    JOIN org_person AS person ON person.id = post.person_id JOIN org_unit AS unit ON unit.id = post.unit_id
    WHERE post.post = 'client_manager' AND unit.path LIKE %(within)s
        AND greatest(post.starts_on, person.joined_on) <= %(planned)s::date + 6
        AND coalesce(least(post.ends_on, person.left_on), 'infinity') >= %(planned)s::date - 7
), known AS (
    SELECT plan.id, plan.unit_id, plan.first_submitted_at AS submitted_at, plan.returned_at, plan.changed_at,
        {_approved_at("%(until)s")} AS approved_at, {_version("%(until)s")} AS version,
        plan.state = 'returned' OR plan.submitted_at >= %(until)s AS is_returned
    FROM activity_itinerary AS plan
    WHERE plan.week = %(planned)s AND plan.first_submitted_at < %(until)s
), works AS (
    SELECT FROM unnest(%(days)s::date[], %(usual)s::bool[]) AS usual (day, works)
    LEFT JOIN org_workingday AS said ON said.day = usual.day WHERE coalesce(said.works, usual.works)
), owing AS (
    SELECT unit.id AS unit_id FROM org_unit AS unit WHERE unit.kind = 'department' AND unit.path LIKE %(within)s AND (
        (EXISTS (SELECT FROM works) AND EXISTS (SELECT FROM held WHERE starts_with(held.path, unit.path)))
        OR unit.id IN (SELECT unit_id FROM known)
    )
), standing AS (
    SELECT owing.unit_id, CASE
            WHEN known.id IS NULL THEN CASE WHEN %(until)s >= %(due_at)s THEN 'missing' ELSE 'open' END
            WHEN approved_at IS NOT NULL THEN 'approved' WHEN is_returned THEN 'returned' ELSE 'waiting'
        END AS standing,
        submitted_at, approved_at, coalesce(submitted_at, %(until)s) >= %(due_at)s AS submitter_late,
        coalesce(submitted_at, %(until)s) < %(due_at)s AND coalesce(approved_at, %(until)s) >= %(due_at)s
            AND coalesce(returned_at >= %(due_at)s, true) AS approver_late,
        coalesce(version, 0) AS version, coalesce(employees, 0) AS employees,
        coalesce(visits, 0) AS visits, coalesce(premium, 0) AS premium, coalesce(cases, 0) AS cases
    FROM owing LEFT JOIN known USING (unit_id) LEFT JOIN LATERAL (
        SELECT count(*) AS employees, sum(visits) AS visits, sum(premium) AS premium, sum(cases) AS cases
        FROM ({_GOALS}) AS goal
    ) AS goals ON known.id IS NOT NULL
)
"""  # noqa: S608
FREEZE = f"""{STANDING}
INSERT INTO activity_rollupplan (rollup_id, unit_id, {NAMES}) SELECT %(rollup)s, unit_id, {NAMES} FROM standing
"""  # noqa: S608
LIVE = f"{STANDING} SELECT unit_id, {NAMES} FROM standing"  # noqa: S608

# Reports whose latest version no longer says what has come in since. Later versions end when the planned week's own
# report is due, which then says how that week went; without one, after its Sunday.
LEFT_BEHIND = f"""
WITH latest AS (
    SELECT DISTINCT ON (city_id, week) id, city_id, week FROM activity_rollup ORDER BY city_id, week, version DESC
), open AS (
    SELECT latest.*, city.path,
        coalesce(next.due_at, (latest.week + 14)::timestamp AT TIME ZONE 'Asia/Shanghai') AS ends
    FROM latest JOIN org_unit AS city ON city.id = latest.city_id
    LEFT JOIN org_period AS next
        ON next.unit_id = latest.city_id AND next.week = latest.week + 7 AND next.kind = 'report'
)
SELECT DISTINCT open.week, open.city_id, open.ends FROM open
JOIN activity_itinerary AS plan ON plan.week = open.week + 7
JOIN org_unit AS unit ON unit.id = plan.unit_id AND starts_with(unit.path, open.path)
LEFT JOIN activity_rollupplan AS said ON said.rollup_id = open.id AND said.unit_id = plan.unit_id
WHERE plan.first_submitted_at < open.ends AND (
    {_version("open.ends")} <> coalesce(said.version, 0)
    OR {_approved_at("open.ends")} IS DISTINCT FROM said.approved_at
)
ORDER BY open.week, open.city_id
"""  # noqa: S608


def count_plans(rollup: RollUp, *, until: datetime) -> None:
    """A row for every department that owes a plan, as it stood at `until`."""
    given = _parameters(rollup.city, Week(rollup.week), due_at=rollup.due_at, until=until)
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, {**given, "rollup": rollup.pk})


def plans_now(within: Unit, week: Week, *, due_at: datetime, until: datetime) -> list[RollUpPlan]:
    """Unsaved rows of the departments in a unit as they stand; `unit` is not loaded. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE, _parameters(within, week, due_at=due_at, until=until))
        return [RollUpPlan(**dict(zip(("unit_id", *COLUMNS), row, strict=True))) for row in cursor]


class LeftBehind(NamedTuple):
    """A city's report of a week for which something has come in; later versions end at `ends`."""

    week: date
    city_id: int
    ends: datetime


def left_behind() -> list[LeftBehind]:
    """The oldest week first. One query, whatever there is."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT_BEHIND)
        return [LeftBehind(*row) for row in cursor]


def _parameters(within: Unit, week: Week, *, due_at: datetime, until: datetime) -> dict[str, Any]:
    days = week.next.days
    return {
        "within": f"{within.path}%", "planned": week.next.monday, "due_at": due_at, "until": until,
        "days": list(days), "usual": [known(day).works for day in days],
    }  # fmt: skip
