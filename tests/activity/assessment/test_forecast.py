"""The forecast of a week is what its close then writes, of random worlds in every mode, and it writes nothing."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activity.assessment.figures import MANAGERS
from activity.assessment.forecast import Verdict, chained, forecast, open_before
from activity.assessment.models import ManagerAssessment, WeekAssessment, WeekClose
from activity.discipline.closing import close_week
from org.posts import Post
from org.rules.book import book_on
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import week_close
from tests import factories as make
from tests.activity.assessment import random_world

MOMENT = timedelta(minutes=1)


def closes_of(world, calendar):
    return {week: week_close(week, calendar, world.books[week.monday].times) for week in world.weeks}


def close_until(world, closes, at):
    """What beat has done by then: the older week first."""
    for week in world.weeks:
        if closes[week] <= at:
            for city in world.ground.cities:
                close_week(city, week, due_at=closes[week], at=closes[week])


def told(world, week, calendar, at):
    book = world.books[week.monday]
    found = forecast(week, calendar=calendar, book=book)
    *_open, (last, verdicts) = chained(found, week, at=at, calendar=calendar, book=book)
    assert last == week
    return verdicts


def recorded(week):
    return {row.person_id: Verdict.recorded(row) for row in WeekAssessment.objects.current().filter(week=week.monday)}


@pytest.mark.parametrize("mode", ["each_item", "each_day", "weighted"])
def test_the_close_writes_what_was_forecast(db, rounds, mode):
    """Asked on the Monday after, when the week before may be open, too, and in the minute before the close."""
    ground, seen = random_world.ground(), Counter()
    for seed in range(rounds(3, 80)):
        with transaction.atomic():
            world = random_world.world(Random(seed), ground, mode=mode)
            calendar = calendar_between(world.weeks[0].monday, world.weeks[-1].sunday)
            closes, before = closes_of(world, calendar), {}
            moments = [(make.at(week.next.monday, 9), week) for week in world.weeks]
            moments += [(closes[week] - MOMENT, week) for week in world.weeks]
            for at, week in sorted(moments):
                close_until(world, closes, at)
                if at < closes[week]:
                    before[at, week] = told(world, week, calendar, at)
                    seen["chained"] += bool(open_before(week, calendar, at))
            close_until(world, closes, max(closes.values()))
            for (at, week), verdicts in before.items():
                assert verdicts == recorded(week), (seed, at, week)
                seen.update(one.status.value for one in verdicts.values())
                seen["proposes"] += sum(one.proposes for one in verdicts.values())
            transaction.set_rollback(True)
    assert min(seen[word] for word in ("met", "short", "exempt", "excused", "proposes", "chained")) > 0, seen


def test_3111_is_forecast_by_the_same_statement(city, manager):
    make.rules()
    week = Week(make.MONDAY)
    calendar = calendar_between(week.monday, week.sunday)
    found = forecast(week, calendar=calendar, book=book_on(make.MONDAY), standard=MANAGERS)
    at = week_close(week, calendar, book_on(make.MONDAY).times)
    close_week(city, week, due_at=at, at=at)
    rows = {row.person_id: Verdict.recorded(row, MANAGERS) for row in ManagerAssessment.objects.current()}
    assert found == rows and set(rows) == {manager.pk}
    assert rows[manager.pk].short == (15, 5, 5, 5)


def test_a_forecast_writes_nothing_and_asks_as_much_for_one_as_for_many(city, department):
    make.rules()
    week, asked = Week(make.MONDAY), []
    calendar = calendar_between(week.monday, week.sunday)
    for _ in range(2):
        for _ in range(5):
            make.person(Post.CLIENT_MANAGER, unit=department)
        with CaptureQueriesContext(connection) as queries:
            forecast(week, calendar=calendar, book=book_on(make.MONDAY))
        asked.append([query["sql"].split()[0] for query in queries])
    assert asked[0] == asked[1] and len(asked[0]) <= 4
    assert not {"INSERT", "UPDATE", "DELETE"} & {word for words in asked for word in words}
    assert not WeekAssessment.objects.exists() and not WeekClose.objects.exists()


def test_of_the_weeks_before_only_the_open_ones_are_asked_for(city):
    make.rules()
    week = Week(make.MONDAY)
    calendar = calendar_between(week.monday, week.sunday)
    tuesday = make.MONDAY + timedelta(days=1)
    open_then = open_before(week, calendar, make.at(tuesday, 11, 59))
    assert [one.week for one in open_then] == [week.previous]
    assert open_before(week, calendar, make.at(tuesday, 12)) == []
    assert open_before(week, calendar, make.at(make.THURSDAY, 9)) == []
