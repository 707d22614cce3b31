"""周婷 leaves on Friday; her three clients have to be somebody's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.chain import planning
from clients.chain.models import Opportunity, PlannedVisit
from clients.handover import actions
from clients.prospects.models import Prospect
from org.posts import Post
from tests import factories as make

NOW = make.at(make.THURSDAY, 12)
NEXT_WEEK = make.MONDAY + timedelta(days=9)


@pytest.fixture
def noon(clock_at):
    clock_at(NOW)


@pytest.fixture
def li(department):
    return make.person(Post.CLIENT_MANAGER, unit=department, name="李强")


@pytest.fixture
def leader(department):
    """组长 above 周婷's unit, as a department of one team has him."""
    return make.person(Post.TEAM_LEADER, unit=department, name="王组长")


@pytest.fixture
def far(city):
    branch = make.branch(city, "370204", "城阳支公司")
    return make.person(Post.CLIENT_MANAGER, unit=make.department(branch), name="远方")


@pytest.fixture
def book(zhou, noon):
    """One with a project at level 2, one with a next action, one with nothing."""
    first, second, third = (make.prospect(zhou, name) for name in ("宏达机械", "瑞丰食品", "安康药业"))
    Opportunity.objects.create(
        prospect=first, line="团体意外", started_on=make.LONG_AGO, created_at=NOW, level=2, visits_made=3
    )
    Prospect.objects.filter(pk=second.pk).update(next_action="送方案", next_action_on=NEXT_WEEK)
    second.refresh_from_db()
    return first, second, third


@pytest.fixture
def visit_next_week(zhou, book, leader):
    wish = planning.Wish(
        starts_at=make.at(NEXT_WEEK, 10),
        ends_at=make.at(NEXT_WEEK, 11),
        opportunity=book[0].opportunities.get().pk,
    )
    made = planning.plan(zhou, book[0], wish, at=NOW, key=uuid4(), companions=[leader.pk])
    return PlannedVisit.objects.get(pk=made["planned"])


def hand(giver, clients, to, by, *, at=NOW, key=None):
    plan = {one.pk: to.pk for one in clients}
    return actions.hand_over(giver, plan, by=by, at=at, key=key or uuid4())


def chosen(clients, to=None, **more):
    """What the form posts for the clients that it shows: all as the one above says, but `more`."""
    return {"to": to.pk if to else "", **{f"c-{one.pk}": "" for one in clients}, **more}
