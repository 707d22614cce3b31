"""行事历审批 as pages: the queue by risk, one plan, and who may open them."""

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.approval.rules import Planned, goal_hints
from activity.itinerary.models import Amendment, Itinerary, PlanItem, Submission
from org import clock
from org.periods.actions import make_periods
from org.posts import Post
from org.rules.schema import RuleBook
from org.week import Week
from tests import factories as make
from tests.activity.approval.conftest import MORNING, NOON, PLAN, address, approve, boxes, branch_with, undo, waiting

QUEUE = reverse("approvals")


@pytest.fixture
def page(client):
    def open_as(who, where, **more):
        client.force_login(who)
        return client.get(where, **more)

    return open_as


@pytest.fixture
def send(client):
    def post_as(who, where, body):
        client.force_login(who)
        return client.post(where, body, follow=True)

    return post_as


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_has_the_words_the_goals_and_one_primary_button(page, plan, zhou, deputy):
    answer = page(deputy, address(plan))
    text = words(answer)
    assert answer.status_code == 200
    for said in ("续保名单核完九成", "十二月到期续保七户已确认", "周四陪访瑞丰", "周婷", "第 1 版", "无异常"):
        assert said in text
    html = answer.content.decode()
    assert html.count("btn-primary") == 1
    assert f'name="{zhou.employee_no}-premium"' in html
    assert f'data-until="{NOON.isoformat()}"' in html


def test_who_decides_reads_the_key_clients_and_hears_the_figures_of_the_fold(page, plan, zhou, deputy):
    plan.targets.get(person=zhou).key_prospects.set([make.prospect(zhou, "瑞丰食品"), make.prospect(zhou, "云帆物流")])
    html = page(deputy, address(plan)).content.decode()
    assert re.search(r"重点客户 (瑞丰食品、云帆物流|云帆物流、瑞丰食品)", html)
    button = re.search(r"<button[^>]*data-unfold.*?</button>", html, re.DOTALL)[0]
    assert "aria-label" not in button and "周婷的目标 " in button and "拜访 0→15 · 保费 0.0→8.0 万" in button


def test_two_boxes_changed_are_two_amendments(send, plan, zhou, manager, deputy):
    number = zhou.employee_no
    answer = send(deputy, address(plan, "-approve"), boxes(plan, **{f"{number}-visits": 12, f"{number}-premium": "6"}))
    assert "已批准，完善 2 处" in words(answer)
    assert Amendment.objects.count() == 2
    shown = words(_get(deputy, plan))
    assert "15 → 12" in shown
    assert "8.0 → 6.0" in shown


def _get(who, plan):
    client = Client(HTTP_HOST="localhost")
    client.force_login(who)
    return client.get(address(plan))


def test_enter_in_a_box_counts_what_is_changed_and_approves_nothing(send, plan, zhou, deputy):
    number = zhou.employee_no
    answer = send(deputy, address(plan, "-approve"), boxes(plan, **{f"{number}-visits": 12, "do": "count"}))
    text = words(answer)
    assert "完善 1 处并批准" in text
    assert "15 → 12" in text
    plan.refresh_from_db()
    assert plan.state == "submitted"


@pytest.mark.parametrize(
    ("figure", "typed", "sentence"),
    [
        ("visits", "十五", "写成整数"),
        ("visits", "-1", "不能小于 0"),
        ("visits", "", "目标不能空着"),
        ("premium", "8.5万", "写成数字，单位万元"),
        ("premium", "1e9", "太大"),
        ("premium", "nan", "写成数字"),
        ("cases", "9999", "最多 1000"),
    ],
)
def test_odd_figures_end_in_a_sentence_and_stay_in_their_box(send, plan, zhou, deputy, figure, typed, sentence):
    body = boxes(plan, **{f"{zhou.employee_no}-{figure}": typed, "opinion": "先做一个片区"})
    answer = send(deputy, address(plan, "-approve"), body)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "先做一个片区" in answer.content.decode()
    assert not typed or f'value="{typed}"' in answer.content.decode()
    assert Itinerary.objects.get().state == "submitted"


def test_returning_without_a_reason_keeps_what_was_typed(send, plan, zhou, deputy):
    body = boxes(plan, **{f"{zhou.employee_no}-visits": 12})
    answer = send(deputy, address(plan, "-return"), body)
    assert answer.status_code == 422
    assert "写一句要改什么" in words(answer)
    assert 'value="12"' in answer.content.decode()
    answer = send(deputy, address(plan, "-return"), {**body, "opinion": "分两天走"})
    assert "已退回" in words(answer)
    assert Itinerary.objects.get().state == "returned"


def test_the_approval_is_taken_back_on_its_page(send, plan, deputy):
    approve(plan, deputy)
    assert "撤回批准" in words(_get(deputy, plan))
    assert "批准已撤回" in words(send(deputy, address(plan, "-undo"), {}))


