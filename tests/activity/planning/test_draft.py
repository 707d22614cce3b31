"""The employee drafts next week on the phone (A1): goals, lines from his next steps, handing to the manager."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from activity.itinerary.models import Itinerary, PlanItem, Target
from activity.planning import drafting
from activity.planning.candidates import candidates
from clients.prospects.models import Prospect
from org.notices.models import Notice
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.activity.planning.conftest import FRIDAY, OPEN, PLAN, draft, plan_address

MONDAY = PLAN.monday


def test_a_draft_is_kept_in_yuan_and_shown_in_wan(zhou, as_one):
    client = as_one(zhou)
    assert client.post(plan_address(), draft(premium="8.25")).status_code == 302
    target = Target.objects.get(person=zhou)
    assert (target.visits, target.premium, target.cases, target.handed_in_at) == (18, Decimal("82500"), 3, None)
    assert 'value="8.25"' in client.get(plan_address()).content.decode()


def test_a_half_filled_draft_is_saved_and_only_a_whole_one_handed_in(zhou, as_one):
    client = as_one(zhou)
    some = draft(cases="", key_work="")
    assert client.post(plan_address(), some).status_code == 302
    shown = Target.objects.get(person=zhou).changed_at.isoformat()
    answer = client.post(plan_address(), {**some, "key": uuid4(), "shown": shown, "do": "hand_in"})
    assert answer.status_code == 422
    assert "填件数目标" in answer.content.decode() and "写一句重点工作" in answer.content.decode()
    assert Target.objects.get(person=zhou).handed_in_at is None


def test_no_goal_is_refused_whatever_the_form_says(zhou):
    said = {"visits": 1, "premium": None, "cases": 1, "key_work": "写"}
    with pytest.raises(Refused, match="三个目标都填了"):
        drafting.save_draft(zhou, PLAN, key=uuid4(), said=said, shown=None, hands_in=True)
    assert not Target.objects.exists()


@pytest.mark.parametrize(("second", "late"), [((17, 59, 59), False), ((18, 0, 0), True)], ids=["17:59:59", "18:00:00"])
def test_the_draft_is_due_at_six_exactly(zhou, manager, as_one, second, late):
    when = make.at(FRIDAY, *second)
    said = {"visits": 1, "premium": Decimal(0), "cases": 0, "key_work": "写", "why": "", "support": ""}
    drafting.save_draft(zhou, PLAN, key=uuid4(), said=said, shown=None, hands_in=True, at=when)
    html = as_one(manager).get(reverse("itinerary", args=[PLAN, zhou.appointments.get().unit.code])).content.decode()
    assert ("迟交 18:00" in html, "已交 17:59" in html) == (late, not late)


def test_the_manager_is_told_once_and_the_first_time_counts(zhou, manager, as_one, clock_at):
    client = as_one(zhou)
    client.post(plan_address(), draft(do="hand_in"))
    first = Target.objects.get(person=zhou)
    clock_at(make.at(FRIDAY, 17))
    client.post(plan_address(), draft(do="hand_in", visits="20", shown=first.changed_at.isoformat()))
    again = Target.objects.get(person=zhou)
    assert (again.visits, again.handed_in_at) == (20, first.handed_in_at)
    assert Notice.objects.filter(to=manager, kind="plan_draft").count() == 1


def test_a_second_tap_changes_nothing(zhou, as_one):
    client, body = as_one(zhou), draft(do="hand_in")
    assert [client.post(plan_address(), body).status_code for _ in range(2)] == [302, 302]
    assert Target.objects.count() == Itinerary.objects.count() == 1


def test_two_tabs_never_overwrite_each_other(zhou, as_one):
    client = as_one(zhou)
    client.post(plan_address(), draft())
    shown = Target.objects.get(person=zhou).changed_at.isoformat()
    assert client.post(plan_address(), draft(shown=shown, visits="20")).status_code == 302
    answer = client.post(plan_address(), draft(shown=shown, visits="25"))
    html = answer.content.decode()
    assert answer.status_code == 409 and Target.objects.get(person=zhou).visits == 20
    assert "拜访：20" in html and 'value="25"' in html  # both stand
    newer = Target.objects.get(person=zhou).changed_at.isoformat()
    assert f'value="{newer}"' in html
    assert client.post(plan_address(), draft(shown=newer, visits="25")).status_code == 302
    assert Target.objects.get(person=zhou).visits == 25


def test_a_tab_that_says_the_same_is_no_conflict(zhou, as_one):
    client = as_one(zhou)
    assert [client.post(plan_address(), draft()).status_code for _ in range(2)] == [302, 302]


@pytest.fixture
def promises(zhou):
    """A next step on Tuesday, an older one of the same client, a call, a far one, a policy that expires."""
    make.visit(zhou, client="瑞丰食品", next_step="交测算表", next_step_on=MONDAY + timedelta(days=1))
    make.visit(zhou, FRIDAY - timedelta(days=4), client="瑞丰食品", next_step="约时间", next_step_on=MONDAY)
    make.call(zhou, client="博远科技", next_contact_on=MONDAY + timedelta(days=2))
    make.visit(zhou, client="远方公司", next_step="明年再谈", next_step_on=MONDAY + timedelta(days=30))
    make.policy(zhou, date(2025, 12, 8), holder="云帆物流", expires_on=MONDAY + timedelta(days=15))
    make.policy(zhou, date(2025, 12, 8), holder="已续公司", expires_on=MONDAY + timedelta(days=15))
    make.policy(zhou, FRIDAY, holder="已续公司", expires_on=MONDAY + timedelta(days=380))


def test_next_steps_and_renewals_are_offered(zhou, promises):
    found = [(one.client, one.what, one.day) for one in candidates(zhou, PLAN, today=FRIDAY)]
    assert found == [
        ("瑞丰食品", "交测算表", MONDAY + timedelta(days=1)),
        ("博远科技", "续保提醒", MONDAY + timedelta(days=2)),
        ("云帆物流", "续保", None),
    ]


def test_a_tick_plans_it_and_taking_the_tick_away_removes_it(zhou, promises, as_one):
    client = as_one(zhou)
    tokens = [one.token for one in candidates(zhou, PLAN, today=FRIDAY)]
    client.post(plan_address(), draft(ticked=tokens[:2]))
    planned = PlanItem.objects.filter(person=zhou).all
    assert [(one.client, one.day, one.kind) for one in planned()] == [
        ("瑞丰食品", MONDAY + timedelta(days=1), "visit"), ("博远科技", MONDAY + timedelta(days=2), "call"),
    ]  # fmt: skip
    shown = Target.objects.get(person=zhou).changed_at.isoformat()
    client.post(plan_address(), draft(shown=shown, ticked=tokens[1:2], was_ticked=tokens[:2]))
    assert [one.client for one in planned()] == ["博远科技"]
    client.post(plan_address(), draft(shown=shown, ticked=tokens[1:2], was_ticked=tokens[1:2], do="all"))
    assert planned().count() == 3


def test_a_tick_of_another_tab_is_not_taken_away(zhou, promises, as_one):
    client = as_one(zhou)
    tokens = [one.token for one in candidates(zhou, PLAN, today=FRIDAY)]
    client.post(plan_address(), draft(ticked=tokens[:1]))
    client.post(plan_address(), draft(ticked=tokens[1:2]))  # a page from before the first
    assert PlanItem.objects.filter(person=zhou).count() == 2


def test_what_became_of_a_line_stays_whatever_is_ticked(zhou, promises, as_one):
    client = as_one(zhou)
    tokens = [one.token for one in candidates(zhou, PLAN, today=FRIDAY)][:2]
    client.post(plan_address(), draft(ticked=tokens))
    first = PlanItem.objects.filter(person=zhou).first()
    PlanItem.objects.filter(pk=first.pk).update(state="cancelled", settled_at=OPEN)
    shown = Target.objects.get(person=zhou).changed_at.isoformat()
    assert client.post(plan_address(), draft(shown=shown, was_ticked=tokens)).status_code == 302
    assert list(PlanItem.objects.filter(person=zhou)) == [first]


def test_an_odd_token_is_left_out(zhou, as_one):
    answer = as_one(zhou).post(plan_address(), draft(ticked=["next_step:\0"], was_ticked=["renewal:\0"]))
    assert answer.status_code == 302 and not PlanItem.objects.exists()


def test_what_is_not_his_is_not_taken_over(zhou, manager, promises, as_one):
    other = make.person(Post.CLIENT_MANAGER, unit=manager.appointments.get().unit)
    token = candidates(zhou, PLAN, today=FRIDAY)[0].token
    as_one(other).post(plan_address(), draft(ticked=[token, "next_step:nothing", "x"]))
    assert not PlanItem.objects.exists()


ITEM = {
    "day": MONDAY.isoformat(), "part": "pm", "at": "", "kind": "visit", "visit_kind": "development",
    "client": "晨光幼儿园", "contact": "陶园长", "purpose": "首访", "place": "李村", "companion": "",
}  # fmt: skip


def test_a_line_of_ones_own_is_added_changed_and_taken_out(zhou, manager, as_one):
    client = as_one(zhou)
    assert client.get(reverse("plan-item-new", args=[PLAN])).status_code == 200
    body = {**ITEM, "key": uuid4(), "companion": manager.employee_no}
    assert [client.post(reverse("plan-item-new", args=[PLAN]), body).status_code for _ in range(2)] == [302, 302]
    item = PlanItem.objects.get()
    assert (item.person, item.origin, item.companion, item.part) == (zhou, "own", manager, "pm")
    where = reverse("plan-item", args=[item.pk])
    assert "陶园长" in client.get(where).content.decode()
    client.post(where, {**ITEM, "key": uuid4(), "at": "10:30"})
    item.refresh_from_db()
    assert str(item.at) == "10:30:00" and item.companion is None
    assert "晨光幼儿园" in client.get(plan_address()).content.decode()
    gone = {"key": uuid4(), "do": "remove"}
    assert client.post(where, gone).status_code == 302 and not PlanItem.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client": ""}, "写客户名称"),
        ({"kind": "meeting", "client": "", "purpose": ""}, "写一句做什么"),
        ({"day": FRIDAY.isoformat()}, "选这一周的一天"),
        ({"at": "25:00"}, "写成时:分"),
    ],
)
def test_a_wrong_line_is_said_and_nothing_is_lost(zhou, as_one, wrong, said):
    answer = as_one(zhou).post(reverse("plan-item-new", args=[PLAN]), {**ITEM, "key": uuid4(), **wrong})
    html = answer.content.decode()
    assert answer.status_code == 422 and said in html and "陶园长" in html
    assert not PlanItem.objects.exists()


def test_wrong_numbers_are_said_in_words(zhou, as_one):
    answer = as_one(zhou).post(plan_address(), draft(visits="十八", premium="-1", cases="2.5"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "写成整数" in html and "不能小于 0" in html
    assert "瑞丰预算会" in html


def test_nothing_changes_once_it_is_handed_in(zhou, as_one):
    client = as_one(zhou)
    client.post(plan_address(), draft())
    target = Target.objects.get(person=zhou)
    Itinerary.objects.update(state="submitted", person=zhou, version=1, first_submitted_at=OPEN, submitted_at=OPEN)
    answer = client.post(plan_address(), draft(shown=target.changed_at.isoformat(), visits="1"))
    assert answer.status_code == 409 and Target.objects.get(person=zhou).visits == 18
    assert 'name="visits"' not in client.get(plan_address()).content.decode()


def test_the_result_is_shown_with_what_was_amended_and_acknowledged_once(zhou, deputy, as_one, clock_at):
    client = as_one(zhou)
    client.post(plan_address(), draft())
    acknowledge = reverse("plan-acknowledge", args=[PLAN])
    client.post(acknowledge)
    assert Target.objects.get().acknowledged_at is None  # not approved yet
    Itinerary.objects.update(
        state="approved", person=make.person(), version=1, first_submitted_at=OPEN, submitted_at=OPEN,
        approved_by=deputy, approved_at=OPEN, opinion="先做一个片区",
    )  # fmt: skip
    target = Target.objects.get()
    target.amendments.create(version=1, field="visits", before="18", after="15", by=deputy, at=OPEN)
    html = client.get(plan_address()).content.decode()
    assert "18</s> → <b>15" in html and "先做一个片区" in html and "已知悉" in html
    client.post(acknowledge)
    first = Target.objects.get().acknowledged_at
    clock_at(make.at(FRIDAY, 20))
    client.post(acknowledge)
    assert first is not None and Target.objects.get().acknowledged_at == first


def test_who_is_in_no_department_that_week_is_told_so(as_one, department):
    leaving = make.person(Post.CLIENT_MANAGER, unit=department, ends_on=FRIDAY)
    client = as_one(leaving)
    assert "这一周不用写行事历" in client.get(plan_address()).content.decode()
    assert client.post(plan_address(), draft()).status_code == 409
    assert not Itinerary.objects.exists()


def test_another_ones_line_is_not_found(zhou, as_one, department, stranger):
    as_one(zhou).post(reverse("plan-item-new", args=[PLAN]), {**ITEM, "key": uuid4()})
    item = PlanItem.objects.get()
    mate = make.person(Post.CLIENT_MANAGER, unit=department)
    for who in (mate, make.person(Post.CLIENT_MANAGER, unit=stranger.appointments.get().unit)):
        client = as_one(who)
        body = {"key": uuid4(), "do": "remove"}
        assert client.get(reverse("plan-item", args=[item.pk])).status_code == 404
        assert client.post(reverse("plan-item", args=[item.pk]), body).status_code == 404
    assert PlanItem.objects.exists()


def test_key_clients_are_named_and_read(zhou, manager, department, as_one):
    """Of one's own, at most five; the paper has them."""
    names = ("瑞丰食品", "云帆物流")
    for name in names:
        make.prospect(zhou, name)
    make.prospect(make.person(Post.CLIENT_MANAGER, unit=department), "别人的公司")
    client = as_one(zhou)
    refused = client.post(plan_address(), draft(key_clients="瑞丰食品、别人的公司"))
    assert refused.status_code == 409 and "别人的公司不在你的客户里" in refused.content.decode()
    assert client.post(plan_address(), draft(key_clients="一、二、三、四、五、六")).status_code == 422
    assert client.post(plan_address(), draft(key_clients="瑞丰食品， 云帆物流、瑞丰食品")).status_code == 302
    assert sorted(one.name for one in Target.objects.get().key_prospects.all()) == sorted(names)
    page = client.get(plan_address()).content.decode()
    assert re.search(r'name="key_clients" value="[^"]*云帆物流', page)
    shown = Target.objects.get().changed_at.isoformat()
    assert client.post(plan_address(), draft(key_clients="", shown=shown)).status_code == 302
    assert not Target.objects.get().key_prospects.exists()


