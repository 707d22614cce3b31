"""扣罚 as people see it: whose rows in which order, the arithmetic in words, the decision, what it costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from activity.assessment.excusing import excuse
from activity.discipline import actions
from activity.discipline.facts import pair
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.reading import deciders
from activity.discipline.words import decider
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST, NOW, SECOND
from tests.activity.rollup.test_pages import words
from tests.databases import undone
from tests.permissions.table import MAY


def of(fine):
    return f"/fines/{fine.pk}/"


def names(page):
    return [words(one) for one in page.xpath("//table//td[1]//a")]


def send(client, who, fine, verb, **body):
    client.force_login(who)
    return client.post(f"{of(fine)}{verb}/", {"key": uuid4(), **body})


def test_each_post_sees_its_scope(client, fine, department):
    for post in Post:
        with undone():
            _sees_its_scope(client, fine, department, post)


def _sees_its_scope(client, fine, department, post):
    client.force_login(make.person(post, unit=make.home_of(post, department)))
    scope = MAY[post].get("fine.read")
    for address, expected in (("/fines/", 200 if scope else 403), (of(fine), {None: 403, "s": 404}.get(scope, 200))):
        assert client.get(address).status_code == expected, address
    if scope:
        assert (of(fine) in client.get("/fines/").content.decode()) == (scope != "s")


def test_strangers_find_nothing(seen, fine, stranger, peer):
    for who in (stranger, peer):
        seen(who, of(fine), 404)
        assert "还没有扣罚提议" in words(seen(who, "/fines/"))


@pytest.mark.parametrize("post", [post for post in Post if post != Post.CLIENT_MANAGER])
def test_who_has_another_post_since_reads_his_own(client, fine, zhou, deputy, department, post):
    """组长 and every other post: the link of the notice opens, his figures where he reads logs; no other's by it."""
    held = zhou.appointments.get()
    held.ends_on = NOW.date() - timedelta(days=1)
    held.save()
    make.appoint(zhou, post, make.home_of(post, department), starts_on=NOW.date())
    client.force_login(zhou)
    page = html.fromstring(client.get(of(fine)).content.decode())
    assert "由分管总确认：赵敏" in words(page)
    links = set(page.xpath("//main//a[starts-with(@href, '/people/')]/@href"))
    assert len(links) == (10 if "log.read" in MAY[post] else 0)
    assert {client.get(link).status_code for link in links} <= {200}
    assert of(fine) in client.get("/fines/").content.decode()


def test_my_page_leads_to_the_fines_of_who_has_one_or_keeps_order(client, fine, zhou, department):
    for post in Post:
        with undone():
            _is_led(client, fine, zhou, department, post)


def _is_led(client, fine, zhou, department, post):
    def listed(who):
        client.force_login(who)
        return "/fines/" in client.get("/me/").content.decode()

    who = make.person(post, unit=make.home_of(post, department))
    assert listed(who) == (MAY[post]["fine.read"] != "s" or post == Post.CLIENT_MANAGER)
    if post != Post.CLIENT_MANAGER:
        make.appoint(zhou, post, make.home_of(post, department), starts_on=NOW.date())
    assert listed(zhou)


def test_one_reads_ones_own_and_what_one_can_do(seen, fine, zhou, deputy):
    page = seen(zhou, of(fine))
    text = words(page)
    assert "提议扣 ¥50，还没有确认，现在不作数" in text and "由分管总确认：赵敏" in text
    assert "补申请" in text and "找分管总说明" in text
    assert not page.xpath("//form[contains(@action, 'confirm')]")
    assert "我的扣罚" in words(seen(zhou, "/fines/"))


def test_the_page_says_the_rules_and_the_arithmetic(seen, fine, deputy):
    page = seen(deputy, of(fine))
    text = words(page)
    assert "第 1 版，2026年11月2日起生效" in text
    assert "到 11.9–11.15（第 46 周），连续 2 周未达" in text
    assert "应出勤 10 个半天，折 5 天" in text
    for sum_ in ("6 × 10 ÷ 2 = 30", "3 × 10 ÷ 2 = 15", "1 × 10 ÷ 2 = 5"):
        assert text.count(sum_) >= 2
    weeks = list(page.xpath("//h2/a/@href"))
    assert weeks == [f"/people/{fine.person.employee_no}/week/{Week(day).code}/" for day in (FIRST, SECOND)]


