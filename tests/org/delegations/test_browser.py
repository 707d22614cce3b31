"""代理 in a real browser: on a phone, without a script, nothing wider than the screen."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from org import clock
from org.delegations.models import Delegation
from org.posts import Post
from tests import factories as make

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def thursday():
    """The clock is moved after the processes have their database."""


@pytest.fixture
def open_as(served, browser, browser_context_args):
    """A page of somebody's device at 9 on Thursday."""
    clock.shift_clock(to=make.at(make.THURSDAY, 9))
    opened = []

    def open_as(person, width, height, **more):
        client = Client()
        client.force_login(person)
        size = {"width": width, "height": height}
        context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": served.url, **more})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def test_a_post_is_lent_and_taken_back_without_a_script(open_as):
    branch = make.branch(code="370202")
    deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="赵敏")
    above = make.person(Post.GM_OFFICE, unit=branch, name="钱进")
    phone = open_as(deputy, 390, 844, java_script_enabled=False)
    phone.goto("/me/")
    phone.get_by_role("main").get_by_role("link", name="代理").click()
    phone.get_by_label("代理人").select_option(label="钱进 · 市南支公司 总经理室")
    phone.get_by_label("止").fill("2026-11-25")
    phone.get_by_label("原因").fill("参加培训")
    phone.get_by_role("button", name="请他代理").click()
    expect(phone.get_by_text("已请 钱进 代理")).to_be_visible()
    laptop = open_as(above, 1280, 800)
    laptop.goto("/me/delegations/")
    expect(laptop.get_by_role("main").get_by_text("代 赵敏：分管总")).to_be_visible()
    laptop.get_by_role("navigation", name="导航").locator("summary").click()
    laptop.get_by_role("navigation", name="导航").get_by_role("button", name="代 赵敏：分管总").click()
    expect(laptop.locator("summary.who")).to_contain_text("代 赵敏：分管总")
    for page in (phone, laptop):
        page.goto("/me/delegations/")
    assert not laptop.evaluate(WIDER)
    phone.get_by_role("button", name="结束 钱进 的代理").click()
    expect(phone.get_by_text("已提前结束")).to_be_visible()
    assert Delegation.objects.get().ended_at


def test_it_fits_the_phone(open_as):
    branch = make.branch(code="370202")
    deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=branch, name="赵敏")
    above = make.person(Post.GM_OFFICE, unit=branch, name="钱进")
    make.delegation(deputy.appointments.get(), above, reason="参加市公司组织的脱产培训，下周三回来")
    for who in (deputy, above):
        phone = open_as(who, 360, 740)
        phone.goto("/me/delegations/")
        assert not phone.evaluate(WIDER)
