"""全市周报 and 报送信箱 as people see them: whose rows, which figures, under which label."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from activity.rollup.actions import freeze, publish_waiting
from activity.rollup.models import RollUp, RollUpPerson, RollUpUnit
from activity.rollup.rules import ITEMS, rates, tenths_of_percent
from org.notices.models import Letter
from org.periods.due import Sweep
from org.posts import Post
from org.rules.book import rules_on
from org.trace.models import Trace
from org.week import Week
from tests import factories as make
from tests.databases import thawed

WEEK = Week(make.MONDAY)
SATURDAY_NOON = make.at(WEEK.saturday, 12)
CITY, TODAY = f"/report/{WEEK}/", make.THURSDAY
STANDARD = (6, 3, 1, 1)


@pytest.fixture
def story(clock_at, zhou, hq, stranger):
    """Rules from September; 周婷 has handed in Monday in full, and some of Tuesday."""
    make.rules()
    make.full_day(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    make.call(zhou, make.MONDAY + timedelta(days=1))
    make.submit(zhou, make.MONDAY + timedelta(days=1))
    clock_at(make.at(TODAY, 10))
    return zhou


@pytest.fixture
def frozen(story, city, clock_at):
    """Saturday 12:00 and a minute."""
    at = SATURDAY_NOON + timedelta(minutes=1)
    clock_at(at)
    made = freeze(city, WEEK, rules=rules_on(WEEK.monday), due_at=SATURDAY_NOON, at=at)
    publish_waiting(Sweep(at=at))
    made.refresh_from_db()
    return made


def words(element):
    return " ".join(element.text_content().split())


def lines(page):
    """code or 工号 -> the words of its cells."""
    found = {}
    for row in page.xpath("//table[thead/tr[@class='groups']]/tbody/tr[td]"):
        cells = [words(cell) for cell in row]
        found[cells[0]] = cells
    return found


def of_unit(cells):
    """人力, logs and 完成率 of a unit's line, without its plan, premium and 达标率; from 人力 on."""
    return [cells[0], *cells[2:7], *cells[9:13]]


def of_person(cells):
    """The same of a person, from the logs on."""
    return [*cells[:5], *cells[7:11]]


