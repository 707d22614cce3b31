"""The sheets: what they take, what they refuse and how they say it, with JavaScript and without."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest

from activity.daily_log import reviewing
from activity.daily_log.models import DailyLog, LogEntry
from clients.prospects.models import Contact, Prospect, Registration
from clients.visits.models import Visit
from tests import factories as make

THURSDAY = make.THURSDAY
DAY = f"/today/{THURSDAY}/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def phone(client, zhou, clock_at):
    """周婷's phone on Thursday at 14:00."""
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    return client


def posted(kind, **changes):
    """A filled sheet of the kind."""
    filled = {
        "call": {
            "client": "云帆物流", "contact": "王敏", "kind": "service", "answer": "answered", "result": "再联系",
            "purpose": "续保名单核对", "next_contact_on": "2026-11-24", "call_at": "13:42",
        },
        "visit": {
            "client": "宏达机械", "contact": "张经理", "kind": "development", "starts_at": "09:50", "ends_at": "10:30",
            "purpose": "雇主责任险", "outcome": "要报价", "next_step": "送方案", "next_step_on": "2026-11-25",
        },
        "prospect": {"name": "晨光幼儿园", "handler": "刘园长", "source": "referral", "headcount": "46"},
        "study": {"topic": "product", "title": "雇主责任险免赔", "learnt": "三人起投"},
        "other": {"content": "博远科技增减人 6 名"},
    }[kind]  # fmt: skip
    return {"key": uuid4(), **filled, **changes}


def rows():
    return LogEntry.objects.count() + Visit.objects.count() + Registration.objects.count()


