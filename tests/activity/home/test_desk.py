"""`/` says to each post what to do now, and every link on it opens."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from lxml import html

from activity.discipline.closing import close_week
from activity.rollup.models import RollUp, RollUpUnit
from org.absences import actions as absences
from org.absences.rules import Stretch, Wish
from org.notices import actions as notices
from org.periods.models import Period
from org.posts import Post
from org.week import Week
from tests import factories as make

FRIDAY = make.THURSDAY + timedelta(days=1)


def rows(person):
    """(title, text) of each sentence on the desk."""
    client = Client()
    client.force_login(person)
    answer = client.get("/", follow=True)
    items = html.fromstring(answer.content).xpath("//*[@class='item-list']//*[@class='item']")
    return [tuple(part.text_content() for part in item.xpath(".//div[@class='t' or @class='m']")) for item in items]


@pytest.mark.parametrize("post", list(Post))
def test_every_link_of_every_desk_opens(client, department, zhou, post, clock_at):
    clock_at(make.at(FRIDAY, 14))
    make.full_day(zhou)
    make.submit(zhou)
    person = make.person(post, unit=make.home_of(post, department))
    notices.post("test", to=person, at=make.at(FRIDAY, 9), title="一条消息")
    client.force_login(person)
    page = html.fromstring(client.get("/", follow=True).content)
    for link in {one for one in page.xpath("//a/@href") if one.startswith("/")}:
        assert client.get(link, follow=True).status_code == 200, link


def test_a_client_manager_goes_to_today(client, zhou):
    client.force_login(zhou)
    assert client.get("/").url == "/today/"


@pytest.mark.parametrize(("hour", "reviews"), [(8, True), (11, True), (12, False), (17, False)])
def test_a_manager_reviews_until_noon(client, manager, clock_at, hour, reviews):
    clock_at(make.at(FRIDAY, hour))
    client.force_login(manager)
    answer = client.get("/")
    assert answer.status_code == (302 if reviews else 200)


def test_the_hour_of_reviewing_is_the_rules(zhou, manager, clock_at):
    make.rules(deadlines={"review_due": time(15)})
    make.full_day(zhou)
    make.submit(zhou)
    clock_at(make.at(FRIDAY, 14))
    assert rows(manager)[0][1].endswith("批阅截止是次个工作日 15:00")


def test_the_managers_desk_counts_what_waits_and_who_is_missing(zhou, manager, department, clock_at):
    late = make.person(Post.CLIENT_MANAGER, unit=department, name="钱多")
    make.full_day(zhou)
    make.submit(zhou)
    clock_at(make.at(FRIDAY, 14))
    said = rows(manager)
    assert said[0] == ("待批 1 份", "最早的是11月19日 周四的，批阅截止是次个工作日 12:00")
    assert ("11月19日 周四未交 1 人", late.name) in said
    assert ("今天的日志已交 0 / 2 份",) in said


def test_nothing_waits_after_a_quiet_day(manager, clock_at):
    clock_at(make.at(FRIDAY, 14))
    assert rows(manager) == [("没有待批的日志",)]


def test_other_branches_are_not_counted(zhou, stranger, clock_at):
    make.full_day(zhou)
    make.submit(zhou)
    clock_at(make.at(FRIDAY, 14))
    assert rows(stranger) == [("没有待批的日志",)]


def test_hq_reads_the_last_and_the_next_roll_up(hq, city, clock_at):
    book = make.rules()
    monday, noon = make.MONDAY - timedelta(days=7), make.at(make.MONDAY - timedelta(days=2), 12)
    report = RollUp.objects.create(city=city, week=monday, rules=book, due_at=noon, frozen_at=noon)
    RollUpUnit.objects.create(rollup=report, unit=city, kind=city.kind, logs_due=500, logs_in=490, logs_missing=10)
    Period.objects.create(kind="report", unit=city, week=make.MONDAY, due_at=make.at(FRIDAY + timedelta(days=1), 12))
    clock_at(make.at(FRIDAY, 14))
    said = rows(hq)
    assert said[0] == (
        "青岛市公司 11.9–11.15（第 46 周） 已汇总",
        "日志应交 500 份，已交 490 份，未交 10 份",
    )
    assert ("下次汇总：11月21日 周六 12:00", "11.16–11.22（第 47 周）") in said
    assert ("第 1 版规则生效中", "2026年9月14日 起") in said


def test_the_clerk_reads_who_has_no_account_yet(zhou, manager, branch, clock_at):
    clock_at(make.at(FRIDAY, 14))
    clerk = make.person(Post.BRANCH_CLERK, unit=branch)
    assert rows(clerk)[0][0] == "3 人还没有激活账号"
    for _ in range(5):
        Client().post("/", {"employee_no": zhou.employee_no, "password": "x"})
    assert ("有账号被锁：周婷", "认得出本人，就可以替他解锁") not in rows(clerk)


def test_unread_messages_come_last(manager, clock_at):
    clock_at(make.at(FRIDAY, 14))
    notices.post("test", to=manager, at=make.at(FRIDAY, 9), title="一条消息")
    assert rows(manager)[-1] == ("1 条未读消息",)


@pytest.mark.parametrize("post", [Post.HEALTH_COORDINATOR, Post.CLINICIAN, Post.HEALTH_EXPERT, Post.AUDITOR])
def test_a_desk_without_work_says_so(client, department, post):
    client.force_login(make.person(post, unit=make.home_of(post, department)))
    assert "现在没有要你办的事" in client.get("/").content.decode()


def test_the_desk_costs_the_same_for_many(client, manager, department, clock_at, django_assert_max_num_queries):
    for _ in range(30):
        make.person(Post.CLIENT_MANAGER, unit=department)
    clock_at(make.at(FRIDAY, 14))
    client.force_login(manager)
    with django_assert_max_num_queries(36):
        client.get("/")


def test_the_managers_desk_leads_to_the_oldest_log_that_waits_also_of_a_day_off(zhou, manager, clock_at):
    sunday = make.MONDAY + timedelta(days=6)
    for day in (sunday, sunday - timedelta(days=7)):
        make.submit(zhou, day)
    clock_at(make.at(sunday + timedelta(days=1), 14))
    client = Client()
    client.force_login(manager)
    page = html.fromstring(client.get("/").content)
    assert rows(manager)[0][0] == "待批 2 份"
    assert "最早的是11月15日 周日的" in rows(manager)[0][1]
    assert "/review/2026-11-15/" in page.xpath("//a/@href")
    shown = client.get("/review/").context["board"]
    assert [day for day, _count in shown.waiting_days] == [sunday - timedelta(days=7), sunday]


@pytest.fixture
def proposed(zhou, city, clock_at):
    """Two weeks without a log are closed."""
    make.rules()
    clock_at(make.at(FRIDAY, 14))
    noon = make.at(make.MONDAY + timedelta(days=1), 12)
    for weeks in (2, 1):
        close_week(city, Week(make.MONDAY - timedelta(weeks=weeks)), due_at=noon, at=noon)


def test_the_deputy_first_reads_what_waits_for_him(proposed, deputy, stranger):
    assert rows(deputy)[0] == ("1 条扣罚提议待确认", "最早的是11.9–11.15（第 46 周）的，逐条看事实再定")
    assert not [title for title, *_ in rows(stranger) if "扣罚" in title]


@pytest.mark.parametrize("post", [Post.DEPARTMENT_MANAGER, Post.GM_OFFICE, Post.HQ_STAFF])
def test_others_read_that_it_waits_for_the_deputy(proposed, department, post):
    assert ("1 条扣罚提议等分管总确认",) in rows(make.person(post, unit=make.home_of(post, department)))


def test_requests_for_leave_wait_on_the_desk(zhou, manager, clock_at):
    clock_at(make.at(FRIDAY, 14))
    wish = Wish("leave", Stretch(FRIDAY, "am", FRIDAY, "pm"), "看病")
    absences.ask(zhou, wish, at=make.at(FRIDAY, 9), key=uuid4())
    assert ("1 份请假待批",) in rows(manager)