def test_who_has_no_goal_needs_none_to_be_approved(send, plan, zhou, deputy):
    """Away the whole week: the boxes are empty and stay so."""
    body = boxes(plan, **{f"{zhou.employee_no}-{figure}": "" for figure in ("visits", "premium", "cases")})
    plan.targets.update(visits=None, premium=None, cases=None)
    assert "已批准" in words(send(deputy, address(plan, "-approve"), body))
    assert Itinerary.objects.get().state == "approved" and not Amendment.objects.exists()


@pytest.mark.parametrize(("at", "offered"), [(MORNING, True), (NOON, False)])
def test_the_message_offers_to_take_back_only_in_time(client, plan, deputy, clock_at, at, offered):
    clock_at(at)
    client.force_login(deputy)
    client.post(address(plan, "-approve"), boxes(plan))
    undo_address = address(plan, "-undo")
    assert (undo_address in client.get(QUEUE).content.decode()) is offered


def test_after_noon_the_page_offers_no_way_back(plan, deputy):
    approve(plan, deputy)
    clock.shift_clock(to=NOON)
    assert "撤回批准" not in words(_get(deputy, plan))


def test_two_versions_are_compared(plan, zhou, deputy, manager):
    one = {
        "employee_no": zhou.employee_no,
        "name": "周婷",
        "visits": 18,
        "premium": "90000.00",
        "cases": 2,
        "key_work": "续保",
    }
    texts = {"summary": "甲", "shortfall_reason": "", "feasibility": "乙", "support": "", "items": []}
    for version, targets in ((1, [one]), (2, [{**one, "visits": 15}])):
        content = {**texts, "targets": targets}
        Submission.objects.create(itinerary=plan, version=version, by=manager, at=MORNING, content=content)
    Itinerary.objects.filter(pk=plan.pk).update(version=2)
    text = words(_get(deputy, plan))
    assert "与第 1 版比较" in text
    assert "周婷 拜访 18 → 15" in text


def test_the_queue_puts_what_needs_a_look_first(page, deputy, plan, zhou, branch):
    other = make.department(branch, "370202T2")
    by = make.person(Post.DEPARTMENT_MANAGER, unit=other)
    risky = waiting(other, by, [make.person(Post.CLIENT_MANAGER, unit=other)])
    risky.targets.update(visits=60)  # 60 visits in five days
    text = words(page(deputy, QUEUE))
    assert text.index("370202T2 ·") < text.index("370202T ·")
    assert "1 项要看" in text
    assert "无异常 1 个" in text


def test_six_clean_plans_are_approved_in_two_requests(client, city):
    deputy, plans = branch_with(city, "370204", 6)
    client.force_login(deputy)
    requests, clicks = 1, 1  # 行事历审批 in the menu
    answer = client.get(QUEUE)
    ticked = re.findall(r'name="plan" value="([^"]+)" checked', answer.content.decode())
    key = re.search(r'name="key" value="([^"]+)"', answer.content.decode())[1]
    requests, clicks = requests + 1, clicks + 1  # 批准勾选的
    client.post(reverse("approvals-clean"), {"key": key, "plan": ticked})
    assert Itinerary.objects.filter(state="approved", approved_by=deputy).count() == len(plans) == 6
    print(f"six clean plans: {requests} requests, {clicks} clicks")  # noqa: T201
    assert requests <= 3
    assert clicks <= 12


def test_what_has_a_hint_is_not_approved_with_the_clean_ones(send, city):
    deputy, (plan,) = branch_with(city, "370204", 1)
    plan.targets.update(visits=60)
    answer = send(deputy, reverse("approvals-clean"), {"key": boxes(plan)["key"], "plan": [f"{plan.pk}:1"]})
    assert answer.status_code == 422
    assert "看过再批" in words(answer)
    assert Itinerary.objects.get().state == "submitted"


def test_strangers_managers_and_ones_own(page, plan, manager, stranger, zhou, hq, branch):
    for who in (manager, zhou, hq):
        assert page(who, address(plan)).status_code in (403, 404)
    other = make.person(Post.BRANCH_DEPUTY_GM, unit=stranger.appointments.get().unit.branch)
    assert page(other, address(plan)).status_code == 404
    make.appoint(manager, Post.BRANCH_DEPUTY_GM, branch)
    own = page(manager, address(plan))
    assert own.status_code == 200
    assert "btn-primary" not in own.content.decode()
    assert "由别人批" in words(own)


def test_who_stands_in_finds_it_in_his_queue(page, plan, deputy, city):
    peer = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370205"))
    make.delegation(deputy.appointments.get(), peer, starts_on=MORNING.date(), ends_on=MORNING.date())
    assert "市南支公司 团体部" in words(page(peer, QUEUE))
    assert "批准" in words(page(peer, address(plan)))


def test_a_draft_is_not_shown(page, department, deputy):
    draft = make.plan(department, PLAN, at=MORNING, summary="还没写完")
    text = words(page(deputy, address(draft)))
    assert "还没有上报" in text
    assert "还没写完" not in text


