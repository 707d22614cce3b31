"""The plan of a week, from three phones to headquarters: drafts, merge, approval, and who was late (A1-A4)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from activity.itinerary.models import Amendment, Itinerary
from activity.rollup.models import RollUp
from org import clock
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.story.conftest import LAPTOP, PASSWORD, PHONE

FRIDAY, SATURDAY = make.THURSDAY + timedelta(days=1), make.THURSDAY + timedelta(days=2)
COMING = Week(make.MONDAY).next


@pytest.fixture
def crew(zhou, department, deputy):
    """Two more client managers of hers, and everybody's password."""
    mates = [make.person(Post.CLIENT_MANAGER, unit=department, name=name) for name in ("李卫东", "吴思远")]
    for person in (*mates, deputy):
        person.set_password(PASSWORD)
        person.save()
    return [zhou, *mates]


@pytest.fixture
def second(city):
    """Another branch, with a plan that its 分管总 has not approved yet."""
    department = make.department(make.branch(city, "370203", "市北支公司"))
    manager = make.person(Post.DEPARTMENT_MANAGER, unit=department, name="孙洁")
    deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=department.get_parent(), name="高远")
    deputy.set_password(PASSWORD)
    deputy.save()
    make.person(Post.CLIENT_MANAGER, unit=department, name="何俊")
    plan = make.submitted_plan(department, COMING, by=manager, at=make.at(FRIDAY, 16))
    return plan, deputy


def test_from_three_phones_to_headquarters(running, sign_in, crew, manager, deputy, hq, second):
    running.start("web", "worker", "beat")
    clock.shift_clock(to=make.at(FRIDAY, 15, 0))
    for person, visits in zip(crew, (18, 17, 18), strict=True):
        drafts(sign_in(person, PHONE), visits)
    merges(sign_in(manager, LAPTOP))
    clock.shift_clock(to=make.at(FRIDAY, 17, 0))
    amends_and_approves(sign_in(deputy, PHONE))
    clock.shift_clock(to=make.at(SATURDAY, 12, 0, 1))
    running.until(lambda: published(1), "version 1", patience=90)
    clock.shift_clock(to=make.at(SATURDAY, 12, 3))
    plan, late = second
    approves(sign_in(late, PHONE), plan)
    running.until(lambda: published(2), "version 2", patience=90)
    headquarters_reads(sign_in(hq, LAPTOP))


def published(version):
    return RollUp.objects.filter(version=version).exclude(published_at=None).exists()


def drafts(page, visits):
    page.goto(f"/plan/{COMING}/")
    page.locator("[name=visits]").fill(str(visits))
    page.locator("[name=premium]").fill("8.5")
    page.locator("[name=cases]").fill("2")
    page.get_by_label("重点工作").fill("瑞丰预算会")
    page.get_by_role("button", name="交给陈立").click()
    expect(page.get_by_text(re.compile("15:0. 已交")).first).to_be_visible()


def merges(page):
    page.goto("/itinerary/")
    page.get_by_label("本周总结").fill("续保九成")
    page.get_by_label("可行性论证").fill("十二月到期续保七户已确认")
    page.get_by_role("button", name="上报分管总").click()
    expect(page.get_by_text("待批").first).to_be_visible()


def amends_and_approves(page):
    page.goto("/approvals/")
    page.get_by_role("main").get_by_role("link", name="团体部").first.click()
    page.get_by_role("button", name="吴思远的目标").click()  # nothing about him asks for a look: folded on the phone
    page.get_by_label("吴思远 拜访").fill("15")
    page.get_by_label("吴思远 保费").fill("6")
    page.get_by_role("button", name="完善 2 处并批准").click()
    expect(page.get_by_text("已批准").first).to_be_visible()
    plan = Itinerary.objects.get(unit__code="370202T")
    assert (plan.state, plan.version) == ("approved", 1)
    assert sorted(Amendment.objects.values_list("field", "before", "after")) == [
        ("premium", "85000.00", "60000.00"), ("visits", "18", "15"),
    ]  # fmt: skip


def approves(page, plan):
    page.goto(f"/approvals/{COMING}/{plan.unit.code}/")
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("已批准").first).to_be_visible()


def headquarters_reads(page):
    """Version 2: the first branch in time with two amendments, the second approved too late, its manager in time."""
    page.goto(f"/report/{COMING.previous}/")
    page.get_by_text("第 2 版").locator("visible=true").first.wait_for()
    rows = {code: page.locator("tbody tr", has_text=code) for code in ("370202", "370203")}
    expect(rows["370202"]).to_contain_text("已批准")
    expect(rows["370203"]).to_contain_text("分管总迟批 12:03")
    expect(rows["370203"]).not_to_contain_text("部门迟报")
    page.goto(f"/report/{COMING.previous}/changes/")
    expect(page.get_by_role("main")).to_contain_text("市北支公司")
    page.goto(f"/itinerary/{COMING}/370202T/")
    expect(page.get_by_role("main")).to_contain_text(re.compile("吴思远.*18.*15"))
