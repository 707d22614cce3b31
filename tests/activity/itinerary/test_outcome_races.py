"""Done or cancelled, by forty taps at once: one of them, with one entry or none; and a double tap is one entry."""

from uuid import uuid4

import pytest

from activity.daily_log import from_plan
from activity.daily_log.models import LogEntry
from activity.itinerary import outcomes
from activity.itinerary.models import PlanItem
from org import clock
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.races import Crowd, meet_before

pytestmark = pytest.mark.race

THURSDAY = make.THURSDAY
NOW = make.at(THURSDAY, 14)
State = PlanItem.State


@pytest.fixture
def who(fresh_db):
    clock.shift_clock(to=NOW)
    return make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city(), "370202")))


@pytest.fixture
def crowd(who):
    made = Crowd()
    yield made
    made.close()


def answer(item, key=None):
    def tap():
        return from_plan.answer(item.person, item=item.pk, day=THURSDAY, at=NOW, key=key or uuid4(), answer="answered")

    return tap


def cancel(item):
    return lambda: outcomes.cancel(item.person, item=item.pk, reason="客户出差", at=NOW, key=uuid4())


def move(item):
    def tap():
        to = THURSDAY.replace(day=20)
        return outcomes.reschedule(item.person, item=item.pk, to=to, at=NOW, key=uuid4())

    return tap


def outcome(item):
    """Entries, items, and verbs of the trace about the item."""
    item.refresh_from_db()
    verbs = Trace.objects.filter(about_id=str(item.pk)).values_list("verb", flat=True)
    return LogEntry.objects.count(), PlanItem.objects.count(), sorted(verbs)


def test_of_done_cancelled_and_moved_one_wins(who, crowd):
    for _ in range(3):
        item = make.plan_item(who, client=uuid4().hex[:8])
        before = outcome(item)[:2]
        answers = crowd(answer(item), cancel(item), move(item))
        assert len([one for one in answers if not isinstance(one, Exception)]) == 1
        assert {type(one) for one in answers if isinstance(one, Exception)} == {Refused}
        entries, items, verbs = outcome(item)
        gained = entries - before[0], items - before[1]
        assert (item.state, gained) in [(State.DONE, (1, 0)), (State.CANCELLED, (0, 0)), (State.MOVED, (0, 1))]
        assert len(verbs) == 1


def test_a_double_tap_is_one_entry_and_one_answer(who, crowd):
    item = make.plan_item(who)
    answers = crowd(answer(item, key=uuid4()))
    assert len({one["entry"] for one in answers}) == 1
    assert outcome(item) == (1, 1, ["do"])


def test_without_the_comparison_several_would_win(who, crowd, monkeypatch):
    """The control: the move that does not ask for the state it leaves lets both come true."""

    def blindly(row, step, *, by, at, changes):
        type(row).objects.filter(pk=row.pk).update(state=step.target, **changes)

    monkeypatch.setattr(outcomes, "move", blindly)
    monkeypatch.setattr(outcomes, "_refuse_settled", lambda item: None)
    meet_before(monkeypatch, outcomes, "move")
    item = make.plan_item(who)
    answers = crowd(answer(item), cancel(item))
    assert len([one for one in answers if not isinstance(one, Exception)]) > 1
