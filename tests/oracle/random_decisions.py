"""What the workbooks of a random city cannot carry, chosen so that each decision meets somebody's figures."""

from datetime import date, timedelta
from random import Random
from typing import Any

from .decisions import Decisions, Excuse, Relief, Trial, Version
from .random_roster import Roster

RULES: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({}, {"assessment": {"mode": "each_day", "unassessed_weeks": "break"}}),
    (
        {"assessment": {"short_weeks": "rolling"}},
        {
            "assessment": {
                "mode": "weighted",
                "weights": {"calls": 40, "visits": 30, "prospects": 20, "studies": 10},
                "threshold_percent": 90,
            }
        },
    ),
    (
        {},
        {
            "targets": {"calls": 5, "visits": 2},
            "fines": {"two_short_weeks_yuan": 80},
            "assessment": {
                "short_weeks": "rolling",
                "newcomers": {
                    "ramp": [{"until_week": 2, "percent": 50}, {"until_week": 4, "percent": 75}],
                    "weeks_without_fines": 3,
                },
            },
        },
    ),
    (
        {"assessment": {"duty_half_days_a_month": 3}},
        {"assessment": {"exempt_below_days": 3, "unassessed_weeks": "break"}, "calls": {"unanswered_a_day": 1}},
    ),
    (
        {"assessment": {"unassessed_weeks": "break"}},
        {
            "calls": {"one_per_contact": False, "quiet_from": "20:30", "quiet_until": "08:30"},
            "assessment": {"short_weeks": "rolling", "duty_half_days_a_month": 2},
        },
    ),
)


def random_decisions(rng: Random, seed: int, roster: Roster, first: date, second_version: date) -> Decisions:
    """The pair of rule sets goes by the seed, five in turn; every third city begins a week later."""
    before, after = RULES[seed % len(RULES)]
    starts = first + timedelta(weeks=seed % 3 == 2)
    return Decisions(
        corrections=corrections(rng, first),
        versions=(Version(starts, before), Version(second_version, after)),
        trials=(trial(rng, roster),),
        excuses=excuses(rng, roster, first),
        reliefs=reliefs(rng, roster, first),
    )


def corrections(rng: Random, first: date) -> dict[date, bool]:
    """A working day taken off in March, and the Saturday of its week or of the next worked for it."""
    monday = date(2026, 3, 9) + timedelta(weeks=rng.randrange(2))
    return {
        monday + timedelta(days=rng.randrange(1, 4)): False,
        monday + timedelta(days=rng.choice([5, 12])): True,
        date(2026, 4, 18): True,
        date(2026, 4, 20): False,
    }


def trial(rng: Random, roster: Roster) -> Trial:
    """Of the department that the mover comes from or goes to, over the week of his move and two around it."""
    moves = [post for post in roster.posts if post[0] == roster.cast["mover"]]
    department = rng.choice(moves)[1][:4] + "T"
    moved = moves[1][3]
    monday = moved - timedelta(days=moved.weekday(), weeks=1)
    return Trial(department, monday, monday + timedelta(days=20))


def excuses(rng: Random, roster: Roster, first: date) -> tuple[Excuse, ...]:
    """Two of short weeks, one of a met week and one of the festival's, which both stay what they are."""
    weeks = [first + timedelta(weeks=n) for n in rng.sample(range(9, 13), 2)]
    return (
        Excuse(roster.cast["poor"], weeks[0], "住院"),
        Excuse(roster.cast["silent"], weeks[1], "系统故障"),
        Excuse(roster.cast["at target"], weeks[0], "误报"),
        Excuse(roster.cast["poor"], date(2026, 2, 16), "春节"),
    )


def reliefs(rng: Random, roster: Roster, first: date) -> tuple[Relief, ...]:
    """An afternoon of a branch and a whole day of a team."""
    posts = dict(post[:2] for post in roster.posts)
    branch, team = posts[roster.cast["silent"]][:4], posts[roster.cast["at target"]]
    afternoon = first + timedelta(weeks=rng.randrange(2, 5), days=2)
    day = first + timedelta(weeks=rng.randrange(8, 12), days=rng.randrange(4))
    return (
        Relief(branch, afternoon, "pm"),
        Relief(team, day, "am"),
        Relief(team, day, "pm"),
    )
