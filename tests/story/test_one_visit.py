"""Two phones: a visit is planned, agreed from the message, recorded with one tap, confirmed; nothing is typed twice."""

import re

import pytest
from playwright.sync_api import expect

from clients.chain.models import Opportunity
from clients.visits.models import Visit
from org import clock
from org.posts import Post
from tests import factories as make
from tests.story.conftest import PASSWORD, PHONE

TODAY, FRIDAY = make.THURSDAY, make.THURSDAY.replace(day=20)
CLIENT = "瑞丰食品有限公司"


@pytest.fixture
def leader(department):
    """李卫东 leads the team of 周婷."""
    made = make.person(Post.TEAM_LEADER, unit=department, name="李卫东")
    made.set_password(PASSWORD)
    made.save()
    return made


def test_from_the_second_visit_to_the_figures_of_its_companion(running, sign_in, zhou, leader):
    running.start("web")
    hers, his = sign_in(zhou, PHONE), sign_in(leader, PHONE)
    registers_and_visits_once(hers)
    plans_the_second(hers)
    accepts_from_the_message(his)
    clock.shift_clock(to=make.at(FRIDAY, 15))
    records_in_one_tap(hers)
    confirms_and_writes(his)
    is_seen_everywhere(hers, his, leader)


def registers_and_visits_once(page):
    page.goto(f"/today/{TODAY}/prospect/new/")
    page.get_by_label("单位名称").fill(CLIENT)
    page.get_by_label("经办人").fill("李主任")
    page.get_by_text("陌生", exact=True).click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已登记一个准客户")).to_be_visible()
    writes(page, f"/today/{TODAY}/visit/new/", outcome="见到李主任")


def writes(page, address, *, outcome, known=False):
    page.goto(address)
    if not known:
        page.locator("#id_client").fill(CLIENT)
        page.locator("#id_contact").fill("李主任")
        page.get_by_text("开拓", exact=True).click()
        page.locator("#id_purpose").fill("递交方案")
    page.locator("#id_outcome").fill(outcome)
    page.locator("#id_next_step").fill("再谈")
    page.locator("#id_next_step_on").fill(str(FRIDAY))
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已记一次拜访")).to_be_visible()


def plans_the_second(page):
    page.goto("/clients/")
    page.get_by_role("link", name=CLIENT).first.click()
    page.get_by_role("link", name="约一次拜访").first.click()
    expect(page.get_by_text("要有人陪访")).to_contain_text("李卫东")
    page.locator("#id_day").fill(str(FRIDAY))
    page.locator("#id_starts").fill("14:00")
    page.locator("#id_purpose").fill("确认需求")
    expect(page.get_by_label("李卫东 组长")).to_be_checked()
    page.get_by_role("button", name="约好并发出邀请").click()
    expect(page.get_by_text("待答复").first).to_be_visible()


def accepts_from_the_message(page):
    page.goto("/inbox/")
    page.get_by_role("button", name=re.compile("请你陪访")).click()
    page.get_by_role("button", name="接受").click()
    expect(page.get_by_text("已接受，已告诉周婷")).to_be_visible()


def records_in_one_tap(page):
    page.goto("/today/")
    item = page.locator(".item", has_text="李卫东 陪访")
    item.get_by_role("link", name="已拜访").click()
    expect(page.locator("#id_client")).to_have_value(CLIENT)
    expect(page.locator("#id_starts_at")).to_have_value("14:00")
    page.locator("#id_outcome").fill("认可保额")
    page.locator("#id_next_step").fill("报价")
    page.locator("#id_next_step_on").fill("2026-11-25")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已记一次拜访")).to_be_visible()


def confirms_and_writes(page):
    page.goto("/inbox/")
    page.get_by_role("button", name=re.compile("请确认陪访")).click()
    page.get_by_label("陪访反馈").fill("客户认可，补一份理赔说明")
    page.get_by_role("button", name="确认陪访").click()
    expect(page.get_by_text("已保存陪访反馈")).to_be_visible()


def is_seen_everywhere(hers, his, leader):
    visit = Visit.objects.get(day=FRIDAY)
    assert (visit.companion, visit.companion_confirmed, visit.counted) == (leader, True, True)
    one = Opportunity.objects.get()
    assert (one.level, one.visits_made) == (2, 2)
    hers.goto("/clients/")
    hers.get_by_role("link", name=CLIENT).first.click()
    expect(hers.get_by_role("main")).to_contain_text("认可保额")
    hers.goto("/today/")
    expect(hers.get_by_role("main")).to_contain_text(CLIENT)
    his.goto("/accompany/")
    expect(his.get_by_text("这两周没有人请你陪访")).to_be_visible()
