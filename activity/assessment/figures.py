"""The assessment of a week, counted in the database: the same statements however many people there are.

What is needed is computed by `rules.needed` for every number of half days and handed to the statement as a table;
status, streak and proposal are the words of `rules.assess`, `streak` and `proposes` as SQL, and tests hold both
against each other in every mode. domain.md 3, "Below 6311" and "Two consecutive weeks".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from activity.assessment.rules import FULL, PARTS, exempt_below, needed
from activity.coaching.figures import MANAGER_DONE
from activity.daily_log import stretches
from activity.daily_log.stretches import STRETCHES
from org.posts import Post
from org.rules.schema import RuleBook
from org.trials.models import TrialRun
from org.week import Week
from org.working_days.rules import WorkingCalendar

MOST_HALF_DAYS = 14
FOUR = range(1, 5)


class Standard(NamedTuple):
    """What is assessed: 6311 of client managers or 3111 of managers. `done`: a part of a statement named so."""

    table: str
    post: Post
    items: Sequence[str]
    done: str


DONE = """done AS (
    SELECT person_id, sum(calls)::int AS calls, sum(visits)::int AS visits,
        sum(prospects)::int AS prospects, sum(studies)::int AS studies
    FROM activity_dailylog WHERE day BETWEEN %(monday)s AND %(sunday)s AND counts
        AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s::bigint[]))
    GROUP BY person_id
)"""
CLIENT_MANAGERS = Standard(
    "activity_weekassessment", Post.CLIENT_MANAGER, ("calls", "visits", "prospects", "studies"), DONE
)
MANAGERS = Standard(
    "activity_managerassessment",
    Post.DEPARTMENT_MANAGER,
    ("follow_up_calls", "accompaniments", "coachings", "proposals_or_recruits"),
    MANAGER_DONE,
)

SERVICE = "((%(monday)s::date - joined_on + extract(isodow FROM joined_on)::int - 1) / 7 + 1)"  # week of service

# `before`: the last working day before that day. Owed half days of a stretch are a difference of the running sums
# `owed` of Monday to Sunday, less the half days away on working days.
PEOPLE = f"""
WITH days AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(works)s::bool[], %(befores)s::date[]) AS days (day, works, before)
), {STRETCHES}, absent AS (
    SELECT person_id, lo, count(*) AS owed
    FROM spans JOIN away_half USING (person_id) JOIN days USING (day)
    WHERE works AND away_half.day BETWEEN lo AND hi GROUP BY person_id, lo
), by_unit AS (
    SELECT person_id, unit_id, max(hi) AS until, min(joined_on) AS joined_on,
        sum((%(owed)s::int[])[hi - %(monday)s::date + 2] - (%(owed)s::int[])[lo - %(monday)s::date + 1]
            - coalesce(absent.owed, 0)) AS owed
    FROM spans LEFT JOIN absent USING (person_id, lo) GROUP BY person_id, unit_id
), people AS (
    SELECT DISTINCT ON (person_id) person_id, unit_id, (sum(owed) OVER person)::int AS half_days,
        coalesce((
            SELECT percent FROM unnest(%(ramp_until)s::int[], %(ramp_percent)s::int[]) AS ramp (until, percent)
            WHERE {SERVICE} <= ramp.until ORDER BY ramp.until LIMIT 1
        ), {FULL}) AS percent,
        {SERVICE} <= %(weeks_without_fines)s AS newcomer
    FROM by_unit WINDOW person AS (PARTITION BY person_id)
    ORDER BY person_id, owed DESC, until DESC
), here AS (
    SELECT people.*, EXISTS (
        SELECT FROM unnest(%(trials)s::text[]) AS trial (path) WHERE starts_with(org_unit.path, trial.path)
    ) AS on_trial
    FROM people JOIN org_unit ON org_unit.id = unit_id WHERE org_unit.path LIKE %(within)s
), needs AS MATERIALIZED (
    SELECT * FROM unnest(%(percents)s::int[], %(halves)s::int[],
        %(need_1)s::int[], %(need_2)s::int[], %(need_3)s::int[], %(need_4)s::int[])
        AS needs (percent, half_days, need_1, need_2, need_3, need_4)
)"""  # noqa: S608

# `summed`: person, unit, half_days, percent, done_1 … done_4, short_1 … short_4.
BY_WEEK = """summed AS (
    SELECT here.*, {done}, {short}
    FROM here JOIN needs USING (percent, half_days) LEFT JOIN done USING (person_id)
)"""
BY_DAY = """owing AS (
    SELECT spans.person_id, days.day, (CASE WHEN works THEN 2 - count(away_half.day) ELSE 0 END)::int AS half_days
    FROM spans JOIN days ON days.day BETWEEN lo AND hi
    LEFT JOIN away_half ON away_half.person_id = spans.person_id AND away_half.day = days.day
    GROUP BY spans.person_id, days.day, works
), missing AS (
    SELECT owing.person_id, {missing}
    FROM owing JOIN here USING (person_id) JOIN needs ON needs.percent = here.percent
        AND needs.half_days = owing.half_days
    LEFT JOIN activity_dailylog AS log ON log.person_id = owing.person_id AND log.day = owing.day AND log.counts
    GROUP BY owing.person_id
), summed AS (
    SELECT here.*, {done}, short_1, short_2, short_3, short_4
    FROM here JOIN missing USING (person_id) LEFT JOIN done USING (person_id)
)"""
ALL_MET = "short_1 + short_2 + short_3 + short_4 = 0"


def _met(mode: str) -> str:
    """Whether the week is met, of a row of `summed`."""
    if mode != "weighted":
        return ALL_MET
    due = {n: f"(%(target_{n})s * half_days * percent)::numeric" for n in FOUR}
    whole = {n: f"CASE WHEN {due[n]} = 0 THEN 1 ELSE {due[n]} END" for n in FOUR}
    reached = {n: f"CASE WHEN {due[n]} = 0 THEN 1 ELSE least({PARTS} * done_{n}, {due[n]}) END" for n in FOUR}
    scores = (
        " * ".join(f"({part})" for part in (f"%(weight_{n})s", reached[n], *(whole[m] for m in FOUR if m != n)))
        for n in FOUR
    )
    return f"{' + '.join(scores)} >= %(threshold)s * {' * '.join(f'({whole[n]})' for n in FOUR)}"


def _judged(standard: Standard, mode: str) -> str:
    """PEOPLE and what follows up to `judged`: with status, of everybody here."""
    counts = {n: f"coalesce(done.{item}, 0)" for n, item in enumerate(standard.items, 1)}
    summed = (BY_DAY if mode == "each_day" else BY_WEEK).format(
        done=", ".join(f"{count} AS done_{n}" for n, count in counts.items()),
        short=", ".join(f"greatest(0, need_{n} - {count}) AS short_{n}" for n, count in counts.items()),
        missing=", ".join(
            f"sum(greatest(0, need_{n} - coalesce(log.{item}, 0)))::int AS short_{n}"
            for n, item in enumerate(standard.items, 1)
        ),
    )
    return f"""{PEOPLE}, {standard.done}, {summed}, judged AS MATERIALIZED (
        SELECT summed.*, CASE
            WHEN half_days < %(exempt_half_days)s THEN 'exempt'
            WHEN {_met(mode)} THEN 'met'
            WHEN EXISTS (
                SELECT FROM activity_weekexcuse AS excuse WHERE excuse.person_id = summed.person_id
                    AND excuse.week = %(monday)s AND withdrawn_at IS NULL AND %(excusable)s
            ) THEN 'excused' ELSE 'short' END AS status
        FROM summed
    )"""  # noqa: S608


# The fold of `rules.streak`: of what came before, only the last row in force matters.
LINKED = """, anew AS MATERIALIZED (
    SELECT held.person_id FROM held JOIN days ON days.day = held.lo
    WHERE greatest(held.starts_on, held.joined_on) = held.lo AND NOT EXISTS (
        SELECT FROM org_appointment AS earlier JOIN org_person AS who ON who.id = earlier.person_id
        WHERE earlier.person_id = held.person_id AND earlier.post = %(post)s
            AND days.before BETWEEN greatest(earlier.starts_on, who.joined_on)
                AND coalesce(least(earlier.ends_on, who.left_on), 'infinity')
    )
), linked AS (
    SELECT begun.*, CASE WHEN on_trial THEN 'trial' WHEN newcomer THEN 'newcomer' ELSE '' END AS spared,
        CASE WHEN starts_anew THEN 0 ELSE coalesce(last.streak, 0) END AS carried
    FROM (SELECT *, person_id IN (SELECT person_id FROM anew) AS starts_anew FROM judged) AS begun LEFT JOIN LATERAL (
        SELECT streak FROM activity_weekassessment AS earlier
        WHERE earlier.person_id = begun.person_id AND earlier.week < %(monday)s AND NOT earlier.void
            AND NOT EXISTS (
                SELECT FROM activity_weekassessment AS later WHERE later.person_id = earlier.person_id
                    AND later.week = earlier.week AND later.version > earlier.version
            )
        ORDER BY earlier.week DESC, earlier.version DESC LIMIT 1
    ) AS last ON true
), followed AS (
    SELECT linked.*, CASE
        WHEN spared <> '' OR status IN ('exempt', 'excused') THEN CASE WHEN %(skip)s THEN carried ELSE 0 END
        WHEN status = 'short' THEN carried + 1 ELSE 0 END AS streak
    FROM linked
), assessed AS (
    SELECT followed.*, status = 'short' AND spared = '' AND %(fined)s
        AND CASE WHEN %(pairs)s THEN streak %% 2 = 0 ELSE streak >= 2 END AS proposes
    FROM followed
)"""


ALL_JUDGED = ", assessed AS (SELECT * FROM judged)"


def statement(standard: Standard, mode: str) -> str:
    """Up to `assessed`: one row for every holder of the post on any day of the week, where most half days lie."""
    if standard is MANAGERS:
        return _judged(standard, "each_item") + ALL_JUDGED
    return _judged(standard, mode) + LINKED


def parameters(
    standard: Standard,
    within: str,
    week: Week,
    *,
    calendar: WorkingCalendar,
    book: RuleBook,
    people: Collection[int] | None = None,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of `statement`: of these people, or of everybody in units whose path is LIKE `within`.

    `known`: the values of the stretches, of who has asked for them and reads no more than `judged`: no streak, no
    trial run.
    """
    rules = book.assessment
    weights = rules.weights.model_dump().values()
    trials = TrialRun.objects.touching(week.monday, week.sunday).values_list("unit__path", flat=True)
    own = known or stretches.parameters(within, week, calendar=calendar, book=book, post=standard.post, people=people)
    return {
        **own,
        "within": within,
        **_days(week, calendar),
        **of_standard(standard, book),
        **{f"weight_{n}": weight for n, weight in zip(FOUR, weights, strict=True)},
        "weeks_without_fines": rules.newcomers.weeks_without_fines,
        "trials": [] if known else list(trials),
        "threshold": rules.threshold_percent,
        "exempt_half_days": exempt_below(rules),
        "skip": rules.unassessed_weeks == "skip",
        "pairs": rules.short_weeks == "pairs",
        "fined": book.fines.two_short_weeks_yuan > 0,
        "one_per_contact": book.calls.one_per_contact,
    }


