"""晨间批阅 in a real browser: by single keys, with drafts that two tabs share, and by the thumb on a phone."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from activity.daily_log.models import DailyLog
from org import clock
from org.drafts.models import FormDraft
from org.posts import Post
from tests import factories as make

THURSDAY, FRIDAY = make.THURSDAY, make.THURSDAY.replace(day=20)
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SAVED, COMMENT = re.compile("已自动保存 08:1"), "总评"


@pytest.fixture
def morning(served, browser, browser_context_args):
    """陈立's devices on Friday at 8:12; three logs wait: of 吴 and 郑, who are short, and of 周婷."""
    department = make.department()
    manager = make.person(Post.DEPARTMENT_MANAGER, unit=department, name="陈立")
    people = [make.person(Post.CLIENT_MANAGER, unit=department, name=name) for name in ("吴思远", "郑雅文", "周婷")]
    make.full_day(people[2])
    for who in people:
        make.submit(who)
    clock.shift_clock(to=make.at(FRIDAY, 8, 12))
    signed = Client()
    signed.force_login(manager)
    opened = []

    def device(size=LAPTOP, **more):
        context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": served.url, **more})
        context.add_cookies([{"name": "sessionid", "value": signed.cookies["sessionid"].value, "url": served.url}])
        opened.append(context)
        return context

    yield device
    for context in opened:
        context.close()


def log_of(page, name):
    return page.get_by_role("region", name=f"批阅 {name} 的日志")


def state_of(name):
    return DailyLog.objects.get(person__name=name).state


@pytest.mark.browser
def test_a_morning_without_the_mouse(morning):
    page = morning().new_page()
    page.goto("/review/")
    expect(log_of(page, "吴思远")).to_be_visible()
    page.keyboard.press("j")
    expect(log_of(page, "郑雅文").get_by_role("heading", name="郑雅文")).to_be_focused()
    page.keyboard.press("k")
    expect(log_of(page, "吴思远")).to_be_visible()
    page.keyboard.press("n")
    expect(log_of(page, "郑雅文")).to_be_visible()
    page.keyboard.press("r")  # nothing written yet: first the words
    expect(page.get_by_label(COMMENT)).to_be_focused()
    page.keyboard.type("jar 补学习")  # letters in a field are letters
    expect(page.get_by_label(COMMENT)).to_have_value("jar 补学习")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_text("已退回 郑雅文 的日志")).to_be_visible()
    assert state_of("郑雅文") == "returned"
    page.get_by_role("button", name="撤回退回").click()
    expect(page.get_by_label(COMMENT)).to_have_value("jar 补学习")
    page.keyboard.press("a")
    expect(log_of(page, "周婷")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label(COMMENT)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")  # with a modifier it is the browser's
    page.keyboard.press("?")
    page.get_by_label("用单个字母操作").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.reload()
    page.keyboard.press("a")
    expect(log_of(page, "周婷").get_by_role("button", name="批阅通过")).to_be_visible()
    assert [state_of(name) for name in ("吴思远", "郑雅文", "周婷")] == ["submitted", "passed", "submitted"]


@pytest.mark.browser
def test_two_tabs_never_overwrite_each_other(morning):
    context = morning()
    one, other = context.new_page(), context.new_page()
    one.goto("/review/")
    one.get_by_label(COMMENT).fill("跟进有节奏")
    expect(one.get_by_text(SAVED)).to_be_visible()
    other.goto(one.url)
    expect(other.get_by_text(re.compile("已恢复 08:1. 的草稿"))).to_be_visible()
    expect(other.get_by_label(COMMENT)).to_have_value("跟进有节奏")
    other.get_by_label(COMMENT).fill("补充决策人")
    expect(other.get_by_text(SAVED)).to_be_visible()
    one.get_by_label(COMMENT).fill("学习请补填")
    expect(one.get_by_text(re.compile("另一个页面在 08:1. 改过"))).to_be_visible()
    assert FormDraft.objects.get().data["comment"] == ["补充决策人"]
    one.get_by_role("button", name="用这一页的").click()
    expect(one.get_by_text(SAVED)).to_be_visible()
    assert FormDraft.objects.get().data["comment"] == ["学习请补填"]
    other.get_by_label(COMMENT).fill("补充决策人和预算")
    other.get_by_role("button", name="用那一页的").click()
    expect(other.get_by_label(COMMENT)).to_have_value("学习请补填")
    other.get_by_role("button", name=re.compile("通过")).click()
    expect(log_of(other, "郑雅文")).to_be_visible()
    assert FormDraft.objects.count() == 0
    assert DailyLog.objects.get(person__name="吴思远").comment == "学习请补填"


@pytest.mark.browser
def test_without_a_line_it_says_so_keeps_trying_and_loses_nothing(morning):
    context = morning()
    page = context.new_page()
    page.goto("/review/")
    expect(page.get_by_label(COMMENT)).to_be_visible()
    context.set_offline(True)
    page.get_by_label(COMMENT).fill("路上写的")
    expect(page.get_by_text("没存上，稍后再试")).to_be_visible()
    assert FormDraft.objects.count() == 0
    context.set_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert FormDraft.objects.get().data["comment"] == ["路上写的"]
    page.reload()
    page.get_by_role("button", name="丢弃").click()
    expect(page.get_by_label(COMMENT)).to_have_value("")
    expect(page.get_by_role("button", name="丢弃")).to_have_count(0)
    assert FormDraft.objects.count() == 0


@pytest.mark.browser
def test_on_the_phone_the_verdict_is_in_reach_of_the_thumb_and_the_next_log_follows(morning):
    page = morning(PHONE, has_touch=True).new_page()
    page.goto("/review/")
    for name in ("退回补填", "通过，下一份"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box["height"] >= 44 and box["y"] > 844 / 2 and box["y"] + box["height"] <= 844, (name, box)
    page.get_by_role("button", name="通过，下一份").tap()
    expect(log_of(page, "郑雅文")).to_be_visible()
    page.get_by_role("button", name="撤销").tap()
    expect(page.get_by_text("已撤回 吴思远 的批阅")).to_be_visible()
    expect(log_of(page, "吴思远").get_by_role("button", name="通过，下一份")).to_be_visible()
    assert state_of("吴思远") == "submitted"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
