"""The interview of the source, from the first question to the sheet of paper (domain.md 4 and 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from clients.diagnosis import actions
from clients.diagnosis.models import FamilyConfirmation, FamilyMember, NeedsDiagnosis
from org.workflow import Refused
from tests import factories as make
from tests.clients.diagnosis.seed import INCOME, LIVING, MEMBERS, PLACES, begin, confirm, household, interview, tell

NOW = make.at(make.THURSDAY, 15, 12)


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(NOW)


@pytest.fixture
def family(zhou):
    return household(zhou)


@pytest.fixture
def told(client, zhou, family):
    return interview(client, zhou, family)


def text_of(client, prospect, page=""):
    answer = client.get(f"/clients/{prospect.pk}/diagnosis/{page}")
    assert answer.status_code == 200, answer
    return words_of(answer)


def words_of(answer):
    """All that is read on a page, with one space between its pieces."""
    pieces = html.fromstring(answer.content.decode()).itertext()
    return " ".join(" ".join(pieces).split())


def test_the_family_of_the_source_on_the_page(client, family, told):
    page = text_of(client, family)
    for said in (
        "支出 413.70", "收入 451.04", "结余 +37.34", "先生收入中断 275.70 139.04 136.66",
        "太太收入中断 281.20 312.00 0", "夫妻双方收入中断 143.20 0 143.20",
        "¥6,800", "¥27,200", "占年收入 8.8%，在区间内",
        "工作年数 + 社保年数 = 生活费年数：46、53 一致", "欧阳先生的已有保障还没问", "监护人已同意", "仅周婷可见",
    ):  # fmt: skip
        assert said in page, said


def test_the_bars_say_what_they_show(client, family, told):
    page = html.fromstring(client.get(f"/clients/{family.pk}/diagnosis/").content.decode())
    labels = page.xpath("//div[@class='event-bars']/@aria-label")
    assert labels[0] == (
        "支出 275.70 万元：太太生活费 132.50，欧阳振华生活费 19.20，住房 60.00，子女教育 40.00，其它（赡养等） 24.00。"
        "来源 139.04 万元：太太收入 116.00，太太社保收入 23.04。缺口 136.66 万元。"
    )
    assert labels[1].endswith("缺口 0 万元。")


def test_the_sums_behind_every_number(client, family, told):
    page = text_of(client, family, "working/")
    for said in (
        "3 万 × 46 年 138.00",
        "0.96 万 × 24 年 23.04",
        "451.04 − 413.70 = +37.34",
        "275.70 − 139.04 → 136.66",
    ):
        assert said in page, said


def test_it_is_printed_after_both_have_confirmed(client, family, told, clock_at):
    assert client.get(f"/clients/{family.pk}/diagnosis/print/").status_code == 302
    confirm(client, family, "欧阳先生")
    assert (
        "每位成年人都确认后才能打印"
        in client.get(f"/clients/{family.pk}/diagnosis/print/", follow=True).content.decode()
    )
    clock_at(NOW + timedelta(minutes=26))
    confirm(client, family, "乔娜")
    paper = text_of(client, family, "print/")
    for said in (
        "按所填数字估算，不是承诺", "413.70", "451.04", "+37.34", "136.66", "143.20", "6,800 元到 27,200 元",
        "家人愿意每年 12,000 元", "11月19日 15:12 听过读回并确认", "11月19日 15:38 听过读回并确认",
    ):  # fmt: skip
        assert said in paper, said


def test_a_change_makes_the_confirmation_void(client, family, told):
    confirm(client, family, "欧阳先生")
    tell(client, family, "living", LIVING)  # nothing new: nothing void
    assert FamilyConfirmation.objects.get().voided_at is None
    tell(client, family, "living", LIVING | {"housing": "61"})
    assert FamilyConfirmation.objects.get().voided_at
    page = text_of(client, family)
    assert "0 / 2" in page and "确认之后改过数字，要重新确认" in page


def test_a_confirmed_version_stays_and_the_next_is_compared(client, family, told):
    confirm(client, family, "欧阳先生", "乔娜")
    tell(client, family, "living", LIVING | {"housing": "80"})
    old, new = NeedsDiagnosis.objects.of(family.pk).order_by("number")
    assert old.confirmed_at and old.housing == 600_000
    assert new.number == 2 and new.confirmed_at is None and new.housing == 800_000
    assert client.get(f"/clients/{family.pk}/diagnosis/print/").status_code == 302
    assert "413.70" in text_of(client, family, "print/?version=1")
    page = text_of(client, family, "versions/")
    assert "住房 万元 60 80 变了" in page and "先生收入中断，缺口 万元 136.66 156.66 变了" in page
    assert client.get(f"/clients/{family.pk}/diagnosis/print/?version=99").status_code == 404


def test_who_confirms_heard_the_last_figures(client, family, told):
    member = FamilyMember.objects.get(name="乔娜")
    given = {"member": member.pk, "revision": told.revision - 1}
    answer = client.post(f"/clients/{family.pk}/diagnosis/confirm/", given, follow=True)
    assert "数字刚改过，请把新的念一遍再确认" in answer.content.decode()
    assert not FamilyConfirmation.objects.exists()


def test_a_child_does_not_confirm(client, family, told):
    confirm(client, family, "欧阳振华")
    assert not FamilyConfirmation.objects.exists()


def test_a_childs_data_needs_the_tick_of_the_guardian(client, zhou, family):
    begin(client, zhou, family)
    without = {name: said for name, said in MEMBERS.items() if name != "r2-guardian"}
    answer = tell(client, family, "members", without, status=422)
    page = answer.content.decode()
    assert "未满 18 岁：先请监护人同意记下孩子的资料，再勾上" in page
    assert 'value="乔娜"' in page and not FamilyMember.objects.exists()
    tell(client, family, "members", MEMBERS)
    assert FamilyMember.objects.get(name="欧阳振华").guardian_agreed_at >= NOW


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"r0-name": ""}, "写上姓名"),
        ({"r0-age": ""}, "写上年龄"),
        ({"r0-age": "三十"}, "输入整数"),
        ({"r0-age": "12"}, "先生、太太要满 18 岁"),
        ({"r1-relation": ""}, "选一个称呼"),
        ({"r1-name": "欧阳先生"}, "「欧阳先生」写了两次"),
    ],
)
def test_what_the_list_of_the_family_refuses(client, zhou, family, wrong, sentence):
    begin(client, zhou, family)
    assert sentence in tell(client, family, "members", MEMBERS | wrong, status=422).content.decode()
    assert not FamilyMember.objects.exists()


def test_somebody_joins_and_somebody_leaves_the_list(client, family, told):
    more = MEMBERS | PLACES | {"r0-gone": "on", "r3-relation": "other", "r3-name": "奶奶", "r3-age": "70"}
    tell(client, family, "members", more)
    left = [(one.position, one.name, one.living) for one in FamilyMember.objects.all()]
    assert left == [(0, "乔娜", 25_000), (1, "欧阳振华", 12_000), (2, "奶奶", None)]


def test_cover_is_asked_and_nothing_is_an_answer(client, family, told):
    said = {
        "m0-asked": "some", "m0-c0-company": "某人寿", "m0-c0-name": "定期寿险", "m0-c0-premium": "2,400",
        "m0-c0-sum": "50", "m1-asked": "none", "assets": "10",
    }  # fmt: skip
    tell(client, family, "cover", said)
    page = text_of(client, family)
    assert "先生收入中断 275.70 199.04 76.66" in page and "的已有保障还没问" not in page
    assert "夫妻双方收入中断 143.20 60.00 83.20" in page
    assert (
        "写了保单又选了「没有」"
        in tell(client, family, "cover", said | {"m0-asked": "none"}, status=422).content.decode()
    )


def test_the_figures_grow_while_they_are_typed_and_nothing_is_kept(client, zhou, family):
    begin(client, zhou, family)
    tell(client, family, "members", MEMBERS)
    address = f"/clients/{family.pk}/diagnosis/living/reckon/"
    given = {"key": uuid4(), "revision": 2, **LIVING}
    grown = words_of(client.post(address, given))
    assert "总支出 413.70" in grown
    assert client.post(address, given | {"housing": "六十"}).status_code == 422
    assert NeedsDiagnosis.objects.get().housing is None


def test_two_pages_never_overwrite_each_other(client, family, told):
    stale = {"revision": told.revision - 1, "m0-income": "20"}
    answer = tell(client, family, "income", INCOME | stale, status=409)
    page = answer.content.decode()
    assert "这份诊断在另一处改过" in page and 'value="20"' in page
    assert FamilyMember.objects.get(name="欧阳先生").income == 96_000


def test_a_second_tap_is_one_saving(client, family, told):
    grandmother = {"r3-relation": "other", "r3-name": "奶奶", "r3-age": "70"}
    given = {"key": uuid4(), "revision": told.revision, **MEMBERS, **PLACES, **grandmother}
    for _tap in range(2):
        assert client.post(f"/clients/{family.pk}/diagnosis/members/", given).status_code == 302
    assert FamilyMember.objects.count() == 4


@pytest.mark.parametrize("typed", ["-1", "1e99", "NaN", "十万", "1.2345678", "999999999"])
def test_bad_figures_get_a_sentence(client, family, told, typed):
    page = tell(client, family, "figures", LIVING | INCOME | {"housing": typed}, status=422).content.decode()
    assert "field-bad" in page and f'value="{typed}"' in page


def test_an_interview_goes_on_where_it_was(client, zhou, family, told):
    assert client.post(f"/clients/{family.pk}/diagnosis/start/", {"key": uuid4()}).status_code == 302
    assert NeedsDiagnosis.objects.count() == 1
    page = html.fromstring(client.get(f"/clients/{family.pk}/diagnosis/living/").content.decode())
    assert page.xpath("//input[@name='m0-living']/@value") == ["3.0"]
    assert page.xpath("//form[@id='step']/@data-autosave") == ["diagnosis"]


def test_the_hour_is_the_servers(client, family, told, clock_at):
    clock_at(NOW + timedelta(minutes=12, seconds=59))
    assert "已谈 12 分，约 30 分钟" in text_of(client, family)


def test_the_panel_is_on_the_page_of_a_household_alone(client, zhou, family, told):
    assert "家庭保险需求诊断" in client.get(f"/clients/{family.pk}/").content.decode()
    company = make.prospect(zhou)
    assert "需求诊断" not in client.get(f"/clients/{company.pk}/").content.decode()
    assert client.get(f"/clients/{company.pk}/diagnosis/").status_code == 404


def test_the_page_asks_the_database_little(client, family, told, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get(f"/clients/{family.pk}/diagnosis/")
    confirm(client, family, "欧阳先生", "乔娜")
    tell(client, family, "living", LIVING | {"housing": "80"})
    with django_assert_max_num_queries(20):
        client.get(f"/clients/{family.pk}/diagnosis/versions/")


def test_a_household_is_handed_over_and_its_diagnosis_stays(client, zhou, family, told, department):
    """Until the family agrees (docs/adr/0009)."""
    heir = make.person("client_manager", unit=department, name="接手的人")
    type(family).objects.filter(pk=family.pk).update(owner=heir)
    page = text_of(client, family)
    assert "这个家庭已交给别人" in page and "保存数字" not in page and "413.70" in page
    answer = tell(client, family, "living", LIVING | {"housing": "61"}, status=409)
    assert "这个家庭现在不归你" in answer.content.decode()
    client.force_login(heir)
    assert "还没有需求诊断" in text_of(client, family)
    assert client.get(f"/clients/{family.pk}/diagnosis/working/").status_code == 404
    client.force_login(zhou)
    refused = client.post(f"/clients/{family.pk}/diagnosis/hand-on/", follow=True)
    assert "先问家人是否同意，再勾上" in refused.content.decode()
    client.post(f"/clients/{family.pk}/diagnosis/hand-on/", {"agreed": "on", "owner": heir.pk})
    assert client.get(f"/clients/{family.pk}/diagnosis/").status_code == 404
    client.force_login(heir)
    assert "413.70" in text_of(client, family)


def _given_on(client, family, to):
    return client.post(f"/clients/{family.pk}/diagnosis/hand-on/", {"agreed": "on", "owner": to.pk}, follow=True)


def test_it_goes_to_nobody_but_whom_the_family_agreed_to(client, zhou, family, told, department, manager):
    """Between the page and the tap the household went to somebody else, or to one who makes no diagnoses."""
    asked, another = (make.person("client_manager", unit=department, name=name) for name in ("问过的", "没问过的"))
    type(family).objects.filter(pk=family.pk).update(owner=another)
    assert "负责这个家庭的人刚换过" in _given_on(client, family, asked).content.decode()
    type(family).objects.filter(pk=family.pk).update(owner=manager)
    assert "不做需求诊断" in _given_on(client, family, manager).content.decode()
    assert NeedsDiagnosis.objects.get().person == zhou
    type(family).objects.filter(pk=family.pk).update(owner=asked)
    assert f'name="owner" value="{asked.pk}"' in client.get(f"/clients/{family.pk}/diagnosis/").content.decode()
    _given_on(client, family, asked)
    assert NeedsDiagnosis.objects.get().person == asked


def test_what_is_handed_on_stays_below_the_new_owners_own(client, zhou, family, told, department):
    heir = make.person("client_manager", unit=department)
    type(family).objects.filter(pk=family.pk).update(owner=heir)
    begin(client, heir, family)
    own = NeedsDiagnosis.objects.get(person=heir)
    client.force_login(zhou)
    _given_on(client, family, heir)
    assert list(NeedsDiagnosis.objects.of(family.pk).values_list("pk", "number")) == [(own.pk, 2), (told.pk, 1)]


@pytest.mark.parametrize("places", [(1, 0), (0, 0), (0, 9)])
def test_a_roll_that_no_page_sends_is_refused(zhou, family, told, places):
    said = {"relation": "other", "age": 40, "guardian_agreed_at": False}
    roll = [(place, {**said, "name": f"人{n}"}) for n, place in enumerate(places)]
    given = {"by": zhou, "at": NOW, "key": uuid4(), "revision": told.revision}
    with pytest.raises(Refused, match="对不上"):
        actions.keep(told, actions.Answers(roll=roll), **given)
    assert FamilyMember.objects.filter(diagnosis=told).count() == 3