def test_a_key_client_that_went_to_another_keeps_nothing_from_being_saved(zhou, department, as_one):
    """Handed over or back in the 公海 since: it stays until he takes it out, and is not taken anew."""
    gone, released, third = (make.prospect(zhou, name) for name in ("瑞丰食品", "云帆物流", "宏达机械"))
    client = as_one(zhou)
    assert client.post(plan_address(), draft(key_clients="瑞丰食品、云帆物流")).status_code == 302
    Prospect.objects.filter(pk=gone.pk).update(owner=make.person(Post.CLIENT_MANAGER, unit=department))
    Prospect.objects.filter(pk__in=[released.pk, third.pk]).update(released_at=OPEN)
    page = client.get(plan_address()).content.decode()
    assert "<option" not in page[page.index('<datalist id="own-clients">') :].split("</datalist>")[0]
    shown = Target.objects.get().changed_at.isoformat()
    kept = draft(key_clients="瑞丰食品、云帆物流", visits="20", shown=shown)
    assert client.post(plan_address(), kept).status_code == 302
    target = Target.objects.get()
    assert (target.visits, set(target.key_prospects.all())) == (20, {gone, released})
    refused = client.post(plan_address(), draft(key_clients="瑞丰食品、宏达机械", shown=target.changed_at.isoformat()))
    assert refused.status_code == 409 and "宏达机械不在你的客户里" in refused.content.decode()
    assert client.post(plan_address(), draft(key_clients="", shown=target.changed_at.isoformat())).status_code == 302
    shown = Target.objects.get().changed_at.isoformat()
    assert client.post(plan_address(), draft(key_clients="云帆物流", shown=shown)).status_code == 409


def test_two_tabs_do_not_overwrite_each_others_key_clients(zhou, as_one):
    make.prospect(zhou, "瑞丰食品")
    client = as_one(zhou)
    client.post(plan_address(), draft())
    shown = Target.objects.get().changed_at.isoformat()
    client.post(plan_address(), draft(key_clients="瑞丰食品", shown=shown))
    answer = client.post(plan_address(), draft(key_clients="", shown=shown))
    assert answer.status_code == 409 and "重点客户：瑞丰食品" in answer.content.decode()
    assert Target.objects.get().key_prospects.count() == 1
