"""The search box by keyboard alone: Ctrl+K, /, arrows, Enter, Esc; and on a phone without a script."""

import pytest
from playwright.sync_api import expect

from org import clock
from tests import factories as make
from tests.axe import HOST, Seen


@pytest.fixture
def seen(page, db, zhou):
    clock.shift_clock(to=make.at(make.THURSDAY, 14))
    for name in ("宏达机械", "宏达食品", "瑞丰建材"):
        make.prospect(zhou, name)
    opened = Seen(page)
    opened.as_who(zhou)
    return opened


def test_the_box_by_keyboard(seen):
    seen.show("/inbox/")
    page, box = seen.page, seen.page.locator(".find input")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("宏达")
    first, second = page.get_by_role("link", name="宏达机械"), page.get_by_role("link", name="宏达食品")
    expect(first).to_be_visible()
    assert seen.flaws(within=".find") == []
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("宏达")
    expect(second).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{HOST}/clients/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("宏达食品")


def test_enter_in_the_box_leads_to_the_page_of_results(seen):
    seen.show("/me/")
    seen.page.keyboard.press("Meta+k")
    seen.page.keyboard.type("没有这家")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"{HOST}/search/?q=*")
    expect(seen.page.get_by_role("main").get_by_text("没有找到「没有这家」")).to_be_visible()


def test_a_slash_that_is_typed_stays_a_slash(seen):
    seen.show("/clients/")
    field = seen.page.get_by_label("名称、拼音、首字母、信用代码")
    field.focus()
    seen.page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")


def test_on_a_phone_the_icon_leads_to_a_form_that_needs_no_script(seen, browser, browser_context_args, zhou):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    phone = Seen(context.new_page())
    phone.as_who(zhou)
    phone.page.set_viewport_size({"width": 360, "height": 900})
    phone.page.goto(f"{HOST}/inbox/")  # no frame is drawn for a script that may not run
    phone.page.get_by_role("main").get_by_role("link", name="搜索").click()
    phone.page.get_by_role("main").get_by_role("searchbox").fill("瑞丰")
    phone.page.get_by_role("main").get_by_role("button", name="搜索").click()
    expect(phone.page.get_by_role("main").get_by_role("link", name="瑞丰建材")).to_be_visible()
    context.close()
