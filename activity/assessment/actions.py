"""The writers of assessments: everybody's at the close of a week, later new versions of what turned out otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from activity.assessment.figures import CLIENT_MANAGERS, FOUR, MANAGERS, Standard, parameters, statement
from activity.assessment.models import WeekClose
from org.corrections.models import Correction
from org.rules.book import book_of
from org.rules.models import RuleSet
from org.units.models import Unit
from org.week import Week
from org.working_days.calendar import calendar_between


class Why(NamedTuple):
    """Why a closed week is looked at again, as the new version will say it."""

    cause: Correction.Cause
    note: str
    by_id: int | None


Reasons = Mapping[int, Why]  # person id -> why

# `fresh`: what is to be written: at the close everything, later what differs from the version in force.
WRITE = """{assessed}, current AS (
    SELECT DISTINCT ON (person_id) * FROM {table}
    WHERE CASE WHEN %(people)s::bigint[] IS NULL THEN close_id = ANY(%(closes)s::bigint[])
        ELSE week = %(monday)s AND person_id = ANY(%(people)s::bigint[]) END
    ORDER BY person_id, version DESC
), fresh AS (
    SELECT person_id, coalesce(current.version, 0) + 1 AS version, false AS void, {named}
    FROM assessed LEFT JOIN current USING (person_id)
    WHERE current.person_id IS NULL OR current.void OR current.close_id <> %(close)s
        OR ({stored}) IS DISTINCT FROM ({values})
    UNION ALL
    SELECT person_id, current.version + 1, true, {stored}
    FROM current WHERE NOT void AND close_id = %(close)s
        AND NOT EXISTS (SELECT FROM assessed WHERE assessed.person_id = current.person_id)
)
INSERT INTO {table} (close_id, person_id, week, version, void, {columns}, cause, cause_note, by_id, at)
SELECT %(close)s, fresh.*, coalesce(why.cause, ''), coalesce(why.note, ''), why.by_id, %(at)s
FROM (SELECT person_id, %(monday)s::date, version, void, {columns} FROM fresh) AS fresh
LEFT JOIN unnest(%(people)s::bigint[], %(causes)s::text[], %(notes)s::text[], %(bys)s::bigint[])
    AS why (person_id, cause, note, by_id) USING (person_id)
"""


def _columns(standard: Standard) -> dict[str, str]:
    """Column of the table -> column of `assessed`."""
    columns = {"unit_id": "unit_id", "required_half_days": "half_days", "status": "status"}
    for n, item in zip(FOUR, standard.items, strict=True):
        columns |= {item: f"done_{n}", f"short_{item}": f"short_{n}"}
    if standard is CLIENT_MANAGERS:
        columns |= {name: name for name in ("percent", "spared", "starts_anew", "streak", "proposes")}
    return columns


def _written(standard: Standard, mode: str) -> str:
    columns = _columns(standard)
    return WRITE.format(
        assessed=statement(standard, mode),
        table=standard.table,
        columns=", ".join(columns),
        values=", ".join(f"assessed.{name}" for name in columns.values()),
        named=", ".join(f"assessed.{name} AS {column}" for column, name in columns.items()),
        stored=", ".join(f"current.{name}" for name in columns),
    )


@transaction.atomic
def close_week(city: Unit, week: Week, *, rules: RuleSet, due_at: datetime, at: datetime) -> WeekClose | None:
    """Assess 6311 and 3111 of the city's week under these rules; None when it is closed already."""
    close, is_new = WeekClose.objects.get_or_create(
        city=city, week=week.monday, defaults={"rules": rules, "due_at": due_at, "closed_at": at}
    )
    if not is_new:
        return None
    _write(close, None, at=at)
    return close


@transaction.atomic
def assess_again(close: WeekClose, reasons: Reasons, *, at: datetime) -> set[int]:
    """New versions where the week of these people now comes out otherwise, under its own rules; returns whose."""
    return _write(close, reasons, at=at)


def _write(close: WeekClose, reasons: Reasons | None, *, at: datetime) -> set[int]:
    week, book = Week(close.week), book_of(close.rules)
    calendar = calendar_between(week.monday, week.sunday)
    closes = list(WeekClose.objects.filter(week=close.week).values_list("pk", flat=True))  # of all cities
    changed: set[int] = set()
    for standard in (CLIENT_MANAGERS, MANAGERS):
        given = parameters(
            standard,
            close.city.path + "%",
            week,
            calendar=calendar,
            book=book,
            people=None if reasons is None else reasons,
        )
        with connection.cursor() as cursor:
            sql = _written(standard, book.assessment.mode)
            asked = {**given, **_why(reasons), "close": close.pk, "closes": closes, "at": at}
            if reasons is None:
                cursor.execute(sql, asked)
            else:
                cursor.execute(sql + " RETURNING person_id", asked)
                changed |= {person for (person,) in cursor}
    return changed


def _why(reasons: Reasons | None) -> dict[str, Any]:
    """The reasons as columns, in the order of the people."""
    whys = list((reasons or {}).values())
    return {
        "causes": [why.cause.value for why in whys],
        "notes": [why.note for why in whys],
        "bys": [why.by_id for why in whys],
    }
