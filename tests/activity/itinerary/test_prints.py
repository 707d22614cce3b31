"""The forms on A4: each page that comes out of Chromium, with nothing cut off."""

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest

from activity.itinerary.models import Itinerary, Target
from org.posts import Post
from org.week import Week
from tests import factories as make

THURSDAY = make.THURSDAY
WEEK = Week.of(THURSDAY)
KINDS = ("visit", "call", "visit", "meeting")


@pytest.fixture
def plan(department, manager, deputy):
    """Nine people, each with a goal, key work and fifteen items."""
    people = [make.person(Post.CLIENT_MANAGER, unit=department, name=f"员工{n}号") for n in range(9)]
    found = make.approved_plan(people[0])
    Itinerary.objects.filter(pk=found.pk).update(
        person=manager, approved_by=deputy, summary="本周完成续保三单，新增准客户五家。" * 4,
        feasibility="预约已落实十二家，其中三家报价在手。" * 4, support="请分管总周四陪访宏达机械。",
        opinion="抓紧宏达机械",
    )  # fmt: skip
    for who in people:
        for n in range(15):
            day = WEEK.days[n % 5]
            make.plan_item(
                who, day, kind=KINDS[n % 4], at=time(9 + n % 8), client=f"青岛宏达机械制造有限公司{n}",
                contact="张经理", purpose="续保名单核对与雇主责任险报价",
            )  # fmt: skip
        Target.objects.filter(person=who).update(
            premium=Decimal(80_000), cases=2, key_work="宏达机械雇主责任险项目推进"
        )
    return found


def address(plan):
    return f"/itinerary/{WEEK}/{plan.unit.code}/print/"


def text(answer):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_form_says_what_was_planned_and_who_signs(client, plan, manager, clock_at):
    clock_at(make.at(THURSDAY, 9))
    client.force_login(manager)
    said = text(client.get(address(plan)))
    for words in ("市南支公司团体部", "11.16–11.22", "员工8号158.02", "合计13572.018", "抓紧宏达机械", "签字："):
        assert words in said, words
    assert "陈立" in said and "赵敏" in said


def test_a_client_manager_prints_what_he_reads(client, plan, clock_at):
    clock_at(make.at(THURSDAY, 9))
    client.force_login(plan.targets.first().person)
    said = text(client.get(address(plan)))
    assert "员工0号" in said and "员工1号" not in said and "续保三单" not in said


def test_a_draft_is_the_departments_own(client, plan, deputy, manager, clock_at):
    clock_at(make.at(THURSDAY, 9))
    Itinerary.objects.update(state="draft", approved_by=None, approved_at=None)
    for reader, sees in ((manager, True), (deputy, False)):
        client.force_login(reader)
        said = text(client.get(address(plan)))
        assert ("员工1号" in said, "续保三单" in said, "上报后才看得到" in said) == (sees, sees, not sees)


def test_a_stranger_prints_nothing(client, plan, stranger, zhou, clock_at):
    clock_at(make.at(THURSDAY, 9))
    client.force_login(stranger)
    assert client.get(address(plan)).status_code == 404
    log = make.submit(zhou)
    assert client.get(f"/logs/{log.pk}/print/").status_code == 404


def test_the_form_costs_the_same_for_nine(client, plan, manager, clock_at, django_assert_max_num_queries):
    clock_at(make.at(THURSDAY, 9))
    client.force_login(manager)
    with django_assert_max_num_queries(14):
        client.get(address(plan))


def sheets(browser_page, client, address, tmp_path):
    """The pages of the PDF as text, from the page as Django answers it, styles and all."""
    html = client.get(address).content.decode()
    with open("static/print.css") as css:
        html = re.sub(r'<link rel="stylesheet"[^>]+>', lambda _: f"<style>{css.read()}</style>", html)
    browser_page.set_content(re.sub(r"<script.*?</script>", "", html))
    cut_off = "[...document.querySelectorAll('td, th')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    browser_page.emulate_media(media="print")
    assert browser_page.evaluate(cut_off) == 0
    file = tmp_path / "sheet.pdf"
    browser_page.pdf(path=str(file), prefer_css_page_size=True)
    return file.read_bytes()


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_plan_of_nine_prints_on_two_sheets(page, client, plan, manager, clock_at, tmp_path):
    clock_at(make.at(THURSDAY, 9))
    client.force_login(manager)
    assert 1 <= pages_of(sheets(page, client, address(plan), tmp_path)) <= 2


def test_a_full_day_prints_on_one_sheet(page, client, zhou, manager, clock_at, tmp_path):
    make.full_day(zhou)
    for n in range(3):
        make.call(zhou, client=f"青岛宏达机械制造有限公司{n}", purpose="续保名单核对与雇主责任险报价，约下周上门")
    log = make.submit(zhou, problems="雇主责任险报价偏高，客户要比价。" * 5, help_needed="请经理陪访。" * 5)
    clock_at(make.at(THURSDAY + timedelta(days=1), 9))
    client.force_login(manager)
    where = f"/logs/{log.pk}/print/"
    assert pages_of(sheets(page, client, where, tmp_path)) == 1
    said = text(client.get(where))
    for words in ("客户经理工作日志", "市南支公司团体部", "周婷", "电话9/6", "签字："):
        assert words in said, words


def test_the_report_prints_on_one_sheet_and_no_more_than_he_reads(page, client, zhou, hq, stranger, clock_at, tmp_path):
    make.rules()
    make.full_day(zhou)
    make.submit(zhou)
    for n in range(12):
        make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(name=f"第{n}支公司")))
    clock_at(make.at(THURSDAY + timedelta(days=1), 9))
    client.force_login(hq)
    where = f"/report/{WEEK}/print/"
    assert pages_of(sheets(page, client, where, tmp_path)) == 1
    said = text(client.get(where))
    for words in ("周报汇总", "青岛市公司", "市南支公司", "第11支公司", "合计", "市公司分管总", "签字："):
        assert words in said, words
    client.force_login(stranger)
    theirs = client.get(where, follow=True)
    assert theirs.redirect_chain and "市南支公司" not in text(theirs)
    assert client.get(f"/report/{WEEK}/370202/print/").status_code == 404
