"""暂计: the figures of the Saturday report as they stand now, asked of the database and written nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from activity.rollup.figures import COLUMNS, PEOPLE, parameters
from activity.rollup.models import RollUpPerson, RollUpUnit
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import DayTimes, WorkingCalendar


def people_now(
    unit: Unit, week: Week, *, until: datetime, calendar: WorkingCalendar, times: DayTimes
) -> list[RollUpPerson]:
    """Unsaved rows of everybody in the unit and below it, counted as a freeze at `until` would."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, parameters(unit, week, until=until, calendar=calendar, times=times))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    units = {one.pk: one for one in Unit.objects.within(unit)}
    return [RollUpPerson(unit=units[row.pop("unit_id")], **row) for row in rows]


def summed(unit: Unit, people: Iterable[RollUpPerson]) -> RollUpUnit:
    """The sums of a unit as an unsaved row."""
    rows = list(people)
    sums = {name: sum(getattr(row, name) for row in rows) for name in COLUMNS}
    return RollUpUnit(unit=unit, kind=unit.kind, people=len(rows), **sums)
