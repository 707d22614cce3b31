"""The writer of periods: rows made ahead, moved with the calendar, never touched once done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction

from org.periods.models import Period
from org.rules.book import book_of
from org.rules.models import RuleSet
from org.units.models import UnitKind
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import report_due, week_close

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit

AHEAD = timedelta(weeks=6)
OWING = {  # who owes what of a week
    Period.Kind.REPORT: [UnitKind.DEPARTMENT, UnitKind.BRANCH, UnitKind.CITY],
    Period.Kind.CLOSE: [UnitKind.CITY],
}
LOCK = 6311_01  # one top-up at a time, so that two never wait for each other's rows

WANTED = """
    WITH fixed AS (
        SELECT * FROM unnest(%s::text[], %s::date[], %s::timestamptz[]) AS fixed (kind, week, due_at)
    ), owing AS (
        SELECT * FROM unnest(%s::text[], %s::text[]) AS owing (kind, unit_kind)
    ), wanted AS (
        SELECT fixed.kind, org_unit.id AS unit_id, fixed.week, fixed.due_at
        FROM fixed JOIN owing USING (kind) JOIN org_unit ON org_unit.kind = owing.unit_kind
    )
"""
ADD = f"""{WANTED}
    INSERT INTO org_period (kind, unit_id, week, due_at)
    SELECT kind, unit_id, week, due_at FROM wanted
    WHERE NOT EXISTS (
        SELECT FROM org_period AS kept
        WHERE (kept.kind, kept.unit_id, kept.week) = (wanted.kind, wanted.unit_id, wanted.week)
    )
    ON CONFLICT DO NOTHING
"""  # noqa: S608
MOVE = f"""{WANTED}
    UPDATE org_period SET due_at = wanted.due_at FROM wanted
    WHERE (org_period.kind, org_period.unit_id, org_period.week) = (wanted.kind, wanted.unit_id, wanted.week)
        AND org_period.done_at IS NULL AND org_period.due_at <> wanted.due_at
"""  # noqa: S608
DROP = f"""{WANTED}
    DELETE FROM org_period
    WHERE done_at IS NULL AND NOT EXISTS (
        SELECT FROM fixed WHERE (fixed.kind, fixed.week) = (org_period.kind, org_period.week)
    ) AND week BETWEEN %s AND %s
"""  # noqa: S608
# FOR SHARE: many hand in at once. Only until it is due: their stream must not keep the report waiting.
HOLD = """
    SELECT FROM org_period AS period JOIN org_unit AS city ON city.id = period.unit_id
    WHERE period.kind = %s AND period.week = %s AND period.done_at IS NULL AND period.due_at > org_now()
        AND city.kind = %s AND EXISTS (
            SELECT FROM org_appointment AS held JOIN org_unit AS unit ON unit.id = held.unit_id
            WHERE held.person_id = ANY(%s) AND starts_with(unit.path, city.path)
        )
    ORDER BY period.id FOR SHARE OF period
"""
HOLD_OF = """
    SELECT FROM org_period AS period JOIN org_unit AS city ON city.id = period.unit_id
    WHERE period.kind = %s AND period.week = %s AND period.done_at IS NULL AND period.due_at > org_now()
        AND city.kind = %s AND starts_with(%s, city.path)
    ORDER BY period.id FOR SHARE OF period
"""


class Fixed(NamedTuple):
    """When something of a week is due, for every unit that owes it."""

    kind: str
    week: date
    due_at: datetime


@transaction.atomic
def make_periods(*, at: datetime) -> int:
    """Periods of every unit from the first rule set's Monday until `AHEAD`; returns how many were new.

    Safe to repeat: units that came later get their rows too, a corrected calendar moves the open ones, a week
    that lost its last working day owes no report.
    """
    versions = list(RuleSet.objects.order_by("effective_from"))
    if not versions:
        return 0
    first = versions[0].effective_from
    last = max(first, Week.of((at + AHEAD).date()).monday)
    fixed = list(_fixed(versions, last))
    owing = [(kind.value, unit.value) for kind, units in OWING.items() for unit in units]
    values = [[list(column) for column in zip(*rows, strict=True)] for rows in (fixed, owing)]
    wanted = [*values[0], *values[1]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(ADD, wanted)
        added = cursor.rowcount
        cursor.execute(MOVE, wanted)
        cursor.execute(DROP, [*wanted, first, last])
    return added


def hold_report(person: Person, week: Week) -> int:
    """Let the person's report of that week wait for this transaction, which asks the clock afterwards (F14, C2).

    Who reads an instant before the cut-off holds it, so the report sees him; who finds nothing to hold comes later.
    Returns how many are held: one for each city in which he has a post.
    """
    return hold_reports([person.pk], week)


def hold_reports(people: Iterable[int], week: Week) -> int:
    """`hold_report` for all of them in one question."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [Period.Kind.REPORT.value, week.monday, UnitKind.CITY.value, list(people)])
        return int(cursor.rowcount)


def hold_report_of(unit: Unit, week: Week) -> bool:
    """`hold_report` for what a unit hands in or has approved; False: its city's report of that week holds no more."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_OF, [Period.Kind.REPORT.value, week.monday, UnitKind.CITY.value, unit.path])
        return bool(cursor.rowcount)


def _fixed(versions: list[RuleSet], last: date) -> Iterator[Fixed]:
    """What is due of each week, by the rules of that week."""
    week, ends = Week(versions[0].effective_from), Week(last)
    calendar = calendar_between(week.monday, ends.sunday)
    coming = iter(versions)
    rules, following = next(coming), next(coming, None)
    while week <= ends:
        while following and following.effective_from <= week.monday:
            rules, following = following, next(coming, None)
        times = book_of(rules).times
        if due := report_due(week, calendar, times):
            yield Fixed(Period.Kind.REPORT.value, week.monday, due)
        yield Fixed(Period.Kind.CLOSE.value, week.monday, week_close(week, calendar, times))
        week = week.next