KINDS = ["call", "visit", "prospect", "study", "other"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_is_a_page_of_its_own(phone, kind):
    answer = phone.get(f"{DAY}{kind}/new/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<h1") == 1
    assert f'action="{DAY}{kind}/new/"' in html
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', html)
    assert "hx-post" not in html[html.index('class="sheet"') :]


@pytest.mark.parametrize("kind", KINDS)
def test_with_htmx_it_is_the_bare_sheet(phone, kind):
    html = phone.get(f"{DAY}{kind}/new/", headers=HTMX).content.decode()
    assert "<html" not in html
    assert f'hx-post="{DAY}{kind}/new/"' in html
    measure = {"call": "个", "visit": "次", "prospect": "家", "study": "次", "other": ""}[kind]
    assert f"今日第 1 {measure}，目标" in html or not measure


@pytest.mark.parametrize("kind", KINDS)
def test_saving_leads_back_to_the_day_with_a_way_to_undo(phone, kind):
    answer = phone.post(f"{DAY}{kind}/new/", posted(kind), follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [(DAY, 302)]
    assert rows() == 1
    undo = re.search(rf'action="({DAY}{kind}/[0-9a-f-]+/remove/)"', html)[1]
    phone.post(undo)
    assert rows() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_two_taps_record_once(phone, kind):
    form = posted(kind)
    assert [phone.post(f"{DAY}{kind}/new/", form).status_code for _ in range(3)] == [302] * 3
    assert rows() == 1


def test_saving_and_recording_again_brings_an_empty_sheet(phone):
    answer = phone.post(f"{DAY}call/new/", posted("call", again="1"), follow=True)
    assert answer.redirect_chain == [(f"{DAY}call/new/", 302)]
    assert "今日第 2 个，目标 6" in answer.content.decode()


def test_with_htmx_the_day_changes_in_place(phone):
    html = phone.post(f"{DAY}call/new/", posted("call"), headers=HTMX).content.decode()
    assert "<html" not in html
    assert 'id="today" hx-swap-oob="true"' in html
    assert "云帆物流 · 王敏" in html
    assert "还差 5 电话" in html
    assert 'class="sheet"' not in html
    again = phone.post(f"{DAY}call/new/", posted("call", again="1"), headers=HTMX).content.decode()
    assert 'class="sheet"' in again
    assert "撤销" in again


def test_a_call_keeps_what_was_written(phone, zhou):
    phone.post(f"{DAY}call/new/", posted("call"))
    call = LogEntry.objects.get()
    assert (call.client, call.contact, call.outcome, call.at) == ("云帆物流", "王敏", "再联系", time(13, 42))
    assert str(call.next_contact_on) == "2026-11-24"
    assert call.counted


def test_an_unanswered_call_has_its_own_outcome(phone):
    phone.post(f"{DAY}call/new/", posted("call", answer="busy", result=""))
    assert LogEntry.objects.get().outcome == "占线"


def test_who_asked_not_to_be_called_is_marked(phone, zhou):
    make.prospect(zhou, "云帆物流", handler="王敏")
    phone.post(f"{DAY}call/new/", posted("call", result="勿扰"))
    assert Contact.objects.get().do_not_disturb_since == THURSDAY


def test_a_recent_client_is_one_tap(phone, zhou):
    make.call(zhou, make.MONDAY, client="瑞丰食品", contact="欧阳总")
    html = phone.get(f"{DAY}visit/new/").content.decode()
    assert "瑞丰食品 · 欧阳总" in html
    phone.post(f"{DAY}visit/new/", posted("visit", client="", contact="", recent="瑞丰食品 · 欧阳总"))
    visit = Visit.objects.get()
    assert (visit.client, visit.contact) == ("瑞丰食品", "欧阳总")


def test_own_prospects_are_offered_and_others_are_not(phone, zhou, stranger):
    make.prospect(zhou, "宏达机械")
    make.prospect(stranger, "别家客户")
    html = phone.get(f"{DAY}call/new/").content.decode()
    assert '<option value="宏达机械">' in html
    assert "别家客户" not in html


def test_the_client_named_by_the_page_before_is_filled_in(phone):
    assert 'value="宏达机械"' in phone.get(f"{DAY}visit/new/?client=宏达机械").content.decode()


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("call", {"client": ""}, "写上客户名称，或在下面点一个最近的"),
        ("call", {"answer": ""}, "选接通、未接或占线"),
        ("call", {"result": ""}, "接通后选一个结果"),
        ("call", {"purpose": ""}, "写一句为什么打"),
        ("call", {"call_at": "14:01"}, "还没到这个时间，最晚填 14:00"),
        ("call", {"next_contact_on": "2026-11-18"}, "须在当天或以后，最早 11月19日"),
        ("visit", {"ends_at": "09:50"}, "结束须晚于开始 09:50"),
        ("visit", {"starts_at": "15:00", "ends_at": ""}, "还没到这个时间"),
        ("visit", {"next_step_on": "2026-11-01"}, "须在当天或以后"),
        ("prospect", {"handler": ""}, "写上经办人姓名"),
        ("prospect", {"uscc": "9137"}, "信用代码是 18 位，现在 4 位"),
        ("prospect", {"uscc": "913702000000000000"}, "信用代码的校验位不对"),
        ("prospect", {"phone": "没有"}, "电话是 5 到 30 位数字"),
        ("prospect", {"source": ""}, "选一个来源"),
        ("study", {"topic": ""}, "选问题或险种"),
        ("study", {"title": ""}, "写上学了什么"),
        ("other", {"content": " "}, "写上做了什么"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_the_input_kept(phone, kind, changes, sentence):
    answer = phone.post(f"{DAY}{kind}/new/", posted(kind, **changes))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert rows() == 0
    for name, value in posted(kind, **changes).items():
        assert name in changes or name == "key" or value in html
    assert html.count("autofocus") >= 1


def test_a_company_that_is_taken_is_refused_by_branch_and_not_by_whom(phone, stranger):
    """domain.md 3: only free, in the pool, or held and by which branch."""
    make.prospect(stranger, "晨光幼儿园")
    answer = phone.post(f"{DAY}prospect/new/", posted("prospect"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "已有人报备（市北支公司）" in html
    assert stranger.name not in html


def test_a_visit_that_lacks_something_is_kept_and_says_what(phone):
    html = phone.post(f"{DAY}visit/new/", posted("visit", next_step_on=""), follow=True).content.decode()
    assert "不计入：开拓拜访没有下一步日期" in re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize("kind", ["call", "visit", "study", "other"])
def test_an_entry_is_opened_filled_and_changed(phone, kind):
    phone.post(f"{DAY}{kind}/new/", posted(kind))
    where = re.search(rf'href="({DAY}{kind}/[0-9a-f-]{{36}}/)"', phone.get(DAY).content.decode())[1]
    html = phone.get(where).content.decode()
    for name, value in posted(kind).items():
        assert name == "key" or value in html
    change = {"call": "purpose", "visit": "purpose", "study": "title", "other": "content"}[kind]
    changed = posted(kind, **{change: "换了说法"})
    assert [phone.post(where, changed).status_code for _ in range(2)] == [302, 302]
    assert rows() == 1
    assert "换了说法" in phone.get(DAY).content.decode()
    assert phone.get(where).status_code == 404


def test_a_removed_entry_comes_back_with_one_tap(phone):
    for kind in KINDS:
        phone.post(f"{DAY}{kind}/new/", posted(kind))
        remove = re.search(rf'({DAY}{kind}/[0-9a-f-]{{36}}/)"', phone.get(DAY).content.decode())[1] + "remove/"
        html = phone.post(remove, follow=True).content.decode()
        assert f'action="{DAY}undo/"' in html
        assert phone.post(remove).status_code == 302
        assert "已恢复" in phone.post(f"{DAY}undo/", follow=True).content.decode()
    assert rows() == len(KINDS)
    assert Prospect.objects.get().headcount == 46


def test_nothing_to_undo_is_a_sentence(phone):
    assert "没有可以恢复的记录" in phone.post(f"{DAY}undo/", follow=True).content.decode()


def test_a_submitted_day_stays_open_until_its_hour_and_then_refuses(phone, zhou, clock_at):
    make.submit(zhou, when=make.at(THURSDAY, 13))
    assert phone.post(f"{DAY}call/new/", posted("call")).status_code == 302
    clock_at(make.at(THURSDAY, 20))
    answer = phone.post(f"{DAY}call/new/", posted("call", client="另一家"))
    assert answer.status_code == 422
    assert "日志已提交，20:00 后要改请经理先退回" in answer.content.decode()
    assert rows() == 1


def test_a_locked_day_names_its_rule(phone, clock_at):
    clock_at(make.at(THURSDAY + timedelta(days=4), 12))
    answer = phone.post(f"{DAY}call/new/", posted("call"))
    assert answer.status_code == 422
    assert "日志已锁定" in answer.content.decode()
    assert not DailyLog.objects.exists() or rows() == 0


def test_somebody_elses_entry_is_not_there(phone, department):
    other = make.person("client_manager", unit=department)
    made = make.call(other)
    where = f"{DAY}call/{made['entry']}/"
    assert phone.get(where).status_code == 404
    assert phone.post(where, posted("call")).status_code == 404
    phone.post(f"{where}remove/")
    assert LogEntry.objects.filter(pk=made["entry"]).exists()


def test_an_annotated_entry_shows_the_words_in_its_sheet(phone, zhou, manager):
    made = make.call(zhou)
    log = make.submit(zhou, when=make.at(THURSDAY, 13))
    reviewing.annotate(log, by=manager, at=make.at(THURSDAY, 13, 30), entry=made["entry"], text="问清人数")
    assert "问清人数" in phone.get(f"{DAY}call/{made['entry']}/").content.decode()


@pytest.mark.parametrize("address", ["salary/new/", "call/6311/", "figures/money/"])
def test_what_does_not_exist_is_404(phone, address):
    assert phone.get(DAY + address).status_code == 404


@pytest.mark.parametrize("day", ["2026-11-31", "2026-13-01", "today"])
def test_no_day_is_no_page(phone, day):
    assert phone.get(f"/today/{day}/").status_code == 404


def test_the_sheet_asks_the_same_however_much_there_is(phone, zhou, django_assert_max_num_queries):
    for _ in range(4):
        make.full_day(zhou)
    with django_assert_max_num_queries(17):
        phone.get(f"{DAY}call/new/", headers=HTMX)


def test_what_nobody_sees_is_no_client(phone):
    answer = phone.post(f"{DAY}visit/new/", posted("visit", client="\u3164\ufe0f"))
    assert answer.status_code == 422
    assert "写上客户名称" in answer.content.decode()


def test_no_text_is_endless(phone):
    assert phone.post(f"{DAY}study/new/", posted("study", learnt="学" * 4001)).status_code == 422
    assert phone.post(f"{DAY}study/new/", posted("study", learnt="学" * 4000)).status_code == 302


def test_what_an_import_said_of_a_visit_outlives_a_change_and_an_undone_removal(phone, zhou):
    """内容 of the old workbook: no sheet asks for it, so none may drop it."""
    phone.post(f"{DAY}visit/new/", posted("visit"))
    Visit.objects.update(content="讲了雇主责任的免赔")
    phone.post(f"{DAY}visit/{Visit.objects.get().pk}/", posted("visit", outcome="要两份报价"))
    changed = Visit.objects.get()
    assert (changed.outcome, changed.content) == ("要两份报价", "讲了雇主责任的免赔")
    phone.post(f"{DAY}visit/{changed.pk}/remove/")
    phone.post(f"{DAY}undo/")
    assert Visit.objects.get().content == "讲了雇主责任的免赔"
