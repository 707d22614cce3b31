"""What a plan stands on equals what independent statements say, and takes the same few of them for any number."""

from datetime import timedelta
from decimal import Decimal
from statistics import median

import pytest
from django.db import connection

from activity.discipline.closing import close_week
from activity.itinerary.models import Itinerary, PlanItem
from activity.planning import figures
from activity.rollup.actions import freeze
from org.posts import Post
from org.rules.book import rules_on
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)  # the running one, whose Saturday is due
PLAN = WEEK.next
FRIDAY = make.THURSDAY + timedelta(days=1)


def ask(sql, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


@pytest.fixture
def team(department):
    make.rules(WEEK.monday - timedelta(weeks=12))
    return [make.person(Post.CLIENT_MANAGER, unit=department, name=f"甲{n}") for n in range(3)]


def work(who, monday, visits, *premiums):
    day = monday + timedelta(days=2)
    for _ in range(visits):
        make.visit(who, day)
    make.study(who, day)
    make.submit(who, day)
    for premium in premiums:
        make.policy(who, monday + timedelta(days=6), premium)


def close(city, week):
    noon = make.at(week.next.monday + timedelta(days=1), 12)
    close_week(city, week, due_at=noon, at=noon)


def test_the_usual_is_the_median_of_the_last_eight_closed_weeks(team, city, department, clock_at):
    weeks = [Week(WEEK.monday - timedelta(weeks=n)) for n in range(10, 0, -1)]
    for number, week in enumerate(weeks):
        work(team[0], week.monday, number % 4, *["1234.56"] * (number % 3))
        close(city, week)
    found = figures.medians([one.pk for one in team], PLAN, unit=department)

    said = ask(
        """SELECT a.visits,
            (SELECT coalesce(sum(p.premium), 0) FROM clients_policy p
             WHERE p.seller_id = a.person_id AND p.issued_on >= a.week AND p.issued_on < a.week + 7),
            (SELECT count(*) FROM clients_policy p
             WHERE p.seller_id = a.person_id AND p.issued_on >= a.week AND p.issued_on < a.week + 7)
        FROM activity_weekassessment a WHERE a.person_id = %s AND a.week BETWEEN %s AND %s""",
        team[0].pk, weeks[-8].monday, weeks[-1].monday,
    )  # fmt: skip
    assert len(said) == 8
    assert found[team[0].pk][:3] == tuple(median(column) for column in zip(*said, strict=True))
    assert found[team[0].pk].weeks == 8
    assert found[team[1].pk] == (0, 0, 0, 8)  # weeks without anything are weeks


def test_the_running_week_does_not_move_the_median(team, city, department):
    work(team[0], WEEK.previous.monday, 2, "100")
    close(city, WEEK.previous)
    before = figures.medians([team[0].pk], PLAN, unit=department)
    work(team[0], WEEK.monday, 9, "900000")
    close(city, WEEK)
    assert figures.medians([team[0].pk], PLAN, unit=department) == before
    assert figures.medians([team[0].pk], PLAN.next, unit=department) != before


def test_attained_equals_what_is_in_the_tables(team, city, department):
    work(team[0], WEEK.monday, 3, "1000.10", "2000.20")
    work(team[1], WEEK.monday, 1)
    make.visit(team[2], WEEK.monday)  # not handed in: counts for nothing
    make.policy(team[1], WEEK.monday - timedelta(days=1), "5")
    plan = Itinerary.objects.create(
        unit=department, week=WEEK.monday, changed_at=make.at(FRIDAY), created_at=make.at(FRIDAY)
    )
    for state in ("done", "done", "moved", "cancelled", "planned"):
        settled = None if state == "planned" else make.at(FRIDAY)
        PlanItem.objects.create(
            itinerary=plan, person=team[0], day=FRIDAY, kind="visit", state=state, settled_at=settled
        )
    found = figures.attained([one.pk for one in team], WEEK, unit=department, at=make.at(FRIDAY, 22))

    for one in team:
        visits = ask(
            """SELECT count(*) FROM clients_visit v
            JOIN activity_dailylog l ON (l.person_id, l.day) = (v.person_id, v.day)
            WHERE v.person_id = %s AND v.counted AND l.counts AND v.day BETWEEN %s AND %s""",
            one.pk, WEEK.monday, WEEK.sunday,
        )[0][0]  # fmt: skip
        policies = ask(
            "SELECT coalesce(sum(premium), 0), count(*) FROM clients_policy WHERE seller_id = %s"
            " AND issued_on BETWEEN %s AND %s", one.pk, WEEK.monday, WEEK.sunday,
        )[0]  # fmt: skip
        mine = found[one.pk]
        assert (mine.visits, mine.premium, mine.cases) == (visits, *policies)
    assert [found[one.pk].visits for one in team] == [3, 1, 0]
    assert found[team[0].pk].premium == Decimal("3000.30")
    first = found[team[0].pk]
    assert (first.done, first.moved, first.cancelled, first.planned, first.missed) == (2, 1, 1, 1, 0)
    total = sum(found.values(), figures.Attained())
    assert (total.visits, total.premium, total.cases, total.done) == (4, Decimal("3000.30"), 2, 2)


def test_after_the_freeze_the_frozen_figures_stand(team, city, department):
    due = make.at(WEEK.saturday, 12)
    freeze(city, WEEK, rules=rules_on(WEEK.monday), due_at=due, at=due)
    work(team[0], WEEK.monday, 3)
    found = figures.attained([team[0].pk], WEEK, unit=department, at=make.at(WEEK.sunday))
    assert found[team[0].pk].visits == 0


def test_active_is_who_has_half_a_day_in_the_week(team, department):
    monday = PLAN.monday
    for day in PLAN.days[:5]:
        make.absence(team[0], day, "am"), make.absence(team[0], day, "pm")
        make.absence(team[1], day, "am")
    gone = make.person(Post.CLIENT_MANAGER, unit=department, ends_on=WEEK.sunday)
    coming = make.person(Post.CLIENT_MANAGER, unit=make.team(department), starts_on=monday + timedelta(days=4))
    make.person(Post.CLIENT_MANAGER, unit=make.department(code="X9"))
    found = {one.person_id: one.half_days for one in figures.active(department, PLAN)}
    assert found == {team[1].pk: 5, team[2].pk: 10, coming.pk: 2}
    assert gone.pk not in found


@pytest.mark.parametrize("people", [1, 12])
def test_the_statements_do_not_grow_with_the_people(team, department, people, django_assert_num_queries):
    ids = [make.person(Post.CLIENT_MANAGER, unit=department).pk for _ in range(people)]
    with django_assert_num_queries(10):
        figures.active(department, PLAN)
        figures.medians(ids, PLAN, unit=department)
        figures.attained(ids, WEEK, unit=department, at=make.at(FRIDAY))
