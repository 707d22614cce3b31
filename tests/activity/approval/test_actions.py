"""分管总 amends and approves, returns, takes back (A2); the approved plan goes to the city's mailbox (A3)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from activity.itinerary.models import Amendment, Itinerary
from activity.itinerary.rules import lateness
from activity.planning import merging
from activity.rollup.plans import plans_now
from org.notices.models import Letter, Notice
from org.posts import Post
from org.trace.actions import record
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.activity.approval.conftest import MORNING, NOON, REPORT, approve, return_, undo

NOTHING_CHANGED = {"visits": 15, "premium": Decimal(80_000), "cases": 2}


def goal_of(plan, who):
    target = plan.targets.get(person=who)
    return target.visits, target.premium, target.cases


def amended(plan, who, deputy, at=None, **figures):
    return approve(plan, deputy, {who.pk: figures or {"visits": 12, "premium": Decimal(60_000)}}, at=at)


def test_approving_without_a_change_keeps_the_goals(plan, zhou, deputy):
    assert approve(plan, deputy, {zhou.pk: NOTHING_CHANGED})["amended"] == 0
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == ("approved", deputy)
    assert MORNING <= plan.approved_at < NOON
    assert goal_of(plan, zhou) == (15, 80_000, 2)


def test_what_is_changed_becomes_the_goal_and_the_difference_is_kept(plan, zhou, deputy):
    assert amended(plan, zhou, deputy)["amended"] == 2
    assert goal_of(plan, zhou) == (12, 60_000, 2)
    kept = Amendment.objects.filter(target__itinerary=plan, version=1, by=deputy)
    assert set(kept.values_list("field", "before", "after")) == {
        ("visits", "15", "12"), ("premium", "80000.00", "60000"),
    }  # fmt: skip
    assert set(Trace.objects.filter(about_id=str(plan.pk)).values_list("verb", flat=True)) == {"approve", "amend"}


def test_one_letter_to_the_mailbox_and_a_notice_to_manager_and_employees(plan, zhou, manager, deputy):
    amended(plan, zhou, deputy)
    letter = Letter.objects.get()
    assert letter.to == "hq3702@example.com"
    assert "市南支公司 团体部" in letter.subject
    assert "周婷：拜访 15 → 12" in letter.body
    assert "周婷：保费 万元 8.0 → 6.0" in letter.body
    assert "十二月到期续保七户已确认" in letter.body
    told = {one.to_id: one for one in Notice.objects.all()}
    assert set(told) == {zhou.pk, manager.pk}
    assert "完善 2 处" in told[manager.pk].title
    assert "拜访 15 → 12" in told[zhou.pk].body


def test_a_form_sent_twice_is_one_approval(plan, zhou, deputy):
    key = uuid4()
    first = approve(plan, deputy, {zhou.pk: {"visits": 12}}, key=key)
    assert approve(plan, deputy, {zhou.pk: {"visits": 12}}, key=key) == first
    assert Letter.objects.count() == Amendment.objects.count() == 1


def test_a_goal_for_somebody_who_is_not_in_the_plan_is_refused_with_everything(plan, deputy, stranger):
    with pytest.raises(Refused, match="没有这个人"):
        approve(plan, deputy, {stranger.pk: {"visits": 12}})
    plan.refresh_from_db()
    assert (plan.state, Letter.objects.count()) == ("submitted", 0)


def test_another_version_than_he_looked_at_is_refused(plan, deputy):
    Itinerary.objects.filter(pk=plan.pk).update(version=2)
    with pytest.raises(Refused, match="第 2 版"):
        approve(plan, deputy, version=1)
    plan.refresh_from_db()
    assert plan.state == "submitted"


def test_returning_needs_a_reason_which_the_manager_reads(plan, manager, deputy):
    with pytest.raises(Refused, match="写明"):
        return_(plan, deputy, reason="  ")
    return_(plan, deputy)
    plan.refresh_from_db()
    assert (plan.state, plan.opinion, plan.approved_at) == ("returned", "拜访分两天走", None)
    assert Notice.objects.get(to=manager).body == "拜访分两天走"
    assert not Letter.objects.exists()


def test_who_handed_it_in_does_not_approve_it(plan, manager, department, branch):
    make.appoint(manager, Post.BRANCH_DEPUTY_GM, branch)
    with pytest.raises(Refused, match="自己的事"):
        approve(plan, manager)


@pytest.mark.parametrize("post", sorted(set(Post) - {Post.BRANCH_DEPUTY_GM}))
def test_no_other_post_approves(plan, post, department):
    with pytest.raises(Refused, match="不归你办"):
        approve(plan, make.person(post, unit=make.home_of(post, department)))


def test_another_branchs_deputy_does_not_approve(plan, stranger):
    other = make.person(Post.BRANCH_DEPUTY_GM, unit=stranger.appointments.get().unit.branch)
    with pytest.raises(Refused, match="不归你办"):
        approve(plan, other)


def test_who_stands_in_for_the_deputy_approves_and_it_says_so(plan, deputy, city):
    peer = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370205"))
    make.delegation(deputy.appointments.get(), peer, starts_on=MORNING.date(), ends_on=MORNING.date())
    approve(plan, peer)
    assert Trace.objects.get(about_id=str(plan.pk)).changes["for"] == deputy.employee_no


def test_who_stands_in_for_the_one_who_handed_it_in_does_not_approve(plan, manager, branch, deputy, city):
    """The manager holds the deputy's post too and lends it: what he handed in is not decided with it."""
    lent = make.appoint(manager, Post.BRANCH_DEPUTY_GM, branch)
    peer = make.person(Post.BRANCH_DEPUTY_GM, unit=make.branch(city, "370205"))
    make.delegation(lent, peer, starts_on=MORNING.date(), ends_on=MORNING.date())
    with pytest.raises(Refused, match="不归你办"):
        approve(plan, peer)


