"""On a phone: ask with the script, write who agreed, register him, see the tree. Nothing is typed twice."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from org import clock
from org.posts import Post
from tests import factories as make

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def phone(served, browser, browser_context_args):
    clock.shift_clock(to=make.at(make.THURSDAY, 14))
    zhou = make.person(Post.CLIENT_MANAGER, unit=make.department(), name="周婷")
    make.talk_track(make.prospect(zhou, "宏达机械").city)
    client = Client()
    client.force_login(zhou)
    size = {"width": 390, "height": 844}
    context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": served.url})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served.url}])
    yield context.new_page()
    context.close()


def test_ask_write_who_agreed_register_him_and_see_the_tree(phone):
    phone.goto("/clients/")
    phone.get_by_role("main").get_by_role("link", name="宏达机械").click()
    phone.get_by_role("link", name="请他介绍").click()
    phone.get_by_text("先说这家客户对你有多重要").click()
    phone.get_by_text("给了名字", exact=True).click()
    first = phone.get_by_role("group", name="第 1 位")
    first.get_by_label("单位").fill("晨光幼儿园")
    first.get_by_label("姓名").fill("王园长")
    phone.get_by_role("button", name="记下").click()
    expect(phone.get_by_text("没同意联系的不能留名字").first).to_be_visible()
    first.get_by_label("他同意我们联系").check()
    phone.get_by_role("button", name="记下").click()
    expect(phone.get_by_text("已记下这次请求")).to_be_visible()
    phone.get_by_role("link", name="登记成准客户").click()
    expect(phone.get_by_label("单位名称")).to_have_value("晨光幼儿园")
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.get_by_text("已登记一个准客户")).to_be_visible()
    phone.goto("/clients/")
    phone.get_by_role("main").get_by_role("link", name="宏达机械").click()
    expect(phone.locator(".tree").get_by_role("link", name="晨光幼儿园")).to_be_visible()
    assert not phone.evaluate(WIDER)
