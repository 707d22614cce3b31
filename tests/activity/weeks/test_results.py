"""周考核 of a unit: the short ones first, 达标率 apart from 完成率, the same words before and after the close."""

import re
from datetime import date, timedelta

import pytest
from lxml import html

from activity.daily_log.models import DailyLog
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
NOW, CLOSED = make.at(make.THURSDAY, 9), make.at(date(2026, 11, 24), 12, 1)


@pytest.fixture
def rules(db):
    return make.rules(date(2026, 9, 14))


@pytest.fixture
def team(rules, department):
    """周婷 is short, 吴思远 is met, 高磊 is away."""
    made = {}
    for name, number in (("吴思远", "E70001"), ("周婷", "E70002"), ("高磊", "E70003")):
        made[name] = make.person(
            Post.CLIENT_MANAGER, unit=department, name=name, employee_no=number, starts_on=WEEK.monday
        )
    for day in WEEK.days[:5]:
        done(made["吴思远"], day, 6, 3, 1, 1)
        for half in ("am", "pm"):
            make.absence(made["高磊"], day, half)
    done(made["周婷"], WEEK.monday, 6, 3, 1, 1)
    return made


def done(who, day, calls, visits, prospects, studies):
    return DailyLog.objects.create(
        person=who, unit=who.appointments.first().unit, day=day, created_at=make.at(day), calls=calls, visits=visits,
        prospects=prospects, studies=studies, counts=True, state="submitted", handed_in_at=make.at(day, 18),
    )  # fmt: skip


def of(unit, week=WEEK):
    return f"/weeks/{week}/units/{unit.code}/results/"


@pytest.fixture
def page(client, clock_at):
    def look(who, address, at=NOW):
        clock_at(at)
        client.force_login(who)
        answer = client.get(address)
        return html.fromstring(answer.content.decode()) if answer.status_code == 200 else answer.status_code

    return look


def words(element):
    text = re.sub(r"<[^>]+>", " ", html.tostring(element.xpath("//main")[0], encoding="unicode"))
    return re.sub(r"\s+", " ", text)


def names(page):
    return page.xpath("//h2[.='客户经理']/ancestor::section//tbody/tr/td[1]/a/text()")


def test_the_short_ones_first_with_what_they_lack(page, team, manager, department):
    seen = page(manager, of(department))
    assert names(seen) == ["周婷", "吴思远", "高磊"]
    said = words(seen)
    assert "周婷 E70002 进行中 进行中 6 /30" in said and "24 电话 12 拜访 4 准客户 4 学习 –" in said
    assert "暂计 还有 2 个工作日，11月24日 12:00 关账" in said
    assert "达标率（暂计） 50% 1 / 2 人" in said


def test_while_days_remain_nobody_is_short_and_nothing_is_loud(page, team, manager, deputy, branch):
    other = make.department(branch, "370202A")
    make.person(Post.CLIENT_MANAGER, unit=other)
    seen = page(deputy, of(branch))
    said = words(seen)
    assert "陈立" in said and "进行中 人 2" in said and "未达 人" not in said
    assert not seen.xpath("//main//*[contains(@class, 'warn') or contains(@class, 'heat')]")
    last_day = make.at(WEEK.days[4], 9)
    said = words(page(deputy, of(branch), last_day))
    assert "未达 人 2" in said and "24 电话 12 拜访 4 准客户 4 学习 第 1 周" in said


def test_after_the_close_the_record_says_the_same(page, team, manager, department, clock_at):
    before = words(page(manager, of(department), make.at(date(2026, 11, 24), 11, 59)))
    clock_at(CLOSED)
    run_due()
    after = words(page(manager, of(department), CLOSED))
    assert "达标率 50% 1 / 2 人" in after and "暂计" not in after and "第 1 版规则" in after
    of_people = re.compile(r"周婷 .*?–")
    assert of_people.search(after)[0] == of_people.search(before)[0]


def test_each_name_opens_the_week_of_the_person(page, team, manager, department):
    links = page(manager, of(department)).xpath("//main//tbody//a/@href")
    assert f"/people/{team['周婷'].employee_no}/week/{WEEK}/" in links


def test_units_are_listed_by_code_with_their_rate(page, team, deputy, branch, department):
    other = make.department(branch, "370202A")
    make.person(Post.CLIENT_MANAGER, unit=other)
    seen = page(deputy, of(branch))
    assert seen.xpath("//h2[.='各单位']/ancestor::section//tbody/tr/td[1]/text()") == ["370202A", "370202T"]
    assert "达标率（暂计） 33% 1 / 3 人" in words(seen)


