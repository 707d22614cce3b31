"""今日 in a real browser: with JavaScript the sheet opens over the page, without it the same work gets done."""

import re
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import expect

from activity.daily_log.models import DailyLog, LogEntry
from clients.chain.models import Opportunity
from org import clock
from org.drafts.models import FormDraft
from tests import factories as make

THURSDAY = make.THURSDAY
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(served, browser, browser_context_args):
    """Opens 周婷's phone on Thursday at 14:00; ask for it with or without JavaScript."""
    zhou = make.person("client_manager", unit=make.department(), name="周婷")
    clock.shift_clock(to=make.at(THURSDAY, 14))
    opened = []

    def open_phone(**more):
        context = browser.new_context(**{**browser_context_args, "viewport": PHONE, "base_url": served.url, **more})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(zhou), "url": served.url}])
        opened.append(context)
        return context.new_page()

    open_phone.zhou = zhou
    yield open_phone
    for context in opened:
        context.close()


def session_of(person):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


def test_a_day_without_javascript(phone):
    page = phone(java_script_enabled=False)
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("^记一个电话")).click()
    page.get_by_label("客户", exact=True).fill("云帆物流")
    page.get_by_label("联系人").fill("王敏")
    page.get_by_role("radio", name="接通").check(force=True)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("接通后选一个结果")).to_be_visible()
    assert page.get_by_label("客户", exact=True).input_value() == "云帆物流"
    page.get_by_role("radio", name="再联系").check(force=True)
    page.get_by_label("目的").fill("续保名单核对")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("云帆物流 · 王敏")).to_be_visible()
    page.get_by_role("link", name="提交日志").click()
    page.get_by_label("明日计划").fill("拜访三家")
    page.get_by_role("button", name="存草稿").click()
    expect(page.get_by_label("明日计划")).to_have_value("拜访三家")
    page.get_by_role("radio", name="客户改期").check(force=True)
    page.get_by_role("button", name="仍要提交").click()
    page.get_by_text("待批").wait_for()
    log = DailyLog.objects.get(person=phone.zhou)
    assert (log.state, log.calls, log.short_reason) == ("submitted", 1, "客户改期")


def test_the_sheet_opens_over_the_day_and_the_ring_moves(phone):
    page = phone()
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("^记一个电话")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("写上客户名称，或在下面点一个最近的").wait_for()
    assert page.evaluate("document.activeElement.name") == "client"
    sheet.get_by_label("客户", exact=True).fill("云帆物流")
    sheet.get_by_text("未接", exact=True).click()
    sheet.get_by_label("目的").fill("续保名单核对")
    sheet.get_by_role("button", name="保存并再记").click()
    page.get_by_text("今日第 2 个，目标 6").wait_for()
    expect(page).to_have_url(re.compile("/today/$"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="记一个电话，已完成 1，目标 6")).to_be_visible()
    page.get_by_text("云帆物流").click()
    page.get_by_role("button", name="删除").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("云帆物流")).to_be_visible()
    assert LogEntry.objects.count() == 1


def test_the_project_that_was_chosen_stays_while_the_sheet_is_filled(phone):
    """The chain's hint is asked for while the client is typed: leaving it exchanges nothing under the finger."""
    client, others = make.prospect(phone.zhou, "瑞丰食品有限公司"), {"created_at": make.at(THURSDAY, 8)}
    lines = ("团体意外", "补充医疗")
    Opportunity.objects.bulk_create(
        Opportunity(prospect=client, line=line, started_on=THURSDAY.replace(day=n + 1), **others)
        for n, line in enumerate(lines)
    )
    make.call(phone.zhou, client=client.name)  # offered as a recent one
    page = phone()
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "client=" in one.url else None)
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("^记一次有效拜访|^记一次拜访")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("客户", exact=True).press_sequentially(client.name)
    project = sheet.get_by_label("开拓项目")
    expect(project).to_be_visible()
    page.evaluate(
        "document.querySelector('#coming').dataset.stays = document.querySelector('#id_opportunity').dataset.stays = 1"
    )
    before = len(asked)
    project.select_option(label=lines[0])
    sheet.get_by_label("联系人").fill("张经理")
    page.wait_for_timeout(400)
    assert len(asked) == before
    assert page.evaluate("document.querySelector('#id_opportunity').dataset.stays") == "1"
    sheet.get_by_label("客户", exact=True).press_sequentially("x")
    expect(project).to_have_count(0)
    sheet.locator("[data-recent] label").first.click()
    expect(project).to_be_visible()
    assert page.evaluate("document.querySelector('#coming').dataset.stays") == "1"
    assert len(page.query_selector_all("#coming")) == 1


def test_what_is_being_written_is_kept_by_itself(phone):
    page = phone()
    page.goto(f"/today/{THURSDAY}/submit/")
    page.get_by_label("明日计划").fill("拜访三家")
    page.get_by_text("已自动保存 14:0").wait_for()
    assert FormDraft.objects.get(person=phone.zhou).data["tomorrow_plan"] == ["拜访三家"]


def test_what_was_written_before_the_script_came_is_kept_too(phone):
    """On a bad line she is quicker than it."""
    page, waiting = phone(), []
    page.route("**/autosave*.js", lambda route: waiting.append(route))
    page.goto(f"/today/{THURSDAY}/submit/", wait_until="commit")
    page.get_by_label("明日计划").fill("拜访三家")
    while not waiting:
        page.wait_for_timeout(50)
    waiting.pop().continue_()
    page.get_by_text("已自动保存 14:0").wait_for()
    assert FormDraft.objects.get(person=phone.zhou).data["tomorrow_plan"] == ["拜访三家"]


@pytest.mark.parametrize("width", [320, 360, 390, 1440])
def test_nothing_scrolls_sideways(phone, width):
    make.full_day(phone.zhou)
    make.visit(phone.zhou, client="很长的单位名称" * 6, contact="")
    page = phone(viewport={"width": width, "height": 844})
    for address in (
        "/today/",
        f"/today/{THURSDAY}/visit/new/",
        f"/today/{THURSDAY}/figures/visits/",
        "/week/",
        "/clients/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_buttons_of_a_sheet_stay_in_reach_when_it_is_full_of_errors(phone):
    page = phone(viewport={"width": 390, "height": 600})
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("^记一次拜访")).click()
    save = page.get_by_role("dialog").get_by_role("button", name="保存", exact=True)
    save.click()
    page.get_by_text("写上客户名称").wait_for()
    for _ in range(2):
        box = save.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 600
        page.evaluate("document.querySelector('.sheet').scrollTo(0, 9999)")
    assert page.evaluate("document.querySelector('.sheet').scrollTop") > 0


def test_a_recent_client_is_written_where_it_can_be_seen(phone):
    make.call(phone.zhou, client="云帆物流", contact="王敏")
    page = phone()
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("^记一个电话")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_text("云帆物流 · 王敏").click()
    assert sheet.get_by_label("客户", exact=True).input_value() == "云帆物流"
    expect(sheet.get_by_label("联系人")).to_have_value("王敏")
    sheet.get_by_label("客户", exact=True).fill("瑞丰食品")
    assert sheet.get_by_role("radio", name="云帆物流 · 王敏").is_checked() is False


def test_the_paper_form_folds_on_a_phone(phone):
    page = phone()
    page.goto(f"/today/{THURSDAY}/form/")
    assert page.evaluate(
        "[...document.querySelectorAll('.whole-day .scroll')].every((one) => one.scrollWidth <= one.clientWidth)"
    )
    expect(page.get_by_label("通话时间 1")).to_be_visible()
