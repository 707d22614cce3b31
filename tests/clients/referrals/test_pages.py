"""转介绍 on pages: the tree, what is to be done, the figures that open, the script library and its versions."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from clients.prospects.models import Prospect
from clients.referrals import actions
from clients.referrals.due import morning
from clients.referrals.exports import sheets
from clients.referrals.kin import family_of
from clients.referrals.models import Referral, TalkTrack
from clients.referrals.moments import ready
from clients.referrals.panel import tell
from clients.referrals.reading import first_ten
from org.notices.models import Notice
from org.periods.due import Sweep
from org.rules.schema import Referrals
from tests import factories as make

THURSDAY = make.THURSDAY
AT = make.at(THURSDAY, 14)
RULES = Referrals()


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def signed(client, clock_at):
    def sign(who):
        clock_at(AT)
        client.force_login(who)
        return client

    return sign


@pytest.fixture
def family(zhou, manager):
    """宏达 introduced 瑞丰, which introduced 晨光 and 云帆; 云帆 is another's now."""
    hongda = make.prospect(zhou, "宏达机械", status="won")
    ruifeng = make.introduced(hongda, "瑞丰食品", day=THURSDAY - timedelta(days=40))
    chenguang = make.introduced(ruifeng, "晨光幼儿园", name="王园长")
    yunfan = make.introduced(ruifeng, "云帆物流", name="李总", owner=manager)
    make.policy(zhou, prospect=chenguang, premium="42000.00")
    return hongda, ruifeng, chenguang, yunfan


def test_the_tree_shows_generations_and_hides_what_is_anothers(signed, zhou, family):
    hongda, ruifeng, _chenguang, _yunfan = family
    client = signed(zhou)
    panel = words(client.get(f"/clients/{ruifeng.pk}/").content.decode())
    assert "由谁介绍 1 · 已介绍 2" in panel
    assert "晨光幼儿园 已成交 4.2 万" in panel and "别人负责的客户" in panel and "云帆物流" not in panel
    whole = words(client.get(f"/clients/{hongda.pk}/referrals/tree/").content.decode())
    assert "往下共 3 家" in whole and "晨光幼儿园" in whole and "云帆物流" not in whole


def test_those_above_see_the_whole_tree(signed, manager, family):
    whole = words(signed(manager).get(f"/clients/{family[0].pk}/referrals/tree/").content.decode())
    assert "云帆物流" in whole and "别人负责" not in whole


def test_clients_that_were_merged_into_a_circle_end_the_tree(zhou, family):
    hongda, ruifeng, *_others = family
    asked = make.referral(ruifeng, names=[("宏达机械", "张经理")])
    asked.names.update(prospect=hongda)
    found = family_of(hongda, reader=zhou, on=THURSDAY)
    assert found.here.size == 3


