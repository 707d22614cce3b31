"""客户资料档案卡: what the owner writes, who reads it how far, and when the card is made."""

from uuid import uuid4

import pytest
from django.urls import reverse

from clients.profiles.exports import sheets
from clients.profiles.models import Cover, Proposal, Stakeholder
from clients.profiles.reading import card_of
from clients.prospects.models import Prospect
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.profiles.conftest import THURSDAY

BOSS = {
    "name": "欧阳先生",
    "title": "总经理",
    "role": "decides",
    "attitude": "for",
    "influence": "high",
    "note": "爱听数",
}
COVER = {
    "insurer": "甲财险",
    "line": "雇主责任 30 万",
    "standing": "held",
    "premium": "9.6",
    "expires_on": "2026-12-31",
}


def text(tree):
    return " ".join(tree.text_content().split())


def card_at(prospect):
    return reverse("client-card", args=[prospect.pk])


def test_the_card_is_made_when_its_core_is_known(fill, client_of_hers):
    """domain.md 3: 如果有需要, before visit 4. An empty card is none."""
    fill("company", legal_representative="欧阳明")
    fill("stakeholders", **BOSS)
    fill("workforce", class_2="110", class_4="210")
    client_of_hers.refresh_from_db()
    assert client_of_hers.card_made_at is None
    fill("covers", **COVER)
    client_of_hers.refresh_from_db()
    made = client_of_hers.card_made_at
    assert make.at(THURSDAY, 10) <= made < make.at(THURSDAY, 10, 5)
    fill("covers", row=Cover.objects.get().pk, **{**COVER, "standing": "ended"})
    client_of_hers.refresh_from_db()
    assert client_of_hers.card_made_at == made
    assert Trace.objects.filter(verb="make_card").count() == 1


def test_money_is_written_in_wan_and_kept_in_yuan(fill, seen, zhou, client_of_hers):
    fill("covers", **{**COVER, "premium": "9.6512"})
    row = Cover.objects.get()
    assert str(row.premium) == "96512.00"
    tree = seen(zhou, reverse("client-card-row", args=[client_of_hers.pk, "covers", row.pk]))
    assert tree.xpath("//input[@name='premium']/@value") == ["9.6512"]
    assert "9.7" in text(seen(zhou, card_at(client_of_hers)))