def of_standard(standard: Standard, book: RuleBook) -> dict[str, Any]:
    """The values that are others for 3111 than for 6311: whoever asks both of a week asks the rest once."""
    is_6311 = standard is CLIENT_MANAGERS
    targets = book.standard if is_6311 else book.manager_targets.standard
    ramp = book.assessment.newcomers.ramp if is_6311 else ()
    return {
        **_needs(targets, [FULL, *(step.percent for step in ramp)]),
        **{f"target_{n}": target for n, target in zip(FOUR, targets, strict=True)},
        "post": standard.post.value,
        "ramp_until": [step.until_week for step in ramp],
        "ramp_percent": [step.percent for step in ramp],
        "excusable": is_6311,
    }


def _days(week: Week, calendar: WorkingCalendar) -> dict[str, Any]:
    works = [calendar.works(day) for day in week.days]
    return {
        "days": list(week.days),
        "works": works,
        "befores": [calendar.previous_working(day) for day in week.days],
        "owed": [2 * sum(works[:n]) for n in range(len(works) + 1)],
    }


def _needs(targets: Sequence[int], percents: Collection[int]) -> dict[str, list[int]]:
    """`rules.needed` of every number of half days and share of the targets, as columns."""
    rows = [
        (percent, halves, *needed(targets, half_days=halves, percent=percent))
        for percent in sorted(set(percents))
        for halves in range(MOST_HALF_DAYS + 1)
    ]
    names = ("percents", "halves", "need_1", "need_2", "need_3", "need_4")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
