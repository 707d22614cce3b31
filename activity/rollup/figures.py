"""The figures of the Saturday report, counted in the database: two statements, however many people there are.

domain.md 3, "The Saturday report": done = counters of the week's logs that were handed in before `due_at` and
count (补录: accepted before `due_at`); due = required half days of the days before that of `due_at`, and that day's
morning. Logs are due of the days whose own deadline lies before `due_at`; of those they are in, late (late or 补录),
reviewed (passed before `due_at`) or missing. A person's row and those of his days come from one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db import connection

from activity.daily_log import stretches
from activity.daily_log.stretches import STRETCHES
from activity.rollup.models import RollUp
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import DayTimes, WorkingCalendar, log_limits, report_half_days

COLUMNS = (
    "calls", "visits", "prospects", "studies",
    "due_half_days", "logs_due", "logs_in", "logs_late", "logs_missing", "logs_reviewed",
)  # fmt: skip

# Sums over a stretch are differences of the running sums `worked`, `owed`, `logged` of Monday to Sunday. What follows
# PEOPLE reads `counted`: person, unit and COLUMNS.
PEOPLE = f"""
WITH days AS MATERIALIZED (
    SELECT * FROM
        unnest(%(days)s::date[], %(works)s::bool[], %(ams)s::int[], %(pms)s::int[], %(logs)s::bool[])
        AS days (day, works, am, pm, log_due)
), {STRETCHES}, away AS MATERIALIZED (
    SELECT b.person_id, b.day, count(*) FILTER (WHERE works) AS worked,
        sum(CASE b.half WHEN 'am' THEN am ELSE pm END) AS owed, (count(*) = 2 AND bool_and(log_due)) AS logged
    FROM away_half AS b JOIN days USING (day) GROUP BY b.person_id, b.day
), handed_in AS (
    SELECT l.person_id, l.day, calls, visits, prospects, studies, excluded, handed_in_at, timeliness,
        days.log_due AND spans.person_id IS NOT NULL AND away.logged IS NOT TRUE AS was_due,
        counts AND (timeliness <> 'back' OR coalesce(back_accepted_at < %(due_at)s, false)) AS counted,
        CASE WHEN reviewed_at < %(due_at)s THEN state ELSE 'submitted' END AS state
    FROM activity_dailylog AS l JOIN days USING (day)
    LEFT JOIN spans ON spans.person_id = l.person_id AND l.day BETWEEN lo AND hi
    LEFT JOIN away ON away.person_id = l.person_id AND away.day = l.day
    WHERE l.day BETWEEN %(monday)s AND %(sunday)s AND l.handed_in_at < %(due_at)s
        AND l.person_id IN (SELECT person_id FROM spans)
), absent AS (
    SELECT person_id, lo, sum(worked) AS worked, sum(owed) AS owed, count(*) FILTER (WHERE logged) AS logged
    FROM spans JOIN away USING (person_id) WHERE day BETWEEN lo AND hi GROUP BY person_id, lo
), by_unit AS (
    SELECT person_id, unit_id, max(hi) AS until,
        sum((%(worked)s::int[])[hi - %(monday)s::date + 2] - (%(worked)s::int[])[lo - %(monday)s::date + 1]
            - coalesce(absent.worked, 0)) AS worked,
        sum((%(owed)s::int[])[hi - %(monday)s::date + 2] - (%(owed)s::int[])[lo - %(monday)s::date + 1]
            - coalesce(absent.owed, 0)) AS owed,
        sum((%(logged)s::int[])[hi - %(monday)s::date + 2] - (%(logged)s::int[])[lo - %(monday)s::date + 1]
            - coalesce(absent.logged, 0)) AS logged
    FROM spans LEFT JOIN absent USING (person_id, lo) GROUP BY person_id, unit_id
), people AS (
    SELECT DISTINCT ON (person_id) person_id, unit_id,
        sum(owed) OVER person AS owed, sum(logged) OVER person AS logged
    FROM by_unit WINDOW person AS (PARTITION BY person_id)
    ORDER BY person_id, worked DESC, until DESC
), done AS (
    SELECT person_id,
        sum(calls) FILTER (WHERE counted) AS calls, sum(visits) FILTER (WHERE counted) AS visits,
        sum(prospects) FILTER (WHERE counted) AS prospects, sum(studies) FILTER (WHERE counted) AS studies,
        count(*) FILTER (WHERE was_due) AS logs_in,
        count(*) FILTER (WHERE was_due AND timeliness IN ('late', 'back')) AS logs_late,
        count(*) FILTER (WHERE was_due AND state = 'passed') AS logs_reviewed
    FROM handed_in GROUP BY person_id
), counted AS (
    SELECT person_id, unit_id, coalesce(calls, 0)::int AS calls, coalesce(visits, 0)::int AS visits,
        coalesce(prospects, 0)::int AS prospects, coalesce(studies, 0)::int AS studies,
        owed::int AS due_half_days, logged::int AS logs_due,
        coalesce(logs_in, 0)::int AS logs_in, coalesce(logs_late, 0)::int AS logs_late,
        (logged - coalesce(logs_in, 0))::int AS logs_missing, coalesce(logs_reviewed, 0)::int AS logs_reviewed
    FROM people JOIN org_unit ON org_unit.id = unit_id LEFT JOIN done USING (person_id)
    WHERE org_unit.path LIKE %(within)s
)"""  # noqa: S608

# People and their days in one statement: what changes meanwhile is in both or in neither.
FREEZE = f"""{PEOPLE}, written AS (
    INSERT INTO activity_rollupperson (rollup_id, person_id, unit_id, {", ".join(COLUMNS)})
    SELECT %(rollup)s, person_id, unit_id, {", ".join(COLUMNS)} FROM counted RETURNING id, person_id
), owing AS (
    SELECT spans.person_id, days.day, am + pm - coalesce(away.owed, 0) AS half_days,
        log_due AND away.logged IS NOT TRUE AS log_due
    FROM spans JOIN days ON days.day BETWEEN lo AND hi
    LEFT JOIN away ON away.person_id = spans.person_id AND away.day = days.day
)
INSERT INTO activity_rollupday (row_id, day, due_half_days, log_due, handed_in_at, timeliness, state, counts,
    calls, visits, prospects, studies, excluded)