def test_headquarters_reads_all_of_the_city(page, team, hq, city):
    assert "周婷 E70002 市南支公司 团体部" in words(page(hq, of(city)))


@pytest.mark.parametrize(
    ("post", "sees"),
    [
        (Post.TEAM_LEADER, True), (Post.SECTION_CHIEF, True), (Post.DEPARTMENT_MANAGER, True),
        (Post.BRANCH_DEPUTY_GM, True), (Post.BRANCH_CLERK, True), (Post.HQ_STAFF, True), (Post.AUDITOR, True),
        (Post.CLIENT_MANAGER, 404), (Post.SYSTEM_ADMIN, 403),
    ],
)  # fmt: skip
def test_who_reads_the_figures_of_the_unit_reads_its_results(page, team, department, post, sees):
    who = make.person(post, unit=make.home_of(post, department))
    seen = page(who, of(department))
    assert (seen if isinstance(seen, int) else True) == sees


def test_strangers_find_nothing(page, team, stranger, department):
    assert page(stranger, of(department)) == 404


def test_a_clerk_reads_names_without_links(page, team, department, branch):
    clerk = make.person(Post.BRANCH_CLERK, unit=branch)
    seen = page(clerk, of(department))
    assert "周婷" in words(seen) and names(seen) == []


# 3111


@pytest.mark.parametrize(
    ("post", "sees"),
    [(Post.BRANCH_DEPUTY_GM, True), (Post.HQ_STAFF, True), (Post.TEAM_LEADER, False), (Post.BRANCH_CLERK, False),
     (Post.DEPARTMENT_MANAGER, False)],
)  # fmt: skip
def test_3111_is_read_above_the_managers(page, team, manager, department, post, sees):
    who = make.person(post, unit=make.home_of(post, department))
    said = words(page(who, of(department)))
    assert ("陈立" in said) is sees
    assert ("15 追踪 5 陪访 5 辅导 5 计划书或增员" in said) is (sees or post == Post.DEPARTMENT_MANAGER)


def test_a_manager_reads_his_own_3111(page, team, manager, department, clock_at):
    clock_at(CLOSED)
    run_due()
    said = words(page(manager, of(department), CLOSED))
    assert "主管 3111 同样按周合计，四项分别看" in said and "陈立" in said


# Weeks


def test_weeks_without_results_say_why(page, rules, manager, department):
    assert "这个单位这一周没有客户经理。" in words(page(manager, of(department)))
    assert "这一周还没有开始。" in words(page(manager, of(department, WEEK.next)))
    assert "早于第一版规则" in words(page(manager, of(department, Week(date(2026, 9, 7)))))
    assert page(manager, of(department, Week(date(2027, 9, 6)))) == 404


def test_of_fines_nothing_is_shown(page, team, manager, department, clock_at):
    team["周婷"].appointments.update(starts_on=WEEK.previous.monday)
    clock_at(CLOSED)
    run_due()
    assert "扣罚" not in words(page(manager, of(department), CLOSED)).replace("3111 不提出扣罚", "")


def test_the_report_leads_to_the_results_and_back(page, team, manager, department):
    report = f"/report/{WEEK}/{department.code}/"
    assert of(department) in page(manager, report).xpath("//main//a/@href")
    assert report in page(manager, of(department)).xpath("//main//a/@href")


def test_forty_a_page(page, rules, manager, department):
    for _ in range(51):
        make.person(Post.CLIENT_MANAGER, unit=department)
    assert len(names(page(manager, of(department)))) == 40
    assert len(names(page(manager, of(department) + "?page=2"))) == 11
    assert len(names(page(manager, of(department) + "?page=x"))) == 40


MONDAY_MORNING = make.at(make.MONDAY, 9)  # the week before is open, too


@pytest.mark.parametrize(("at", "most"), [(MONDAY_MORNING, 21), (NOW, 17), (CLOSED, 17)])
def test_the_number_of_queries_does_not_depend_on_the_people(
    client, clock_at, team, deputy, branch, department, django_assert_max_num_queries, at, most
):
    counted = []
    clock_at(at)
    run_due()
    client.force_login(deputy)
    for _ in range(2):
        with django_assert_max_num_queries(most) as queries:
            assert client.get(of(branch)).status_code == 200
        counted.append(len(queries))
        for _ in range(5):
            make.person(Post.CLIENT_MANAGER, unit=department, starts_on=WEEK.monday + timedelta(days=3))
    assert counted[0] == counted[1]