def test_a_half_day_and_a_fraction_are_written_out(rules, zhou, deputy, seen, clock_at):
    make.absence(zhou, SECOND, "pm")
    clock_at(CLOSED)
    run_due()
    text = words(seen(deputy, of(Fine.objects.get())))
    assert "应出勤 9 个半天，折 4.5 天" in text
    assert "3 × 9 ÷ 2 = 13.5 → 14" in text and "6 × 9 ÷ 2 = 27 0" in text


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("each_day", "每天 6"),
        ("weighted", "四项按权重合计 0.0 / 100"),
    ],
)
def test_each_mode_is_explained(zhou, deputy, seen, clock_at, mode, said):
    make.rules(FIRST, assessment={"mode": mode, "short_weeks": "rolling"})
    clock_at(CLOSED)
    run_due()
    text = words(seen(deputy, of(Fine.objects.get())))
    assert said in text and "从连续未达的第 2 周起，每周一次" in text


def test_every_figure_opens(client, fine, deputy, zhou, manager, hq):
    for who in (deputy, zhou, manager, hq):
        client.force_login(who)
        links = set(re.findall(r'href="(/people/[^"]+)"', client.get(of(fine)).content.decode()))
        assert len(links) == 10, who
        assert {client.get(link).status_code for link in links} == {200}


def test_confirming_leads_to_the_list_and_on_to_the_next_that_waits(client, fine, deputy, department, clock_at):
    other = make.person(Post.CLIENT_MANAGER, unit=department, name="吴思远")
    second = Fine.objects.create(
        ledger=fine.ledger, person=other, unit=department, kind="two_short_weeks", week=SECOND, rules=fine.rules,
        yuan=50, proposed_at=NOW,
    )  # fmt: skip
    answer = send(client, deputy, fine, "confirm")
    assert (answer.status_code, answer.url) == (302, "/fines/")
    page = html.fromstring(client.get(answer.url).content.decode())
    assert "已确认：周婷 11.9–11.15" in words(page)
    [link] = page.xpath("//a[contains(., '下一条')]")
    assert (link.get("href"), words(link)) == (of(second), "下一条：吴思远")
    fine.refresh_from_db()
    assert (fine.state, fine.decided_by) == ("confirmed", deputy)


def test_after_the_last_one_comes_the_list(client, fine, deputy):
    answer = send(client, deputy, fine, "dismiss", reason="客户在外地")
    assert answer.url == "/fines/"
    page = client.get("/fines/").content.decode()
    assert "不予扣罚：周婷" in page and "赵敏" in page and "下一条" not in page


def test_a_dismissal_without_a_reason_asks_for_it(client, fine, deputy):
    answer = send(client, deputy, fine, "dismiss", reason=" ")
    assert answer.status_code == 422
    assert "写一句为什么不扣" in answer.content.decode()
    assert LedgerEntry.objects.count() == 1


def test_who_comes_second_is_told_so(client, fine, deputy):
    actions.confirm(fine, by=deputy, at=NOW, key=uuid4())
    answer = send(client, deputy, fine, "dismiss", reason="我写的理由")
    assert answer.url == of(fine)
    assert "已被别人办理" in client.get(of(fine)).content.decode()


def test_the_page_behind_a_verb_is_the_fine(client, fine, deputy):
    client.force_login(deputy)
    assert client.get(f"{of(fine)}confirm/").url == of(fine)


def test_who_stands_in_is_told_in_whose_name(client, fine, deputy, peer):
    make.delegation(deputy.appointments.get(), peer)
    client.force_login(peer)
    assert "郑刚 代 赵敏" in client.get(of(fine)).content.decode()
    assert send(client, peer, fine, "confirm").status_code == 302
    page = html.fromstring(client.get(of(fine)).content.decode())
    assert "郑刚 代 赵敏" in words(page.xpath("//section[contains(., '进展')]")[-1])
    client.force_login(deputy)
    assert "郑刚 代 赵敏 11月19日 10:00" in words(html.fromstring(client.get("/fines/").content.decode()))