@pytest.mark.parametrize("people", [2, 12])
def test_the_page_asks_the_same_few_questions_for_any_number_of_people(
    client, django_assert_max_num_queries, department, manager, deputy, people
):
    """With everything that asks one more: companions, and a version to compare with."""
    staff = [make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(people)]
    plan = waiting(department, manager, staff, version=2)
    for one in staff:
        make.plan_item(one, PLAN.monday, plan=plan, companion=manager)
    content = {"summary": "", "shortfall_reason": "", "feasibility": "", "support": "", "items": [], "targets": []}
    for version in (1, 2):
        Submission.objects.create(itinerary=plan, version=version, by=manager, at=MORNING, content=content)
    client.force_login(deputy)
    client.get(address(plan))
    with django_assert_max_num_queries(25) as asked:
        client.get(address(plan))
    print(f"approval page of {people} people: {len(asked)} queries")  # noqa: T201


def test_undone_is_told_where_it_was_approved(plan, deputy):
    approve(plan, deputy)
    undo(plan, deputy)
    assert "btn-primary" in _get(deputy, plan).content.decode()


def test_the_manager_and_headquarters_read_the_difference(page, plan, zhou, manager, hq, deputy):
    approve(plan, deputy, {zhou.pk: {"visits": 12}})
    for who in (manager, hq):
        text = words(page(who, reverse("itinerary", args=[PLAN, plan.unit.code])))
        assert "分管总完善" in text
        assert "周婷 拜访 15 → 12" in text


def test_the_desk_says_what_waits_and_the_menu_counts_it(page, plan, deputy):
    make_periods(at=MORNING)
    text = words(page(deputy, reverse("me")))
    assert "行事历审批" in text
    text = words(page(deputy, reverse("home"), follow=True))
    assert "行事历审批" in text


def test_a_refusal_keeps_what_was_typed_beside_what_is_there_now(client, plan, zhou, deputy):
    body = boxes(plan, **{f"{zhou.employee_no}-visits": 12}, opinion="分两天走")
    Itinerary.objects.filter(pk=plan.pk).update(version=2)
    client.force_login(deputy)
    answer = client.post(address(plan, "-approve"), body)
    assert answer.status_code == 409 and "又报了第 2 版" in words(answer)
    html = answer.content.decode()
    assert 'value="12"' in html and "分两天走" in html and "完善 1 处并批准" in html
    assert not Amendment.objects.exists()
    again = {**body, "version": 2}
    assert client.post(address(plan, "-approve"), again).status_code == 302
    assert Itinerary.objects.get(pk=plan.pk).state == "approved"


def test_the_form_keeps_drafts_of_this_version(page, plan, deputy):
    shown = page(deputy, address(plan)).content.decode()
    subject = f"{Week(plan.week).code} {plan.unit.code} {plan.version}"
    assert f'data-autosave="approval" data-subject="{subject}"' in shown


def test_a_cancelled_line_promises_nobody(page, plan, zhou, manager, deputy):
    """Two visits at one hour with one companion; then one of them is cancelled."""
    lines = [
        make.plan_item(zhou, PLAN.monday, plan=plan, kind="visit", companion=manager, at=time(9), client=client)
        for client in ("云帆物流", "康宁医院")
    ]
    assert "陪同时间冲突" in words(page(deputy, address(plan)))
    PlanItem.objects.filter(pk=lines[0].pk).update(state="cancelled", settled_at=MORNING)
    assert "陪同时间冲突" not in words(page(deputy, address(plan)))


def test_the_rules_say_from_where_a_goal_is_high(page, plan, zhou, deputy):
    """15 visits in five days are within twice the standard; what is usual was 10."""
    rules = RuleBook(effective_from=make.MONDAY, plan_hints={"high_goal_percent": 160})
    usual = Planned(zhou.pk, 10, 15, None, Decimal(10))
    assert [one.kind for one in goal_hints([usual], visits_a_day=3, high_percent=150)] == ["visits"]
    assert goal_hints([usual], visits_a_day=3, high_percent=rules.plan_hints.high_goal_percent) == []


def test_the_queue_asks_as_little_of_five_waiting_weeks_as_of_two(client, plan, deputy, manager, department, zhou):
    def asked():
        client.force_login(deputy)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(QUEUE)
        return len(asked), len(shown.context["queue"].waiting), shown

    def left(week):
        old = make.submitted_plan(department, week, by=manager, at=MORNING)
        make.target(old, zhou)

    left(PLAN.previous.previous)
    few, waits, _shown = asked()
    assert waits == 2
    for weeks in (3, 4, 5):
        left(Week(PLAN.monday - timedelta(weeks=weeks)))
    many, waits, shown = asked()
    assert (many, waits) == (few, 5) and few <= 25, (few, many)
    assert "这一周已经过了" in words(shown) and "无异常 1 个" in words(shown)
