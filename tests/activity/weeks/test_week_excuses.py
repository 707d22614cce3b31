"""免责 on the page of a week: by the deputy, with a reason."""

from datetime import timedelta

import pytest

from activity.assessment.models import WeekExcuse
from org.posts import Post
from tests import factories as make
from tests.activity.weeks.reading import CLOSED, LAST, NOW, a_full_week, close, of, send


def test_the_deputy_excuses_a_short_week_with_a_reason(rules, read, client, zhou, deputy, clock_at):
    close(clock_at)
    assert "准予这一周免责" in read(of(zhou), deputy, CLOSED)
    answer = send(client, deputy, of(zhou, rest="excuse/"), CLOSED, clock_at, reason="驻场投标")
    assert answer.status_code == 302
    assert "马上重新核算" in read(of(zhou), at=CLOSED)
    close(clock_at, CLOSED + timedelta(minutes=1))
    said = read(of(zhou), at=CLOSED + timedelta(minutes=2))
    assert "考核结果 已免责" in said and "赵敏准予免责：驻场投标" in said
    answer = send(client, deputy, of(zhou, rest="excuse/withdraw/"), CLOSED, clock_at)
    assert answer.status_code == 302 and "免责已撤回" in read(of(zhou), at=CLOSED)


def test_a_running_week_may_be_excused_too(rules, read, client, zhou, deputy, clock_at):
    send(client, deputy, of(zhou, rest="excuse/"), NOW, clock_at, reason="驻场投标")
    assert "分管总已准予免责，11月24日 12:00 关账会记为已免责" in read(of(zhou))


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("x" * 201, 422)])
def test_without_a_reason_nothing_is_excused(rules, client, zhou, deputy, clock_at, reason, status):
    assert send(client, deputy, of(zhou, rest="excuse/"), NOW, clock_at, reason=reason).status_code == status
    assert not WeekExcuse.objects.exists()


def test_a_met_week_offers_no_excuse_and_refuses_one(rules, read, client, zhou, deputy, clock_at):
    a_full_week(zhou)
    close(clock_at)
    assert "准予这一周免责" not in read(of(zhou), deputy, CLOSED)
    answer = send(client, deputy, of(zhou, rest="excuse/"), CLOSED, clock_at, reason="x", follow=True)
    assert "不用免责" in answer.content.decode() and not WeekExcuse.objects.exists()


def test_nobody_excuses_himself(rules, read, client, deputy, department, clock_at):
    make.appoint(deputy, Post.CLIENT_MANAGER, department)
    assert "准予这一周免责" not in read(of(deputy), deputy)
    answer = send(client, deputy, of(deputy, rest="excuse/"), NOW, clock_at, reason="自己", follow=True)
    assert "自己的一周由别人免责" in answer.content.decode() and not WeekExcuse.objects.exists()


def test_others_neither_see_the_form_nor_may_send_it(rules, read, client, zhou, manager, stranger, branch, clock_at):
    assert "准予这一周免责" not in read(of(zhou), manager)
    other = make.person(Post.BRANCH_DEPUTY_GM, unit=stranger.appointments.get().unit.get_parent())
    for who, status in ((zhou, 403), (manager, 403), (other, 404)):
        assert send(client, who, of(zhou, rest="excuse/"), NOW, clock_at, reason="x").status_code == status
        assert send(client, who, of(zhou, rest="excuse/withdraw/"), NOW, clock_at).status_code == status


def test_the_form_names_the_weeks_that_would_be_proposed_instead(rules, read, zhou, deputy, clock_at):
    first = LAST.previous
    zhou.appointments.update(starts_on=first.monday)
    close(clock_at)
    assert "可能因此另提扣罚：第 47 周将成为连续第 2 周" in read(of(zhou, first), deputy, CLOSED)
    assert "可能因此另提扣罚：第 47 周将成为连续第 2 周" in read(of(zhou, LAST), deputy, CLOSED)
    said = read(of(zhou), deputy, CLOSED)
    assert "之后的周会重新连算，可能因此另提扣罚" in said and "将成为" not in said
