"""Forty at once on the real database: one approval, one letter; never both decisions; before or after the report.

Each with a control that fails without the guard.
"""

import random
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from activity.approval import actions
from activity.itinerary.models import Amendment, Itinerary
from activity.rollup.models import RollUp, RollUpPlan
from org import clock
from org.notices.models import Letter, Notice
from org.periods.due import run_due
from org.periods.models import Period
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.approval.conftest import MORNING, NOON, approve, return_, undo, waiting
from tests.activity.rollup.test_races import at_once, until
from tests.databases import thawed
from tests.races import Crowd, meet_before

pytestmark = pytest.mark.race


class Branch:
    """A committed branch with a department whose plan waits, and its 分管总 at half past eleven."""

    def __init__(self):
        clock.shift_clock(to=MORNING)
        make.rules(make.MONDAY)
        self.department = make.department(make.branch(make.city(), "370202"))
        self.deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=self.department.branch)
        self.manager = make.person(Post.DEPARTMENT_MANAGER, unit=self.department)
        self.zhou = make.person(Post.CLIENT_MANAGER, unit=self.department)

    def plan(self):
        """A fresh one in place of the last."""
        Amendment.objects.all().delete()
        Itinerary.objects.all().delete()
        for rows in (Letter, Notice):
            rows.objects.all().delete()
        return waiting(self.department, self.manager, [self.zhou])

    def fewer(self, plan):
        """Each with the plan as his own request read it."""
        own = Itinerary.objects.select_related("unit").get(pk=plan.pk)
        return approve(own, self.deputy, {self.zhou.pk: {"visits": 12}})

    def back(self, plan):
        return return_(Itinerary.objects.select_related("unit").get(pk=plan.pk), self.deputy)


@pytest.fixture
def branch(fresh_db):
    return Branch()


@pytest.fixture
def crowd(branch):
    made = Crowd()
    yield made
    made.close()