def test_at_115959_it_is_taken_back_with_the_goals(plan, zhou, manager, deputy):
    amended(plan, zhou, deputy)
    plan.targets.update(acknowledged_at=MORNING)
    undo(plan, deputy, at=NOON - timedelta(seconds=1))
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by, plan.approved_at) == ("submitted", None, None)
    assert goal_of(plan, zhou) == (15, 80_000, 2)
    assert plan.targets.get().acknowledged_at is None
    assert not Amendment.objects.exists()
    assert "更正" in Letter.objects.order_by("created_at").last().subject
    assert {one.to_id for one in Notice.objects.filter(title__contains="撤回")} == {zhou.pk, manager.pk}


def test_at_120000_it_is_not(plan, zhou, deputy):
    amended(plan, zhou, deputy)
    with pytest.raises(Refused, match="不能再撤回"):
        undo(plan, deputy, at=NOON)
    plan.refresh_from_db()
    assert (plan.state, goal_of(plan, zhou)) == ("approved", (12, 60_000, 2))
    assert Letter.objects.count() == 1


def test_after_taking_back_it_is_amended_and_approved_anew(plan, zhou, deputy):
    amended(plan, zhou, deputy)
    undo(plan, deputy)
    amended(plan, zhou, deputy, visits=10)
    assert goal_of(plan, zhou) == (10, 80_000, 2)
    assert list(Amendment.objects.values_list("before", "after")) == [("15", "10")]
    assert Letter.objects.count() == 3  # approved, taken back, approved


def test_late_is_the_approver_never_the_submitter(plan, deputy):
    approve(plan, deputy, at=NOON + timedelta(minutes=3))
    plan.refresh_from_db()
    late = lateness(plan.first_submitted_at, plan.approved_at, due=NOON, at=NOON + timedelta(minutes=5))
    assert late == (False, True)
    body = Letter.objects.get().body
    assert "分管总迟批" in body
    assert "部门迟报" not in body


def test_who_hands_in_late_takes_the_lateness_on_himself(plan, deputy):
    Itinerary.objects.filter(pk=plan.pk).update(first_submitted_at=NOON, submitted_at=NOON)
    plan.refresh_from_db()
    approve(plan, deputy, at=NOON + timedelta(minutes=3))
    body = Letter.objects.get().body
    assert "部门迟报" in body
    assert "分管总迟批" not in body


def resubmit(plan, manager, at):
    return merging.submit(plan.unit, Week(plan.week), by=manager, key=uuid4(), at=at)


