"""Who owes what of a week, as the first parts of a statement: for every figure of a week the same ones.

The statements that stand on them write `WITH days (day, works, …) AS MATERIALIZED (…), ` before STRETCHES, and give
`parameters` among their values. domain.md 3, "Below 6311".
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from org.absences.models import Relief
from org.posts import Post
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import WorkingCalendar

# `held`: stretches in the post, cut to the week and to the employment. `spans`: the same, never two on one day; of
# two posts at once the day belongs to the one taken up later. Nearly everybody has one, so only the others are cut.
# `away_half`: half days of leave, of duty up to the month's cap, and of relief, each once.
STRETCHES = """held AS MATERIALIZED (
    SELECT a.id, a.person_id, a.unit_id, a.starts_on, p.joined_on,
        greatest(a.starts_on, p.joined_on, %(monday)s::date) AS lo,
        least(a.ends_on, p.left_on, %(sunday)s::date) AS hi,
        count(*) OVER person AS posts,
        bool_or(u.path LIKE %(within)s) OVER person AS here
    FROM org_appointment AS a
    JOIN org_person AS p ON p.id = a.person_id
    JOIN org_unit AS u ON u.id = a.unit_id
    WHERE a.post = %(post)s
        AND (%(people)s::bigint[] IS NULL OR a.person_id = ANY(%(people)s::bigint[]))
        AND greatest(a.starts_on, p.joined_on, %(monday)s::date)
            <= least(a.ends_on, p.left_on, %(sunday)s::date)
    WINDOW person AS (PARTITION BY a.person_id)
), spans AS MATERIALIZED (
    SELECT person_id, unit_id, lo, hi, joined_on FROM held WHERE here AND posts = 1
    UNION ALL (
        SELECT DISTINCT ON (person_id, day) person_id, unit_id, day, day, joined_on
        FROM held JOIN days ON day BETWEEN lo AND hi
        WHERE here AND posts > 1 ORDER BY person_id, day, starts_on DESC, id DESC
    )
), duty AS (
    SELECT person_id, day, half, row_number() OVER (
        PARTITION BY person_id, extract(year FROM day), extract(month FROM day) ORDER BY day, half
    ) AS nth
    FROM org_absence WHERE kind = 'duty' AND day = ANY(%(duty_days)s::date[])
        AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s::bigint[]))
), away_half AS MATERIALIZED (
    SELECT person_id, day, half
    FROM org_absence AS b JOIN days USING (day) LEFT JOIN duty USING (person_id, day, half)
    WHERE (b.kind = 'leave' OR %(duty_cap)s::int IS NULL OR duty.nth <= %(duty_cap)s)
        AND (%(people)s::bigint[] IS NULL OR b.person_id = ANY(%(people)s::bigint[]))
    UNION
    SELECT spans.person_id, relief.day, relief.half
    FROM unnest(%(relief_paths)s::text[], %(relief_days)s::date[], %(relief_halves)s::text[])
        AS relief (path, day, half)
    JOIN spans ON relief.day BETWEEN lo AND hi
    JOIN org_unit AS u ON u.id = spans.unit_id AND starts_with(u.path, relief.path)
)"""


def parameters(
    within: str,
    week: Week,
    *,
    calendar: WorkingCalendar,
    book: RuleBook,
    post: Post = Post.CLIENT_MANAGER,
    people: Collection[int] | None = None,
) -> dict[str, Any]:
    """Of STRETCHES: who holds `post` in a unit whose path is LIKE `within` (of these people alone). One query."""
    relief = list(
        Relief.objects.standing().filter(day__range=(week.monday, week.sunday)).values_list("unit__path", "day", "half")
    )
    paths, days, halves = (list(column) for column in zip(*relief, strict=True)) if relief else ([], [], [])
    cap = book.assessment.duty_half_days_a_month
    return {
        "within": within,
        "post": post.value,
        "people": None if people is None else list(people),
        "monday": week.monday,
        "sunday": week.sunday,
        "duty_cap": cap,
        "duty_days": [] if cap is None else duty_days(week.monday, week.sunday, calendar),
        "relief_paths": paths,
        "relief_days": days,
        "relief_halves": halves,
    }


def duty_days(first: date, last: date, calendar: WorkingCalendar) -> list[date]:
    """The working days that a month's cap on duty runs over, from the month's first day to `last`."""
    start = first.replace(day=1)
    span = (start + timedelta(days=n) for n in range((last - start).days + 1))
    return [day for day in span if calendar.works(day)]
