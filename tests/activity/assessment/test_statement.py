"""The statements that assess a week in the database say what the pure rules say, of random worlds in every mode."""

from collections import defaultdict
from random import Random
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activity.assessment import actions, rules
from activity.assessment.models import WeekAssessment, WeekClose, WeekExcuse
from activity.assessment.rules import NONE, Day, Link, Spared
from activity.daily_log.due import due_halves
from activity.daily_log.models import DailyLog
from activity.discipline.closing import close_week
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.verifying import faults
from org.corrections.models import Correction
from org.people.models import Appointment
from org.posts import Post
from org.trials.models import TrialRun
from org.working_days.calendar import calendar_between
from tests import factories as make
from tests.activity.assessment import random_world

NAMES = ("calls", "visits", "prospects", "studies")


class Row(NamedTuple):
    """One assessment, by either way."""

    week: str
    employee: str
    unit: str
    half_days: int
    percent: int
    done: tuple
    short: tuple
    status: str
    spared: str
    starts_anew: bool
    streak: int
    proposes: bool


def rows_of_the_database():
    found = WeekAssessment.objects.select_related("person", "unit").order_by("week", "person__employee_no")
    for one in found:
        assert (one.version, one.void, one.cause) == (1, False, "")
        done = tuple(getattr(one, name) for name in NAMES)
        short = tuple(getattr(one, f"short_{name}") for name in NAMES)
        yield Row(
            one.week.isoformat(), one.person.employee_no, one.unit.code, one.required_half_days, one.percent, done,
            short, one.status, one.spared, one.starts_anew, one.streak, one.proposes,
        )  # fmt: skip


class Twin:
    """The same from the same facts, person by person and day by day, with the functions of `rules`."""

    def __init__(self, world):
        self.world = world
        self.calendar = calendar_between(world.weeks[0].monday, world.weeks[-1].sunday)
        self.held = defaultdict(list)
        for one in Appointment.objects.filter(post=Post.CLIENT_MANAGER).select_related("unit").order_by("pk"):
            self.held[one.person_id].append(one)
        self.excused = set(WeekExcuse.objects.filter(withdrawn_at=None).values_list("person", "week"))
        logs = DailyLog.objects.filter(counts=True).values_list("person", "day", *NAMES)
        self.done = {(person, day): tuple(done) for person, day, *done in logs}

    def rows(self):
        before = dict.fromkeys((person.pk for person in self.world.people), 0)
        for week in self.world.weeks:
            ids = [person.pk for person in self.world.people]
            due = due_halves(ids, week.monday, week.sunday, self.calendar)
            trials = [one.unit.path for one in TrialRun.objects.touching(week.monday, week.sunday)]
            for person in self.world.people:
                if any(self.unit_on(person, day) for day in week.days):
                    row = self.row(person, week, due, trials, before[person.pk])
                    before[person.pk] = row.streak
                    yield row

    def row(self, person, week, due, trials, before):
        book = self.world.books[week.monday]
        days = [Day(len(due.get((person.pk, day), ())), self.done.get((person.pk, day), NONE)) for day in week.days]
        unit = self.unit_of(person, week, days)
        service = rules.week_of_service(person.joined_on, week)
        percent = rules.percent_of_target(book.assessment.newcomers, service)
        excused = (person.pk, week.monday) in self.excused
        result = rules.assess(days, standard=book.standard, rules=book.assessment, percent=percent, excused=excused)
        on_trial = any(unit.path.startswith(path) for path in trials)
        newcomer = service <= book.assessment.newcomers.weeks_without_fines
        spared = Spared.TRIAL if on_trial else Spared.NEWCOMER if newcomer else Spared.NO
        link = Link(result.status, spared, self.starts_anew(person, week))
        streak = rules.streak(before, link, book.assessment)
        return Row(
            week.monday.isoformat(), person.employee_no, unit.code, result.half_days, percent, result.done,
            result.short, result.status.value, spared.value, link.starts_anew, streak,
            rules.proposes(streak, link, book.assessment, yuan=book.fines.two_short_weeks_yuan),
        )  # fmt: skip

    def unit_on(self, person, day):
        """Where he is client manager that day; of two units at once the one taken up later."""
        if day < person.joined_on or (person.left_on and day > person.left_on):
            return None
        held = [one for one in self.held[person.pk] if one.starts_on <= day and (not one.ends_on or day <= one.ends_on)]
        return max(held, key=lambda one: (one.starts_on, one.pk)).unit if held else None

    def unit_of(self, person, week, days):
        """Where most of his required half days lie; of equals the later one."""
        weight = {}
        for day, required in zip(week.days, days, strict=True):
            if unit := self.unit_on(person, day):
                halves, _ = weight.get(unit, (0, day))
                weight[unit] = halves + required.half_days, day
        return max(weight, key=weight.__getitem__)

    def starts_anew(self, person, week):
        """On some day of the week he holds the post and on the last working day before he did not, nor since."""
        for day in week.days:
            begins = any(day == max(one.starts_on, person.joined_on) for one in self.held[person.pk])
            before = self.calendar.previous_working(day)
            if begins and self.unit_on(person, day) and not self.unit_on(person, before):
                return True
        return False


