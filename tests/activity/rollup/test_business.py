"""Premium, goals and heads in the report, counted again by other statements (A1; domain.md 4, `Policy`)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from activity.itinerary.models import Target
from activity.rollup.actions import freeze
from activity.rollup.business import Spans, Wanted, business_now
from activity.rollup.models import RollUpBusiness
from org.posts import Post
from org.rules.book import book_of
from org.units.models import Unit
from org.week import Week
from org.working_days.calendar import calendar_between
from tests import factories as make
from tests.activity.rollup.plans import BEFORE, NOON, WEEK, plan
from tests.activity.rollup.test_freeze import MON, SUN

COLUMNS = (
    "premium", "cases", "month_premium", "year_premium",
    "goal_visits", "goal_premium", "goal_cases", "month_goal", "year_goal",
)  # fmt: skip

# Told apart from the product's statement: one sum for each figure, by the unit or by the person.
MONEY = """SELECT coalesce(sum(premium), 0), count(*) FROM clients_policy JOIN org_unit ON org_unit.id = unit_id
    WHERE {who} AND issued_on >= %s AND issued_on <= %s"""
GOALS = """SELECT coalesce(sum(visits), 0), coalesce(sum(premium), 0), coalesce(sum(cases), 0)
    FROM activity_target JOIN activity_itinerary AS plan ON plan.id = itinerary_id
    JOIN org_unit ON org_unit.id = plan.unit_id
    WHERE {who} AND state = 'approved' AND plan.week >= %s AND plan.week <= %s"""


def asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def counted_again(week=WEEK, *, unit=None, person=None):
    """The columns of a unit or a person, by plain SQL."""
    who = "path LIKE %s" if unit else "seller_id = %s"
    value = f"{unit.path}%" if unit else person.pk
    month, year = week.saturday.replace(day=1), week.saturday.replace(month=1, day=1)
    last = week.sunday if week.sunday.month == week.saturday.month else week.saturday
    premium, cases = asked(MONEY.format(who=who), value, week.monday, week.sunday)
    spans = [asked(MONEY.format(who=who), value, first, last)[0] for first in (month, year)]
    who = who.replace("seller_id", "activity_target.person_id")
    goals = asked(GOALS.format(who=who), value, week.monday, week.monday)
    sums = [asked(GOALS.format(who=who), value, first - timedelta(days=5), week.monday)[1] for first in (month, year)]
    return (premium, cases, *spans, *goals, *sums)


def columns(row):
    return tuple(getattr(row, name) for name in COLUMNS)


@pytest.fixture
def rules(db):
    return make.rules(date(2025, 9, 1))


@pytest.fixture
def sold(zhou, department, city):
    """Policies and goals of two branches in this week, this month, this year and the last."""
    other = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370203", "市北支公司")))
    days = [
        MON,
        SUN,
        MON - timedelta(days=1),
        date(2026, 11, 1),
        date(2026, 10, 31),
        date(2026, 1, 1),
        date(2025, 12, 31),
    ]
    for number, day in enumerate(days):
        for seller in (zhou, other):
            make.policy(seller, day, premium=f"{10_000 + 111 * number + seller.pk}.25")
    for weeks in range(50):
        week = Week(MON - timedelta(weeks=weeks))
        at = make.at(week.previous.saturday, 11)
        for seller in (zhou, other):
            unit = seller.appointments.get().unit
            plan(unit, week=week, submitted=at, approved=at, goals=[(seller, 15, 40_000 + weeks, 2)])
    return zhou, other


@pytest.fixture
def frozen(city, rules):
    def run(week=WEEK, by=rules):
        due_at = make.at(week.saturday, 12)
        rollup = freeze(city, week, rules=by, due_at=due_at, at=due_at)
        rows = RollUpBusiness.objects.filter(rollup=rollup).select_related("unit")
        return {row.person_id or row.unit.code: row for row in rows}

    return run


@pytest.mark.parametrize("week", [WEEK, Week(date(2026, 10, 26)), Week(date(2025, 12, 29))], ids=str)
def test_every_unit_and_person_has_what_plain_statements_count(sold, frozen, week):
    """Also in the week that ends October on its Saturday, and in the one that ends on 4 January."""
    rows = frozen(week)
    units = Unit.objects.exclude(kind="root")
    assert {unit.code for unit in units} == {code for code in rows if isinstance(code, str)}
    for unit in units:
        assert columns(rows[unit.code]) == counted_again(week, unit=unit), unit.code
    for person in sold:
        assert columns(rows[person.pk]) == counted_again(week, person=person)


def test_the_numbers_themselves(sold, frozen, zhou):
    row = frozen()["370202T"]
    own = zhou.pk
    assert row.premium == Decimal(20_111 + 2 * own) + Decimal("0.50") and row.cases == 2
    assert (row.goal_visits, row.goal_premium, row.goal_cases) == (15, 40_000, 2)
    assert row.month_goal == 40_000 + 40_001 + 40_002  # Saturdays of November: 7, 14, 21


def test_goals_count_once_they_are_approved(zhou, department, frozen):
    plan(department, week=WEEK, submitted=BEFORE - timedelta(weeks=1), goals=[(zhou, 15, 40_000, 2)])
    assert frozen()["3702"].goal_premium == 0


def test_who_sells_without_the_post_counts_for_his_unit(frozen, manager, department, zhou):
    make.policy(manager, MON, premium="5000")
    rows = frozen()
    assert rows[department.code].premium == rows["3702"].premium == 5000
    assert manager.pk not in rows and rows[zhou.pk].premium == 0


def test_live_is_what_a_freeze_would_write(sold, frozen, city, rules):
    people, units = list(sold), list(Unit.objects.exclude(kind="root"))
    live = business_now(
        city, WEEK, Wanted(units, people), until=NOON, calendar=calendar_between(WEEK.monday, WEEK.sunday),
        book=book_of(rules),
    )  # fmt: skip
    written = frozen()
    assert len(live) == len(units) + len(people)
    for row in live:
        kept = written[row.person_id or row.unit.code]
        assert all(getattr(row, name) == getattr(kept, name) for name in (*COLUMNS, "in_post", "assessed", "met"))


def heads(row):
    return row.in_post, row.on_leave, row.on_duty, row.newcomers, row.assessed


def test_heads_say_who_is_assessed_and_why_the_others_are_not(department, frozen):
    def member(**more):
        return make.person(Post.CLIENT_MANAGER, unit=department, **more)

    at_work, ill, on_duty, both, gone = (member() for _ in range(5))
    member(starts_on=WEEK.days[4])  # one day: too few to be assessed
    for day in WEEK.days[:5]:
        for half in ("am", "pm"):
            make.absence(ill, day, half)
            make.absence(on_duty, day, half, kind="duty")
            make.absence(both, day, half, kind="leave" if day < WEEK.days[2] else "duty")
    make.absence(gone, MON, "am")  # half a day of leave: assessed
    rows = frozen()
    assert heads(rows[department.code]) == heads(rows["3702"]) == (6, 1, 2, 0, 2)
    assert heads(rows[at_work.pk]) == (1, 0, 0, 0, 1)
    assert heads(rows[ill.pk]) == (1, 1, 0, 0, 0)
    assert heads(rows[on_duty.pk]) == heads(rows[both.pk]) == (1, 0, 1, 0, 0)


def test_newcomers_are_those_of_the_rules(city, department, frozen):
    new = make.person(Post.CLIENT_MANAGER, unit=department)
    type(new).objects.filter(pk=new.pk).update(joined_on=MON)
    make.person(Post.CLIENT_MANAGER, unit=department)
    assert frozen(WEEK.previous)["3702"].newcomers == 0
    ramp = make.rules(MON, assessment={"newcomers": {"weeks_without_fines": 4}})
    assert frozen(by=ramp)["3702"].newcomers == 1


@pytest.mark.parametrize(
    ("week", "spans"),
    [
        (WEEK, (date(2026, 11, 1), date(2026, 11, 22), date(2026, 1, 1))),
        (Week(date(2026, 10, 26)), (date(2026, 10, 1), date(2026, 10, 31), date(2026, 1, 1))),
        (Week(date(2025, 12, 29)), (date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 1))),
    ],
    ids=str,
)
def test_the_month_of_a_week_is_that_of_its_saturday(week, spans):
    found = Spans.of(week)
    assert (found.month_from, found.month_to, found.year_from) == spans


def test_an_employee_without_a_goal_adds_nothing(zhou, department, frozen):
    at = BEFORE - timedelta(weeks=1)
    made = plan(department, week=WEEK, submitted=at, approved=at, goals=[(zhou, 15, 40_000, 2)])
    Target.objects.create(itinerary=made, person=make.person(), changed_at=at)
    assert frozen()["3702"].goal_premium == 40_000
