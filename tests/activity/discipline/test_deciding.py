"""Who confirms and who dismisses, what that writes, and that nobody does so for himself (domain.md 3; C6)."""

from uuid import uuid4

import pytest

from activity.discipline import actions
from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.verifying import faults
from org.corrections import actions as corrections
from org.notices.models import Notice
from org.people.models import Person
from org.periods.due import run_due
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST, NOW, SECOND, TODAY
from tests.databases import undone
from tests.permissions.table import MAY


def confirm(fine, by, **more):
    return actions.confirm(fine, by=by, at=NOW, key=uuid4(), **more)


def dismiss(fine, by, reason="客户在外地"):
    return actions.dismiss(fine, by=by, at=NOW, key=uuid4(), reason=reason)


def again(fine):
    return Fine.objects.select_related("ledger__city", "person", "unit", "rules").get(pk=fine.pk)


DECISIONS = pytest.mark.parametrize("decide", [confirm, dismiss])


def last_line():
    return LedgerEntry.objects.order_by("-number").first()


@DECISIONS
def test_only_the_deputy_of_the_branch_decides(fine, department, decide):
    assert [post for post in Post if "fine.decide" in MAY[post]] == [Post.BRANCH_DEPUTY_GM]
    for post in Post:
        with undone():
            by, waiting = make.person(post, unit=make.home_of(post, department)), again(fine)
            if post == Post.BRANCH_DEPUTY_GM:
                assert decide(waiting, by).decided_by == by
            else:
                with pytest.raises(Refused, match="这件事不归你办"):
                    decide(waiting, by)
                assert last_line().number == 1, post


@DECISIONS
def test_the_deputy_of_another_branch_decides_nothing(fine, peer, decide):
    with pytest.raises(Refused, match="这件事不归你办"):
        decide(fine, peer)


@DECISIONS
def test_nobody_decides_his_own_with_any_second_post(fine, zhou, department, decide):
    other = make.department(department.branch, "370202S")
    for post in Post:
        with undone():
            _refused_though(post, other, again(fine), Person.objects.get(pk=zhou.pk), department, decide)


def _refused_though(post, other, fine, zhou, department, decide):
    make.appoint(zhou, post, make.home_of(post, other), starts_on=TODAY)
    if post != Post.BRANCH_DEPUTY_GM:
        make.appoint(zhou, Post.BRANCH_DEPUTY_GM, department.branch, starts_on=TODAY)
    with pytest.raises(Refused, match="自己的"):
        decide(fine, zhou)
    fine.refresh_from_db()
    assert (fine.state, last_line().number) == ("proposed", 1)


@DECISIONS
def test_who_stands_in_decides_and_the_line_says_for_whom(fine, deputy, peer, decide):
    make.delegation(deputy.appointments.get(), peer)
    decide(fine, peer)
    line = last_line()
    assert line.actor == f"{peer.employee_no} 代 {deputy.employee_no}"
    assert (line.by, line.facts["signed"]) == (peer, "郑刚 代 赵敏")
    assert Trace.objects.get(about_id=str(fine.pk)).changes["for"] == deputy.employee_no
    assert not [*faults()]


def test_a_decision_by_a_post_of_ones_own_is_signed_alone(fine, deputy):
    confirm(fine, deputy)
    assert (last_line().actor, last_line().facts) == (deputy.employee_no, {})


@DECISIONS
def test_who_stands_in_decides_nothing_about_who_lent_him_the_post(fine, zhou, branch, peer, decide):
    """周婷 is meanwhile 分管总 and lets 郑刚 stand in: her own fine waits for somebody else."""
    lent = make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, starts_on=TODAY)
    make.delegation(lent, peer)
    with pytest.raises(Refused, match="这件事不归你办"):
        decide(fine, peer)
    assert not Fine.objects.to_decide(peer, TODAY).exists()


@DECISIONS
def test_who_stands_in_decides_nothing_about_himself(fine, zhou, deputy, next_branch, decide):
    make.appoint(zhou, Post.BRANCH_DEPUTY_GM, next_branch, starts_on=TODAY)
    make.delegation(deputy.appointments.get(), zhou)
    with pytest.raises(Refused, match="自己的"):
        decide(fine, zhou)
    assert not Fine.objects.to_decide(zhou, TODAY).exists()


def test_the_other_deputy_of_the_branch_decides_about_the_first(fine, zhou, branch, deputy, peer):
    """By his own post, also while he stands in for her."""
    make.delegation(make.appoint(zhou, Post.BRANCH_DEPUTY_GM, branch, starts_on=TODAY), deputy)
    assert Fine.objects.to_decide(deputy, TODAY).get() == fine
    assert confirm(fine, deputy).state == "confirmed"
    assert last_line().actor == deputy.employee_no


def test_a_confirmation_moves_the_amount_and_tells_the_person(fine, deputy, zhou):
    confirm(fine, deputy)
    assert LedgerEntry.objects.values_list("kind", "proposed", "owed", "paid").last() == ("confirmation", -50, 50, 0)
    told = Notice.objects.get(kind="fine_decided")
    assert (told.to, told.title) == (zhou, "11.9–11.15（第 46 周）扣罚（¥50）：已确认")
    assert told.link == f"/fines/{fine.pk}/"
    assert not [*faults()]


def test_a_dismissal_says_why_and_nothing_is_proposed_again(fine, deputy, clock_at):
    dismiss(fine, deputy)
    assert (last_line().kind, last_line().reason) == ("dismissal", "客户在外地")
    assert Notice.objects.get(kind="fine_decided").body == "客户在外地"
    make.absence(fine.person, SECOND)
    corrections.note("leave", first=SECOND, last=SECOND, at=NOW, person=fine.person)
    run_due()
    assert [one.state for one in Fine.objects.all()] == ["dismissed"]
    assert not [*faults()]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_dismissal_without_a_reason_is_refused(fine, deputy, reason):
    with pytest.raises(Refused, match="不予扣罚要写明理由"):
        dismiss(fine, deputy, reason)


@DECISIONS
def test_what_is_decided_is_not_decided_again(fine, deputy, decide):
    confirm(fine, deputy)
    with pytest.raises(Refused, match="已被别人办理"):
        decide(fine, deputy)
    assert last_line().number == 2


def test_the_same_form_twice_has_one_effect(fine, deputy):
    key = uuid4()
    for _ in range(2):
        assert actions.confirm(fine, by=deputy, at=NOW, key=key).state == "confirmed"
    assert last_line().number == 2
    with pytest.raises(Refused, match="内容不同"):
        actions.dismiss(fine, by=deputy, at=NOW, key=key, reason="又不扣了")


@pytest.mark.parametrize(("effect", "said"), [("record", "扣罚（记录）"), ("points", "扣罚（记录）")])
def test_without_money_it_is_called_a_record(zhou, deputy, clock_at, effect, said):
    make.rules(FIRST, fines={"effect": effect})
    clock_at(CLOSED)
    run_due()
    confirm(Fine.objects.get(), deputy)
    assert said in Notice.objects.get(kind="fine_decided").title
    assert "¥" not in "".join(Notice.objects.values_list("title", flat=True))
