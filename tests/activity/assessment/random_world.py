"""A small world at random: two cities, people who join, move, pause and leave, and all that a week's result rests on.

Everything is written as plain rows, so that nothing stands between the facts and the statement that judges them.
"""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from activity.assessment.models import WeekExcuse
from activity.daily_log.models import DailyLog
from org.absences.models import Absence, Relief
from org.people.models import Appointment, Person
from org.posts import Post
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.trials.models import TrialRun
from org.units.models import Unit
from org.week import Week
from org.working_days.models import WorkingDay
from tests import factories as make

WEEKS = 4
DAY = timedelta(days=1)
FIRST_MONDAYS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]  # Spring Festival and make-up days in it


class Ground(NamedTuple):
    """What all worlds stand on: units of two cities, and somebody at headquarters who grants things."""

    cities: list[Unit]
    homes: list[Unit]
    chief: Person


class World(NamedTuple):
    ground: Ground
    weeks: list[Week]
    books: dict[date, RuleBook]  # by Monday
    people: list[Person]


def ground():
    qingdao, yantai = make.city(), make.city("3706", "烟台市公司")
    south, north, east = make.branch(qingdao), make.branch(qingdao), make.branch(yantai)
    south_team = make.team(make.department(south))
    homes = [*Unit.objects.filter(pk__in=[south_team.pk, south_team.get_parent().pk])]
    homes += [make.department(north), make.department(east)]
    return Ground([qingdao, yantai], homes, make.person(Post.HQ_STAFF, unit=qingdao))


def world(random, ground, people=6, **assessment):
    """Rows of everything, in the transaction of the caller; `assessment` fixes values of the rules."""
    first = Week(random.choice(FIRST_MONDAYS))
    weeks = [Week(first.monday + timedelta(weeks=n)) for n in range(WEEKS)]
    books = rule_books(random, weeks, assessment)
    staff = hire(random, people, weeks)
    days = [day for week in weeks for day in week.days]
    appoint(random, staff, ground, days)
    correct_the_calendar(random, days)
    keep_away(random, staff, days)
    relieve(random, ground, days)
    try_out(random, ground, weeks)
    work(random, staff, ground, weeks, books)
    excuse(random, staff, ground, weeks)
    return World(ground, weeks, books, staff)


def rule_books(random, weeks, assessment):
    """One version or two; the versions are published, the books come back by Monday."""
    change = random.choice([None, None, *range(1, WEEKS)])
    starts = [0] if change is None else [0, change]
    versions = []
    for version, start in enumerate(starts, 1):
        book = RuleBook.model_validate(
            {
                "effective_from": weeks[start].monday,
                **RuleBook.read(values(random, assessment)).model_dump(exclude={"effective_from"}),
            }
        )
        RuleSet.objects.create(
            version=version, effective_from=book.effective_from, data=book.as_json(), sha256=book.sha256,
            published_at=make.at(book.effective_from, 0),
        )  # fmt: skip
        versions.append((start, book))
    return {week.monday: [book for start, book in versions if start <= n][-1] for n, week in enumerate(weeks)}


def values(random, assessment):
    cuts = sorted(random.choice([0, 10, 25, 40, 50, 100]) for _ in range(3))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    names = ("calls", "visits", "prospects", "studies")
    ramp = random.choice([(), (), ((2, 50),), ((1, 0), (3, 33), (8, 75))])
    targets = random.choice([(6, 3, 1, 1), (6, 3, 1, 1), (3, 2, 1, 0), (0, 1, 0, 2), (0, 0, 0, 0)])
    return {
        "targets": dict(zip(names, targets, strict=True)),
        "assessment": {
            "mode": random.choice(["each_item", "each_day", "weighted"]),
            "weights": dict(zip(names, shares, strict=True)),
            "threshold_percent": random.choice([1, 50, 75, 90, 100]),
            "exempt_below_days": random.choice([0, 1, 2, 2, 4]),
            "unassessed_weeks": random.choice(["skip", "skip", "break"]),
            "short_weeks": random.choice(["pairs", "rolling"]),
            "duty_half_days_a_month": random.choice([None, 0, 1, 3]),
            "newcomers": {
                "ramp": [{"until_week": until, "percent": percent} for until, percent in ramp],
                "weeks_without_fines": random.choice([0, 0, 1, 2]),
            },
            **assessment,
        },
        "fines": {"two_short_weeks_yuan": random.choice([50, 50, 50, 30, 0])},
    }  # fmt: skip


def hire(random, many, weeks):
    first, last = weeks[0].monday, weeks[-1].sunday
    people = [
        Person(
            employee_no=f"W{n:03}", name=f"员工{n}", password="!",
            joined_on=random.choice([make.LONG_AGO, make.LONG_AGO, first + random.randint(-20, 20) * DAY]),
            left_on=random.choice([None, None, None, last - random.randint(0, 20) * DAY]),
        )
        for n in range(many)
    ]  # fmt: skip
    return Person.objects.bulk_create(people)


