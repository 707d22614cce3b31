"""暂计: the figures of the Saturday report as they stand now, asked of the database and written nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from activity.daily_log import stretches
from activity.rollup.figures import COLUMNS, PEOPLE, parameters
from activity.rollup.models import RollUpPerson, RollUpUnit
from org.people.models import Person
from org.rules.schema import RuleBook
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import WorkingCalendar

# Sums of the people in and below each wanted unit that has any.
UNITS = f"""{PEOPLE}, own AS (
    SELECT path, count(*) AS people, {", ".join(f"sum({name}) AS {name}" for name in COLUMNS)}
    FROM counted JOIN org_unit ON org_unit.id = unit_id GROUP BY path
)
SELECT wanted.path, {", ".join(f"sum({name})::int AS {name}" for name in ("people", *COLUMNS))}
FROM unnest(%(wanted)s::text[]) AS wanted (path) JOIN own ON left(own.path, length(wanted.path)) = wanted.path
GROUP BY wanted.path
"""  # noqa: S608
LISTED = f"{PEOPLE} SELECT * FROM counted WHERE coalesce(person_id = %(only)s, true)"  # noqa: S608


class AsOf(NamedTuple):
    """A week counted as a freeze at `until` would."""

    week: Week
    until: datetime
    calendar: WorkingCalendar
    book: RuleBook

    def stretches(self) -> dict[str, Any]:
        """What the three statements of a page have in common. One query."""
        return stretches.parameters("", self.week, calendar=self.calendar, book=self.book)

    def units(self, wanted: Sequence[Unit], known: Mapping[str, Any], *, within: Unit) -> list[RollUpUnit]:
        """Unsaved sums of the wanted units in `within` that have people: one statement."""
        units = {one.path: one for one in wanted}
        rows = self._asked(UNITS, within.path + "%", known, wanted=list(units))
        return [RollUpUnit(unit=(unit := units[row.pop("path")]), kind=unit.kind, **row) for row in rows]

    def people(self, unit: Unit, known: Mapping[str, Any], *, below: bool, only: Person | None) -> list[RollUpPerson]:
        """Unsaved rows of the people in the unit (and those below it), or of one of them."""
        rows = self._asked(LISTED, unit.path + "%" * below, known, only=only and only.pk)
        units = Unit.objects.in_bulk({row["unit_id"] for row in rows})
        people = Person.objects.in_bulk([row["person_id"] for row in rows])
        return [
            RollUpPerson(unit=units[row.pop("unit_id")], person=people[row.pop("person_id")], **row) for row in rows
        ]

    def _asked(self, sql: str, within: str, known: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        given = parameters(within, self.week, until=self.until, calendar=self.calendar, book=self.book, known=known)
        with connection.cursor() as cursor:
            cursor.execute(sql, {**given, **more})
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
