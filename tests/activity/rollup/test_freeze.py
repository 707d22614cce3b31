"""What the Saturday report holds (domain.md 3, "The Saturday report"), person by person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from activity.daily_log.models import DailyLog
from activity.rollup.actions import freeze
from activity.rollup.models import RollUp, RollUpPerson, RollUpUnit
from org.posts import Post
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import DayTimes, report_due
from tests import factories as make
from tests.databases import thawed

WEEK = Week(make.MONDAY)
MON, TUE, WED, THU, FRI, SAT, SUN = WEEK.days
MAKE_UP = Week(date(2026, 9, 14))  # works on its Sunday
GOLDEN = Week(date(2026, 10, 5))  # begins on Thursday, works on Saturday


@pytest.fixture
def rules(db):
    return make.rules(MAKE_UP.monday)


@pytest.fixture
def rolled(city, rules):
    """Freeze a week; gives back the row of a person, or of a unit."""

    def run(week=WEEK, where=city):
        due_at = report_due(week, calendar_between(week.monday, week.sunday), DayTimes())
        rollup = freeze(where, week, rules=rules, due_at=due_at, at=due_at)
        return Rows(rollup)

    return run


class Rows:
    def __init__(self, rollup):
        self.rollup = rollup

    def of(self, person):
        return RollUpPerson.objects.select_related("unit").get(rollup=self.rollup, person=person)

    def sum_of(self, unit):
        return RollUpUnit.objects.get(rollup=self.rollup, unit=unit)


def log(who, day, *, handed_in, counts=True, timeliness="on_time", **more):
    """A log with 6/3/1/1 as the counting would leave it."""
    return DailyLog.objects.create(
        person=who, unit=who.appointments.first().unit, day=day, created_at=make.at(day), handed_in_at=handed_in,
        state=more.pop("state", "submitted" if handed_in else "draft"), counts=counts and bool(handed_in),
        timeliness=timeliness if handed_in else "", calls=6, visits=3, prospects=1, studies=1, **more,
    )  # fmt: skip


def done(row):
    return row.calls, row.visits, row.prospects, row.studies


def logs(row):
    return row.logs_due, row.logs_in, row.logs_late, row.logs_missing, row.logs_reviewed


@pytest.mark.parametrize(
    ("week", "half_days", "logs_due"),
    [
        (WEEK, 10, 5),
        (MAKE_UP, 10, 5),  # its Sunday comes after the cut-off
        (GOLDEN, 5, 2),  # Thursday, Friday, and Saturday's morning: its log is due at 20:00
        (Week(date(2026, 9, 28)), 5, 2),  # cut off on Wednesday noon
        (Week(date(2026, 9, 21)), 7, 3),  # mid-autumn on Friday, cut off on Thursday noon
    ],
    ids=lambda value: str(value),
)
def test_what_is_due_at_the_cut_off(zhou, rolled, week, half_days, logs_due):
    row = rolled(week).of(zhou)
    assert (row.due_half_days, row.logs_due, row.logs_missing) == (half_days, logs_due, logs_due)


@pytest.mark.parametrize(("second", "counts"), [(-1, True), (0, False), (1, False)], ids=["before", "at noon", "after"])
def test_a_log_is_in_when_it_was_handed_in_before_noon(zhou, rolled, second, counts):
    log(zhou, FRI, handed_in=make.at(SAT, 12) + timedelta(seconds=second), timeliness="late")
    row = rolled().of(zhou)
    assert done(row) == ((6, 3, 1, 1) if counts else (0, 0, 0, 0))
    assert logs(row) == ((5, 1, 1, 4, 0) if counts else (5, 0, 0, 5, 0))


def test_late_and_back_are_late_and_too_late_is_in_but_does_not_count(zhou, rolled):
    log(zhou, MON, handed_in=make.at(MON, 18))
    log(zhou, TUE, handed_in=make.at(WED, 8), timeliness="late")
    log(zhou, WED, handed_in=make.at(THU, 9), timeliness="back", back_accepted_at=make.at(FRI, 9))
    log(zhou, THU, handed_in=make.at(SAT, 9), timeliness="too_late", counts=False)
    row = rolled().of(zhou)
    assert logs(row) == (5, 4, 2, 1, 0)
    assert done(row) == (18, 9, 3, 3)


def test_drafts_and_logs_of_other_weeks_are_not_in(zhou, rolled):
    log(zhou, MON, handed_in=None)
    log(zhou, MON - timedelta(days=3), handed_in=make.at(MON, 8), timeliness="late")
    row = rolled().of(zhou)
    assert (done(row), logs(row)) == ((0, 0, 0, 0), (5, 0, 0, 5, 0))


def test_work_on_a_day_off_counts_but_its_log_is_not_owed(zhou, rolled):
    log(zhou, SAT, handed_in=make.at(SAT, 11))
    row = rolled().of(zhou)
    assert (done(row), logs(row)) == ((6, 3, 1, 1), (5, 0, 0, 5, 0))


def test_only_what_was_passed_before_the_cut_off_is_reviewed(zhou, manager, rolled):
    for day, at in ((MON, make.at(TUE, 9)), (TUE, make.at(SAT, 12))):
        log(zhou, day, handed_in=make.at(day, 18), state="passed", reviewed_at=at, reviewed_by=manager)
    log(zhou, WED, handed_in=make.at(WED, 18), state="returned", reviewed_at=make.at(THU, 9), reviewed_by=manager)
    assert logs(rolled().of(zhou)) == (5, 3, 0, 2, 1)


def test_absences_lower_what_is_due(zhou, rolled):
    make.absence(zhou, MON, "am")
    for half in ("am", "pm"):
        make.absence(zhou, TUE, half, kind="duty")
        make.absence(zhou, SUN, half)  # a day off already
    row = rolled().of(zhou)
    assert (row.due_half_days, row.logs_due) == (7, 4)


def test_a_log_of_a_day_of_leave_is_not_among_those_owed(zhou, rolled):
    for half in ("am", "pm"):
        make.absence(zhou, TUE, half)
    log(zhou, TUE, handed_in=make.at(TUE, 18))
    row = rolled().of(zhou)
    assert (done(row), logs(row)) == ((6, 3, 1, 1), (4, 0, 0, 4, 0))


def test_an_absence_on_the_afternoon_of_the_cut_off_changes_nothing(zhou, rolled):
    make.absence(zhou, GOLDEN.saturday, "pm")
    assert rolled(GOLDEN).of(zhou).due_half_days == 5


def test_an_absence_on_the_morning_of_the_cut_off_does(zhou, rolled):
    make.absence(zhou, GOLDEN.saturday, "am")
    assert rolled(GOLDEN).of(zhou).due_half_days == 4


@pytest.mark.parametrize(
    ("joined", "left", "starts", "ends", "half_days"),
    [
        (WED, None, None, None, 6),
        (None, TUE, None, None, 4),
        (None, None, THU, None, 4),
        (None, None, None, WED, 6),
        (TUE, FRI, MON, WED, 4),
        (None, None, SAT, None, 0),
        (None, None, None, MON, 2),
    ],
)
def test_only_days_in_employment_and_in_post(department, rolled, joined, left, starts, ends, half_days):
    who = make.person(left_on=left)
    type(who).objects.filter(pk=who.pk).update(joined_on=joined or make.LONG_AGO)
    make.appoint(who, Post.CLIENT_MANAGER, department, starts_on=starts or make.LONG_AGO, ends_on=ends)
    assert rolled().of(who).due_half_days == half_days


def test_who_does_not_hold_the_post_that_week_is_not_in_it(department, manager, rolled):
    make.person(Post.CLIENT_MANAGER, unit=department, ends_on=MON - timedelta(days=1))
    make.person(Post.CLIENT_MANAGER, unit=department, starts_on=SUN + timedelta(days=1))
    make.person(Post.CLIENT_MANAGER, unit=department, left_on=MON - timedelta(days=1))
    make.person(Post.TEAM_LEADER, unit=department)
    assert not RollUpPerson.objects.filter(rollup=rolled().rollup).exists()


@pytest.mark.parametrize(
    ("moves", "away", "where"),
    [
        (WED, [], "there"),  # two days here, three there
        (THU, [], "here"),
        (THU, [MON], "there"),  # equal: the later one
        (SAT, [], "here"),
        (SAT, [MON, TUE, WED, THU, FRI], "there"),  # nothing anywhere: the later one
    ],
)
def test_who_moves_is_counted_once_where_most_of_his_half_days_lie(department, branch, rolled, moves, away, where):
    units = {"here": department, "there": make.department(branch, code="THERE")}
    who = make.person(Post.CLIENT_MANAGER, unit=units["here"], ends_on=moves - timedelta(days=1))
    make.appoint(who, Post.CLIENT_MANAGER, units["there"], starts_on=moves)
    for day in away:
        for half in ("am", "pm"):
            make.absence(who, day, half)
    log(who, MON, handed_in=make.at(MON, 18))
    rows = rolled()
    assert rows.of(who).unit == units[where]
    assert rows.of(who).due_half_days == 10 - 2 * len(away)
    assert done(rows.of(who)) == (6, 3, 1, 1)
    assert rows.sum_of(branch).people == 1


def test_two_posts_at_once_owe_once_in_the_one_taken_up_later(department, branch, rolled):
    second = make.department(branch, code="SECOND")
    who = make.person(Post.CLIENT_MANAGER, unit=department)
    make.appoint(who, Post.CLIENT_MANAGER, second, starts_on=TUE, ends_on=FRI)
    row = rolled().of(who)
    assert (row.unit, row.due_half_days, row.logs_due) == (second, 10, 5)


def test_units_hold_the_sums_of_the_people_in_and_below_them(city, branch, department, rolled):
    team = make.team(department)
    people = [make.person(Post.CLIENT_MANAGER, unit=unit) for unit in (team, team, department)]
    other = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370299", "城阳支公司")))
    for who in (*people, other):
        log(who, MON, handed_in=make.at(MON, 18))
    rows = rolled()
    for unit, number in ((team, 2), (department, 3), (branch, 3), (city, 4)):
        row = rows.sum_of(unit)
        assert (row.people, row.due_half_days, row.kind) == (number, 10 * number, unit.kind)
        assert done(row) == (6 * number, 3 * number, number, number)
        assert logs(row) == (5 * number, number, 0, 4 * number, 0)


def test_a_second_city_has_its_own_report_and_sees_nothing_of_the_first(zhou, city, rolled):
    yantai = make.city("3706", "烟台市公司")
    stranger = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(yantai, "370602")))
    log(zhou, MON, handed_in=make.at(MON, 18))
    here, there = rolled(), rolled(where=yantai)
    assert [row.person for row in here.rollup.people.all()] == [zhou]
    assert [row.person for row in there.rollup.people.all()] == [stranger]
    assert done(there.sum_of(yantai)) == (0, 0, 0, 0)


def test_a_city_without_people_has_a_report_of_zeros(city, rolled):
    row = rolled().sum_of(city)
    assert (row.people, row.due_half_days) == (0, 0)


def test_frozen_means_frozen(zhou, city, rules, rolled):
    rows = rolled()
    log(zhou, MON, handed_in=make.at(MON, 18))
    due_at = rows.rollup.due_at
    assert freeze(city, WEEK, rules=rules, due_at=due_at, at=due_at) is None
    assert done(rows.of(zhou)) == (0, 0, 0, 0)
    assert RollUp.objects.count() == 1


def test_the_same_figures_however_late_it_runs(zhou, city, rules, rolled):
    log(zhou, MON, handed_in=make.at(MON, 18))
    log(zhou, FRI, handed_in=make.at(SAT, 15), timeliness="late")
    row = rolled().of(zhou)
    with thawed():
        RollUp.objects.all().delete()
    late = freeze(city, WEEK, rules=rules, due_at=make.at(SAT, 12), at=make.at(date(2026, 12, 24)))
    again = Rows(late).of(zhou)
    assert (done(row), logs(row)) == (done(again), logs(again)) == ((6, 3, 1, 1), (5, 1, 0, 4, 0))


def test_the_database_keeps_one_version(city, rules, rolled):
    rollup = rolled().rollup
    rollup.pk = None
    with pytest.raises(IntegrityError, match="one_rollup_a_city_week_and_version"):
        RollUp.objects.create(city=city, week=WEEK.monday, rules=rules, due_at=rollup.due_at, frozen_at=rollup.due_at)


def test_the_number_of_statements_does_not_depend_on_the_number_of_people(department, rolled):
    def statements(week):
        with CaptureQueriesContext(connection) as asked:
            rolled(week)
        return len(asked)

    make.person(Post.CLIENT_MANAGER, unit=department)
    few = statements(WEEK)
    for _ in range(30):
        make.person(Post.CLIENT_MANAGER, unit=make.team(department))
    assert statements(WEEK.previous) == few <= 13
