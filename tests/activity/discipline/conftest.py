"""周婷 wrote nothing for two weeks: on Tuesday at noon the second one closes and proposes her fine."""

from datetime import date, timedelta

import pytest

from activity.discipline.models import Fine
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 9)
CLOSE = make.at(date(2026, 11, 17), 12)
CLOSED = CLOSE + timedelta(minutes=1)
TODAY = make.THURSDAY
NOW = make.at(TODAY, 10)


@pytest.fixture
def rules(db):
    return make.rules(FIRST)


@pytest.fixture
def closed(rules, zhou, clock_at):
    """Both weeks are closed and everybody is told."""
    clock_at(CLOSED)
    run_due()


@pytest.fixture
def fine(closed, clock_at):
    """What is proposed of 周婷; it is Thursday."""
    clock_at(NOW)
    return Fine.objects.select_related("ledger__city", "person", "unit", "rules").get()


@pytest.fixture
def next_branch(city):
    return make.branch(city, "370205", "李沧支公司")


@pytest.fixture
def peer(next_branch):
    """郑刚, 分管总 of another branch, who may stand in."""
    return make.person(Post.BRANCH_DEPUTY_GM, unit=next_branch, name="郑刚")
