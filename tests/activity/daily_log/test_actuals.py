"""Plan against actual: every item once, every goal beside what counted, and each number opens its rows."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from activity.daily_log import from_plan
from activity.daily_log.actuals import actuals
from activity.itinerary import outcomes
from activity.itinerary.models import Target
from clients.policies.models import Policy
from org.posts import Post
from org.week import Week
from tests import factories as make

THURSDAY = make.THURSDAY
NOW = make.at(THURSDAY, 14)
WEEK = Week.of(THURSDAY)


def policy(who, premium, day=THURSDAY):
    return Policy.objects.create(
        number=f"P{Policy.objects.count()}", holder="宏达机械", line="雇主责任险", is_renewal=False, premium=premium,
        issued_on=day, seller=who, unit=who.appointments.first().unit,
    )  # fmt: skip


@pytest.fixture
def busy(zhou, clock_at):
    """周婷's week: two calls, one answered, one not; a visit moved to Friday; a meeting cancelled; a visit open."""
    clock_at(NOW)
    for answer in ("answered", "unanswered"):
        item = make.plan_item(zhou, client=f"客户{answer}")
        from_plan.answer(zhou, item=item.pk, day=THURSDAY, at=NOW, key=uuid4(), answer=answer)
    moved = make.plan_item(zhou, kind="visit")
    outcomes.reschedule(zhou, item=moved.pk, to=THURSDAY + timedelta(days=1), at=NOW, key=uuid4())
    meeting = make.plan_item(zhou, kind="meeting", client="", contact="", visit_kind="")
    outcomes.cancel(zhou, item=meeting.pk, reason="改线上", at=NOW, key=uuid4())
    Target.objects.filter(person=zhou).update(visits=3, premium=Decimal(50_000), cases=2)
    make.visit(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    policy(zhou, Decimal(32_000))
    policy(zhou, Decimal(99_000), day=WEEK.next.monday)
    return zhou


def test_every_item_is_counted_once_and_every_goal_beside_what_counted(busy, manager):
    [actual] = actuals(make.approved_plan(busy), reader=manager, on=THURSDAY)
    lines = {line.label: (line.planned, [count for _state, count in line.by_state]) for line in actual.lines}
    assert lines == {"电话": (2, [1, 1, 0, 0, 0]), "拜访": (2, [0, 0, 1, 0, 1]), "会议": (1, [0, 0, 0, 1, 0])}
    assert (actual.total.planned, actual.total.open) == (5, 1)
    assert [(goal.goal, goal.done) for goal in actual.goals] == [(3, 1), (50_000, 32_000), (2, 1)]


def test_the_number_of_questions_does_not_depend_on_people(busy, manager, department, django_assert_num_queries):
    plan = make.approved_plan(busy)
    for _ in range(5):
        make.plan_item(make.person(Post.CLIENT_MANAGER, unit=department))
    manager.posts_on(THURSDAY), manager.stands_in_on(THURSDAY)
    with django_assert_num_queries(4):
        assert len(actuals(plan, reader=manager, on=THURSDAY)) == 6


def test_who_reads_no_policies_is_told_nothing_of_them(busy, branch):
    clerk = make.person(Post.BRANCH_CLERK, unit=branch)
    [actual] = actuals(make.approved_plan(busy), reader=clerk, on=THURSDAY)
    assert (actual.visits, actual.premium, actual.cases) == (None, None, None)


def test_the_week_shows_it_and_each_number_opens_its_rows(busy, client, manager):
    client.force_login(manager)
    where = f"/people/{busy.employee_no}/week/{WEEK}/"
    html = client.get(where).content.decode()
    assert "计划与完成" in html and "3.2</b>/5.0 万元" in html
    assert f'href="{where}plan/?kind=call&amp;state=missed">1</a>' in html
    rows = client.get(f"{where}plan/?kind=call&state=missed").content.decode()
    assert "客户unanswered" in rows and "客户answered" not in rows and "1 项" in rows
    assert "P0" in rows and "P1" not in rows and "1 件，3.2 万元" in rows


def test_a_stranger_finds_nothing(busy, client, stranger):
    client.force_login(stranger)
    assert client.get(f"/people/{busy.employee_no}/week/{WEEK}/plan/").status_code == 404


def test_an_empty_plan_leaves_the_week_as_it_was(client, zhou, clock_at):
    clock_at(NOW)
    client.force_login(zhou)
    assert "计划与完成" not in client.get("/week/").content.decode()
    assert client.get(f"/people/{zhou.employee_no}/week/{WEEK}/plan/").status_code == 200
