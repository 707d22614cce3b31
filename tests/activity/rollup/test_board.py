"""全市周报: premium and heads first, how each plan stands and whose lateness, 达标率; and every figure opens."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from activity.assessment.models import WeekAssessment, WeekClose
from activity.rollup.models import RollUp
from org.periods.due import run_due
from org.posts import Post
from org.trace.models import Trace
from org.units.models import Unit
from tests import factories as make
from tests.activity.rollup.plans import BEFORE, NOON, WEEK, approve, plan
from tests.activity.rollup.test_business import counted_again
from tests.activity.rollup.test_pages import CITY, lines, words
from tests.activity.rollup.test_plans import LATER

PREVIOUS_NOON = make.at(WEEK.previous.saturday, 11)


@pytest.fixture
def reported(zhou, city, department, hq, clock_at):
    """Two branches: the first in time, the second approved at three past; this week's goals and a policy each."""
    make.rules()
    other = make.department(make.branch(city, "370203", "市北支公司"))
    lin = make.person(Post.CLIENT_MANAGER, unit=other, name="林涛")
    for unit, who in ((department, zhou), (other, lin)):
        goals = [(who, 15, 40_000, 2)]
        plan(unit, week=WEEK, submitted=PREVIOUS_NOON, approved=PREVIOUS_NOON, goals=goals)
        make.policy(who, WEEK.monday, premium="25000")
    plan(department, submitted=BEFORE, approved=BEFORE, goals=[(zhou, 15, 40_000, 2)])
    late = plan(other, submitted=BEFORE, goals=[(lin, 15, 46_000, 2)])
    clock_at(NOON)
    run_due()
    approve(late, LATER, premium=50_000)
    clock_at(LATER)
    run_due()
    return lin


def test_plan_difference_and_lateness_are_on_the_page(seen, reported, hq):
    page = seen(hq, CITY)
    head = words(page.xpath("//header[@class='page-head']")[0])
    assert "第 2 版 12:03，与第 1 版差 1 处" in head
    cells = {code: cells[3] for code, cells in lines(page).items()}
    assert cells == {"370202": "已批准 11:59", "370203": "分管总迟批 12:03"}
    link, *_print = page.xpath("//a[contains(., '与第 1 版差')]/@href")
    said = words(seen(hq, link))
    assert "市北支公司 团体部" in said and "待分管总审批" in said and "已批准 12:03 分管总迟批" in said
    assert "保费目标 万元 4.6 → 5.0" in said and "部门迟报" not in said


def test_a_branch_reads_the_changes_of_its_own_alone(seen, reported, manager):
    said = words(seen(manager, f"/report/{WEEK}/changes/"))
    assert "你能看到的单位没有变化" in said and "市北" not in said
    assert "与第 1 版差 0 处" in words(seen(manager, f"/report/{WEEK}/370202/"))


def test_premium_and_goals_are_those_of_plain_statements(seen, reported, hq):
    page = seen(hq, CITY)
    city = counted_again(unit=Unit.objects.get(code="3702"))
    stats = [words(stat) for stat in page.xpath("//section[@aria-label='保费']//div[@class='stat']")]
    assert (city[0], city[5]) == (50_000, 80_000)
    assert stats[0] == "本周 / 目标5.0 / 8.0 · 完成率 62%62"
    assert stats[1].startswith("11 月 / 目标5.0 / 8.0") and stats[2].startswith("2026 年 / 目标5.0 / 8.0")
    assert [cells[9:11] for cells in lines(page).values()] == [["2.5", "62%"]] * 2


def test_every_figure_opens_what_it_counts(seen, reported, hq):
    page = seen(hq, CITY)
    for link in page.xpath("//section[@aria-label='保费']//a/@href"):
        opened = words(seen(hq, link))
        assert "5.0 万元 · 2 件" in opened and "目标" in opened and "8.0 万元" in opened
    for link in page.xpath("//section[@aria-label='人力']//a/@href"):
        seen(hq, link)
    [people] = [one for one in page.xpath("//a/@href") if one.endswith("?of=assessed")]
    assert [words(row[1]) for row in seen(hq, people).xpath("//tbody/tr")] == ["周婷", "林涛"]
    [own] = [one for one in page.xpath("//table//a/@href") if one.endswith("370203/premium/")]
    assert "林涛" in words(seen(hq, own)) and "周婷" not in words(seen(hq, own))


def test_what_was_imported_after_the_freeze_is_said(seen, reported, hq, zhou):
    make.policy(zhou, WEEK.monday, premium="10000")
    said = words(seen(hq, f"/report/{WEEK}/3702/premium/"))
    assert "周报冻结时保费是 5.0 万元" in said and "现在的名单合计是 6.0 万元" in said
    assert "5.0 / 8.0" in words(seen(hq, CITY))


