"""免责 is for 分管总 of the branch that assesses the week, alone or through who stands in; twice is once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.assessment.excusing import excuse
from activity.assessment.models import WeekExcuse
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.activity.assessment.test_week_pages import CLOSED, LAST, NOW, WEEK, close, of, read, rules, send  # noqa: F401


@pytest.fixture
def there(city):
    """郑刚, 分管总 of another branch."""
    return make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370205", "李沧支公司"), name="郑刚")


def moved(zhou, there, on):
    """She works in the other branch from that day on."""
    zhou.appointments.update(ends_on=on - timedelta(days=1))
    make.appoint(zhou, Post.CLIENT_MANAGER, make.department(there.appointments.get().unit), starts_on=on)


@pytest.mark.parametrize("closed", [False, True], ids=["forecast", "assessed"])
@pytest.mark.parametrize("day", [1, 4], ids=["most there", "most here"])
def test_the_branch_that_assesses_the_week_excuses_it(
    rules, read, client, zhou, deputy, there, clock_at, day, closed  # noqa: F811
):  # fmt: skip
    moved(zhou, there, WEEK.days[day])
    at = CLOSED if closed else NOW
    if closed:
        close(clock_at)
    mine, others = (there, deputy) if day == 1 else (deputy, there)
    assert "准予这一周免责" not in read(of(zhou), others, at)
    assert send(client, others, of(zhou, rest="excuse/"), at, clock_at, reason="x").status_code == 404
    with pytest.raises(Refused, match="不归你办"):
        excuse(zhou, WEEK, by=others, at=at, key=uuid4(), reason="x")
    assert "准予这一周免责" in read(of(zhou), mine, at)
    assert send(client, mine, of(zhou, rest="excuse/"), at, clock_at, reason="x").status_code == 302
    assert WeekExcuse.objects.get().by == mine
    assert "撤回免责" in read(of(zhou), mine, at) and "撤回免责" not in read(of(zhou), others, at)
    assert send(client, others, of(zhou, rest="excuse/withdraw/"), at, clock_at).status_code == 404


def test_what_was_assessed_here_stays_here_however_the_roster_changes(
    rules, read, client, zhou, deputy, there, clock_at  # noqa: F811
):  # fmt: skip
    """Entered late, before the sweep has assessed again: who has read the result excuses it."""
    close(clock_at)
    moved(zhou, there, WEEK.days[1])
    with pytest.raises(Refused, match="不归你办"):
        excuse(zhou, WEEK, by=there, at=CLOSED, key=uuid4(), reason="x")
    excuse(zhou, WEEK, by=deputy, at=CLOSED, key=uuid4(), reason="x")


def test_a_week_in_which_nobody_assesses_her_is_excused_by_nobody(rules, client, zhou, deputy, clock_at):  # noqa: F811
    zhou.appointments.update(starts_on=WEEK.monday)
    with pytest.raises(Refused, match="不归你办"):
        excuse(zhou, LAST, by=deputy, at=NOW, key=uuid4(), reason="x")
    assert send(client, deputy, of(zhou, LAST, "excuse/"), NOW, clock_at, reason="x").status_code == 404