def appoint(random, people, ground, days):
    """Half of them sit in one unit; the others move, pause, hold two posts at once, or are something else a while."""
    rows = []
    for person in people:
        start = random.choice([make.LONG_AGO, make.LONG_AGO, days[0] - random.randint(0, 9) * DAY])
        if random.random() < 0.5:
            rows.append(Appointment(person=person, unit=random.choice(ground.homes), post=Post.CLIENT_MANAGER,
                                    starts_on=start))  # fmt: skip
            continue
        start, homes = max(start, days[0] - 9 * DAY), random.sample(ground.homes, len(ground.homes))
        for unit in homes[: random.randint(1, 4)]:  # each unit once, so that two may overlap
            end = start + random.choice([0, 1, 2, 4, 6, 8, 11, 13, 20]) * DAY
            post = random.choice([Post.CLIENT_MANAGER] * 5 + [Post.TEAM_LEADER])
            rows.append(Appointment(person=person, unit=unit, post=post, starts_on=start, ends_on=end))
            start = end + random.choice([1, 1, 1, 2, 3, 4, 8, -2, 0]) * DAY
            start = max(start, rows[-1].starts_on)
    Appointment.objects.bulk_create(rows)


def correct_the_calendar(random, days):
    for day in random.sample(days, random.choice([0, 0, 1, 3])):
        WorkingDay.objects.update_or_create(
            day=day, defaults={"works": random.random() < 0.5, "source": WorkingDay.Source.HQ}
        )


def keep_away(random, people, days):
    """Leave and duty in half days; duty also in the month before the first week, where it uses up the cap."""
    span = [days[0] - n * DAY for n in range(1, 8)] + days
    halves = [(day, half) for day in span for half in ("am", "pm")]
    Absence.objects.bulk_create(
        Absence(person=person, day=day, half=half, kind=random.choice(["leave", "duty", "duty"]))
        for person in people
        for day, half in random.sample(halves, random.choice([0, 0, 2, 5, 20]))
    )


def relieve(random, ground, days):
    for unit in random.sample([*ground.cities, *ground.homes], random.choice([0, 0, 1, 2])):
        for day in random.sample(days, 3):
            withdrawn = random.random() < 0.2
            Relief.objects.create(
                batch=UUID(int=0), unit=unit, day=day, half=random.choice(["am", "pm"]), reason="台风",
                by=ground.chief, at=make.at(day), withdrawn_by=ground.chief if withdrawn else None,
                withdrawn_at=make.at(day) if withdrawn else None,
            )  # fmt: skip


def try_out(random, ground, weeks):
    for unit in random.sample([*ground.cities, *ground.homes], random.choice([0, 0, 1])):
        start = random.choice(weeks)
        ends = random.choice([None, start.sunday, start.sunday + 7 * DAY, start.monday - DAY])  # the last: never began
        TrialRun.objects.create(
            unit=unit, starts_on=start.monday, ends_on=ends, reason="试点", by=ground.chief, at=make.at(start.monday)
        )


def work(random, people, ground, weeks, books):
    """By the week: everything to the entry, all but one, whatever comes, or nothing. Some logs do not count."""
    rows = []
    for person in people:
        for week in weeks:
            way = random.choice(["all", "all", "but one", "but one", "some", "none", "none"])
            lacks = random.choice(week.days[:5]), random.randrange(4)
            for day in [] if way == "none" else [*week.days[:5], *random.sample(week.days[5:], random.randint(0, 2))]:
                done = list(books[week.monday].standard)
                if way == "some":
                    done = [max(0, count + random.choice([-1, 0, 0, 2])) for count in done]
                elif way == "but one" and day == lacks[0]:
                    done[lacks[1]] = max(0, done[lacks[1]] - 1)
                counts = random.random() > 0.03
                rows.append(DailyLog(
                    person=person, unit=ground.homes[0], day=day, created_at=make.at(day), counts=counts,
                    state="submitted", handed_in_at=make.at(day, 18),
                    **dict(zip(("calls", "visits", "prospects", "studies"), done, strict=True)),
                ))  # fmt: skip
    DailyLog.objects.bulk_create(rows)


def excuse(random, people, ground, weeks):
    WeekExcuse.objects.bulk_create(
        WeekExcuse(
            person=person, week=week.monday, reason="家有急事", by=ground.chief, at=make.at(week.monday),
            withdrawn_at=random.choice([None, None, make.at(week.sunday)]),
        )
        for person in people
        for week in weeks
        if random.random() < 0.15
    )  # fmt: skip