SELECT id, day, coalesce(half_days, 0), coalesce(log_due, false), handed_in_at, coalesce(timeliness, ''),
    coalesce(state, ''), coalesce(counted, false), CASE WHEN counted THEN calls ELSE 0 END,
    CASE WHEN counted THEN visits ELSE 0 END, CASE WHEN counted THEN prospects ELSE 0 END,
    CASE WHEN counted THEN studies ELSE 0 END,
    CASE WHEN counted THEN excluded ELSE coalesce(excluded + calls + visits + prospects + studies, 0) END
FROM owing FULL JOIN handed_in USING (person_id, day) JOIN written USING (person_id)
WHERE half_days > 0 OR log_due OR handed_in_at IS NOT NULL
"""  # noqa: S608

# Each unit that has people in it or below it, and the city in any case.
UNITS = """
WITH own AS (
    SELECT u.path, count(*) AS people, {sums}
    FROM activity_rollupperson AS r JOIN org_unit AS u ON u.id = r.unit_id
    WHERE r.rollup_id = %(rollup)s GROUP BY u.path
), line AS (
    SELECT left(path, depth) AS path, sum(people) AS people, {sums}
    FROM own CROSS JOIN generate_series(%(shortest)s, length(path), %(step)s) AS depth GROUP BY 1
)
INSERT INTO activity_rollupunit (rollup_id, unit_id, kind, people, {columns})
SELECT %(rollup)s, u.id, u.kind, coalesce(people, 0), {values}
FROM org_unit AS u LEFT JOIN line USING (path)
WHERE u.path LIKE %(city)s AND (line.path IS NOT NULL OR length(u.path) = %(shortest)s)
"""


def count_people(rollup: RollUp, *, calendar: WorkingCalendar, book: RuleBook) -> None:
    """A row for every holder of 客户经理 on any day of the week, where most of his half days lie, and of his days."""
    given = parameters(f"{rollup.city.path}%", Week(rollup.week), until=rollup.due_at, calendar=calendar, book=book)
    with connection.cursor() as cursor:
        cursor.execute(FREEZE, {**given, "rollup": rollup.pk})


def parameters(
    within: str,
    week: Week,
    *,
    until: datetime,
    calendar: WorkingCalendar,
    book: RuleBook,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Of PEOPLE: who belongs to a unit whose path is LIKE `within`, counted as of `until`. One query, none where the
    values of the stretches are `known`."""
    return {
        **(known or stretches.parameters(within, week, calendar=calendar, book=book)),
        "within": within,
        "due_at": until,
        **_days(week, until, calendar, book.times),
    }


def count_units(rollup: RollUp) -> None:
    """Sums of the people in and below each unit: team, section, department, branch, city."""
    path = rollup.city.path
    with connection.cursor() as cursor:
        cursor.execute(
            UNITS.format(
                columns=", ".join(COLUMNS),
                sums=", ".join(f"sum({name}) AS {name}" for name in COLUMNS),
                values=", ".join(f"coalesce({name}, 0)" for name in COLUMNS),
            ),
            {"rollup": rollup.pk, "city": f"{path}%", "shortest": len(path), "step": rollup.city.steplen},
        )


def _days(week: Week, due_at: datetime, calendar: WorkingCalendar, times: DayTimes) -> dict[str, Any]:
    """Monday to Sunday as columns; and running sums from 0 of working half days, half days due and logs due."""
    owed = set(report_half_days(week, due_at, calendar))
    ams, pms = ([int((day, half) in owed) for day in week.days] for half in ("am", "pm"))
    works = [calendar.works(day) for day in week.days]
    logs = [
        working and log_limits(day, calendar, times).due < due_at for day, working in zip(week.days, works, strict=True)
    ]
    return {
        "days": list(week.days),
        "works": works,
        "ams": ams,
        "pms": pms,
        "logs": logs,
        "worked": _running(2 * working for working in works),
        "owed": _running(am + pm for am, pm in zip(ams, pms, strict=True)),
        "logged": _running(map(int, logs)),
    }


def _running(numbers: Iterable[int]) -> list[int]:
    return list(accumulate(numbers, initial=0))
