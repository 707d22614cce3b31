"""Premium, goals and heads of a week, counted in the database: one statement, however many people there are.

Premium and cases by 承保日期, of a unit those of its policies and of a person those that he sold; goals are those of
approved plans, of a month or a year the sums of the weeks whose Saturday lies in it. Heads are client managers: who is
assessed, and of the others who is away for leave or for duty (domain.md 3, "Below 6311" and "Unit figures").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from activity.assessment.figures import CLIENT_MANAGERS, parameters, statement
from activity.rollup.models import Business, RollUp, RollUpBusiness
from org.people.models import Person
from org.rules.schema import RuleBook
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import WorkingCalendar

COLUMNS = [field.name for field in Business._meta.get_fields()]
SUMS = ", ".join(f"sum({name}) AS {name}" for name in COLUMNS)
NAMES = ", ".join(COLUMNS)

# Three parts of a row, each with nothing in the columns of the others. `judged`: status and half days of the week.
PARTS = f"""away AS (
    SELECT person_id, count(*) FILTER (WHERE kind = 'leave') AS leave, count(*) FILTER (WHERE kind = 'duty') AS duty
    FROM org_absence JOIN days USING (day) WHERE works GROUP BY person_id
), staff AS (
    SELECT person_id, unit_id, path, status = 'met' AS is_met, status IN ('met', 'short') AS is_assessed,
        percent < 100 OR newcomer AS is_new, coalesce(leave, 0) AS leave, coalesce(duty, 0) AS duty
    FROM judged JOIN org_unit ON org_unit.id = unit_id LEFT JOIN away USING (person_id)
), parts (person_id, path, {NAMES}) AS (
    SELECT person_id, path, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        (NOT is_assessed AND leave > 0 AND leave >= duty)::int, (NOT is_assessed AND duty > leave)::int,
        is_new::int, is_assessed::int, is_met::int
    FROM staff
    UNION ALL SELECT seller_id, path,
        coalesce(sum(premium) FILTER (WHERE issued_on >= %(monday)s), 0),
        count(*) FILTER (WHERE issued_on >= %(monday)s),
        coalesce(sum(premium) FILTER (WHERE issued_on BETWEEN %(month_from)s AND %(month_to)s), 0),
        coalesce(sum(premium) FILTER (WHERE issued_on BETWEEN %(year_from)s AND %(year_to)s), 0),
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM clients_policy AS policy JOIN org_unit ON org_unit.id = policy.unit_id
    WHERE issued_on BETWEEN least(%(monday)s, %(year_from)s) AND %(sunday)s AND path LIKE %(within)s
    GROUP BY seller_id, path
    UNION ALL SELECT target.person_id, path, 0, 0, 0, 0,
        coalesce(sum(visits) FILTER (WHERE week = %(monday)s), 0),
        coalesce(sum(premium) FILTER (WHERE week = %(monday)s), 0),
        coalesce(sum(cases) FILTER (WHERE week = %(monday)s), 0),
        coalesce(sum(premium) FILTER (WHERE week + 5 BETWEEN %(month_from)s AND %(month_to)s), 0),
        coalesce(sum(premium) FILTER (WHERE week + 5 BETWEEN %(year_from)s AND %(year_to)s), 0),
        0, 0, 0, 0, 0, 0
    FROM activity_itinerary AS plan JOIN org_unit ON org_unit.id = plan.unit_id
        JOIN activity_target AS target ON target.itinerary_id = plan.id
    WHERE state = 'approved' AND approved_at < %(until)s AND path LIKE %(within)s
        AND week BETWEEN %(year_from)s::date - 5 AND %(monday)s
    GROUP BY target.person_id, path
), of_units AS (
    SELECT left(path, depth) AS path, {SUMS}
    FROM parts CROSS JOIN generate_series(%(shortest)s, length(path), %(step)s) AS depth GROUP BY 1
), of_people AS (
    SELECT person_id, unit_id, {SUMS} FROM staff JOIN parts USING (person_id) GROUP BY person_id, unit_id
)"""  # noqa: S608

FREEZE = f"""INSERT INTO activity_rollupbusiness (rollup_id, unit_id, person_id, {NAMES})
SELECT %(rollup)s, id, NULL::bigint, {", ".join(f"coalesce({name}, 0)" for name in COLUMNS)}
FROM org_unit LEFT JOIN of_units USING (path)
WHERE org_unit.path LIKE %(within)s AND (of_units.path IS NOT NULL OR length(org_unit.path) = %(shortest)s)
UNION ALL SELECT %(rollup)s, unit_id, person_id, {NAMES} FROM of_people"""  # noqa: S608
LIVE = f"""SELECT path, NULL::bigint AS person_id, NULL::bigint AS unit_id, {NAMES} FROM of_units
WHERE path = ANY(%(wanted)s::text[])
UNION ALL SELECT NULL, person_id, unit_id, {NAMES} FROM of_people
WHERE person_id = ANY(%(people_wanted)s::bigint[])"""  # noqa: S608


def count_business(rollup: RollUp, *, calendar: WorkingCalendar, book: RuleBook) -> None:
    """Of the city and every unit below it that has people, policies or goals, and of every person."""
    week = Week(rollup.week)
    given = _parameters(rollup.city, week, until=rollup.due_at, calendar=calendar, book=book)
    with connection.cursor() as cursor:
        cursor.execute(_statement(FREEZE, book), {**given, "rollup": rollup.pk})


class Wanted(NamedTuple):
    units: Sequence[Unit]
    people: Sequence[Person]


def business_now(
    city: Unit,
    week: Week,
    wanted: Wanted,
    stretches: Mapping[str, Any] | None = None,
    *,
    until: datetime,
    calendar: WorkingCalendar,
    book: RuleBook,
) -> list[RollUpBusiness]:
    """Unsaved rows as a freeze would write them now, of the wanted units and people. One query where `stretches`
    have been asked."""
    units = {one.path: one for one in wanted.units}
    given = _parameters(city, week, stretches, until=until, calendar=calendar, book=book)
    given |= {"wanted": list(units), "people_wanted": [person.pk for person in wanted.people]}
    with connection.cursor() as cursor:
        cursor.execute(_statement(LIVE, book), given)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [_row(units.get(row.pop("path")), row) for row in rows]


def _row(unit: Unit | None, row: dict[str, Any]) -> RollUpBusiness:
    made = RollUpBusiness(**row)
    if unit:
        made.unit = unit
    return made


def _statement(end: str, book: RuleBook) -> str:
    """INSERT may come after WITH, so both ends do."""
    return f"{statement(CLIENT_MANAGERS, book.assessment.mode)}, {PARTS} {end}"


def _parameters(
    city: Unit,
    week: Week,
    stretches: Mapping[str, Any] | None = None,
    *,
    until: datetime,
    calendar: WorkingCalendar,
    book: RuleBook,
) -> dict[str, Any]:
    spans = Spans.of(week)
    return {
        **parameters(CLIENT_MANAGERS, f"{city.path}%", week, calendar=calendar, book=book, known=stretches),
        "until": until,
        "shortest": len(city.path),
        "step": city.steplen,
        "month_from": spans.month_from,
        "month_to": spans.month_to,
        "year_from": spans.year_from,
        "year_to": spans.year_to,
    }


class Spans(NamedTuple):
    """The month and the year of a week are those of its Saturday; they end with the week."""

    month_from: date
    month_to: date
    year_from: date
    year_to: date

    @classmethod
    def of(cls, week: Week) -> Spans:
        saturday = week.saturday
        month_from, year_from = saturday.replace(day=1), saturday.replace(month=1, day=1)
        ends = week.sunday if week.sunday.month == saturday.month else saturday
        return cls(month_from, ends, year_from, ends)


def goal_weeks(first: date, last: date) -> tuple[date, date]:
    """Of the plans whose goals make those of that span: the Mondays of the first and of the last week."""
    return first - timedelta(days=5), last - timedelta(days=5)
