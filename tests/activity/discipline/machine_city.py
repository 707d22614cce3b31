"""Four client managers of two branches: their facts in memory for the oracle, and their rows for the product."""

from datetime import date, timedelta
from typing import NamedTuple

from activity.daily_log.models import DailyLog
from clients.visits.models import Visit
from org.posts import Post
from tests import factories as make
from tests.oracle.calendar import Calendar, days_of
from tests.oracle.counting import DayCount
from tests.oracle.decisions import Decisions, Version
from tests.oracle.fines import chains
from tests.oracle.reading import Book
from tests.oracle.weeks import Material, unit_held

START = date(2026, 9, 7)  # before a Sunday of work, Mid-autumn and the National Day
JOINS = START + timedelta(days=9)  # a Wednesday
LEAVES, RETURNS = START + timedelta(days=22), START + timedelta(days=30)  # a Tuesday, the Wednesday of the week after
VISITS_ALONE = {"calls": 0, "visits": 1, "prospects": 0, "studies": 0}
PLANS = ("all", "one less", "none", "twice on one day")
CALENDAR = Calendar({})


class City(NamedTuple):
    """Rows that every example begins with; by 工号 or unit code."""

    units: dict
    people: dict
    deputies: dict
    clerks: dict
    managers: dict
    hq: object


def make_city():
    city = make.city("3702")
    first = make.department(make.branch(city, "370201"))
    second = make.department(make.branch(city, "370202"))
    team = make.team(first)
    units = {unit.code: unit for unit in (city, first.branch, first, team, second.branch, second)}
    homes = {"e1": team, "e2": team, "e3": first, "e4": second}
    people = {who: make.person(employee_no=who) for who in homes}
    for who, unit in homes.items():
        if who == "e4":
            make.appoint(people[who], Post.CLIENT_MANAGER, unit, ends_on=LEAVES)
            make.appoint(people[who], Post.CLIENT_MANAGER, unit, starts_on=RETURNS)
        else:
            make.appoint(people[who], Post.CLIENT_MANAGER, unit)
    people["e3"].joined_on = JOINS
    people["e3"].save()
    posts = {Post.BRANCH_DEPUTY_GM: {}, Post.BRANCH_CLERK: {}, Post.DEPARTMENT_MANAGER: {}}
    for post, held in posts.items():
        made = {unit.pk: make.person(post, unit=make.home_of(post, unit)) for unit in (first, second)}
        held.update({who: made[first.pk if who != "e4" else second.pk] for who in homes})
    return City(units, people, *posts.values(), make.person(Post.HQ_STAFF, unit=city))


class Facts:
    """What is true at this moment, as the oracle reads it."""

    def __init__(self, city):
        self.versions, self.closed = [], []
        self.absences, self.duties, self.visits = set(), set(), {}
        self.trials, self.excuses, self.reliefs = {}, {}, {}  # by the row that says so
        self.units = {unit.code: {"parent": unit.get_parent().code} for unit in city.units.values()}
        self.people = {who: {"joined": one.joined_on, "left": None} for who, one in city.people.items()}
        self.posts = [
            {
                "employee": who,
                "unit": held.unit.code,
                "post": "客户经理",
                "starts": held.starts_on,
                "ends": held.ends_on,
            }
            for who, one in city.people.items()
            for held in one.appointments.select_related("unit")
        ]

    @property
    def this_week(self):
        return self.closed[-1] + timedelta(weeks=1) if self.closed else START

    def material(self):
        decisions = Decisions(
            versions=tuple(self.versions),
            trials=tuple(self.trials.values()),
            excuses=tuple(self.excuses.values()),
            reliefs=tuple(one for batch in self.reliefs.values() for one in batch),
        )
        book = Book(
            self.units, self.people, self.posts, [], {}, [], [], [], [], self.absences, self.duties, decisions
        )  # fmt: skip
        days = {key: DayCount(0, len(visits), 0, 0, None, "on_time") for key, visits in self.visits.items()}
        return Material(book, CALENDAR, days)

    def chains(self):
        """The oracle's weeks, streaks and fines, by (工号, Monday)."""
        if not self.closed:
            return {}
        links = chains(self.material(), START, self.closed[-1])
        return {(link.assessment.employee, link.assessment.monday): link for link in links}

    def held_days(self, who, monday):
        book = self.material().book
        return [day for day in days_of(monday) if CALENDAR.works(day) and unit_held(book, who, day)]

    def publish(self, monday, overrides):
        self.versions.append(Version(monday, overrides))


def visits_of(plan, days):
    """How many visits on each of the days."""
    if plan == "none" or not days:
        return {}
    done = dict.fromkeys(days, 1)
    if plan != "all":
        del done[days[-1]]
    if plan == "twice on one day" and done:
        done[days[0]] = 2
    return done


def work(person, done):
    """Rows as the counting leaves them: a log for each of the days, handed in on time, with so many visits."""
    unit = person.appointments.order_by("-starts_on").first().unit
    rows = {day: [visit(person, unit, day, n) for n in range(count)] for day, count in done.items()}
    Visit.objects.bulk_create([visit for visits in rows.values() for visit in visits])
    DailyLog.objects.bulk_create(
        DailyLog(
            person=person, unit=unit, day=day, state="submitted", handed_in_at=make.at(day, 19), timeliness="on_time",
            counts=True, visits=len(visits), created_at=make.at(day, 18),
        )
        for day, visits in rows.items()
    )  # fmt: skip
    return rows


def visit(person, unit, day, n):
    """The n-th of the day, at a client of its own."""
    return Visit(
        person=person, unit=unit, day=day, starts_at=make.at(day, 9 + n).time(), kind="service", client=f"客户{n}",
        client_key=f"客户{n}", contact="王敏", purpose="送保单", outcome="已签收", recorded_at=make.at(day, 12),
        counted=True,
    )  # fmt: skip
