"""A draft that comes back after somebody else stored the same form: both stand, nothing is lost (issue 4, autosave)."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import expect

from activity.itinerary.models import Target
from activity.planning import drafting
from org import clock
from org.drafts.models import FormDraft
from tests import factories as make
from tests.activity.planning.conftest import OPEN, PLAN, plan_address

pytestmark = [pytest.mark.browser, pytest.mark.long]
SAID = {"visits": 9, "premium": None, "cases": None, "key_work": "另一台设备写的", "why": "", "support": ""}


@pytest.fixture(autouse=True)
def friday():
    """Instead of that of the room: the processes work on a database of their own."""


@pytest.fixture
def tablet(served, browser, browser_context_args, zhou):
    make.rules()
    clock.shift_clock(to=OPEN)
    signed = Client()
    signed.force_login(zhou)
    context = browser.new_context(**{**browser_context_args, "base_url": served.url})
    context.add_cookies([{"name": "sessionid", "value": signed.cookies["sessionid"].value, "url": served.url}])
    yield context
    context.close()


def test_a_restored_draft_that_was_overtaken_meets_a_409_and_loses_nothing(tablet, zhou):
    page = tablet.new_page()
    page.goto(plan_address())
    box = page.get_by_label("重点工作")
    box.fill("瑞丰预算会")
    expect(page.get_by_text(re.compile("已自动保存 15:0")).first).to_be_visible()
    drafting.save_draft(zhou, PLAN, key=uuid4(), said=SAID, shown=None)
    page.goto("/")
    page.goto(plan_address())
    expect(box).to_have_value("瑞丰预算会")  # restored over what is stored
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/plan/" in answer.url) as answer:
        page.get_by_role("button", name=re.compile("存草稿|存改动")).last.click()
    assert answer.value.status == 409
    expect(page.get_by_text("重点工作：另一台设备写的")).to_be_visible()
    expect(box).to_have_value("瑞丰预算会")
    assert Target.objects.get().key_work == "另一台设备写的"
    page.get_by_role("button", name=re.compile("存草稿|存改动")).last.click()
    expect(page.get_by_text("草稿已存")).to_be_visible()
    assert Target.objects.get().key_work == "瑞丰预算会"
    assert not FormDraft.objects.exists()