def closed(world):
    """Close all weeks in both cities, the older first, as `run_due` does."""
    for week in world.weeks:
        at = make.at(week.next.monday, 12)
        for city in world.ground.cities:
            assert close_week(city, week, due_at=at, at=at)


def expected_fines(world, rows):
    short = defaultdict(list)
    for row in rows:
        if row.status == "short" and not row.spared:
            short[row.employee].append(row.week)
        yuan = next(b for monday, b in world.books.items() if monday.isoformat() == row.week).fines.two_short_weeks_yuan
        if row.proposes and yuan:
            yield row.week, row.employee, row.unit, yuan, row.streak, short[row.employee][-2:]


def fines_of_the_database():
    for line in LedgerEntry.objects.select_related("fine__person", "fine__unit").order_by(
        "fine__week", "fine__person__employee_no"
    ):
        fine, facts = line.fine, line.facts
        assert (line.kind, fine.state, line.proposed, line.owed, line.paid) == ("proposal", "proposed", fine.yuan, 0, 0)
        yield (
            fine.week.isoformat(), fine.person.employee_no, fine.unit.code, fine.yuan, facts["streak"],
            [week["week"] for week in facts["weeks"]],
        )  # fmt: skip


def compare(world):
    """Close the world and hold both against each other; returns its rows."""
    expected = list(Twin(world).rows())
    closed(world)
    assert list(rows_of_the_database()) == expected
    assert list(fines_of_the_database()) == list(expected_fines(world, expected))
    assert Fine.objects.count() == LedgerEntry.objects.count()
    assert list(faults()) == []
    return expected


def test_the_database_assesses_as_the_rules_do(db, rounds):
    """By the way the worlds are not dull: every status, every reason to be spared, and fines come about."""
    ground = random_world.ground()
    seen = defaultdict(int)
    for seed in range(rounds(30, 600)):
        with transaction.atomic():
            world = random_world.world(Random(seed), ground)
            try:
                rows = compare(world)
            except AssertionError as fault:
                raise AssertionError(f"world {seed}: {world.books}") from fault
            for row in rows:
                mode = next(b for monday, b in world.books.items() if monday.isoformat() == row.week).assessment.mode
                seen[mode, row.status] += 1
                seen[row.spared] += 1
                seen["fine"] += row.proposes
                seen["anew"] += row.starts_anew and row.streak > 0
                seen["ramp"] += row.percent not in {0, 100}
            transaction.set_rollback(True)
    words = [(mode, status) for mode in ("each_item", "each_day", "weighted") for status in rules.Status]
    assert min(seen[word] for word in [*words, "trial", "newcomer", "fine", "anew", "ramp"]) >= rounds(1, 3), dict(seen)


@pytest.mark.parametrize("mode", ["each_item", "each_day", "weighted"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_people(db, mode):
    ground = random_world.ground()
    statements = []
    for people in (4, 4, 40):  # once to read the rules, which stay read
        with transaction.atomic():
            world = random_world.world(Random(6311), ground, people=people, mode=mode)
            with CaptureQueriesContext(connection) as captured:
                closed(world)
            assert len(set(WeekAssessment.objects.values_list("person", flat=True))) > people / 2
            statements.append(len(captured))
            transaction.set_rollback(True)
    assert statements[1] == statements[2]


def test_looking_again_at_what_did_not_change_writes_nothing(db):
    ground = random_world.ground()
    world = random_world.world(Random(1), ground)
    closed(world)
    before = list(rows_of_the_database())
    why = actions.Why(Correction.Cause.LEAVE, "没有变化", None)
    for close in WeekClose.objects.order_by("week", "city"):
        assert actions.assess_again(close, {person.pk: why for person in world.people}, at=close.closed_at) == set()
    assert list(rows_of_the_database()) == before