def winners(results):
    odd = [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert not odd, odd
    return [one for one in results if not isinstance(one, Exception)]


def test_of_forty_approvals_one_wins_with_one_letter(branch, crowd, rounds):
    for _ in range(rounds(1, 10)):
        plan = branch.plan()
        assert len(winners(crowd(partial(branch.fewer, plan)))) == 1
        assert Letter.objects.count() == Amendment.objects.count() == 1
        assert Notice.objects.filter(to=branch.zhou).count() == 1
        assert Trace.objects.filter(about_id=str(plan.pk), verb="approve").count() == 1


def moved_anyway(row, step, *, by, at, changes):
    type(row).objects.filter(pk=row.pk).update(state=step.target, **changes)
    row.refresh_from_db()


def test_without_compare_and_set_there_would_be_many(branch, crowd, monkeypatch):
    """The control: the test above can see a double."""
    monkeypatch.setattr(actions, "move", moved_anyway)
    meet_before(monkeypatch, actions, "move")
    won = winners(crowd(partial(branch.fewer, branch.plan())))
    assert len(won) > 1
    assert Letter.objects.count() > 1


def approved_or_returned(branch, crowd):
    plan = branch.plan()
    won = winners(crowd(partial(branch.fewer, plan), partial(branch.back, plan)))
    plan.refresh_from_db()
    is_approved = plan.state == "approved"
    assert len(won) == 1, won
    assert plan.state in ("approved", "returned")
    assert (plan.approved_at is not None) is is_approved
    assert Letter.objects.exists() is Amendment.objects.exists() is is_approved
    assert plan.targets.get().visits == (12 if is_approved else 15)
    assert Notice.objects.filter(kind="plan_returned").exists() is not is_approved
    return plan.state


def test_amended_and_approved_or_returned_never_both(branch, crowd, rounds):
    print([approved_or_returned(branch, crowd) for _ in range(rounds(2, 20))])  # noqa: T201


def test_without_compare_and_set_it_would_be_both(branch, crowd, monkeypatch):
    monkeypatch.setattr(actions, "move", moved_anyway)
    meet_before(monkeypatch, actions, "move")
    with pytest.raises(AssertionError):
        approved_or_returned(branch, crowd)


def test_of_forty_who_take_it_back_one_wins(branch, crowd):
    plan = branch.plan()
    branch.fewer(plan)

    def back():
        return undo(Itinerary.objects.select_related("unit").get(pk=plan.pk), branch.deputy)

    assert len(winners(crowd(back))) == 1
    assert plan.targets.get().visits == 15
    assert Letter.objects.count() == 2


@pytest.fixture
def noon(branch):
    """The periods are made; a round begins a moment before noon."""
    run_due()
    return branch


def a_moment_before_noon(branch):
    with thawed():
        RollUp.objects.all().delete()
    clock.shift_clock(to=MORNING)
    plan = branch.plan()
    Period.objects.update(done_at=None)
    clock.shift_clock(to=NOON - timedelta(seconds=0.2))
    return plan


def at_noon():
    until(NOON)
    return run_due()


def in_exactly_one_of_version_1_and_the_late_list(plan):
    """Approved before noon: in version 1, and nothing is left to say. From noon on: waiting there, whose approver is
    late, and approved in version 2."""
    plan.refresh_from_db()
    run_due()
    rows = {row.rollup.version: row for row in RollUpPlan.objects.select_related("rollup")}
    if plan.approved_at < NOON:
        assert list(rows) == [1], plan.approved_at
        assert (rows[1].standing, rows[1].approver_late, rows[1].visits) == ("approved", False, 12), plan.approved_at
        return "version 1"
    assert sorted(rows) == [1, 2], plan.approved_at
    assert (rows[1].standing, rows[1].approver_late) == ("waiting", True), plan.approved_at
    assert (rows[2].standing, rows[2].approver_late, rows[2].visits) == ("approved", True, 12)
    assert not (rows[1].submitter_late or rows[2].submitter_late)
    return "late"


def test_an_approval_at_noon_is_in_exactly_one_of_version_1_and_the_late_list(noon, rounds):
    landed = Counter()
    for _ in range(rounds(4, 500)):
        plan = a_moment_before_noon(noon)

        def tap(plan=plan):
            time.sleep(random.uniform(0, 0.35))
            with transaction.atomic():
                noon.fewer(plan)
                time.sleep(random.uniform(0, 0.1))

        results = at_once(tap, at_noon)
        assert not [one for one in results if isinstance(one, BaseException)], results
        landed[in_exactly_one_of_version_1_and_the_late_list(plan)] += 1
    print(f"approvals at noon: {dict(landed)}")  # noqa: T201


def commits_after_noon(branch):
    """Approved a moment before noon, in a transaction that ends a second later."""
    plan = a_moment_before_noon(branch)

    def tap():
        with transaction.atomic():
            branch.fewer(plan)
            until(NOON + timedelta(seconds=1))

    at_once(tap, at_noon)
    return in_exactly_one_of_version_1_and_the_late_list(plan)


def test_an_approval_before_noon_is_in_though_its_commit_comes_after(noon):
    assert commits_after_noon(noon) == "version 1"


def test_without_the_share_lock_it_would_be_in_neither(noon, monkeypatch):
    """The control: the report does not wait, and the plan that was approved in time is not in version 1."""
    monkeypatch.setattr(actions, "hold_report_of", lambda unit, week: False)
    with pytest.raises(AssertionError):
        commits_after_noon(noon)


def test_who_began_before_noon_and_was_held_up_is_late(noon, monkeypatch):
    hold = actions.hold_report_of

    def held_up(unit, week):
        until(NOON + timedelta(seconds=1))
        return hold(unit, week)

    monkeypatch.setattr(actions, "hold_report_of", held_up)
    plan = a_moment_before_noon(noon)
    results = at_once(partial(noon.fewer, plan), at_noon)
    assert not [one for one in results if isinstance(one, BaseException)], results
    assert in_exactly_one_of_version_1_and_the_late_list(plan) == "late"


def test_taking_back_and_the_report_never_cross(noon, rounds):
    """Either it was taken back before noon and the report has it waiting, or it stays approved."""
    for _ in range(rounds(2, 60)):
        plan = a_moment_before_noon(noon)
        noon.fewer(plan)

        def tap(plan=plan):
            time.sleep(random.uniform(0, 0.3))
            try:
                undo(Itinerary.objects.select_related("unit").get(pk=plan.pk), noon.deputy)
            except Refused:
                return "refused"
            return "undone"

        said, _done = at_once(tap, at_noon)
        plan.refresh_from_db()
        row = RollUpPlan.objects.get(rollup__version=1)
        assert (plan.state, row.standing) == {
            "undone": ("submitted", "waiting"), "refused": ("approved", "approved"),
        }[said]  # fmt: skip
