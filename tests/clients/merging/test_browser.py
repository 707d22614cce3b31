"""On a phone: the list says how many may be the same, two are compared and chosen by keyboard, merged, taken back."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from clients.merging.apart import tell_apart
from org import clock
from org.posts import Post
from tests import factories as make
from tests.axe import WAYS, Seen

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def _twice(zhou):
    left = make.prospect(zhou, "宏达机械有限公司", industry="制造", headcount=80)
    right = make.prospect(
        zhou, "青岛市宏达机械股份有限公司", handler="王敏", registered_on=make.THURSDAY, industry="机械"
    )
    for number, one in enumerate((left, right)):
        one.contacts.create(name="李主任", phone=("13700002222", "13700003333")[number])
        make.policy(zhou, prospect=one)
    return left, right


@pytest.fixture
def phone(served, browser, browser_context_args):
    clock.shift_clock(to=make.at(make.THURSDAY, 14))
    zhou = make.person(Post.CLIENT_MANAGER, unit=make.department(), name="周婷")
    _twice(zhou)
    client = Client()
    client.force_login(zhou)
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}, "base_url": served.url}
    )
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served.url}])
    yield context.new_page()
    context.close()


def test_found_compared_by_keyboard_merged_and_taken_back(phone):
    phone.goto("/clients/")
    expect(phone.get_by_role("link", name="可能重复 1 处可能重复")).to_be_visible()
    phone.get_by_role("link", name="可能重复").click()
    phone.get_by_role("link", name="并排对照").click()
    name = phone.get_by_role("radiogroup", name="名称").get_by_role("radio").first
    name.focus()
    phone.keyboard.press("ArrowDown")
    assert not phone.evaluate(WIDER)
    phone.get_by_role("button", name="合并成一家").click()
    expect(phone.get_by_text("已合并成一家")).to_be_visible()
    expect(phone.locator("dd").first).to_have_text("宏达机械有限公司 现名「青岛市宏达机械股份有限公司」")
    phone.get_by_role("button", name="撤销合并").click()
    expect(phone.get_by_text("两家恢复原样")).to_be_visible()
    phone.goto("/clients/")
    expect(phone.get_by_text("共 2 家", exact=True)).to_be_visible()


@pytest.mark.long
def test_the_pages_hold_in_both_themes_and_widths(page, zhou, clock_at):
    left, right = _twice(zhou)
    clock_at(make.at(make.THURSDAY, 14))
    tell_apart(left, make.prospect(zhou, "宏达机械集团"), by=zhou, at=make.at(make.THURSDAY, 13))
    seen, wrong = Seen(page), []
    seen.as_who(zhou)
    for address in ("/clients/alike/", f"/clients/{left.pk}/alike/", f"/clients/{left.pk}/merge/{right.pk}/"):
        seen.show(address)
        for way in WAYS:
            seen.dress(*way)
            wrong += [f"{address} {way}: {flaw}" for flaw in seen.flaws()]
    assert wrong == []
