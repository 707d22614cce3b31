"""Two confirm at once, and one confirms while a correction takes the fine back: one winner, one line, sums that hold.

On the real database; each with a control that fails without the guard.
"""

import logging
import time
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.urls import reverse

from activity.assessment.excusing import excuse
from activity.discipline import actions, adjusting
from activity.discipline.models import Fine, Ledger, LedgerEntry
from activity.discipline.verifying import faults
from org import clock
from org.corrections import actions as corrections
from org.notices.models import Notice
from org.periods.due import run_due
from org.posts import Post
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST, NOW, SECOND
from tests.activity.rollup.test_races import at_once
from tests.permissions.asking import signed_in
from tests.races import Crowd, same_device

pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, "django.request")


class House:
    """A branch with two 分管总; each round proposes somebody else's fine."""

    def __init__(self):
        self.branch = make.branch(make.city(), "370202")
        self.department = make.department(self.branch)
        self.deputies = [make.person(Post.BRANCH_DEPUTY_GM, unit=self.branch, name=name) for name in ("赵敏", "孙建国")]
        make.rules(FIRST)

    def fine(self):
        who = make.person(Post.CLIENT_MANAGER, unit=self.department)
        if not Ledger.objects.exists():
            clock.shift_clock(to=CLOSED)
            run_due()
            clock.shift_clock(to=NOW)
        else:
            proposed_by_roster(who)
        return Fine.objects.select_related("ledger__city", "person", "unit", "rules").get(person=who)


def proposed_by_roster(who):
    """Somebody found in the roster after the close is assessed and proposed by the next sweep."""
    corrections.note("roster", first=FIRST, last=SECOND, at=NOW, person=who)
    adjusting.settle(at=NOW)


@pytest.fixture
def house(fresh_db):
    return House()


def lines(fine):
    return list(LedgerEntry.objects.filter(fine=fine).order_by("number").values_list("kind", flat=True))


def balanced(fine):
    """What the lines add up to is what the state says, and the chain holds."""
    fine.refresh_from_db()
    sums = LedgerEntry.objects.filter(fine=fine).aggregate(Sum("proposed"), Sum("owed"))
    owed = 50 if fine.state == "confirmed" else 0
    assert (sums["proposed__sum"], sums["owed__sum"]) == (0, owed), (fine.state, sums)
    assert not [*faults()]


def test_forty_taps_of_one_form_write_one_line(house, rounds):
    crowd = Crowd()
    try:
        for _ in range(rounds(1, 50)):
            fine = house.fine()
            tap = partial(press, signed_in(house.deputies[0]), reverse("fine-confirm", args=[fine.pk]), uuid4())
            answers = crowd(tap)
            assert {one.status_code for one in answers} == {302}
            assert lines(fine) == ["proposal", "confirmation"]
            balanced(fine)
    finally:
        crowd.close()


def press(client, address, key):
    return same_device(client).post(address, {"key": key})


def test_of_forty_who_decide_otherwise_at_once_one_wins(house, rounds):
    """Two 分管总 with forty forms, half of them to dismiss."""
    crowd = Crowd()
    try:
        for _ in range(rounds(1, 50)):
            fine = house.fine()
            confirm, dismiss = (
                partial(send, one, fine, verb) for one, verb in zip(house.deputies, ("confirm", "dismiss"), strict=True)
            )
            answers = crowd(confirm, dismiss)
            assert sorted(one.url == f"/fines/{fine.pk}/" for one in answers) == [False, *[True] * 39]
            assert len(lines(fine)) == 2 and Notice.objects.filter(kind="fine_decided", to=fine.person).count() == 1
            assert Trace.objects.filter(about_id=str(fine.pk)).count() == 1
            balanced(fine)
    finally:
        crowd.close()


def send(who, fine, verb):
    address = reverse(f"fine-{verb}", args=[fine.pk])
    return signed_in(who).post(address, {"key": uuid4(), "reason": "写"})


def test_without_compare_and_set_both_would_win(house, monkeypatch):
    """The control: moved without a look at the state, a second decision is only stopped by the unique key."""

    def careless(row, step, *, by, at, changes):
        type(row).objects.filter(pk=row.pk).update(state=step.target, **changes)

    monkeypatch.setattr(actions, "move", careless)
    fine = house.fine()
    other, tap = again(fine), {"at": NOW, "reason": "写"}
    results = at_once(
        lambda: actions.confirm(fine, by=house.deputies[0], key=uuid4(), **tap),
        lambda: actions.dismiss(other, by=house.deputies[1], key=uuid4(), **tap),
    )
    assert not [one for one in results if isinstance(one, BaseException)], results
    assert len(lines(fine)) == 3
    with pytest.raises(AssertionError):
        balanced(fine)


def again(fine):
    return Fine.objects.select_related("ledger__city", "person", "unit", "rules").get(pk=fine.pk)


def test_a_confirmation_and_a_reversal_come_one_after_the_other(house, rounds):
    for n in range(rounds(4, 50)):
        fine = house.fine()
        excuse(fine.person, Week(SECOND), by=house.deputies[1], at=NOW, key=uuid4(), reason="台风")
        confirm = partial(confirmed, fine, house.deputies[0], pause=0.02 * (n % 4))
        results = at_once(confirm, partial(adjusting.settle, at=NOW + timedelta(minutes=1)))
        told = [one for one in results if isinstance(one, BaseException)]
        assert all(isinstance(one, Refused) for one in told), told
        assert lines(fine) in (["proposal", "reversal"], ["proposal", "confirmation", "reversal"])
        assert bool(told) == ("confirmation" not in lines(fine))
        balanced(fine)
        fine.refresh_from_db()
        assert fine.state == "reversed"


def confirmed(fine, by, *, pause=0.0):
    time.sleep(pause)
    return actions.confirm(fine, by=by, at=NOW, key=uuid4())


def test_without_the_ledger_held_the_numbers_would_meet(house, monkeypatch):
    """The control: two lines that are numbered at once ask for the same number."""

    def careless(city):
        found = Ledger.objects.get(city=city)
        time.sleep(0.2)
        return found

    one, other = house.fine(), house.fine()
    monkeypatch.setattr(actions, "locked_ledger", careless)
    append = actions.append

    def slowly(*given):
        done = append(*given)
        time.sleep(0.3)
        return done

    monkeypatch.setattr(actions, "append", slowly)
    results = at_once(*(partial(confirmed, fine, house.deputies[0]) for fine in (one, other)))
    assert [one for one in results if "one_line_a_number" in str(one)], results
