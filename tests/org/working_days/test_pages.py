"""工作日历 on the page: what a day is and why, and HQ's correction."""

from datetime import date

import pytest
from lxml import html

from org.posts import Post
from org.trace.models import Trace
from org.working_days import actions
from org.working_days.models import WorkingDay
from tests import factories as make

AT = make.at(make.MONDAY, 9)


@pytest.fixture(autouse=True)
def monday(clock_at):
    clock_at(AT)


def cell(answer, number):
    """The words of the cell of a day of the shown month."""
    found = html.fromstring(answer.content).xpath(f"//tbody//td[a='{number}' or b='{number}']")
    return " ".join(found[0].text_content().split())


def test_the_month_shows_holidays_and_make_up_days(client, zhou):
    client.force_login(zhou)
    october = client.get("/working-days/2026-10/")
    assert cell(october, 1) == "1 休 国庆节"
    assert cell(october, 10) == "10 班 调休上班"
    assert cell(october, 12) == "12 班"
    assert "今天" in cell(client.get("/working-days/"), 16)


def test_past_the_package_it_says_so(client, zhou):
    client.force_login(zhou)
    answer = client.get("/working-days/2031-01/")
    assert "未公布" in cell(answer, 2)
    assert "2027 年的放假安排还不知道" in answer.content.decode()


@pytest.mark.parametrize("address", ["2026-13", "2026-0", "1999-01", "9999-12"])
def test_no_such_month(client, zhou, address):
    client.force_login(zhou)
    assert client.get(f"/working-days/{address}/").status_code == 404


def test_hq_corrects_a_day_with_its_reason(client, hq):
    client.force_login(hq)
    address = "/working-days/2027-2-8/"
    assert client.get("/working-days/2027-2-30/").status_code == 404
    assert client.post(address, {"works": "no", "note": " "}).status_code == 422
    assert client.post(address, {"works": "no", "note": "春节"}).url == "/working-days/2027-2/"
    row = WorkingDay.objects.get(day=date(2027, 2, 8))
    assert (row.works, row.holiday, row.source) == (False, "春节", "hq")
    assert Trace.objects.get(verb="correct").by == hq
    assert "市公司更正" in cell(client.get("/working-days/2027-02/"), 8)


def test_a_day_that_is_over_stays_as_it_was(client, hq):
    """It would open logs again that are locked; only the operator may."""
    client.force_login(hq)
    answer = client.post("/working-days/2026-11-15/", {"works": "yes", "note": "调休"})
    assert answer.status_code == 422
    assert "已经过去" in answer.content.decode()
    assert not WorkingDay.objects.filter(source="hq").exists()
    assert days_offered(client) == ["2026-11-17", "2026-11-18"]
    assert actions.correct(date(2026, 11, 13), works=False, note="停电", by=None, at=AT).source == "hq"


def days_offered(client):
    shown = html.fromstring(client.get("/working-days/").content)
    days = {
        "-".join(f"{int(part):02d}" for part in link.split("/")[-2].split("-")) for link in shown.xpath("//td/a/@href")
    }
    return sorted(days)[:2]


def test_today_turns_until_its_first_cut_off(client, hq, clock_at):
    """At 8:30 yesterday's logs are late, at noon a week may close: turned afterwards, both would come again."""
    client.force_login(hq)
    turned = {"works": "no", "note": "台风"}
    clock_at(make.at(make.MONDAY, 8, 30))
    assert "批量减免" in client.post("/working-days/2026-11-16/", turned).content.decode()
    clock_at(make.at(make.MONDAY, 8, 29))
    assert days_offered(client) == ["2026-11-16", "2026-11-17"]
    assert client.post("/working-days/2026-11-16/", turned).status_code == 302


def test_a_day_that_no_month_has_is_no_page(client, hq):
    client.force_login(hq)
    for day in ("0", "32", "9" * 30):
        assert client.get(f"/working-days/2026-11-{day}/").status_code == 404


@pytest.mark.parametrize("post", sorted(set(Post) - {Post.HQ_STAFF, Post.SYSTEM_ADMIN}))
def test_nobody_else_does(client, department, post):
    client.force_login(make.person(post, unit=make.home_of(post, department)))
    assert "更正" not in html.fromstring(client.get("/working-days/").content).xpath("string(//tbody)")
    assert client.post("/working-days/2027-2-8/", {"works": "no", "note": "春节"}).status_code == 403
    assert not WorkingDay.objects.filter(source="hq").exists()
