"""我的 and 机构与人员: who is listed for whom, how one finds people."""

from datetime import timedelta

import pytest
from lxml import html

from org.people.models import Person
from org.posts import Post
from tests import factories as make

AT = make.at(make.MONDAY, 9)


@pytest.fixture(autouse=True)
def monday(clock_at):
    clock_at(AT)


@pytest.fixture
def clerk(branch):
    return make.person(Post.BRANCH_CLERK, unit=branch, name="王芳")


def names(answer):
    return html.fromstring(answer.content).xpath("//tbody//a[@class='name']/text()")


def test_my_page_shows_posts_with_dates_and_what_i_did(client, zhou, department):
    team = make.team(department)
    make.appoint(zhou, Post.TEAM_LEADER, team, starts_on=make.MONDAY - timedelta(days=30))
    make.appoint(zhou, Post.SECTION_CHIEF, department, ends_on=make.MONDAY - timedelta(days=1))
    client.force_login(zhou)
    page = client.get("/me/").content.decode()
    for said in ("周婷", "客户经理", "组长", "2026.10.17", "科长", "已结束", "还没有记录", "退出登录", "修改密码"):
        assert said in page


def test_somebody_without_a_post_learns_why_there_is_nothing(client, db):
    client.force_login(make.person())
    assert "今天没有任职" in client.get("/me/").content.decode()
    assert "你今天没有任职" in client.get("/").content.decode()
    assert client.get("/people/").status_code == 403


def test_the_clerk_lists_his_branch_and_the_administrator_his_city(client, zhou, manager, stranger, clerk, city):
    other_city = make.person(Post.CLIENT_MANAGER, unit=make.branch(make.city("3701", "济南市公司")), name="外人")
    client.force_login(clerk)
    assert set(names(client.get("/people/"))) == {"周婷", "陈立", "王芳"}
    assert client.get(f"/people/{stranger.employee_no}/").status_code == 404
    client.force_login(make.person(Post.SYSTEM_ADMIN, unit=city, name="系统"))
    assert set(names(client.get("/people/"))) == {"周婷", "陈立", "王芳", "生人", "系统"}
    assert client.get(f"/people/{other_city.employee_no}/").status_code == 404


@pytest.mark.parametrize("post", [Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER, Post.HQ_STAFF, Post.RULE_ADMIN])
def test_other_posts_have_no_such_page(client, department, post):
    client.force_login(make.person(post, unit=make.home_of(post, department)))
    assert client.get("/people/").status_code == 403


@pytest.mark.parametrize("typed", ["周婷", "婷", "zhouting", "ZHOU", "zt", "E777"])
def test_people_are_found_by_name_pinyin_or_number(client, zhou, clerk, typed):
    Person.objects.filter(pk=zhou.pk).update(pinyin="zhouting", initials="zt", employee_no="E777")
    client.force_login(clerk)
    assert names(client.get("/people/", {"q": typed})) == ["周婷"]


def test_nobody_found_says_what_to_try(client, clerk):
    client.force_login(clerk)
    assert "没有找到人" in client.get("/people/", {"q": "没有这个人"}).content.decode()


def test_a_unit_narrows_and_a_foreign_one_changes_nothing(client, zhou, clerk, stranger, department):
    team = make.team(department)
    inside = make.person(Post.CLIENT_MANAGER, unit=team, name="组员")
    client.force_login(clerk)
    assert names(client.get("/people/", {"unit": team.code})) == [inside.name]
    assert "生人" not in names(client.get("/people/", {"unit": "370203"}))


def test_a_post_that_ended_takes_a_person_off_the_list(client, zhou, clerk):
    zhou.appointments.update(ends_on=make.MONDAY - timedelta(days=1))
    client.force_login(clerk)
    assert names(client.get("/people/")) == ["王芳"]
    assert client.get(f"/people/{zhou.employee_no}/").status_code == 404


def test_the_list_costs_the_same_for_many(client, clerk, department, django_assert_max_num_queries):
    for _ in range(60):
        make.person(Post.CLIENT_MANAGER, unit=department)
    client.force_login(clerk)
    with django_assert_max_num_queries(13):
        assert len(names(client.get("/people/"))) == 50


def test_the_auditor_sees_no_account_buttons(client, zhou, city):
    client.force_login(make.person(Post.AUDITOR, unit=city))
    page = client.get(f"/people/{zhou.employee_no}/").content.decode()
    assert "激活卡由本单位内勤或系统管理员发" in page
    assert "people/" + zhou.employee_no + "/card/" not in page
