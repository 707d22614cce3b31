"""接下来 on 今日: what was planned, with one tap to what became of it, with JavaScript and without."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest

from activity.daily_log.models import LogEntry
from activity.itinerary.models import Itinerary, PlanItem
from clients.visits.models import Visit
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY
FRIDAY = THURSDAY + timedelta(days=1)
DAY = f"/today/{THURSDAY}/"
HTMX = {"HX-Request": "true"}
State = PlanItem.State


@pytest.fixture
def phone(client, zhou, clock_at):
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    return client


@pytest.fixture
def item(zhou):
    return make.plan_item(zhou, at=time(16, 30))


def words(answer):
    html = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", html))


def tap(phone, item, answer="answered", **more):
    body = {"key": uuid4(), "answer": answer}
    return phone.post(f"{DAY}plan/{item.pk}/answer/", {**body, **more}, follow=True)


def test_the_day_shows_what_comes_next(phone, item):
    shown = words(phone.get(DAY))
    assert "接下来来自本周行事历" in shown
    assert "云帆物流·王敏16:30维护·续保名单核对接通未接占线填写改期或取消" in shown


def test_a_plan_that_nobody_has_approved_yet_says_so(phone, item):
    Itinerary.objects.update(state="submitted", approved_by=None, approved_at=None)
    assert "来自行事历，待批" in words(phone.get(DAY))


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [("answered", "done", "接通"), ("unanswered", "missed", "未接"), ("busy", "missed", "占线")],
)
def test_one_tap_is_in_the_log(phone, item, answer, state, said):
    shown = words(tap(phone, item, answer))
    item.refresh_from_db()
    assert item.state == state
    assert f"已记一个电话，{said}" in shown and "已办1项" in shown
    assert "云帆物流·王敏14:00" in shown and "行事历" in shown


def test_with_htmx_the_day_changes_in_place(phone, item):
    body = {"key": uuid4(), "answer": "answered"}
    html = phone.post(f"{DAY}plan/{item.pk}/answer/", body, headers=HTMX).content.decode()
    assert "<html" not in html and 'id="today" hx-swap-oob="true"' in html
    assert "还差 5 电话" in html


def test_a_double_tap_is_one_call(phone, item):
    key = uuid4()
    for _ in range(3):
        tap(phone, item, key=key)
    tap(phone, item)
    assert LogEntry.objects.count() == 1


def test_a_visit_opens_its_sheet_filled_and_saving_settles_it(phone, zhou):
    item = make.plan_item(
        zhou, kind="visit", client="宏达机械", contact="张经理", purpose="雇主责任险", visit_kind="development",
        at=time(9, 30),
    )  # fmt: skip
    where = f"{DAY}visit/new/?item={item.pk}"
    html = phone.get(where).content.decode()
    for filled in ('value="宏达机械"', 'value="张经理"', 'value="雇主责任险"', 'value="09:30"', f'value="{item.pk}"'):
        assert filled in html
    assert re.search(r'value="development"[^>]*checked', html)
    body = {
        "key": uuid4(), "item": item.pk, "client": "宏达机械", "contact": "张经理", "kind": "development",
        "starts_at": "09:30", "purpose": "雇主责任险", "outcome": "要报价", "next_step_on": "2026-11-25",
    }  # fmt: skip
    bad = phone.post(f"{DAY}visit/new/", {**body, "starts_at": "17:00"})
    assert bad.status_code == 422 and f'value="{item.pk}"' in bad.content.decode()
    phone.post(f"{DAY}visit/new/", body)
    item.refresh_from_db()
    assert (item.state, item.entry_id) == (State.DONE, Visit.objects.get().pk)


@pytest.mark.parametrize(("kind", "sheet"), [("training", "study"), ("meeting", "other"), ("proposal", "other")])
def test_what_is_neither_call_nor_visit_has_a_sheet_too(phone, zhou, kind, sheet):
    make.plan_item(zhou, kind=kind, purpose="雇主责任险研讨")
    html = phone.get(DAY).content.decode()
    where = re.search(rf'href="({DAY}{sheet}/new/\?item=[^"]+)"', html)[1]
    assert "雇主责任险研讨" in phone.get(where).content.decode()


def test_another_day(phone, item):
    answer = phone.post(f"{DAY}plan/{item.pk}/move/", {"key": uuid4(), "to": FRIDAY}, follow=True)
    assert "已改到11月20日" in words(answer) and "改到11.20" in words(answer)
    assert "改自11.19" in words(phone.get(f"/today/{FRIDAY}/"))


@pytest.mark.parametrize(
    ("verb", "body", "said"),
    [
        ("move", {"to": ""}, "选改到哪一天"),
        ("move", {"to": "2026-12-31"}, "只能改到本周或下一周，最晚11月29日"),
        ("cancel", {"reason": ""}, "写一句为什么取消"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(phone, item, verb, body, said):
    answer = phone.post(f"{DAY}plan/{item.pk}/{verb}/", {"key": uuid4(), **body})
    assert answer.status_code == 422 and said in words(answer)


def test_cancelled_and_taken_back_the_same_day(phone, item):
    shown = words(phone.post(f"{DAY}plan/{item.pk}/cancel/", {"key": uuid4(), "reason": "客户出差"}, follow=True))
    assert "已取消这一项" in shown and "取消客户出差" in shown
    phone.post(f"{DAY}plan/{item.pk}/undo/", {"key": uuid4()})
    item.refresh_from_db()
    assert item.is_open


def test_undoing_takes_the_entry_out_and_the_undo_of_that_puts_it_back(phone, item):
    tap(phone, item)
    phone.post(f"{DAY}plan/{item.pk}/undo/", {"key": uuid4()})
    item.refresh_from_db()
    assert item.is_open and not LogEntry.objects.exists()
    tap(phone, item)
    item.refresh_from_db()
    phone.post(f"{DAY}call/{item.entry_id}/remove/")
    item.refresh_from_db()
    assert item.is_open
    phone.post(f"{DAY}undo/")
    item.refresh_from_db()
    assert (item.state, item.entry_id) == (State.DONE, LogEntry.objects.get().pk)


@pytest.mark.parametrize("verb", ["", "answer/", "move/", "cancel/", "undo/"])
def test_anothers_item_is_404(phone, department, verb):
    other = make.plan_item(make.person(Post.CLIENT_MANAGER, unit=department))
    body = {"key": uuid4(), "answer": "busy", "to": FRIDAY, "reason": "x"}
    assert phone.post(f"{DAY}plan/{other.pk}/{verb}", body).status_code in (404, 405)
    assert phone.get(f"{DAY}plan/{other.pk}/{verb}").status_code in (404, 405)
    assert phone.get(f"{DAY}call/new/?item={other.pk}").status_code == 404
    other.refresh_from_db()
    assert other.is_open


@pytest.mark.parametrize("item", ["x", "", uuid4()])
def test_no_item_is_404(phone, item):
    assert phone.get(f"{DAY}call/new/?item={item}").status_code == 404


def test_once_the_log_is_in_and_late_nothing_is_done_from_here(phone, item, zhou, clock_at):
    make.submit(zhou)
    clock_at(make.at(THURSDAY, 21))
    shown = words(phone.get(DAY))
    assert "接通未接" not in shown and "改期或取消" in shown
    assert "20:00后要改请经理先退回" in words(tap(phone, item))
    item.refresh_from_db()
    assert item.is_open


def test_a_locked_day_only_shows(phone, item, clock_at):
    clock_at(make.at(make.MONDAY + timedelta(days=7), 12))
    assert "改期或取消" not in words(phone.get(DAY))
    answer = phone.post(f"{DAY}plan/{item.pk}/cancel/", {"key": uuid4(), "reason": "x"})
    assert answer.status_code == 422 and "11月23日12:00锁定" in words(answer)


def test_thirty_planned_items_cost_one_question(phone, zhou, django_assert_num_queries):
    make.full_day(zhou)
    with django_assert_num_queries(15):
        phone.get(DAY)
    for n in range(30):
        make.plan_item(zhou, client=f"客户{n}")
    with django_assert_num_queries(15):
        phone.get(DAY)


def test_the_reviewer_sees_what_was_planned_beside_what_was_done(phone, zhou, item, client, manager, clock_at):
    tap(phone, item)
    make.plan_item(zhou, kind="visit", client="瑞丰食品")
    log = make.submit(zhou)
    clock_at(make.at(FRIDAY, 8, 12))
    client.force_login(manager)
    shown = words(client.get("/review/"))
    assert "行事历2项" in shown and "未办1·完成1" in shown and "瑞丰食品" in shown
    read = words(client.get(f"/logs/{log.pk}/"))
    assert "行事历2项" in read
