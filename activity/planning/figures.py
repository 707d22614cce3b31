"""What a plan stands on, counted in the database: who is in post, what the week before came to, and what is usual.

A constant number of statements, however many people there are. `plan` is the planned week; money is yuan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from django.db import connection

from activity.daily_log import stretches
from activity.daily_log.stretches import STRETCHES
from activity.itinerary.models import PlanItem
from activity.rollup import figures as rollup_figures
from activity.rollup.figures import PEOPLE
from activity.rollup.models import RollUpPerson
from org.rules.days import ruled_days
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import report_due

WEEKS = 8
NOTHING = Decimal(0)

# A half day is there for the plan when it works and its holder is neither away nor relieved.
STAFF = f"""
WITH days AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(works)s::bool[]) AS days (day, works)
), {STRETCHES}
SELECT p.id, p.employee_no, p.name, count(*)
FROM spans JOIN org_unit AS u ON u.id = spans.unit_id AND u.path LIKE %(within)s
JOIN days ON days.day BETWEEN lo AND hi AND works
CROSS JOIN unnest(ARRAY['am', 'pm']) AS halves (half)
LEFT JOIN away_half AS away
    ON away.person_id = spans.person_id AND away.day = days.day AND away.half = halves.half
JOIN org_person AS p ON p.id = spans.person_id
WHERE away.person_id IS NULL
GROUP BY p.id ORDER BY p.employee_no
"""  # noqa: S608

# The eight latest closed weeks of the unit's city that were known while the plan was made, and of each person those
# in which he was assessed; policies by 承保日期.
USUAL = """
WITH weeks AS (
    SELECT week FROM activity_weekclose AS closed JOIN org_unit AS city ON city.id = closed.city_id
    WHERE starts_with(%(path)s, city.path) AND week <= %(last)s::date ORDER BY week DESC LIMIT %(weeks)s
), assessed AS (
    SELECT DISTINCT ON (person_id, week) person_id, week, visits, void
    FROM activity_weekassessment JOIN weeks USING (week)
    WHERE person_id = ANY(%(people)s::bigint[]) ORDER BY person_id, week, version DESC
), sold AS (
    SELECT seller_id AS person_id, date_trunc('week', issued_on)::date AS week,
        sum(premium) AS premium, count(*) AS cases
    FROM clients_policy WHERE seller_id = ANY(%(people)s::bigint[])
        AND issued_on BETWEEN (SELECT min(week) FROM weeks) AND %(last)s::date + 6
    GROUP BY 1, 2
)
SELECT person_id, week, visits, coalesce(premium, 0), coalesce(cases, 0)
FROM assessed LEFT JOIN sold USING (person_id, week) WHERE NOT void ORDER BY person_id, week
"""
SOLD = """
    SELECT seller_id, sum(premium), count(*) FROM clients_policy
    WHERE seller_id = ANY(%(people)s::bigint[]) AND issued_on BETWEEN %(first)s AND %(last)s GROUP BY seller_id
"""
SETTLED = """
    SELECT item.person_id, item.state, count(*) FROM activity_planitem AS item
    JOIN activity_itinerary AS plan ON plan.id = item.itinerary_id
    WHERE item.person_id = ANY(%(people)s::bigint[]) AND plan.week = %(week)s GROUP BY 1, 2