@pytest.mark.parametrize(
    ("part", "said", "sentence"),
    [
        ("company", {"founded_on": "2026-11-20"}, "还没到"),
        ("covers", {**COVER, "premium": "-1"}, ""),
        ("history", {"year": "2026", "insurer": "甲", "premium": "1" * 11}, ""),
        ("history", {"year": "2027", "insurer": "甲"}, "不晚于今年"),
        ("workforce", {"men": "x"}, "输入整数"),
        ("covers", {"insurer": "甲"}, "必填"),
        ("dates", {"kind": "nonsense", "what": "a", "on": "2026-12-01"}, "nonsense"),
        ("services", {"day": "2026-11-20", "kind": "claim", "what": "a"}, "还没到"),
        ("stakeholders", {**BOSS, "name": "a\0b"}, ""),
        ("stakeholders", {**BOSS, "name": "长" * 41}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(fill, part, said, sentence):
    answer = fill(part, status=422, **said).content.decode()
    assert sentence in answer and "field-bad" in answer
    assert not Cover.objects.exists() and not Stakeholder.objects.exists()


def test_a_form_sent_twice_writes_once(fill):
    key = uuid4()
    for _ in range(2):
        fill("stakeholders", key=key, **BOSS)
    assert Stakeholder.objects.count() == 1
    assert Trace.objects.filter(verb="add_stakeholder").count() == 1
    assert "内容不同" in fill("stakeholders", key=key, status=422, **{**BOSS, "name": "别人"}).content.decode()


def test_the_same_person_is_not_written_twice(fill):
    fill("stakeholders", **BOSS)
    assert "已经有一条" in fill("stakeholders", status=422, **BOSS).content.decode()


def test_what_is_taken_out_stays_in_the_trace(client, fill, client_of_hers):
    fill("stakeholders", **BOSS)
    row, key = Stakeholder.objects.get(), uuid4()
    address = reverse("client-card-remove", args=[client_of_hers.pk, "stakeholders", row.pk])
    assert client.post(address, {"key": key}).status_code == 302
    assert not Stakeholder.objects.exists()
    assert Trace.objects.get(verb="remove_stakeholder").changes["note"] == "爱听数"
    assert client.post(address, {"key": key}).status_code == 404


def test_missing_items_lead_to_their_forms(seen, zhou, client_of_hers):
    tree = seen(zhou, card_at(client_of_hers))
    links = {one.text_content(): one.get("href") for one in tree.find_class("gap")}
    assert len(links) == 15  # of 16: the headcount is known
    assert links["职业类别"].endswith("/card/edit/workforce/")
    assert links["统一社会信用代码"].endswith("/enrich/")
    for address in links.values():
        seen(zhou, address)


def test_who_only_reads_finds_no_way_to_write(seen, manager, deputy, fill, client_of_hers):
    fill("stakeholders", **BOSS)
    for who in (manager, deputy):
        tree = seen(who, card_at(client_of_hers))
        assert "爱听数" in text(tree)
        assert not tree.xpath("//*[@class='gap'] | //main//a[contains(@href, '/edit/') or contains(@href, '/new/')]")


def test_masked_readers_see_neither_remarks_birthdays_nor_files(
    client, seen, hq, department, fill, propose, client_of_hers
):
    fill("stakeholders", **BOSS)
    fill("dates", kind="birthday", what="欧阳总生日", on="1970-12-01")
    propose()
    leader = make.person(Post.TEAM_LEADER, unit=department)
    for who in (hq, leader):
        said = text(seen(who, card_at(client_of_hers)))
        assert "欧阳先生" in said and "爱听数" not in said
        assert "12-01" not in said and "方案.pdf" not in said


def test_strangers_find_nothing(client, stranger, department, fill, client_of_hers):
    fill("covers", **COVER)
    row = Cover.objects.get()
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    part = [client_of_hers.pk, "covers"]
    for who in (stranger, colleague):
        client.force_login(who)
        assert client.get(card_at(client_of_hers)).status_code == 404
    for address in (
        reverse("client-card-new", args=part),
        reverse("client-card-row", args=[*part, row.pk]),
        reverse("client-card-section", args=[client_of_hers.pk, "company"]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"key": uuid4(), **COVER}).status_code == 404


def test_a_row_is_found_only_with_its_own_client(client, zhou, fill, client_of_hers):
    fill("covers", **COVER)
    other = make.prospect(zhou, "另一家")
    client.force_login(zhou)
    row = Cover.objects.get().pk
    assert client.get(reverse("client-card-row", args=[other.pk, "covers", row])).status_code == 404
    assert client.get(reverse("client-card-row", args=[client_of_hers.pk, "dates", row])).status_code == 404
    for part in ("nonsense", "company"):
        assert client.get(reverse("client-card-new", args=[other.pk, part])).status_code == 404


def fill_up(fill, propose, times):
    for n in range(times):
        fill("stakeholders", **{**BOSS, "name": f"人{n}"})
        fill("covers", **{**COVER, "line": f"险种{n}"})
        fill("history", year=str(2026 - n), insurer="甲财险", premium="9.6", claims="4.8")
        fill("dates", kind="other", what=f"日子{n}", on="2026-12-01")
        fill("services", day="2026-11-01", kind="claim", what=f"理赔{n}")
        propose()


@pytest.mark.parametrize("size", [1, 8])
def test_the_pages_ask_the_same_however_much_hangs_on_the_client(
    client, zhou, fill, propose, client_of_hers, django_assert_max_num_queries, size
):
    fill_up(fill, propose, size)
    for _ in range(size):
        make.policy(zhou, prospect=client_of_hers, expires_on=THURSDAY)
    client.force_login(zhou)
    for address, most in ((card_at(client_of_hers), 20), (reverse("client", args=[client_of_hers.pk]), 30)):
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_chart_says_its_numbers(fill, seen, zhou, client_of_hers):
    fill("history", year="2025", insurer="甲财险", premium="9.6", claims="4.8")
    fill("history", year="2025", insurer="乙健康险", premium="31")
    fill("history", year="2024", insurer="甲财险", premium="8")
    tree = seen(zhou, card_at(client_of_hers))
    [chart] = tree.find_class("years")
    assert chart.get("aria-label") == "各年保费与赔款，万元：2024 年保费 8.0、赔款 不详；2025 年保费 40.6、赔款 4.8"
    assert len(chart.find_class("premium")) == 2 and len(chart.find_class("claims")) == 1
    assert "50%" in text(tree)


def test_the_panels_of_the_client_page(fill, propose, seen, zhou, client_of_hers):
    fill("covers", **COVER)
    fill("workforce", men="190", women="130", class_4="210", class_2="110", average_age="36.4")
    propose()
    said = text(seen(zhou, reverse("client", args=[client_of_hers.pk])))
    assert "2 类 110 人，4 类 210 人" in said and "男 190 女 130" in said and "36.4 岁" in said
    assert "最早 12月31日到期，还有 42 天" in said
    assert "计划书 第 1 版 未送达" in said
    assert "4 / 16 项" in said


def test_sums_that_do_not_agree_are_said(fill, seen, zhou, client_of_hers):
    fill("workforce", men="190", women="131", class_4="320")
    said = text(seen(zhou, card_at(client_of_hers)))
    assert "性别合计 321 人，与员工人数 320 人不一致" in said and "职业类别合计" not in said


def test_on_paper(seen, zhou, hq, fill, client_of_hers):
    fill("stakeholders", **BOSS)
    fill("benefit", benefit_policy="门诊 2 万\n住院 10 万")
    address = reverse("client-card-print", args=[client_of_hers.pk])
    assert "爱听数" in text(seen(zhou, address)) and "住院 10 万" in text(seen(zhou, address))
    assert "爱听数" not in text(seen(hq, address))


def test_masked_readers_see_nothing_that_is_said_of_people(client, seen, hq, manager, fill, propose, client_of_hers):
    """On the page, on paper and in the workbook."""
    fill("stakeholders", **BOSS)
    propose()
    Proposal.objects.update(
        sent_on=THURSDAY, receipt_on=THURSDAY, receipt_by="欧阳先生", receipt_note="嫌贵", note="急"
    )
    for name in ("client-card", "client-card-print"):
        where = reverse(name, args=[client_of_hers.pk])
        full, less = text(seen(manager, where)), text(seen(hq, where))
        for said in ("态度", "影响力", "支持", "嫌贵"):
            assert said in full and said not in less, (name, said)
    for who, expected in ((manager, 9), (hq, 6)):
        card = card_of(client_of_hers, who, THURSDAY)
        out = {one.name: one for one in sheets(Prospect.objects.filter(pk=client_of_hers.pk), who, THURSDAY)}
        assert len(out["干系人"].header) == expected
        assert ("嫌贵" in str(list(out["计划书"].rows))) == card.fully
