"""The manager inside his branch, headquarters between branches; nobody his own book nor into his own hands."""

from uuid import uuid4

import pytest

from clients.handover import actions
from clients.handover.models import Handover
from clients.prospects.models import Prospect
from clients.protection.models import Conflict
from org.posts import Post
from org.workflow import Refused
from tests import factories as make
from tests.clients.handover.conftest import NOW, hand


def test_who_may_not(zhou, li, far, manager, deputy, hq, book, department):
    far_manager = make.person(Post.DEPARTMENT_MANAGER, unit=far.appointments.get().unit)
    refused = [
        (li, li, "不能交接给自己"),
        (zhou, li, "自己的事由别人办|这件事不归你办"),
        (deputy, li, "不归你办"),
        (far_manager, li, "不归你办"),
        (manager, far, "跨支公司交接由市公司团险业务部办"),
        (far_manager, far, "跨支公司"),
        (manager, zhou, "本来就是负责人"),
        (manager, deputy, "只有客户经理可以名下有客户"),
    ]
    for by, to, said in refused:
        with pytest.raises(Refused, match=said):
            hand(zhou, book, to, by)
    assert Prospect.objects.filter(owner=zhou).count() == 3 and not Handover.objects.exists()


def test_a_manager_with_clients_hands_over_neither_his_own_nor_to_himself(zhou, li, manager, book, department):
    make.appoint(manager, Post.CLIENT_MANAGER, department)
    with pytest.raises(Refused, match="不能交接给自己"):
        hand(zhou, book, manager, manager)
    own = make.prospect(manager, "经理的客户", unit=department)
    with pytest.raises(Refused, match="自己的事由别人办"):
        hand(manager, [own], li, manager)


def test_who_stands_in_hands_nothing_to_whom_he_stands_in_for(zhou, manager, book, department):
    make.appoint(manager, Post.CLIENT_MANAGER, department)
    other = make.person(Post.DEPARTMENT_MANAGER, unit=make.department(make.branch()))
    make.delegation(manager.appointments.get(post=Post.DEPARTMENT_MANAGER), other)
    with pytest.raises(Refused, match="不能代"):
        hand(zhou, book, manager, other)


def test_headquarters_hands_over_to_another_branch(zhou, far, hq, book):
    hand(zhou, book, far, hq)
    units = set(Prospect.objects.filter(owner=far).values_list("unit", flat=True))
    assert units == {far.appointments.get().unit_id}


def test_a_disputed_client_waits_for_its_decision(zhou, li, manager, book, department):
    asks = make.person(Post.CLIENT_MANAGER, unit=department)
    Conflict.objects.create(
        prospect=book[0], name="宏达", person=asks, unit=department, owner=zhou, owner_unit=department, level="branch",
        reason="在先", raised_at=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="宏达机械：撞单待裁定"):
        hand(zhou, book, li, manager)


def test_what_somebody_else_handed_over_meanwhile_is_refused_whole(zhou, li, manager, book, department):
    wang = make.person(Post.CLIENT_MANAGER, unit=department)
    hand(zhou, book[:1], wang, manager)
    with pytest.raises(Refused, match="有 1 家已经不在周婷名下"):
        hand(zhou, book, li, manager)
    assert Prospect.objects.filter(owner=zhou).count() == 2


def test_nothing_chosen_is_said(zhou, manager, book):
    with pytest.raises(Refused, match="没有选"):
        actions.hand_over(zhou, {}, by=manager, at=NOW, key=uuid4())