def test_who_stands_in_is_named_beside_whom_he_stands_in_for(seen, fine, zhou, deputy, peer):
    """Not before the delegation begins, and never over himself."""
    lent = deputy.appointments.get()
    planned = make.delegation(
        lent, peer, starts_on=NOW.date() + timedelta(days=1), ends_on=NOW.date() + timedelta(days=2)
    )
    assert "郑刚" not in words(seen(zhou, of(fine)))
    planned.delete()
    make.delegation(lent, peer)
    assert "由分管总确认：赵敏、郑刚 代 赵敏" in words(seen(zhou, of(fine)))
    for who, named in ((peer, ["赵敏"]), (deputy, [])):
        fine.person = who
        assert deciders(fine, NOW.date()) == named


def test_nobody_is_offered_to_decide_his_own(seen, client, fine, zhou, branch):
    make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, starts_on=NOW.date())
    page = seen(zhou, of(fine))
    assert not page.xpath("//form[contains(@action, 'confirm')]")
    assert "自己的由别人决定" in words(page)
    assert send(client, zhou, fine, "confirm").url == of(fine)
    assert "自己的事由别人办" in client.get(of(fine)).content.decode()


def test_a_reversed_one_says_why_and_shows_the_versions(seen, fine, zhou, deputy, clock_at):
    excuse(zhou, Week(SECOND), by=deputy, at=NOW, key=uuid4(), reason="台风")
    clock_at(NOW + timedelta(minutes=1))
    run_due()
    text = words(seen(zhou, of(fine)))
    assert "已冲销，不再作数原因：赵敏准予免责：台风" in text
    assert "11.9–11.15（第 46 周）第 2 版 赵敏" in text
    assert "提议之后更正过，现在是第 2 版：已免责" in text


def test_a_reversed_one_is_nobodys_decision(seen, fine, zhou, deputy, hq, clock_at):
    actions.confirm(fine, by=deputy, at=NOW, key=uuid4())
    excuse(zhou, Week(SECOND), by=deputy, at=NOW, key=uuid4(), reason="台风")
    clock_at(NOW + timedelta(minutes=1))
    run_due()
    [row] = seen(hq, "/fines/").xpath("//tbody/tr[td]")
    assert words(row.xpath("./td")[-1]) == "系统冲销，经手 赵敏 11月19日 10:01"
    assert decider(LedgerEntry(kind="reversal", actor="system")) == "系统冲销"


@pytest.fixture
def elsewhere(fine, next_branch):
    """吴思远 of another branch, whose 团体部 has the same name, a week earlier."""
    unit = make.department(next_branch, "370205A")
    return Fine.objects.create(
        ledger=fine.ledger, person=make.person(Post.CLIENT_MANAGER, unit=unit, name="吴思远"), unit=unit,
        kind="two_short_weeks", week=FIRST, rules=fine.rules, yuan=50, proposed_at=NOW,
    )  # fmt: skip


def test_the_city_reads_units_with_their_branch_and_chooses_one(seen, fine, elsewhere, hq, deputy, branch):
    page = seen(hq, "/fines/")
    places = [words(one) for one in page.xpath("//td[1]/div")]
    assert places == ["370205A 李沧支公司 团体部", f"{fine.unit.code} 市南支公司 团体部"]
    assert page.xpath("//select[@name='branch']/option/@value") == ["", branch.code, "370205"]
    assert names(seen(hq, "/fines/?branch=370205")) == ["吴思远"]
    assert not seen(deputy, "/fines/").xpath("//select[@name='branch']")
    assert f"{fine.unit.code} 市南支公司 团体部" in words(seen(hq, of(fine)))


def test_what_waits_is_read_oldest_first(seen, fine, elsewhere, hq):
    assert names(seen(hq, "/fines/")) == ["吴思远", "周婷"]
    Fine.objects.update(state="reversed")
    assert names(seen(hq, "/fines/")) == ["周婷", "吴思远"]


def test_an_unknown_filter_filters_nothing_and_says_nothing(seen, fine, hq):
    page = seen(hq, "/fines/?state=xyz&week=never&branch=9")
    assert names(page) == ["周婷"] and not page.xpath("//*[@aria-invalid]")
    assert "xyz" not in words(page.xpath("//main")[0])


