"""A leaver's book goes to a colleague with projects, levels and promises kept; for a day it can be undone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.chain import planning
from clients.chain.models import Accompaniment, Seat
from clients.handover import actions
from clients.handover.models import HandedClient, Handover
from clients.prospects.models import Prospect
from org.notices.models import Notice
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.clients.handover.conftest import NEXT_WEEK, NOW, hand


def test_all_that_hangs_on_a_client_goes_along(zhou, li, manager, leader, book, visit_next_week):
    hand(zhou, book, li, manager)
    first, second, third = (Prospect.objects.get(pk=one.pk) for one in book)
    home = li.appointments.get().unit
    assert {(one.owner, one.unit, one.held_since) for one in (first, second, third)} == {(li, home, make.THURSDAY)}
    project = first.opportunities.get()
    assert (project.level, project.visits_made, project.state, project.started_on) == (2, 3, "running", make.LONG_AGO)
    assert (second.next_action, second.next_action_on) == ("送方案", NEXT_WEEK)
    visit_next_week.refresh_from_db()
    assert (visit_next_week.person, visit_next_week.opportunity, visit_next_week.state) == (li, project, "planned")
    assert list(Seat.objects.values_list("person", flat=True)) == [li.pk]
    asked = Accompaniment.objects.get()
    assert (asked.person, asked.companion, asked.state) == (li, leader, "asked")


def test_everybody_is_told_and_each_client_has_its_trace(zhou, li, manager, leader, book, visit_next_week):
    hand(zhou, book, li, manager, at=NOW + timedelta(hours=1))
    assert Notice.objects.get(to=li).title == "周婷的 3 家客户交给你了"
    assert Notice.objects.get(to=zhou, kind="handed_over").title == "你的 3 家客户已交接给李强"
    asked = Notice.objects.unread().get(to=leader)
    assert asked.title == "李强 请你陪访「宏达机械」" and "原由周婷约" in asked.body
    assert Trace.objects.filter(verb="hand_over_client", by=manager).count() == 3
    assert Trace.objects.filter(verb="hand_over").get().changes["clients"] == 3


def test_a_visit_that_meets_another_stays_and_says_why_and_nothing_else_waits(zhou, li, manager, book, visit_next_week):
    own = make.prospect(li, "李强的客户")
    wish = planning.Wish(starts_at=make.at(NEXT_WEEK, 10), ends_at=make.at(NEXT_WEEK, 12))
    planning.plan(li, own, wish, at=NOW, key=uuid4())
    hand(zhou, book, li, manager)
    visit_next_week.refresh_from_db()
    assert visit_next_week.person == zhou and Seat.objects.filter(person=zhou).count() == 1
    row = HandedClient.objects.get(prospect=book[0])
    assert row.visits == [] and "已约「李强的客户」" in row.stayed[0][1]
    assert Prospect.objects.filter(owner=li).count() == 4


def test_undone_within_a_day_everything_is_as_it_was(zhou, li, manager, book, visit_next_week):
    before = list(Prospect.objects.order_by("pk").values())
    made = Handover.objects.get(pk=hand(zhou, book, li, manager)["handover"])
    actions.undo(made, by=manager, at=NOW + timedelta(hours=23))
    assert list(Prospect.objects.order_by("pk").values()) == before
    visit_next_week.refresh_from_db()
    assert visit_next_week.person == zhou and Accompaniment.objects.get().person == zhou
    assert list(Seat.objects.values_list("person", flat=True)) == [zhou.pk]
    with pytest.raises(Refused, match="已经撤销过"):
        actions.undo(made, by=manager, at=NOW + timedelta(hours=23))


def test_after_a_day_or_once_the_new_owner_has_begun_it_stays(zhou, li, manager, book, visit_next_week):
    made = Handover.objects.get(pk=hand(zhou, book, li, manager)["handover"])
    with pytest.raises(Refused, match="24 小时"):
        actions.undo(made, by=manager, at=NOW + timedelta(hours=24))
    make.visit(li, make.THURSDAY, when=NOW + timedelta(hours=1), client="宏达机械")
    with pytest.raises(Refused, match="宏达机械：接手后已有新的记录"):
        actions.undo(made, by=manager, at=NOW + timedelta(hours=2))
    assert Prospect.objects.filter(owner=li).count() == 3


def test_the_same_form_twice_hands_over_once(zhou, li, manager, book):
    key = uuid4()
    assert hand(zhou, book, li, manager, key=key) == hand(zhou, book, li, manager, key=key)
    assert Handover.objects.count() == 1


def test_several_may_share_a_book(zhou, li, manager, book, department):
    wang = make.person("client_manager", unit=department, name="王五")
    plan = {book[0].pk: li.pk, book[1].pk: wang.pk}
    actions.hand_over(zhou, plan, by=manager, at=NOW, key=uuid4())
    assert [one.owner for one in Prospect.objects.filter(pk__in=[x.pk for x in book]).order_by("name")] == [
        zhou,
        li,
        wang,
    ]
