"""Visits that are agreed and client events are lines of next week's plan with one tap, and never offered twice."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.itinerary.models import Itinerary, PlanItem
from activity.planning.candidates import candidates, open_ones
from clients.chain import inviting, planning
from clients.chain.models import PlannedVisit
from clients.events.models import ClientEvent
from clients.visits.models import Visit
from tests import factories as make
from tests.activity.planning.conftest import FRIDAY, OPEN, PLAN, draft, itinerary_address, plan_address

TUESDAY = PLAN.monday + timedelta(days=1)


@pytest.fixture
def agreed(zhou):
    """A visit of Tuesday at ten with 李卫东, who has accepted; a salon on Saturday; the same client's next step."""
    unit = zhou.appointments.first().unit
    leader = make.person("team_leader", unit=unit, name="李卫东")
    client = make.prospect(zhou, "瑞丰食品有限公司")
    make.visit(zhou, client=client.name, next_step="交测算表", next_step_on=TUESDAY)
    wish = planning.Wish(
        starts_at=make.at(TUESDAY, 10),
        ends_at=make.at(TUESDAY, 11),
        contact="张经理",
        purpose="递交方案",
        place="客户处",
    )
    made = planning.plan(zhou, client, wish, at=OPEN, key=uuid4(), companions=[leader.pk])
    planned = PlannedVisit.objects.get(pk=made["planned"])
    inviting.accept(planned.accompaniments.get(), by=leader, at=OPEN, key=uuid4())
    event = ClientEvent.objects.create(
        person=zhou, unit=unit, kind="salon", title="健康沙龙", day=PLAN.monday + timedelta(days=5), place="会议室",
        host="周婷", made_at=OPEN, changed_at=OPEN,
    )  # fmt: skip
    return planned, event, leader


def offered(zhou):
    found = candidates(zhou, PLAN, today=FRIDAY)
    return open_ones(found, PlanItem.objects.filter(person=zhou))


def test_both_are_offered_with_the_companion_by_one_statement(zhou, agreed):
    with CaptureQueriesContext(connection) as asked:
        found = candidates(zhou, PLAN, today=FRIDAY)
    assert len(asked) == 1
    assert [(one.origin, one.client, one.what, one.companion) for one in found] == [
        ("appointed", "瑞丰食品有限公司", "递交方案", "李卫东"), ("event", "", "健康沙龙", ""),
    ], "the next step of that client is the visit"  # fmt: skip


def test_one_tap_plans_them_as_they_are_agreed_and_offers_them_no_more(zhou, agreed, as_one):
    planned, event, leader = agreed
    client = as_one(zhou)
    html = client.get(plan_address()).content.decode()
    assert "李卫东陪同" in html and "健康沙龙" in html
    assert client.post(plan_address(), draft(ticked=[one.token for one in offered(zhou)])).status_code == 302
    visit, salon = PlanItem.objects.filter(person=zhou).order_by("day")
    assert (visit.day, visit.at, visit.part, visit.companion, visit.place, visit.origin_id) == (
        TUESDAY, make.at(TUESDAY, 10).time(), "am", leader, "客户处", str(planned.pk),
    )  # fmt: skip
    assert (salon.kind, salon.day, salon.purpose) == ("client_event", event.day, "健康沙龙")
    assert offered(zhou) == []
    assert "李卫东陪同" in client.get(plan_address()).content.decode()


def test_a_visit_that_is_planned_by_hand_is_not_offered_besides(zhou, agreed):
    planned = agreed[0]
    make.plan_item(zhou, TUESDAY, kind="visit", prospect=planned.prospect, client=planned.prospect.name)
    assert [one.origin for one in offered(zhou)] == ["event"]


def test_on_its_day_it_is_one_line_and_one_entry_settles_both(zhou, agreed, as_one, clock_at):
    planned = agreed[0]
    client = as_one(zhou)
    client.post(plan_address(), draft(ticked=[f"appointed:{planned.pk}"], do="hand_in"))
    clock_at(make.at(TUESDAY, 12))
    html = client.get(reverse("today")).content.decode()
    assert html.count("瑞丰食品有限公司") == len(re.findall(r'id="item-[^"]*"', html)) == 1
    item = PlanItem.objects.get(person=zhou)
    sheet = reverse("today-entry-new", args=[TUESDAY, "visit"])
    assert f"{sheet}?item={item.pk}&amp;visit={planned.pk}" in html
    said = {
        "key": uuid4(), "client": planned.prospect.name, "contact": "张经理", "kind": "development",
        "starts_at": "10:00", "purpose": "谈", "outcome": "好", "next_step_on": "2026-12-30", "item": item.pk,
        "visit": planned.pk,
    }  # fmt: skip
    assert client.post(sheet, said).status_code == 302
    item.refresh_from_db()
    planned.refresh_from_db()
    assert (item.state, planned.state, planned.visit) == ("done", "held", Visit.objects.get(day=TUESDAY))


def test_a_visit_that_was_moved_since_is_told_and_followed_by_the_next_save(zhou, manager, agreed, as_one):
    """On the employee's page and the manager's; saving the draft puts the line where the visit is by now."""
    planned, event, leader = agreed
    unit = zhou.appointments.first().unit
    as_one(zhou).post(plan_address(), draft(ticked=[one.token for one in offered(zhou)]))
    PlannedVisit.objects.filter(pk=planned.pk).update(
        starts_at=make.at(TUESDAY + timedelta(days=1), 15),
        ends_at=make.at(TUESDAY + timedelta(days=1), 16),
        place="茶室",
    )
    planned.accompaniments.update(state="declined")
    ClientEvent.objects.filter(pk=event.pk).update(state="cancelled")
    for who, address in ((zhou, plan_address()), (manager, itinerary_address(unit))):
        html = as_one(who).get(address).content.decode()
        assert "约访已改到 周三 15:00" in html and "客户活动已取消" in html
    client, tokens = as_one(zhou), [f"appointed:{planned.pk}", f"event:{event.pk}"]
    client.post(plan_address(), draft(ticked=tokens, was_ticked=tokens))
    visit = PlanItem.objects.get(person=zhou, origin="appointed")
    assert (visit.day, visit.at, visit.part, visit.place, visit.companion) == (
        TUESDAY + timedelta(days=1), make.at(TUESDAY, 15).time(), "pm", "茶室", None,
    )  # fmt: skip
    html = client.get(plan_address()).content.decode()
    assert "约访已改到" not in html and "客户活动已取消" in html  # he unticks it himself
    client.post(plan_address(), draft(ticked=tokens[:1], was_ticked=tokens))
    assert not PlanItem.objects.filter(origin="event").exists()


def test_of_a_plan_that_was_handed_in_nothing_moves(zhou, manager, agreed, as_one):
    planned = agreed[0]
    as_one(zhou).post(plan_address(), draft(ticked=[f"appointed:{planned.pk}"]))
    unit = zhou.appointments.first().unit
    Itinerary.objects.update(state="submitted", person=manager, version=1, first_submitted_at=OPEN, submitted_at=OPEN)
    PlannedVisit.objects.filter(pk=planned.pk).update(state="cancelled")
    for who, address in ((zhou, plan_address()), (manager, itinerary_address(unit))):
        assert "约访已取消" not in as_one(who).get(address).content.decode()
    as_one(zhou).post(plan_address(), draft())
    assert PlanItem.objects.get(person=zhou).day == TUESDAY