def percents(row):
    figures = [getattr(row, item) for item in ITEMS]
    shares = [tenths_of_percent(share) for share in rates(figures, STANDARD, row.due_half_days)]
    return ["–" if tenths is None else str(tenths // 10) for tenths in shares]


def logs(row):
    counts = [row.logs_due, row.logs_in, row.logs_late, row.logs_missing, row.logs_reviewed]
    return [str(number) if row.logs_due else "–" for number in counts]


def test_the_citys_table_says_what_was_frozen(seen, frozen, hq):
    page = seen(hq, CITY)
    rows = RollUpUnit.objects.filter(rollup=frozen, kind="branch").select_related("unit")
    assert [*lines(page)] == sorted(row.unit.code for row in rows) == ["370202"]  # nobody sells in the stranger's
    for row in rows:
        assert of_unit(lines(page)[row.unit.code][2:]) == [str(row.people), *logs(row), *percents(row)]
    total = RollUpUnit.objects.get(rollup=frozen, unit=frozen.city)
    foot = [words(cell) for cell in page.xpath("//tfoot/tr/*")]
    assert of_unit(foot[1:]) == [str(total.people), *logs(total), *percents(total)]
    assert total.logs_missing == 3


def test_one_drill_down_leads_to_a_persons_week(seen, frozen, hq, zhou):
    page, codes = seen(hq, CITY), []
    for code in ("370202", "370202T"):
        [link] = page.xpath(f"//table//a[@class='name' and contains(@href, '/{code}/')]")
        page = seen(hq, link.get("href"))
        codes.append(words(page.xpath("//h1")[0]))
    assert codes == ["市南支公司", "团体部"]
    assert [words(step) for step in page.xpath("//nav[@class='crumbs']/a")] == ["全市", "市南支公司"]
    row = RollUpPerson.objects.get(rollup=frozen, person=zhou)
    assert of_person(lines(page)[zhou.employee_no][2:]) == [*logs(row), *percents(row)]
    [link] = page.xpath("//table//tbody//a[@class='name']/@href")
    assert link == f"/people/{zhou.employee_no}/week/{WEEK}/"
    seen(hq, link)


def test_live_figures_are_those_that_a_freeze_at_this_instant_would_write(seen, story, city, department, hq):
    at = make.at(TODAY, 10)
    live = {code: seen(hq, f"/report/{WEEK}/{code}/") for code in ("370202", "370202T")}
    top = seen(hq, "/report/")
    assert "暂计" in words(top) and "截至 11.19 周四 10:00" in words(top)
    made = freeze(city, WEEK, rules=rules_on(WEEK.monday), due_at=at, at=at)
    row = RollUpUnit.objects.get(rollup=made, unit__code="370202")
    assert of_unit(lines(top)["370202"][2:]) == [str(row.people), *logs(row), *percents(row)]
    assert row.due_half_days == 7 and row.logs_due == 3
    assert lines(live["370202"])["370202T"][2:] == lines(top)["370202"][2:]
    person = RollUpPerson.objects.get(rollup=made)
    assert of_person(lines(live["370202T"])[story.employee_no][2:]) == [*logs(person), *percents(person)]


def test_the_label_tells_live_from_frozen(seen, frozen, hq, clock_at):
    head = words(seen(hq, CITY).xpath("//header[@class='page-head']")[0])
    assert "截至 11.21 周六 12:00 · 第 1 版" in head and "暂计" not in head


def test_due_and_not_yet_frozen_is_said(seen, story, hq, clock_at):
    clock_at(SATURDAY_NOON + timedelta(minutes=5))
    page = words(seen(hq, CITY))
    assert "汇总中" in page and "截至 11.21 周六 12:00" in page and "第 1 版" not in page


def test_what_is_handed_in_after_the_freeze_does_not_change_the_page(seen, frozen, hq, zhou):
    before = lines(seen(hq, CITY))
    make.full_day(zhou, WEEK.saturday)
    make.submit(zhou, WEEK.saturday, when=make.at(WEEK.saturday, 18))
    assert lines(seen(hq, CITY)) == before


def test_a_week_before_the_first_rules_explains_itself_and_leads_no_further_back(seen, story, hq):
    page = seen(hq, "/report/2026-W37/")
    assert "早于第一版规则" in words(page) and not page.xpath("//table")
    assert not page.xpath("//a[@rel='prev']") and page.xpath("//a[@rel='next']")
    assert seen(hq, "/report/2026-W38/").xpath("//a[@rel='prev']/@href") == ["/report/2026-W37/"]


def test_a_week_without_a_working_day_and_one_to_come(seen, story, hq):
    make.rules(effective_from=date(2026, 2, 9))
    assert "没有工作日" in words(seen(hq, "/report/2026-W08/"))
    assert "还没有开始" in words(seen(hq, f"/report/{WEEK.next}/"))
    assert not seen(hq, CITY).xpath("//a[@rel='next']")


def test_nothing_due_is_a_dash(seen, clock_at, story, hq, zhou):
    for day in WEEK.days:
        make.absence(zhou, day, "am")
        make.absence(zhou, day, "pm")
    assert of_unit(lines(seen(hq, CITY))["370202"][2:])[1:] == ["–"] * 9


@pytest.mark.parametrize("when", ["live", "frozen"])
def test_each_reads_his_own_part(request, client, seen, story, when, deputy, manager, stranger, zhou, department):
    if when == "frozen":
        request.getfixturevalue("frozen")
    team = make.team(department)
    leader = make.person(Post.TEAM_LEADER, unit=team)
    for who, home in ((deputy, "370202"), (manager, "370202"), (stranger, "370203"), (leader, team.code)):
        client.force_login(who)
        answer = client.get(CITY)
        assert answer.status_code == 302 and answer.url == f"/report/{WEEK}/{home}/"
        seen(who, answer.url)
        seen(who, f"/units/{home}/")
    crumbs = seen(manager, f"/report/{WEEK}/370202T/").xpath("//nav[@class='crumbs']/a")
    assert [words(step) for step in crumbs] == ["市南支公司"]
    for outside in ("370202", "370202T", "3702", "ROOT", "nowhere"):
        seen(stranger, f"/report/{WEEK}/{outside}/", 404)
        seen(stranger, f"/units/{outside}/", 404)
    seen(leader, f"/report/{WEEK}/370202T/", 404)
    client.force_login(zhou)
    assert client.get(CITY).url == f"/people/{zhou.employee_no}/week/{WEEK}/"
    seen(zhou, f"/report/{WEEK}/370202T/", 404)


def test_who_stands_above_two_branches_only_sees_those(seen, story, deputy, stranger):
    make.appoint(deputy, Post.BRANCH_DEPUTY_GM, stranger.appointments.get().unit.branch)
    make.person(Post.CLIENT_MANAGER, unit=stranger.appointments.get().unit)
    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(code="370209", name="崂山支公司")))
    page = seen(deputy, CITY)
    assert [*lines(page)] == ["370202", "370203"] and not page.xpath("//tfoot")