@pytest.mark.parametrize("size", [1, 8])
def test_the_pages_ask_the_same_however_many(signed, zhou, size, django_assert_max_num_queries):
    hongda = make.prospect(zhou, "宏达机械")
    for n in range(size):
        child = make.introduced(hongda, f"客户{n}")
        make.referral(child, names=[(f"名单{n}", "李总")])
        make.policy(zhou, prospect=child)
    client = signed(zhou)
    for where, most in (
        ("/referrals/", 22), ("/referrals/figures/", 13), ("/referrals/figures/?by=script", 13),
        ("/referrals/rows/?item=won", 9), (f"/clients/{hongda.pk}/referrals/tree/", 9),
        (f"/referrals/{hongda.referrals.first().pk}/", 11), (f"/clients/{hongda.pk}/", 30), ("/scripts/", 8),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            client.get(where)


def test_the_panel_costs_three_queries(rf, zhou, family, django_assert_num_queries, clock_at):
    request = rf.get("/")
    request.user, request.now, request.today = zhou, AT, THURSDAY
    zhou.posts_on(THURSDAY), zhou.stands_in_on(THURSDAY)
    with django_assert_num_queries(3):
        tell(request, family[1])


def test_the_figures_count_rows_and_each_opens_them(signed, zhou, family):
    hongda, ruifeng, *_others = family
    make.visit(zhou, client="晨光幼儿园", contact="王园长")
    Referral.objects.filter(prospect=hongda).update(withheld=2)
    client = signed(zhou)
    table = client.get("/referrals/figures/?span=all").context["table"]
    lines = {line.label: tuple(line.funnel) for line in table.lines}
    assert lines == {"宏达机械": (1, 1, 1, 0, 0), "瑞丰食品": (2, 2, 2, 1, 1)}
    assert (tuple(table.total), table.withheld) == ((3, 3, 3, 1, 1), 2)
    for by, of in (("referrer", ruifeng.pk), ("script", TalkTrack.objects.get().pk), ("person", zhou.pk)):
        line = client.get(f"/referrals/figures/?span=all&by={by}").context["table"]
        [figures] = [one.funnel for one in line.lines if one.key == str(of)]
        for item, count in figures._asdict().items():
            rows = client.get(f"/referrals/rows/?span=all&by={by}&of={of}&item={item}").context["page"]
            assert rows.paginator.count == count, (by, item)


@pytest.mark.parametrize(
    "query", ["item=x", "item=names&by=script&of=1", "item=names&by=person&of=%00", "by=referrer&of=x", "item=%00"]
)
def test_an_address_that_says_nothing_is_no_fault(signed, zhou, query):
    assert signed(zhou).get(f"/referrals/rows/?{query}").status_code == 404
    assert signed(zhou).get("/referrals/figures/?span=x&by=x").status_code == 200


def test_hq_exports_with_masked_numbers(signed, zhou, hq, manager):
    one = make.referral(make.prospect(zhou, "宏达机械"), names=[("=cmd", "李总")])
    one.names.update(phone="13812345521")
    assert signed(manager).post("/referrals/export/").status_code == 403
    answer = signed(hq).post("/referrals/export/", {"span": "all"})
    book = load_workbook(BytesIO(answer.content))
    header, row = ([cell.value for cell in line] for line in book["被介绍人"].iter_rows())
    told = dict(zip(header, row, strict=True))
    assert (told["单位名称"], told["单位"], told["遮住的电话"]) == ("宏达机械", "=cmd", "138 **** 5521")
    assert "13812345521" not in str(row) and "电话" not in header
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_whom_to_ask_now_and_why(signed, zhou):
    renewed, served, asked, lost = (make.prospect(zhou, name) for name in ("续保家", "服务家", "问过家", "失败家"))
    make.policy(zhou, prospect=renewed, is_renewal=True)
    for one in (served, asked, lost):
        make.visit(zhou, client=one.name)
    make.referral(asked, THURSDAY - timedelta(days=5))
    type(lost).objects.filter(pk=lost.pk).update(status="lost")
    make.submit(zhou)
    found = ready(zhou, today=THURSDAY, rules=RULES)
    assert [(one.prospect.name, one.moment.occasion) for one in found] == [("续保家", "renewed"), ("服务家", "served")]
    page = words(signed(zhou).get("/referrals/").content.decode())
    assert "11月19日续保 · 还没请过" in page and "问过家" in page


def test_overdue_thanks_are_reminded_once_and_end_with_the_thanks(zhou, clock_at):
    one = make.referral(make.prospect(zhou, "宏达机械"), THURSDAY - timedelta(days=8), names=[("晨光", "王园长")])
    make.referral(make.prospect(zhou, "刚请的"), THURSDAY - timedelta(days=7), names=[("云帆", "李总")])
    for day in (THURSDAY, THURSDAY, THURSDAY + timedelta(days=1)):
        morning(Sweep(make.at(day, 9)))
    told = Notice.objects.filter(to=zhou, kind="thanks_overdue").order_by("at")
    assert [one.title for one in told] == ["还没有向 宏达机械 致谢", "还没有向 刚请的 致谢"]
    actions.thank(one, day=THURSDAY, told="已承保，当面道谢", by=zhou, at=AT, key=uuid4())
    assert [one.read_at is None for one in told.all()] == [False, True]


def test_before_eight_nobody_is_rung(zhou):
    make.referral(make.prospect(zhou, "宏达机械"), THURSDAY - timedelta(days=30), names=[("晨光", "王园长")])
    morning(Sweep(make.at(THURSDAY, 7, 59)))
    assert not Notice.objects.filter(kind="thanks_overdue").exists()


def test_the_first_ten_clients_are_celebrated_once(zhou):
    for n in range(10):
        make.policy(zhou, THURSDAY - timedelta(days=9 - n), prospect=make.prospect(zhou, f"客户{n}"))
        assert first_ten(zhou, rules=RULES).reached_on == (THURSDAY if n == 9 else None)
    for ago in (0, 1, 60):
        morning(Sweep(make.at(THURSDAY + timedelta(days=ago), 9)))
    assert [one.title for one in Notice.objects.filter(to=zhou, kind="first_clients")] == ["前 10 个客户做成了"]


def test_a_script_is_changed_by_a_next_version_and_old_ones_stay(signed, hq, zhou, city):
    track = make.talk_track(city)
    asked = make.referral(make.prospect(zhou, "宏达机械"))
    said = {"title": "新话术", "steps": "先道谢\n\n再开口"}
    client = signed(hq)
    monday = THURSDAY + timedelta(days=4)
    answer = client.post(f"/scripts/{track.pk}/edit/", {"key": uuid4(), **said, "effective_from": monday})
    assert answer.status_code == 302
    assert "将生效" in words(client.get(f"/scripts/{track.pk}/").content.decode())
    client = signed(zhou)
    assert "先说这家客户" in client.get(f"/clients/{asked.prospect_id}/referrals/new/").content.decode()
    early = {"key": uuid4(), **said, "effective_from": THURSDAY}
    assert "不能早于今天" in signed(hq).post(f"/scripts/{track.pk}/edit/", early).content.decode()
    asked.refresh_from_db()
    assert asked.script.number == 1
    assert [one.number for one in track.versions.all()] == [2, 1]


def test_sales_reads_scripts_and_only_hq_writes_them(signed, hq, zhou, manager, city):
    track = make.talk_track(city)
    for who in (zhou, manager):
        assert signed(who).get(f"/scripts/{track.pk}/").status_code == 200
        assert signed(who).post("/scripts/new/", {"key": uuid4()}).status_code == 403
    assert signed(hq).post("/scripts/new/", {"key": uuid4(), "title": "活动邀约", "steps": ""}).status_code == 422
    signed(hq).post("/scripts/new/", {"key": uuid4(), "title": "活动邀约", "steps": "一\n二"})
    signed(hq).post(f"/scripts/{track.pk}/retire/")
    assert [one.title for one in signed(zhou).get("/scripts/").context["scripts"][0][:1]] == ["活动邀约"]


def test_without_a_script_the_page_says_whom_to_ask(signed, zhou):
    one = make.prospect(zhou, "宏达机械")
    page = signed(zhou).get(f"/clients/{one.pk}/referrals/new/").content.decode()
    assert "请市公司团险业务部先发布一份" in page


def test_of_what_is_anothers_the_rows_tell_neither_status_nor_name(signed, zhou, manager, family):
    _hongda, ruifeng, _chenguang, yunfan = family
    type(yunfan).objects.filter(pk=yunfan.pk).update(status="lost", name="云帆改名")
    where = f"/referrals/rows/?item=names&by=referrer&of={ruifeng.pk}"
    mine = words(signed(zhou).get(where).content.decode())
    assert "失败" not in mine and "别人负责的客户" in mine and "云帆物流 李总" in mine
    assert "失败" in words(signed(manager).get(where).content.decode())
    found = Referral.objects.filter(prospect=ruifeng)

    def told(who):
        return str([list(one.rows) for one in sheets(found, who, THURSDAY)])

    assert "云帆改名" not in told(zhou) and "晨光幼儿园" in told(zhou)
    assert "云帆改名" in told(manager)


def test_many_referrers_are_read_page_by_page(signed, zhou, django_assert_max_num_queries):
    first = make.referral(make.prospect(zhou, "客户"), names=[("甲公司", "李总")])
    same = {"city_id": first.prospect.city_id, "unit_id": first.prospect.unit_id, "registered_on": THURSDAY}
    asked = {"person": zhou, "unit_id": first.unit_id, "script": first.script, "asked_on": THURSDAY, "recorded_at": AT}
    others = [Prospect(name=f"客户{n:03}", owner=zhou, source="cold", created_at=AT, **same) for n in range(119)]
    Prospect.objects.bulk_create(others)
    Referral.objects.bulk_create(
        Referral(prospect=one, contact="张", result="later", withheld=1, **asked) for one in others
    )
    client = signed(zhou)
    with django_assert_max_num_queries(16):
        page = client.get("/referrals/figures/?span=all")
    table = page.context["table"]
    assert [one.label for one in table.lines[:2]] == ["客户", "客户000"] and len(table.lines) == 50
    assert (table.total.asked, table.total.names, table.withheld) == (120, 1, 119)
    with django_assert_max_num_queries(16):
        page = client.get("/referrals/figures/?span=all&page=3")
    assert len(page.context["table"].lines) == 20 and page.context["table"].total.asked == 120
    assert "?span=all&amp;by=referrer&amp;page=2" in page.content.decode()