def test_live_figures_open_too(seen, reported, hq, clock_at):
    clock_at(make.at(WEEK.next.days[1], 10))
    make.policy(reported, WEEK.next.monday, premium="30000")
    page = seen(hq, f"/report/{WEEK.next}/")
    assert [cells[3] for cells in lines(page).values()] == ["未到期", "未到期"]
    assert "3.0 / 9.0 · 完成率 33%" in words(page)
    assert "3.0 万元 · 1 件" in words(seen(hq, f"/report/{WEEK.next}/3702/premium/"))
    rows = seen(hq, f"/report/{WEEK.next}/3702/people/?of=in_post").xpath("//tbody/tr")
    assert [words(row[1]) for row in rows] == ["周婷", "林涛"]


def test_the_workbook_says_the_same(client, seen, reported, hq):
    client.force_login(hq)
    book = load_workbook(BytesIO(client.get(f"/report/{WEEK}/workbook/").content))
    assert book.sheetnames == ["汇总", "单位", "个人", "日志", "行事历", "版本差异", "说明"]
    header, *rows = book["行事历"].values
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(one["单位"], one["状态"], one["谁迟"], one["保费目标"]) for one in found] == [
        ("市南支公司 团体部", "已批准", None, 40_000), ("市北支公司 团体部", "已批准", "分管总迟批", 50_000),
    ]  # fmt: skip
    header, *rows = book["单位"].values
    top = dict(zip(header, rows[0], strict=True))
    assert [top[name] for name in ("本周保费", "本周保费目标", "在岗", "应考核")] == [50_000, 80_000, 2, 2]
    first = load_workbook(BytesIO(client.get(f"/report/{WEEK}/workbook/?version=1").content))
    assert [row[2] for row in list(first["行事历"].values)[1:]] == ["已批准", "待分管总审批"]
    assert "版本差异" not in first.sheetnames


def test_the_shown_table_leaves_as_a_workbook_and_is_traced(client, reported, hq, manager):
    client.force_login(hq)
    answer = client.get(f"/report/{WEEK}/3702/export/")
    book = load_workbook(BytesIO(answer.content))
    header, *rows = book["周报"].values
    assert [row[0] for row in rows] == ["370202", "370203", "3702"]
    assert [dict(zip(header, row, strict=True))["下周行事历"] for row in rows[:2]] == [
        "已批准 11:59",
        "分管总迟批 12:03",
    ]
    assert ("版本", "第 2 版") in list(book["说明"].values)
    trace = Trace.objects.get(verb="export")
    assert (trace.by, trace.about_id) == (hq, str(RollUp.objects.get(version=2).pk))
    client.force_login(manager)
    assert client.get(f"/report/{WEEK}/370202/export/").status_code == 403


def test_attainment_is_of_the_close_once_there_is_one(seen, reported, hq, zhou, city, clock_at):
    assert lines(seen(hq, CITY))["370202"][15:17] == ["0 / 1", "0%"] and "达标率 暂计" in words(seen(hq, CITY))
    clock_at(make.at(WEEK.next.days[1], 12, 1))
    run_due()
    assert WeekClose.objects.filter(week=WEEK.monday).exists()
    page = seen(hq, CITY)
    assert "达标率 暂计" not in words(page) and lines(page)["370202"][15:17] == ["0 / 1", "0%"]
    assert WeekAssessment.objects.filter(week=WEEK.monday, status="met").count() == 0
    assert page.xpath("//svg[contains(@class, 'trend')]") and page.xpath("//svg[contains(@class, 'spark')]")


def test_no_fine_is_on_the_board(seen, reported, hq, clock_at):
    clock_at(make.at(WEEK.next.days[1], 12, 1))
    run_due()
    assert "扣" not in words(seen(hq, CITY).xpath("//main")[0])


@pytest.mark.parametrize("address", ["", "3702/premium/?span=year", "3702/people/", "changes/"])
def test_the_city_page_and_what_opens_from_it_are_cheap(client, reported, hq, city, address):
    for n in range(5):
        make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, f"3703{n:02}")))
    client.force_login(hq)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/report/{WEEK}/{address}")
    assert len(asked) <= 15


@pytest.mark.parametrize("odd", ["premium/?span=decade", "people/?of=everybody"])
def test_odd_questions_are_not_found(seen, reported, hq, odd):
    seen(hq, f"/report/{WEEK}/3702/{odd}", 404)
    seen(hq, f"/report/{WEEK}/workbook/?version=x", 404)
