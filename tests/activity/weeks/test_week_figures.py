"""Every figure of 我的一周 opens what it is made of."""

from datetime import date
from uuid import uuid4

import pytest
from lxml import html

from org.absences.models import Relief
from org.week import Week
from tests import factories as make
from tests.activity.weeks.reading import NOW, WEEK, of


def test_the_required_half_days_open_with_the_reason_of_each_other_one(rules, read, zhou, hq, department):
    make.absence(zhou, make.MONDAY, "pm")
    make.absence(zhou, WEEK.days[1], "am", kind="duty")
    Relief.objects.create(
        batch=uuid4(), unit=department, day=WEEK.days[2], half="am", reason="台风停工", by=hq, at=NOW
    )  # fmt: skip
    said = read(f"/week/{WEEK}/figures/required/")
    assert "应完成 7 个半天 + 不要求 3 个半天 = 工作日 10 个半天" in said
    assert "下午 请假 ，不要求" in said and "上午 公务 ，不要求" in said
    assert "上午 批量减免 （台风停工），不要求" in said
    assert "11月21日 周六 休息日，可以记，不算应完成" in said
    asking = "请假、公务 在这里申请，批准的半天不要求 "  # one's own page alone leads there
    assert read(of(zhou, rest="figures/required/"), hq).replace("周婷 ", "") == said.replace(asking, "")


def test_duty_beyond_the_cap_of_the_month_is_required_and_says_so(read, zhou):
    make.rules(date(2026, 9, 14), assessment={"duty_half_days_a_month": 1})
    make.absence(zhou, make.MONDAY, "am", kind="duty")
    make.absence(zhou, make.MONDAY, "pm", kind="duty")
    said = read(f"/week/{WEEK}/figures/required/")
    assert "下午 应完成（有公务，但本月公务已满 1 个半天，仍要求）" in said


def test_who_joins_in_mid_week_reads_why_it_is_less(rules, read, zhou):
    type(zhou).objects.filter(pk=zhou.pk).update(joined_on=WEEK.days[2])
    assert "不要求：入职前 2 天" in read("/week/")
    assert "全天 入职前 （11月18日入职），不要求" in read(f"/week/{WEEK}/figures/required/")


def test_a_make_up_day_is_required(rules, read, zhou):
    week = Week(date(2026, 9, 14))
    said = read(of(zhou, week), at=make.at(date(2026, 9, 18), 9))
    assert "应完成 6 天" in said and "含调休上班 9.20" in said


def test_a_figure_opens_what_counts_and_what_does_not_and_why(rules, read, zhou):
    for _ in range(6):
        make.call(zhou, make.MONDAY)
    make.call(zhou, make.MONDAY, purpose="")
    make.submit(zhou, make.MONDAY)
    make.call(zhou)  # Thursday: never handed in
    said = read(f"/week/{WEEK}/figures/calls/")
    assert "计入 6 + 不计入 2 = 全部 8" in said
    assert "每天 6 × 5 天 = 30；还差 24" in said
    assert "11月17日 周二 0 没有日志，算 0" in said and "11月19日 周四 0 日志未提交" in said
    assert "没有写目的" in said


@pytest.mark.parametrize("item", ["calls", "visits", "prospects", "studies", "required"])
def test_each_figure_of_the_page_has_its_address(rules, read, client, zhou, item):
    read("/week/")
    page = html.fromstring(client.get("/week/").content)
    links = set(page.xpath("//main//a/@href"))
    assert f"/week/{WEEK}/figures/{item}/" in links
    assert isinstance(read(f"/week/{WEEK}/figures/{item}/"), str)


def test_no_other_figure_has_one(rules, read):
    assert read(f"/week/{WEEK}/figures/other/") == 404