def test_another_citys_report_is_not_there(seen, frozen):
    other = make.person(Post.HQ_STAFF, unit=make.city("3706", "烟台市公司"))
    assert not lines(seen(other, CITY))
    seen(other, f"/report/{WEEK}/workbook/", 404)
    letter = Letter.objects.first()
    seen(other, f"/mailbox/{letter.pk}/attachment/", 404)
    assert "还没有报送邮件" in words(seen(other, "/mailbox/"))


def test_a_clerk_sees_figures_and_no_way_to_the_logs(seen, story, branch):
    clerk = make.person(Post.BRANCH_CLERK, unit=branch)
    page = seen(clerk, f"/report/{WEEK}/370202T/")
    assert story.employee_no in lines(page) and not page.xpath("//table//a[@class='name']")


def test_the_workbook_is_the_frozen_one_and_its_download_is_traced(client, frozen, hq):
    client.force_login(hq)
    answer = client.get(f"/report/{WEEK}/workbook/")
    assert answer.content[:2] == b"PK" and answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert unquote(answer["Content-Disposition"]).endswith("filename*=utf-8''青岛市公司周报 2026-W47 第 1 版.xlsx")
    trace = Trace.objects.get(verb="export")
    assert (trace.by, trace.about_id) == (hq, str(frozen.pk))
    assert client.get(f"/report/{WEEK.previous}/workbook/").status_code == 404


def test_only_who_may_export_finds_the_button(client, seen, frozen, city, hq, deputy, manager, zhou):
    leader = make.person(Post.CITY_LEADER, unit=city)
    address = f"/report/{WEEK}/workbook/"
    assert address in seen(hq, CITY).xpath("//a/@href")
    assert address not in seen(leader, CITY).xpath("//a/@href")
    letter = Letter.objects.first()
    for who in (leader, deputy, manager, zhou):
        for refused in (address, "/mailbox/", f"/mailbox/{letter.pk}/attachment/"):
            seen(who, refused, 403)
    assert not Trace.objects.filter(verb="export").exists()


def test_the_mailbox_tells_what_left_and_what_waits(client, seen, frozen, hq):
    sent = Letter.objects.get(to="hq3702@example.com")
    Letter.objects.filter(pk=sent.pk).update(sent_at=SATURDAY_NOON + timedelta(minutes=2))
    unsent(Letter.objects.get(pk=sent.pk), tries=3, last_error="SMTPServerDisconnected: 没有连上")
    rows = [words(row) for row in seen(hq, "/mailbox/").xpath("//tbody/tr")]
    assert len(rows) == 2
    assert "待发出 试过 3 次没有发出" in rows[0] and "没有连上" in rows[0]
    assert "已发出 11月21日 12:02" in rows[1] and "青岛市公司" in rows[1]
    client.force_login(hq)
    answer = client.get(f"/mailbox/{sent.pk}/attachment/")
    assert answer.content[:2] == b"PK" and Trace.objects.filter(verb="export").count() == 1


def unsent(like, **more):
    """A letter a minute younger, without an attachment."""
    values = {name: getattr(like, name) for name in ("to", "subject", "body", "unit", "next_try_at")}
    at = like.created_at + timedelta(minutes=1)
    return Letter.objects.create(message_id="<unsent@example.com>", created_at=at, **values, **more)


@pytest.mark.parametrize(("code", "listed"), [("3702", 0), ("370202", 1), ("370202T", 1)])
def test_live_people_are_only_asked_for_where_they_are_listed(client, story, hq, branch, code, listed):
    direct = make.person(Post.CLIENT_MANAGER, unit=branch)
    client.force_login(hq)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/report/{WEEK}/{code}/", follow=True).content.decode()
    counting = [one["sql"] for one in asked if "logs_due" in one["sql"] and "AS MATERIALIZED" in one["sql"]]
    assert len([sql for sql in counting if "wanted" in sql]) == 1
    assert len([sql for sql in counting if "wanted" not in sql]) == listed
    assert (direct.employee_no in page) == (code == "370202")
    assert (story.employee_no in page) == (code == "370202T")


@pytest.mark.parametrize("when", ["live", "frozen"])
def test_queries_grow_neither_with_units_nor_with_people(client, story, hq, city, when):
    client.force_login(hq)

    def asked():
        with thawed():
            RollUp.objects.all().delete()
        if when == "frozen":
            freeze(city, WEEK, rules=rules_on(WEEK.monday), due_at=SATURDAY_NOON, at=SATURDAY_NOON)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(CITY)
        assert answer.status_code == 200
        return len(queries), answer.content

    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370300")))
    few, _page = asked()
    for n in range(1, 11):
        home = make.department(make.branch(city, f"3703{n:02}"))
        for _ in range(10):
            make.person(Post.CLIENT_MANAGER, unit=home)
    many, page = asked()
    assert few == many <= 15
    assert len(lines(html.fromstring(page.decode()))) == 12
    assert len(page) < 120_000
