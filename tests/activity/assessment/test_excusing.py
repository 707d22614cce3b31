"""免责 is for 分管总 of the branch that assesses the week, alone or through who stands in; twice is once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from activity.assessment.excusing import excuse
from activity.assessment.models import WeekExcuse
from org.corrections.models import Correction
from org.notices.models import Notice
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.weeks.conftest import read, rules  # noqa: F401
from tests.activity.weeks.reading import CLOSED, LAST, NOW, WEEK, close, of, send


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


def test_who_stands_in_signs_for_whom(rules, read, client, zhou, deputy, there, manager, clock_at):  # noqa: F811
    """郑刚 代 赵敏: in the trace, in the reason of the new version, and on the page before and after it."""
    close(clock_at)
    make.delegation(deputy.appointments.get(), there, starts_on=CLOSED.date(), ends_on=CLOSED.date())
    assert "准予这一周免责" in read(of(zhou), there, CLOSED)
    send(client, there, of(zhou, rest="excuse/"), CLOSED, clock_at, reason="住院")
    line = Trace.objects.get(verb="excuse")
    assert (line.by, line.changes["for"]) == (there, deputy.employee_no)
    assert "住院 郑刚 代 赵敏 11月24日" in read(of(zhou), at=CLOSED)
    close(clock_at, CLOSED + timedelta(minutes=1))
    said = read(of(zhou), at=CLOSED + timedelta(minutes=2))
    assert said.count("郑刚 代 赵敏准予免责：住院") == 2  # the result, and the version
    send(client, there, of(zhou, rest="excuse/withdraw/"), CLOSED + timedelta(minutes=3), clock_at)
    assert Trace.objects.get(verb="withdraw_excuse").changes["for"] == deputy.employee_no
    assert Correction.objects.latest("pk").note == "郑刚 代 赵敏撤回免责"


def test_neither_the_lender_nor_the_borrower_is_excused_through_it(
    rules, read, zhou, deputy, there, department, clock_at  # noqa: F811
):  # fmt: skip
    clock_at(NOW)
    lent = deputy.appointments.get()
    make.appoint(deputy, Post.CLIENT_MANAGER, department)
    make.delegation(lent, there)
    with pytest.raises(Refused, match="不归你办"):
        excuse(deputy, WEEK, by=there, at=make.at(make.THURSDAY), key=uuid4(), reason="x")


def test_taking_it_back_tells_her_once(rules, read, client, zhou, deputy, clock_at):  # noqa: F811
    excuse(zhou, WEEK, by=deputy, at=NOW, key=uuid4(), reason="住院")
    read(of(zhou), deputy)
    page = html.fromstring(client.get(of(zhou)).content)
    key = page.xpath("//form[contains(@action, 'withdraw')]//input[@name='key']/@value")[0]
    for _ in range(2):
        client.post(of(zhou, rest="excuse/withdraw/"), {"key": key})
    assert "已被别人" not in read(of(zhou), deputy) and "没有免责" not in read(of(zhou), deputy)
    told = Notice.objects.get(to=zhou, kind="excuse_withdrawn")
    assert told.title == f"{WEEK.label}的免责已撤回" and "赵敏" in told.body
    assert Trace.objects.filter(verb="withdraw_excuse").count() == 1
    assert client.post(of(zhou, rest="excuse/withdraw/"), {}).status_code == 302
    assert "页面过期" in read(of(zhou), deputy)