def test_ones_own_says_first_how_it_stands_and_folds_the_ledger(seen, fine, zhou, deputy):
    heads = [words(one) for one in seen(zhou, of(fine)).xpath("//main//h2")]
    assert heads[0] == "现在怎样" and heads[-1] == "台账"
    assert seen(zhou, of(fine)).xpath("//details//h2[text()='台账']")
    assert not seen(deputy, of(fine)).xpath("//details//h2")


def test_a_pair_is_named(seen, fine, deputy):
    text = words(seen(deputy, of(fine)))
    assert "连续 2 周未达，其中第 1、2 周为一对" in text and "一周只算一次" in text
    assert text.index("写进台账就不能改，只能冲销") < text.index("确认扣罚 ¥50")
    assert pair({"pairs": "pairs", "streak": 8}) == "其中第 7、8 周为一对"
    assert pair({"pairs": "rolling", "streak": 8}) == pair({}) == ""


def test_the_list_shows_what_waits_first_then_by_week_and_unit_code(seen, fine, deputy, branch, department):
    zed = make.department(branch, "370202Z")
    people = {}
    for name, unit, yuan, state in (
        ("甲", zed, 50, "proposed"), ("乙", department, 30, "confirmed"), ("丙", department, 10, "proposed")
    ):  # fmt: skip
        people[name] = make.person(Post.CLIENT_MANAGER, unit=unit, name=name)
        done = {"decided_by": deputy, "decided_at": NOW} if state != "proposed" else {}
        Fine.objects.create(
            ledger=fine.ledger, person=people[name], unit=unit, kind="two_short_weeks", week=SECOND, rules=fine.rules,
            yuan=yuan, state=state, proposed_at=NOW, **done,
        )  # fmt: skip
    assert names(seen(deputy, "/fines/")) == ["周婷", "丙", "甲", "乙"]
    assert names(seen(deputy, "/fines/?state=confirmed")) == ["乙"]
    assert names(seen(deputy, "/fines/?week=2026-W46&state=proposed")) == ["周婷", "丙", "甲"]
    assert len(names(seen(deputy, "/fines/?week=2026-W01&state=x&page=7"))) == 4


def test_the_city_reads_the_sums_and_the_head(seen, fine, hq, deputy, manager):
    actions.confirm(fine, by=deputy, at=NOW, key=uuid4())
    fine.ledger.refresh_from_db()
    page = words(seen(hq, "/fines/"))
    assert fine.ledger.head in page and "应扣¥50" in page
    assert fine.ledger.head not in words(seen(manager, "/fines/"))


def test_the_words_are_those_of_the_rules(zhou, deputy, seen, clock_at):
    make.rules(FIRST, fines={"label": "绩效扣减", "effect": "record"})
    clock_at(CLOSED)
    run_due()
    fine = Fine.objects.get()
    for who, address in ((deputy, "/fines/"), (deputy, of(fine)), (zhou, of(fine))):
        text = words(seen(who, address).xpath("//main")[0])
        assert "¥" not in text and "记录" in text and "绩效扣减" in text


@pytest.mark.parametrize("address", ["/fines/", "one"])
def test_pages_cost_the_same_for_many(client, fine, deputy, department, address):
    def cost():
        client.force_login(deputy)
        client.get(of(fine))
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/fines/" if address == "/fines/" else of(fine)).status_code == 200
        return len(asked)

    few = cost()
    for _ in range(40):
        Fine.objects.create(
            ledger=fine.ledger, person=make.person(Post.CLIENT_MANAGER, unit=make.team(department)), unit=department,
            kind="two_short_weeks", week=SECOND, rules=fine.rules, yuan=50, proposed_at=NOW,
        )  # fmt: skip
    assert cost() == few <= 17


def test_the_number_beside_the_menu_is_what_waits_for_him(seen, fine, deputy, hq):
    def menu(who):
        return [words(one) for one in seen(who, "/inbox/").xpath("//nav//a[contains(@href, '/fines/')]")]

    assert menu(deputy) and all(one.endswith("1") for one in menu(deputy))
    assert menu(hq) and not any("1" in one for one in menu(hq))
