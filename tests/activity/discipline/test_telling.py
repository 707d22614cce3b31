"""After the close: the proposed, the short and 分管总 are told, each once, and late corrections too."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.assessment.excusing import excuse
from activity.assessment.models import WeekClose
from activity.daily_log.reasons import lacking
from activity.discipline import actions, telling
from activity.discipline.models import Announced, Fine
from activity.discipline.telling import explanation_due
from org.absences import actions as absences
from org.absences.rules import Stretch, Wish
from org.notices.models import Notice
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST, NOW, SECOND, TODAY


def told(kind):
    return Notice.objects.filter(kind=kind).order_by("at", "to__employee_no")


@pytest.fixture
def story(rules, zhou, deputy, clock_at):
    """Nothing has run yet; it is a minute past the second close."""
    clock_at(CLOSED)


def test_a_proposal_is_told_to_the_person_and_to_the_deputy(story, zhou, deputy, manager):
    run_due()
    [one] = told("fine_proposed")
    assert (one.to, one.title) == (zhou, "11.9–11.15（第 46 周）提议扣 ¥50")
    assert one.link == f"/fines/{Fine.objects.get().pk}/"
    [desk] = told("fines_waiting")
    assert (desk.to, desk.title, desk.link) == (deputy, "1 条扣罚提议待确认", "/fines/")
    assert not [letter for letter in mail.outbox if "扣罚" in letter.subject]


def test_whoever_is_short_reads_by_how_much(rules, zhou, clock_at):
    clock_at(CLOSED)
    run_due()
    [one] = told("week_short")
    assert one.to == zhou
    assert one.title == "11.9–11.15（第 46 周）未达 6311：差 30 电话 15 拜访 5 准客户 5 学习"
    assert one.link == f"/people/{zhou.employee_no}/week/2026-W46/"


def test_only_what_is_missing_is_named():
    assert lacking((8, 0, 0, 1)) == "8 电话 1 学习"


def test_telling_twice_tells_once(story):
    run_due()
    before = Notice.objects.count()
    for _ in range(2):
        assert run_due() == []
    Announced.objects.update(told=0)  # a crash after the notices, before the mark
    run_due()
    assert Notice.objects.count() == before


def test_who_dies_after_the_close_tells_at_the_next_round(story, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("org.periods.due.AFTERWARDS", [])
        run_due()
    assert Fine.objects.exists() and not Notice.objects.exists()
    run_due()
    assert {one.kind for one in Notice.objects.all()} == {"fine_proposed", "fines_waiting", "week_short"}
    assert not WeekClose.objects.filter(told_at=None).exists()


def test_after_weeks_of_silence_short_weeks_lapse_and_proposals_are_told(rules, zhou, deputy, clock_at):
    clock_at(make.at(date(2026, 12, 2), 9))  # closes of 11.10, 17, 24, 12.1
    run_due()
    assert [one.title[:9] for one in told("week_short")] == ["11.23–11."]
    assert Fine.objects.count() == told("fine_proposed").count() == 2
    assert [one.title for one in told("fines_waiting")] == ["2 条扣罚提议待确认"]


def test_the_explanation_is_due_two_working_days_after_the_close(closed):
    [first, second] = WeekClose.objects.order_by("week")
    assert explanation_due(second) == make.at(date(2026, 11, 19), 12)
    assert explanation_due(first) == make.at(date(2026, 11, 12), 12)


def test_the_own_fine_of_a_deputy_does_not_wait_for_him(rules, zhou, branch, clock_at):
    make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, starts_on=TODAY - timedelta(days=2))
    clock_at(CLOSED)
    run_due()
    assert told("fine_proposed").count() == 1 and not told("fines_waiting").exists()


def test_other_branches_are_told_of_nothing(story, peer):
    run_due()
    assert not told("fines_waiting").filter(to=peer).exists()


def test_who_stands_in_is_told_for_whom(rules, zhou, deputy, peer, clock_at):
    make.delegation(deputy.appointments.get(), peer, starts_on=CLOSED.date(), ends_on=TODAY)
    clock_at(CLOSED)
    run_due()
    assert {(one.to, one.body) for one in told("fines_waiting")} == {(deputy, ""), (peer, "代 赵敏")}


def test_a_reversal_is_told_with_its_reason(fine, deputy, zhou, clock_at):
    excuse(zhou, Week(SECOND), by=deputy, at=NOW, key=uuid4(), reason="台风")
    clock_at(NOW + timedelta(minutes=1))
    run_due()
    [one] = told("fine_reversed")
    assert (one.to, one.title) == (zhou, "11.9–11.15（第 46 周）扣罚（¥50）已冲销")
    assert "赵敏准予免责：台风" in one.body
    run_due()
    assert told("fine_reversed").count() == 1


def test_who_confirmed_reads_that_it_no_longer_stands(fine, deputy, zhou, manager, clock_at):
    actions.confirm(fine, by=deputy, at=NOW, key=uuid4())
    wish = Wish("duty", Stretch(SECOND, "am", SECOND + timedelta(days=6), "pm"), "投标")
    absences.record(zhou, wish, by=manager, at=NOW, key=uuid4())
    clock_at(NOW + timedelta(minutes=1))
    run_due()
    [one] = told("fine_reversed").filter(to=deputy)
    assert one.title == "周婷 11.9–11.15（第 46 周）扣罚（¥50）已冲销"
    assert one.body == "你确认过这一条。原因：2026年11月9日 至 2026年11月15日公务，陈立批准"
    assert one.link == f"/fines/{fine.pk}/"
    assert told("fine_reversed").count() == 2


@pytest.mark.parametrize(
    ("effect", "said"), [("money", "不会由此从工资里扣，结算另行办理"), ("record", "只留记录，不涉及金额")]
)
def test_a_confirmation_says_what_it_does_not_do(zhou, deputy, clock_at, effect, said):
    make.rules(FIRST, fines={"effect": effect})
    clock_at(CLOSED)
    run_due()
    actions.confirm(Fine.objects.get(), by=deputy, at=NOW, key=uuid4(), reason="已谈过")
    assert told("fine_decided").get().body == f"已谈过\n{said}；可以打开看事实和算式"


def test_one_city_that_cannot_be_told_leaves_the_others(story, monkeypatch, caplog):
    there = make.person(
        Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city("3706", "烟台市公司"), "370602"))
    )
    broken = WeekClose.objects.filter(city__code="3702")
    tell = telling.tell_close

    def sometimes(pk, *, at):
        if broken.filter(pk=pk).exists():
            raise ValueError("one bad row")
        return tell(pk, at=at)

    monkeypatch.setattr(telling, "tell_close", sometimes)
    run_due()
    assert {one.to for one in told("week_short")} == {there}
    assert "failed" in caplog.text
    caplog.clear()


def test_the_statements_do_not_grow_with_the_people(rules, department, clock_at):
    def closing(count, week):
        for _ in range(count):
            make.person(Post.CLIENT_MANAGER, unit=department)
        clock_at(week)
        with CaptureQueriesContext(connection) as asked:
            run_due()
        return sum("org_notice" in one["sql"] and "INSERT" in one["sql"] for one in asked.captured_queries)

    few = closing(2, CLOSED)
    many = closing(30, CLOSED + timedelta(weeks=2))
    assert few == many