LATER = NOON + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("happens", "approver"),
    [
        (("return 11:30",), False),  # it lies with the department at noon: he has answered
        (("return 12:10",), True),
        (("return 11:30", "submit 11:40"), True),  # it lies with him again
        (("return 11:30", "submit 12:10"), False),
        (("return 11:30", "submit 12:10", "return 12:20", "submit 12:25"), False),
        (("return 11:30", "submit 11:40", "return 11:50", "submit 12:10"), False),
        ((), True),
    ],
)
def test_what_lies_with_the_department_at_noon_is_no_lateness_of_the_approver(
    plan, zhou, manager, deputy, happens, approver
):
    for one in happens:
        verb, _, clock = one.partition(" ")
        at = make.at(REPORT.saturday, *map(int, clock.split(":")))
        plan.refresh_from_db()
        return_(plan, deputy, at=at) if verb == "return" else resubmit(plan, manager, at)
    plan.refresh_from_db()
    assert lateness(*plan.instants, due=NOON, at=LATER) == (False, approver)
    (row,) = plans_now(plan.unit, REPORT, due_at=NOON, until=LATER)
    assert (row.submitter_late, row.approver_late) == (False, approver)


def sums(plan, until):
    (row,) = plans_now(plan.unit, REPORT, due_at=NOON, until=until)
    return row.standing, row.version, row.employees, row.visits, row.premium, row.cases


@pytest.mark.parametrize("amended_before", [False, True])
def test_a_freeze_that_runs_late_sees_the_goals_of_noon(plan, zhou, manager, deputy, amended_before):
    """Handed in again whole; amended at 11:50 or at 12:00:20: version 1 is about 12:00 whenever it runs."""
    return_(plan, deputy)
    plan.refresh_from_db()
    resubmit(plan, manager, NOON - timedelta(minutes=20))
    plan.refresh_from_db()
    amended(plan, zhou, deputy, at=NOON + timedelta(minutes=-10 if amended_before else 0, seconds=20))
    handed_in, as_amended = ("waiting", 2, 1, 15, 80_000, 2), ("approved", 2, 1, 12, 60_000, 2)
    assert sums(plan, NOON) == (as_amended if amended_before else handed_in)
    assert sums(plan, LATER) == as_amended
    plan.refresh_from_db()
    Itinerary.objects.filter(pk=plan.pk).update(changed_at=LATER)  # touched since: told by what is kept of it
    assert sums(plan, NOON) == (as_amended if amended_before else handed_in)


@pytest.mark.parametrize(
    "sql",
    [
        "state = 'approved'",
        "state = 'approved', approved_at = now()",
        "state = 'approved', approved_by_id = person_id",
        "approved_at = now()",
        "approved_by_id = (SELECT max(id) FROM org_person)",
    ],
)
def test_the_database_knows_what_approved_means(plan, deputy, sql):
    with pytest.raises(IntegrityError, match="approved_means_by_someone"), transaction.atomic():
        connection.cursor().execute(f"UPDATE activity_itinerary SET {sql}")


def test_the_database_refuses_an_approval_of_ones_own(plan):
    with pytest.raises(IntegrityError, match="nobody_approves_his_own"), transaction.atomic():
        connection.cursor().execute(
            "UPDATE activity_itinerary SET state = 'approved', approved_at = now(), approved_by_id = person_id"
        )


def test_two_delegations_do_not_make_an_approval_ones_own(plan, manager, branch, deputy, city):
    """Somebody hands in for the manager, who is lent the deputy's post: it is still his plan."""
    own = make.appoint(manager, Post.BRANCH_DEPUTY_GM, make.branch(city, "370205"))
    peer = make.person(Post.DEPARTMENT_MANAGER, unit=make.department(own.unit))
    Itinerary.objects.update(person=peer)
    record(plan, "submit", by=peer, at=MORNING, changes={"for": manager.employee_no})
    make.delegation(deputy.appointments.get(), manager, starts_on=MORNING.date(), ends_on=MORNING.date())
    plan.refresh_from_db()
    assert not Itinerary.objects.to_approve(manager, MORNING.date()).exists()
    for decide in (approve, return_):
        with pytest.raises(Refused, match="自己的事"):
            decide(plan, manager)
    assert Itinerary.objects.to_approve(deputy, MORNING.date()).exists()
    approve(plan, deputy)
