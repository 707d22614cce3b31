"""What becomes of a planned item: every move of its states, once, by its owner, while its day is open."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.daily_log import actions, from_plan
from activity.daily_log.models import LogEntry
from activity.itinerary import outcomes
from activity.itinerary.day_items import items_of
from activity.itinerary.models import Itinerary, PlanItem, Target
from clients.visits.models import Visit
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make

THURSDAY = make.THURSDAY
FRIDAY = THURSDAY + timedelta(days=1)
NOW = make.at(THURSDAY, 14)
State = PlanItem.State


@pytest.fixture
def item(zhou, clock_at):
    clock_at(NOW)
    return make.plan_item(zhou)


def tap(item, answer="answered", *, key=None, at=NOW):
    return from_plan.answer(item.person, item=item.pk, day=item.day, at=at, key=key or uuid4(), answer=answer)


def cancel(item, reason="客户出差", *, key=None, at=NOW):
    return outcomes.cancel(item.person, item=item.pk, reason=reason, at=at, key=key or uuid4())


def move(item, to=FRIDAY, *, key=None, at=NOW):
    return outcomes.reschedule(item.person, item=item.pk, to=to, reason="客户改期", at=at, key=key or uuid4())


def undo(item, *, at=NOW):
    return outcomes.reopen(item.person, item=item.pk, at=at, key=uuid4())


def remove(item, *, at=NOW):
    item.refresh_from_db()
    return actions.remove_entry(item.person, day=item.day, at=at, key=uuid4(), entry=item.entry_id)


VERBS = {
    State.DONE: tap,
    State.MISSED: lambda item: tap(item, "unanswered"),
    State.MOVED: move,
    State.CANCELLED: cancel,
}


@pytest.mark.parametrize("state", VERBS)
def test_a_planned_item_goes_there_with_a_trace(item, state):
    VERBS[state](item)
    item.refresh_from_db()
    assert (item.state, item.settled_at) == (state, NOW)
    verb = {"done": "do", "missed": "miss", "moved": "move", "cancelled": "cancel"}[state]
    assert Trace.objects.filter(about_id=str(item.pk), verb=verb, by=item.person).count() == 1


@pytest.mark.parametrize("settled", VERBS)
@pytest.mark.parametrize("then", VERBS)
def test_and_from_there_nowhere_but_back(item, settled, then):
    VERBS[settled](item)
    entries, items = LogEntry.objects.count(), PlanItem.objects.count()
    with pytest.raises(Refused, match="已经办过了"):
        VERBS[then](item)
    assert (LogEntry.objects.count(), PlanItem.objects.count()) == (entries, items)


@pytest.mark.parametrize("settled", VERBS)
def test_what_was_settled_opens_again(item, settled):
    VERBS[settled](item)
    remove(item) if settled in (State.DONE, State.MISSED) else undo(item)
    item.refresh_from_db()
    assert (item.state, item.settled_at, item.entry_id, item.reason) == (State.PLANNED, None, None, "")
    assert PlanItem.objects.count() == 1 and not LogEntry.objects.exists()
    tap(item)
    item.refresh_from_db()
    assert item.state == State.DONE


def test_an_open_item_has_nothing_to_undo(item):
    with pytest.raises(Refused, match="还没有办"):
        undo(item)


def test_one_tap_is_a_whole_entry(item):
    made = tap(item)
    entry = LogEntry.objects.get(pk=made["entry"])
    assert (entry.client, entry.contact, entry.purpose, entry.kind) == ("云帆物流", "王敏", "续保名单核对", "service")
    assert (entry.answer, entry.at, entry.counted) == ("answered", NOW.time(), True)
    item.refresh_from_db()
    assert (item.entry_type, item.entry_id) == ("call", entry.pk)


@pytest.mark.parametrize("answer", ["unanswered", "busy"])
def test_nobody_answered(item, answer):
    tap(item, answer)
    item.refresh_from_db()
    assert item.state == State.MISSED
    assert LogEntry.objects.get(pk=item.entry_id).answer == answer


def test_the_same_tap_again_finds_the_first_answer(item):
    key = uuid4()
    later = NOW + timedelta(seconds=3)
    assert tap(item, key=key) == tap(item, key=key, at=later)
    assert LogEntry.objects.count() == 1
    cancelled = make.plan_item(item.person, client="博远")
    key = uuid4()
    assert cancel(cancelled, key=key) == cancel(cancelled, key=key)
    moved = make.plan_item(item.person, client="瑞丰")
    key = uuid4()
    assert move(moved, key=key) == move(moved, key=key)


def test_a_sheet_settles_what_it_was_opened_for(zhou, clock_at):
    clock_at(NOW)
    item = make.plan_item(zhou, kind="visit", client="宏达机械", contact="张经理", purpose="雇主责任险")
    made = make.visit(zhou, item=item.pk, when=NOW)
    item.refresh_from_db()
    assert (item.state, item.entry_type, str(item.entry_id)) == (State.DONE, "visit", made["entry"])
    assert Visit.objects.get().pk == item.entry_id


def test_a_refused_entry_leaves_the_item_open(item):
    cancel(item)
    with pytest.raises(Refused):
        make.call(item.person, item=item.pk, when=NOW)
    assert not LogEntry.objects.exists()


def test_an_entry_that_is_changed_takes_its_item_along(item):
    made = tap(item, "unanswered")
    again = make.call(item.person, when=NOW, replaces=made["entry"], client="云帆物流")
    item.refresh_from_db()
    assert (item.state, str(item.entry_id)) == (State.DONE, again["entry"])


def test_a_moved_item_knows_its_way(item):
    first = PlanItem.objects.get(pk=move(item)["moved_to"])
    item.refresh_from_db()
    assert item.moved_to == first and first.moved_from == item
    assert (first.day, first.state, first.origin, first.client) == (FRIDAY, State.PLANNED, "moved", "云帆物流")
    monday = make.MONDAY + timedelta(days=7)
    second = PlanItem.objects.get(pk=move(first, monday, at=make.at(FRIDAY))["moved_to"])
    assert second.itinerary.week == monday and second.itinerary.state == Itinerary.State.DRAFT
    assert second.itinerary.unit == item.itinerary.unit
    assert [one.pk for one in items_of(PlanItem.objects.all(), item.person_id, monday, monday)] == [second.pk]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (THURSDAY, "还是原来那一天"),
        (make.MONDAY, "已经过了，最早改到 11 月 19 日"),
        (make.MONDAY + timedelta(days=14), "最晚 11 月 29 日"),
    ],
)
def test_where_an_item_cannot_go(item, to, why):
    with pytest.raises(Refused, match=why):
        move(item, to)
    item.refresh_from_db()
    assert item.is_open and PlanItem.objects.count() == 1


def test_a_move_is_undone_only_while_nothing_came_of_it(item):
    there = PlanItem.objects.get(pk=move(item)["moved_to"])
    cancel(there)
    with pytest.raises(Refused, match="改到 11 月 20 日的那一项已经办了"):
        undo(item)
    item.refresh_from_db()
    assert item.state == State.MOVED


def test_what_was_said_yesterday_stands(item):
    cancel(item)
    with pytest.raises(Refused, match="只有当天能撤销"):
        undo(item, at=make.at(FRIDAY, 8))


def test_a_locked_day_names_the_rule(item):
    """The second working day 12:00 locks Thursday: Monday noon."""
    locked = make.at(make.MONDAY + timedelta(days=7), 12)
    for verb in (cancel, lambda one, at: move(one, make.MONDAY + timedelta(days=8), at=at)):
        with pytest.raises(Refused, match=r"11 月 23 日 12:00 锁定"):
            verb(item, at=locked)
    with pytest.raises(Refused, match="不是今天的电话"):
        tap(item, at=locked)
    with pytest.raises(Refused, match="日志已锁定"):
        make.call(item.person, item=item.pk, when=locked, call_at=NOW.time())
    cancel(item, at=locked - timedelta(seconds=1))


def test_an_entry_of_another_day_settles_nothing(item):
    with pytest.raises(Refused, match="计划在 11 月 19 日"):
        make.call(item.person, THURSDAY - timedelta(days=1), item=item.pk, when=NOW)


def test_nobody_settles_what_is_anothers(item, department):
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    for verb in (
        lambda: outcomes.cancel(other, item=item.pk, reason="x", at=NOW, key=uuid4()),
        lambda: outcomes.reschedule(other, item=item.pk, to=FRIDAY, at=NOW, key=uuid4()),
        lambda: outcomes.reopen(other, item=item.pk, at=NOW, key=uuid4()),
        lambda: from_plan.answer(other, item=item.pk, day=THURSDAY, at=NOW, key=uuid4(), answer="busy"),
        lambda: make.call(other, item=item.pk, when=NOW),
    ):
        with pytest.raises(Refused, match="行事历里没有这一项"):
            verb()


def test_a_draft_is_no_plan_until_it_is_handed_in(zhou):
    plan = Itinerary.objects.create(unit=zhou.appointments.get().unit, week=make.MONDAY, created_at=NOW, changed_at=NOW)
    mine = Target.objects.create(itinerary=plan, person=zhou, changed_at=NOW)
    make.plan_item(zhou, plan=plan)

    def shown():
        return items_of(PlanItem.objects.all(), zhou.pk, THURSDAY, THURSDAY)

    assert shown() == []
    mine.handed_in_at = NOW
    mine.save()
    assert len(shown()) == 1


def test_a_line_goes_into_a_plan_under_its_lock(item):
    """So that a version handed in or approved at that moment has it or has it not (races: test_outcome_races)."""
    coming = make.approved_plan(item.person, FRIDAY + timedelta(days=3))
    with CaptureQueriesContext(connection) as asked:
        move(item, FRIDAY + timedelta(days=3))
    sent = [one["sql"] for one in asked.captured_queries]
    locked = next(n for n, sql in enumerate(sent) if "FOR UPDATE" in sql and "activity_itinerary" in sql)
    added = next(n for n, sql in enumerate(sent) if sql.startswith('INSERT INTO "activity_planitem"'))
    assert locked < added and coming.items.get().origin == "moved"
