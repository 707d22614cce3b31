"""补充资料: what of an old prospect was learnt, what that counts for, and who may write it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from activity.daily_log import actions, reviewing
from activity.daily_log.enriching import enrich, row_of, said
from activity.daily_log.models import DailyLog
from clients.prospects.enriching import Met
from clients.prospects.models import Contact, Prospect, Registration
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

THURSDAY, MONDAY = make.THURSDAY, make.MONDAY
ENOUGH = {"cover_expires_on": date(2027, 3, 31), "insurer": "太平洋", "industry": "机械"}


def learn(who, prospect, day=THURSDAY, *, facts=ENOUGH, met=None, key=None, when=None):
    at = when or make.at(day)
    return enrich(who, prospect=prospect.pk, day=day, at=at, key=key or uuid4(), facts=facts, met=met)


def days_prospects(who, day=THURSDAY):
    return DailyLog.objects.get(person=who, day=day).prospects


TABLE = [
    (ENOUGH, None, ""),
    ({"insurer": "太平洋", "industry": "机械"}, Met(name="王敏"), ""),
    ({"insurer": "太平洋", "industry": "机械"}, None, "too_few_facts"),
    ({"insurer": "太平洋", "industry": "机械", "address": "香港中路 1 号"}, None, "no_key_fact"),
    ({**ENOUGH, "insurer": "", "address": ""}, None, "too_few_facts"),  # empty fields gain nothing
    ({"insurer": "太平洋", "industry": "机械"}, Met(name="张经理", title="经理"), "no_key_fact"),  # known already
    ({"expected_premium": Decimal(80000), "headcount": 40, "grade": "A"}, Met(name="王敏", decides=True), ""),
]


@pytest.mark.parametrize(("facts", "met", "why_not"), TABLE)
def test_three_facts_with_a_person_or_an_expiry_date_count(zhou, facts, met, why_not):
    result = learn(zhou, make.prospect(zhou), facts=facts, met=met)
    assert result["why_not"] == why_not
    assert days_prospects(zhou) == (not why_not)


def test_what_was_known_is_no_fact(zhou):
    known = make.prospect(zhou, headcount=40, insurer="人保")
    result = learn(zhou, known, facts={"headcount": 40, "insurer": "太平洋", "expected_premium": None})
    assert result["facts"] == 1
    known.refresh_from_db()
    assert known.insurer == "太平洋"
    with pytest.raises(Refused, match="没有新的内容"):
        learn(zhou, known, facts={"headcount": 40})


def test_a_person_is_on_the_clients_list_afterwards(zhou):
    client = make.prospect(zhou)
    learn(zhou, client, met=Met(name="王敏", title="财务", phone="0532-85791234", decides=True))
    met = Contact.objects.get(prospect=client, name="王敏")
    assert (met.title, met.phone, met.decides, met.is_handler) == ("财务", "0532-85791234", True, False)
    learn(zhou, client, facts={}, met=Met(name="张经理", title="行政经理"))
    assert client.contacts.get(name="张经理").phone == "13812345521"


def test_a_second_time_on_the_day_adds_to_the_first(zhou):
    client = make.prospect(zhou)
    first = learn(zhou, client, facts={"insurer": "太平洋", "industry": "机械"})
    assert days_prospects(zhou) == 0
    second = learn(zhou, client, facts={"insurer": "平安", "cover_expires_on": date(2027, 3, 31)})
    assert (first["entry"], second["facts"], second["why_not"]) == (second["entry"], 3, "")
    assert days_prospects(zhou) == 1
    assert row_of(zhou, client.pk, THURSDAY).added_words == "现保险公司、行业、到期日"


def test_the_trace_keeps_old_and_new_but_no_number(zhou):
    learn(zhou, make.prospect(zhou, insurer="人保"), met=Met(name="王敏", phone="13900001111"))
    told = Trace.objects.get(verb="enrich").changes
    assert told["insurer"] == ["人保", "太平洋"]
    assert told["cover_expires_on"] == [None, "2027-03-31"]
    assert told["contact"] == "person:王敏"
    assert "13900001111" not in str(told)


def test_a_double_tap_is_one(zhou):
    client, key = make.prospect(zhou), uuid4()
    assert learn(zhou, client, key=key) == learn(zhou, client, key=key)
    assert Registration.objects.count() == 1
    assert Trace.objects.filter(verb="enrich").count() == 1


def test_three_a_week_count_in_order_of_days(zhou):
    clients = [make.prospect(zhou, f"客户{n}") for n in range(5)]
    tuesday = MONDAY + timedelta(days=1)
    thursday = [learn(zhou, client)["why_not"] for client in clients[:2]]
    wednesday = learn(zhou, clients[2], THURSDAY - timedelta(days=1))["why_not"]
    assert [*thursday, wednesday] == ["", "", ""]
    assert learn(zhou, clients[3], tuesday)["why_not"] == ""
    assert days_prospects(zhou) == 1  # the earlier day takes its place
    assert learn(zhou, clients[4], when=make.at(THURSDAY, 11))["why_not"] == "weekly_limit"
    next_week = MONDAY + timedelta(days=7)
    assert learn(zhou, clients[4], next_week, facts={"address": "香港路", **changed(ENOUGH)})["why_not"] == ""


def changed(facts):
    return {"insurer": "平安", "cover_expires_on": date(2028, 3, 31), "industry": f"{facts['industry']}制造"}


def test_recording_more_that_day_keeps_the_weeks_limit(zhou):
    for number in range(3):
        learn(zhou, make.prospect(zhou, f"客户{number}"), MONDAY)
    learn(zhou, make.prospect(zhou, "第四家"))
    make.call(zhou)
    assert days_prospects(zhou) == 0
    assert Registration.objects.get(day=THURSDAY).why_not == "weekly_limit"


def test_taking_it_back_leaves_the_facts_and_frees_the_place(zhou):
    rows = [learn(zhou, make.prospect(zhou, f"客户{number}"), MONDAY)["entry"] for number in range(3)]
    learn(zhou, make.prospect(zhou, "第四家"))
    actions.remove_entry(zhou, day=MONDAY, at=make.at(MONDAY, 11), key=uuid4(), entry=rows[0])
    assert Prospect.objects.get(name="客户0").insurer == "太平洋"
    assert (days_prospects(zhou, MONDAY), days_prospects(zhou)) == (2, 1)


def test_what_was_registered_today_has_counted_already(zhou):
    make.registration(zhou)
    client = Prospect.objects.get()
    result = learn(zhou, client)
    assert said(result, THURSDAY) == "已补充 3 项，当天登记的准客户不另计完善"
    assert days_prospects(zhou) == 1
    client.refresh_from_db()
    assert client.insurer == "太平洋"


def test_a_code_that_somebody_has_is_refused(zhou, stranger):
    code = "91370200264581957A"
    make.prospect(stranger, "别家", uscc=code)
    with pytest.raises(Refused, match="已有人报备"):
        learn(zhou, make.prospect(zhou), facts={"uscc": code, **ENOUGH})
    assert not Registration.objects.exists()


def test_only_the_owner_and_only_while_the_day_is_open(zhou, manager, department):
    client = make.prospect(zhou)
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    with pytest.raises(Refused, match="自己的准客户"):
        learn(colleague, client)
    with pytest.raises(Refused, match="锁定"):
        learn(zhou, client, when=make.at(THURSDAY + timedelta(days=4), 12))
    make.call(zhou)
    reviewing.pass_log(make.submit(zhou), by=manager, at=make.at(THURSDAY, 19))
    with pytest.raises(Refused, match="批阅通过"):
        learn(zhou, client, when=make.at(THURSDAY, 19, 30))
    client.refresh_from_db()
    assert client.insurer == ""


def test_the_last_holder_of_a_client_in_the_pool_learns_nothing_of_it(zhou, phone):
    mine, gone = make.prospect(zhou, "云帆物流"), make.prospect(zhou, released_at=make.at(MONDAY))
    with pytest.raises(Refused, match="自己的准客户"):
        learn(zhou, gone)
    for verb in (phone.get, lambda page: phone.post(page, posted())):
        assert verb(f"/clients/{gone.pk}/enrich/").status_code == 404
        assert verb(f"/clients/{mine.pk}/enrich/").status_code in (200, 302)  # the control
    gone.refresh_from_db()
    assert gone.insurer == ""


# The page


@pytest.fixture
def phone(client, zhou, clock_at):
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    return client


def posted(**changes):
    return {"key": uuid4(), "insurer": "太平洋", "industry": "机械", "cover_expires_on": "2027-03-31", **changes}


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_clients_page_leads_there_and_back(phone, zhou):
    client = make.prospect(zhou, headcount=40)
    page = f"/clients/{client.pk}/enrich/"
    assert page in phone.get(f"/clients/{client.pk}/").content.decode()
    form = phone.get(page).content.decode()
    assert form.index('name="insurer"') < form.index('name="contact"') < form.index('name="headcount"')
    answer = phone.post(page, posted(headcount="40", contact="王敏", title="财务"), follow=True)
    assert answer.redirect_chain == [(f"/clients/{client.pk}/", 302)]
    assert "已补充 4 项，计入今天的准客户积累" in words(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cover_expires_on": ""}, "已补充 2 项，还差 1 项才计入"),
        ({"cover_expires_on": "", "address": "香港中路"}, "已补充 3 项，还要有新联系人或到期日才计入"),
    ],
)
def test_it_says_what_is_still_lacking(phone, zhou, changes, sentence):
    client = make.prospect(zhou)
    answer = phone.post(f"/clients/{client.pk}/enrich/", posted(**changes), follow=True)
    assert sentence in words(answer)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": "财务"}, "写上这位联系人的姓名"),
        ({"uscc": "91370200264581957B"}, "校验位不对"),
        ({"insurer": "", "industry": "", "cover_expires_on": ""}, "没有新的内容"),
        ({"expected_premium": "-3"}, "0"),
    ],
)
def test_what_is_refused_is_kept(phone, zhou, given, sentence):
    client = make.prospect(zhou)
    answer = phone.post(
        f"/clients/{client.pk}/enrich/", posted(address="香港中路 1 号" if "title" in given else "", **given)
    )
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert ("香港中路 1 号" in answer.content.decode()) == ("title" in given)
    assert not Registration.objects.exists()


def test_a_colleague_a_manager_and_a_stranger_find_nothing(client, zhou, manager, stranger, department, clock_at):
    page = f"/clients/{make.prospect(zhou).pk}/enrich/"
    clock_at(make.at(THURSDAY, 14))
    for who, status in [(make.person(Post.CLIENT_MANAGER, unit=department), 404), (manager, 403), (stranger, 403)]:
        client.force_login(who)
        assert client.get(page).status_code == status
        assert client.post(page, posted()).status_code == status
    assert not Registration.objects.exists()
    client.force_login(manager)
    assert page not in client.get(page.removesuffix("enrich/")).content.decode()


def test_today_lists_it_and_leads_to_the_client(phone, zhou):
    client = make.prospect(zhou)
    row = learn(zhou, client, facts={"insurer": "太平洋", "industry": "机械"})["entry"]
    today = phone.get("/today/")
    assert "完善 · 补充 2 项：现保险公司、行业" in words(today)
    assert "补充的资料不够" in words(today)
    assert f'href="/clients/{client.pk}/"' in today.content.decode()
    sheet = f"/today/{THURSDAY}/prospect/{row}/"
    assert phone.get(sheet).url == f"/clients/{client.pk}/"
    answer = phone.post(f"{sheet}remove/", follow=True)
    assert "已删除这一条" in words(answer) and "撤销" not in words(answer)
    assert not Registration.objects.exists()
    client.refresh_from_db()
    assert client.insurer == "太平洋"


def test_the_page_shows_and_takes_back_what_was_added_today(phone, zhou):
    client = make.prospect(zhou)
    row = learn(zhou, client)["entry"]
    page = phone.get(f"/clients/{client.pk}/enrich/")
    assert "今天已补充：到期日、现保险公司、行业" in words(page)
    assert f'action="/today/{THURSDAY}/prospect/{row}/remove/"' in page.content.decode()


def test_the_reviewer_reads_what_was_added(client, zhou, manager, clock_at):
    learn(zhou, make.prospect(zhou))
    make.submit(zhou)
    clock_at(make.at(THURSDAY + timedelta(days=1), 8))
    client.force_login(manager)
    assert "补充 3 项：到期日、现保险公司、行业" in words(client.get("/review/"))
