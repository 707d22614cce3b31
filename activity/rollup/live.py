"""暂计: the figures of the Saturday report as they stand now, asked of the database and written nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from activity.rollup.figures import COLUMNS, PEOPLE, _days
from activity.rollup.models import RollUpPerson, RollUpUnit
from org.posts import Post
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import DayTimes, WorkingCalendar

COUNTED = (
    PEOPLE.partition("INSERT INTO")[0]
    + """
SELECT person_id, unit_id, coalesce(calls, 0)::int AS calls, coalesce(visits, 0)::int AS visits,
    coalesce(prospects, 0)::int AS prospects, coalesce(studies, 0)::int AS studies,
    owed::int AS due_half_days, logged::int AS logs_due, coalesce(logs_in, 0)::int AS logs_in,
    coalesce(logs_late, 0)::int AS logs_late, (logged - coalesce(logs_in, 0))::int AS logs_missing,
    coalesce(logs_reviewed, 0)::int AS logs_reviewed
FROM people JOIN org_unit ON org_unit.id = unit_id LEFT JOIN done USING (person_id) WHERE org_unit.path LIKE %(city)s
"""
)


def people_now(
    unit: Unit, week: Week, *, until: datetime, calendar: WorkingCalendar, times: DayTimes
) -> list[RollUpPerson]:
    """Unsaved rows of everybody in the unit and below it, counted as a freeze at `until` would."""
    given = {
        "city": f"{unit.path}%",
        "post": Post.CLIENT_MANAGER.value,
        "monday": week.monday,
        "sunday": week.sunday,
        "due_at": until,
        **_days(week, until, calendar, times),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, given)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    units = {one.pk: one for one in Unit.objects.within(unit)}
    return [RollUpPerson(unit=units[row.pop("unit_id")], **row) for row in rows]


def summed(unit: Unit, people: Iterable[RollUpPerson]) -> RollUpUnit:
    """The sums of a unit as an unsaved row."""
    rows = list(people)
    sums = {name: sum(getattr(row, name) for row in rows) for name in COLUMNS}
    return RollUpUnit(unit=unit, kind=unit.kind, people=len(rows), **sums)
