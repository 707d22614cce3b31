"""The interview on a phone beside the family: it grows while it is typed, and a closed tab loses nothing."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from org import clock
from org.drafts.models import FormDraft
from org.posts import Post
from tests import factories as make
from tests.clients.diagnosis.seed import household

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def open_phone(served, browser, browser_context_args):
    clock.shift_clock(to=make.at(make.THURSDAY, 15, 12))
    opened = []

    def open_phone(person):
        client = Client()
        client.force_login(person)
        size = {"width": 390, "height": 844}
        context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": served.url})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served.url}])
        opened.append(context)
        return context.new_page()

    yield open_phone
    for context in opened:
        context.close()


def test_an_interview_on_a_phone(open_phone):
    zhou = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(code="370202")), name="周婷")
    family = household(zhou)
    phone = open_phone(zhou)
    phone.goto(f"/clients/{family.pk}/")
    phone.get_by_role("link", name="做需求诊断").click()
    phone.get_by_role("button", name="开始面谈").click()
    expect(phone.get_by_text("已谈 0 分，约 30 分钟")).to_be_visible()
    the_family(phone)
    the_figures(phone, family)
    both_confirm(phone)


def the_family(phone):
    """The child's data go nowhere, not into a draft either, before the guardian agreed."""
    for number, (name, age) in enumerate([("欧阳先生", "30"), ("乔娜", "26"), ("欧阳振华", "2")], start=1):
        line = phone.get_by_role("group", name=f"第 {number} 位")
        line.get_by_label("姓名").fill(name)
        line.get_by_label("年龄").fill(age)
    expect(phone.get_by_text("已自动保存")).to_be_visible()
    kept = FormDraft.objects.get(form="diagnosis").data
    assert kept["r0-name"] == ["欧阳先生"] and "欧阳振华" not in str(kept)
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text("未满 18 岁：先请监护人同意")).to_be_visible()
    assert not FamilyMember.objects.exists()
    phone.get_by_role("group", name="第 3 位").get_by_label("监护人已同意").check()
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_role("heading", name="大笔支出")).to_be_visible()


def the_figures(phone, family):
    phone.get_by_label("欧阳先生年生活费 万元").fill("3")
    phone.get_by_label("欧阳先生年生活费的年数").fill("46")
    expect(phone.get_by_text("= 138.00")).to_be_visible()
    running = phone.get_by_role("region", name="算到现在")
    expect(running).to_contain_text("138.00")
    expect(phone.get_by_text("已自动保存")).to_be_visible()
    assert FamilyMember.objects.get(name="欧阳先生").living is None  # only the draft has it
    other = phone.context.new_page()
    phone.close()
    other.goto(f"/clients/{family.pk}/diagnosis/living/")
    expect(other.get_by_label("欧阳先生年生活费的年数")).to_have_value("46")
    assert not other.evaluate(WIDER)
    phone.context.pages[-1].get_by_role("button", name="下一步").click()
    expect(other.get_by_label("欧阳先生年收入 万元")).to_be_visible()
    assert FamilyMember.objects.get(name="欧阳先生").living == 30_000


def both_confirm(phone):
    page = phone.context.pages[-1]
    page.get_by_role("link", name="看结果").last.click()
    expect(page.get_by_role("heading", name="需求诊断")).to_be_visible()
    assert not page.evaluate(WIDER)
    page.get_by_label("欧阳先生年收入 万元").fill("1")
    expect(page.get_by_text("有没保存的数字，先保存再确认")).to_be_visible()
    expect(page.get_by_role("button", name="欧阳先生听过，确认无误")).to_be_disabled()
    page.get_by_role("button", name="保存数字").click()
    for name in ("欧阳先生", "乔娜"):
        page.get_by_role("button", name=f"{name}听过，确认无误").click()
        expect(page.get_by_role("button", name=f"{name}听过，确认无误")).to_have_count(0)
    page.get_by_role("link", name="打印客户版").click()
    expect(page.get_by_text("按所填数字估算，不是承诺", exact=True)).to_be_visible()
    assert NeedsDiagnosis.objects.get().confirmed_at