"""
LIVE = f"""{PEOPLE} SELECT person_id, calls, visits, prospects, studies, due_half_days FROM counted"""  # noqa: S608


class Member(NamedTuple):
    """An active employee of a week; `half_days`: how many of its working half days he has for the plan."""

    person_id: int
    employee_no: str
    name: str
    half_days: int


def active(unit: Unit, plan: Week) -> list[Member]:
    """Who holds 客户经理 in the unit or below it on a day of the week and is not away the whole of it, by 工号."""
    books, calendar = ruled_days(plan.monday, plan.sunday)
    book = books[plan.monday]
    given = stretches.parameters(f"{unit.path}%", plan, calendar=calendar, book=book)
    given |= {"days": list(plan.days), "works": [calendar.works(day) for day in plan.days]}
    with connection.cursor() as cursor:
        cursor.execute(STAFF, given)
        return [Member(*row) for row in cursor.fetchall()]


class Sales(NamedTuple):
    """What a week came to, as far as a goal is set for it."""

    week: date
    visits: int
    premium: Decimal
    cases: int


def usual_weeks(people: Collection[int], plan: Week, *, unit: Unit) -> dict[int, list[Sales]]:
    """Each person's weeks among the city's last eight closed ones before the plan, oldest first; 0 where nothing was.

    The week before the plan is still running when the plan is made and never belongs to them.
    """
    given = {"people": list(people), "path": unit.path, "last": plan.previous.previous.monday, "weeks": WEEKS}
    found: dict[int, list[Sales]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(USUAL, given)
        for person, *rest in cursor.fetchall():
            found[person].append(Sales(*rest))
    return dict(found)


class Usual(NamedTuple):
    """近 8 周中位; `weeks`: how many of the eight he was assessed in."""

    visits: Decimal
    premium: Decimal
    cases: Decimal
    weeks: int


def medians(people: Collection[int], plan: Week, *, unit: Unit) -> dict[int, Usual]:
    """Nobody is listed who was assessed in none of the weeks. One statement."""
    return {person: _usual(weeks) for person, weeks in usual_weeks(people, plan, unit=unit).items()}


def _usual(weeks: list[Sales]) -> Usual:
    return Usual(
        visits=median(Decimal(week.visits) for week in weeks),
        premium=median(week.premium for week in weeks),
        cases=median(Decimal(week.cases) for week in weeks),
        weeks=len(weeks),
    )


@dataclass(slots=True)
class Attained:
    """What a person has brought into a week so far: 6311 as the Saturday report counts it, policies, plan items."""

    calls: int = 0
    visits: int = 0
    prospects: int = 0
    studies: int = 0
    due_half_days: int = 0
    premium: Decimal = NOTHING
    cases: int = 0
    planned: int = 0  # items that are still open
    done: int = 0
    missed: int = 0
    moved: int = 0
    cancelled: int = 0

    def __add__(self, other: Attained) -> Attained:
        return Attained(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def attained(people: Collection[int], week: Week, *, unit: Unit, at: datetime) -> dict[int, Attained]:
    """Everybody asked for has his own: frozen as of the report where there is one, else as it stands."""
    found = {person: Attained() for person in people}
    for person, *counted in _activity(people, week, unit, at):
        for name, count in zip(("calls", "visits", "prospects", "studies", "due_half_days"), counted, strict=True):
            setattr(found[person], name, count)
    given: dict[str, Any] = {"people": list(people), "first": week.monday, "last": week.sunday, "week": week.monday}
    with connection.cursor() as cursor:
        cursor.execute(SOLD, given)
        for person, premium, cases in cursor.fetchall():
            found[person].premium, found[person].cases = premium, cases
        cursor.execute(SETTLED, given)
        for person, state, count in cursor.fetchall():
            setattr(found[person], PlanItem.State(state).value, count)
    return found


def _activity(people: Collection[int], week: Week, unit: Unit, at: datetime) -> list[tuple[int, ...]]:
    """Person, the four items and due half days, of whoever held the post in the week, wherever that was."""
    columns = ("person_id", "calls", "visits", "prospects", "studies", "due_half_days")
    frozen = list(
        RollUpPerson.objects.filter(rollup__week=week.monday, rollup__version=1, person__in=people).values_list(
            *columns
        )
    )
    if frozen:
        return frozen
    books, calendar = ruled_days(week.monday, week.sunday)
    book = books[week.monday]
    due = report_due(week, calendar, book.times)
    given = rollup_figures.parameters(
        f"{unit.path[: unit.steplen]}%", week, until=min(at, due or at), calendar=calendar, book=book
    )
    with connection.cursor() as cursor:
        cursor.execute(LIVE, {**given, "people": list(people)})
        return list(cursor.fetchall())
