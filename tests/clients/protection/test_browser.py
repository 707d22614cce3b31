"""报备 on a phone and a laptop, without a script: asked, disputed, decided, claimed; nothing wider than the screen."""

import os

import pytest
from django.test import Client
from playwright.sync_api import expect

from clients.prospects.models import Prospect
from org import clock
from org.posts import Post
from tests import factories as make

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def open_as(served, browser, browser_context_args):
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


def seen(page, name):
    assert not page.evaluate(WIDER), page.url
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_the_question_to_the_pool(open_as):
    department = make.department(make.branch(code="370202"))
    zhou, li = (make.person(Post.CLIENT_MANAGER, unit=department, name=name) for name in ("周婷", "李强"))
    manager = make.person(Post.DEPARTMENT_MANAGER, unit=department, name="陈立")
    held = make.prospect(zhou, "宏达机械有限公司")
    gone = make.prospect(zhou, "瑞丰食品有限公司", headcount=320, industry="食品")
    gone.releases.create(person=zhou, at=make.at(make.MONDAY), protected_until=make.MONDAY)
    Prospect.objects.filter(pk=gone.pk).update(released_at=make.at(make.MONDAY))
    phone = open_as(li, 390, 844, java_script_enabled=False)
    phone.goto("/clients/")
    phone.get_by_role("link", name="报备").click()
    phone.get_by_label("单位全称或统一社会信用代码").fill("宏达机械有限公司")
    phone.get_by_role("button", name="查报备").click()
    expect(phone.get_by_role("heading", name="这家单位已有人报备")).to_be_visible()
    seen(phone, "ask-390")
    phone.get_by_role("link", name="申请裁定").click()
    phone.get_by_label("为什么该归你").fill("三年前就由我跟进，见过欧阳总两次")
    seen(phone, "raise-390")
    phone.get_by_role("button", name="申请裁定").click()
    expect(phone.get_by_text("待裁定", exact=True)).to_be_visible()
    laptop = open_as(manager, 1440, 900, java_script_enabled=False, color_scheme="dark")
    laptop.goto("/clients/conflicts/")
    seen(laptop, "conflicts-1440-dark")
    laptop.get_by_role("link", name="宏达机械有限公司").click()
    laptop.get_by_label("裁定理由").fill("三次拜访记录在先")
    seen(laptop, "conflict-1440-dark")
    laptop.get_by_role("button", name="归申请人").click()
    expect(laptop.get_by_text("已裁定归申请人")).to_be_visible()
    phone.goto(f"/clients/{held.pk}/")
    expect(phone.get_by_text("报备保护到 2027-02-17，还有 90 天")).to_be_visible()
    phone.goto("/clients/pool/")
    seen(phone, "pool-390")
    phone.get_by_role("button", name="领取瑞丰食品有限公司").click()
    expect(phone.get_by_role("heading", name="瑞丰食品有限公司")).to_be_visible()
    seen(phone, "client-390")
    laptop.goto(f"/clients/{gone.pk}/")
    seen(laptop, "client-1440-dark")
