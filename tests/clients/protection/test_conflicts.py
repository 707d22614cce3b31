"""撞单: raised and decided with reasons, by the manager or between branches by headquarters, never by a side."""

import logging

import pytest
from django.db import IntegrityError, transaction

from clients.limits.models import Spent
from clients.prospects.models import Prospect
from clients.protection import conflicts
from clients.protection.models import Conflict
from org import clock
from org.notices.models import Notice
from org.posts import Post
from org.rules.book import book_on
from org.trace.models import Trace
from tests import factories as make
from tests.clients.protection.asking import Hand, page
from tests.races import Crowd

TODAY = make.THURSDAY
NAME = "宏达机械有限公司"


@pytest.fixture(autouse=True)
def noon(request):
    if "fresh_db" not in request.fixturenames:
        request.getfixturevalue("clock_at")(make.at(TODAY, 12))


def raised(by, name=NAME):
    answer = Hand(by).raises(name)
    assert answer.status_code == 302, page(answer)
    return Conflict.objects.get(person=by, state="raised")


def decides(who, conflict, verb="grant", reason="三次拜访记录在先"):
    return Hand(who).post(f"/clients/conflicts/{conflict.pk}/{verb}/", reason=reason)


def titles(person):
    return list(Notice.objects.filter(to=person, kind__startswith="conflict").order_by("pk").values_list("title"))


def test_inside_a_branch_the_manager_moves_the_client(zhou, li, manager, held):
    client = held(zhou)
    one = raised(li)
    assert one.level == "branch" and titles(manager) == [(f"撞单待裁定：{NAME}",)]
    assert titles(zhou) == [(f"{NAME} 有人申请裁定",)]
    assert "等你裁定" in page(Hand(manager).get("/clients/conflicts/"))
    assert decides(manager, one).status_code == 302
    client.refresh_from_db()
    one.refresh_from_db()
    assert (client.owner, client.held_since, one.state, one.decided_by) == (li, TODAY, "granted", manager)
    assert titles(li) == [(f"撞单已裁定：{NAME} 归你",)] and (f"撞单已裁定：{NAME} 归申请人",) in titles(zhou)
    assert Hand(li).get(f"/clients/{client.pk}/").status_code == 200
    assert Hand(zhou).get(f"/clients/{client.pk}/").status_code == 404
    verbs = set(Trace.objects.filter(by__in=[li, manager]).values_list("verb", flat=True))
    assert {"raise_conflict", "grant_conflict", "pass_client"} <= verbs


def test_or_leaves_it_where_it_is(zhou, li, manager, held):
    client, one = held(zhou), None
    one = raised(li)
    decides(manager, one, "keep")
    client.refresh_from_db()
    one.refresh_from_db()
    assert (client.owner, one.state, one.decision) == (zhou, "kept", "三次拜访记录在先")
    assert titles(li) == [(f"撞单已裁定：{NAME} 归原负责人",)]
    assert "三次拜访记录在先" in page(Hand(li).get(f"/clients/conflicts/{one.pk}/"))


def test_between_branches_it_is_headquarters(zhou, far, manager, stranger, hq, held):
    client = held(zhou)
    one = raised(far)
    assert one.level == "city" and titles(hq) and not titles(manager)
    assert decides(manager, one).url == f"/clients/conflicts/{one.pk}/"  # he reads it, it is not his to decide
    assert decides(stranger, one).status_code == 404  # of a third branch
    client.refresh_from_db()
    assert client.owner == zhou
    decides(hq, one)
    client.refresh_from_db()
    assert client.owner == far and client.unit == far.appointments.get().unit


def test_headquarters_leaves_to_the_manager_what_is_his(zhou, li, manager, hq, held):
    held(zhou)
    one = raised(li)
    decides(hq, one)
    one.refresh_from_db()
    assert one.state == "raised"


@pytest.mark.parametrize("side", ["person", "owner"])
def test_a_manager_who_is_a_side_decides_nothing(zhou, manager, deputy, hq, held, side):
    """He is a client manager too: with no other manager in the branch it goes to headquarters."""
    make.appoint(manager, Post.CLIENT_MANAGER, manager.appointments.get().unit)
    held(zhou if side == "person" else manager)
    one = raised(manager if side == "person" else zhou)
    assert one.level == "city"
    decides(manager, one)
    one.refresh_from_db()
    assert one.state == "raised"
    decides(hq, one, "keep")
    one.refresh_from_db()
    assert one.state == "kept"


@pytest.mark.parametrize("side", ["person", "owner"])
def test_not_by_a_post_that_a_side_lent(zhou, li, manager, department, branch, held, side):
    """The manager of the next department is a side, and lends his post to our manager: it opens nothing more."""
    other = make.person(Post.DEPARTMENT_MANAGER, unit=make.department(branch, "370202S"))
    make.appoint(other, Post.CLIENT_MANAGER, department)
    lent = other.appointments.get(post=Post.DEPARTMENT_MANAGER)
    helper = make.person(Post.SECTION_CHIEF, unit=department)
    held(zhou if side == "person" else other)
    one = raised(other if side == "person" else zhou)
    make.delegation(lent, helper)
    assert not Conflict.objects.to_decide(helper, TODAY).exists()
    decides(helper, one)
    one.refresh_from_db()
    assert one.state == "raised"
    decides(manager, one)
    one.refresh_from_db()
    assert one.state == "granted"


@pytest.mark.parametrize(
    ("name", "said"),
    [("没有这家", "还没有人报备"), ("瑞丰食品", "在公海"), ("自己的", "就在你名下")],
)
def test_there_must_be_something_to_dispute(li, zhou, held, pooled, name, said):
    pooled(zhou, "瑞丰食品")
    held(li, "自己的")
    assert said in page(Hand(li).raises(name)) and not Conflict.objects.exists()


def test_a_card_that_is_merged_while_he_waits_for_it_is_no_traceback(zhou, li, held, monkeypatch):
    client, find = held(zhou), conflicts.find

    def merged_meanwhile(*asked):
        found = find(*asked)
        Prospect.objects.filter(pk=client.pk).update(merged_into=make.prospect(zhou, "留下的单位"))
        return found

    monkeypatch.setattr(conflicts, "find", merged_meanwhile)
    answer = Hand(li).raises(NAME)
    assert "刚和另一家合并" in page(answer) and not Conflict.objects.exists()


def test_raising_is_a_question_and_counted_as_one(zhou, li, held):
    make.rules(protection={"asks_a_day": 2})
    held(zhou)
    hand = Hand(li)
    assert [hand.asks(name).status_code for name in ("甲", "乙")] == [200, 200]
    assert "今天已查了 2 次" in page(hand.raises(NAME))


def test_once_a_side_at_a_time_and_with_reasons(zhou, li, held):
    held(zhou)
    assert "写明理由" in page(Hand(li).raises(NAME, reason=" "))
    raised(li)
    assert "你已申请过" in page(Hand(li).raises(NAME))


def test_a_decision_needs_reasons(zhou, li, manager, held):
    held(zhou)
    assert decides(manager, raised(li), reason="").status_code == 422


def test_each_side_sees_the_branch_of_the_other_and_no_name(zhou, far, hq, held):
    held(zhou)
    one = raised(far)
    address = f"/clients/conflicts/{one.pk}/"
    theirs, mine, above = (page(Hand(who).get(address)) for who in (far, zhou, hq))
    assert "市南支公司" in theirs and zhou.name not in theirs
    assert "城阳支公司" in mine and far.name not in mine
    assert zhou.name in above and far.name in above


def test_strangers_find_nothing(zhou, li, stranger, held, department):
    held(zhou)
    one = raised(li)
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    for who in (stranger, colleague):
        assert Hand(who).get(f"/clients/conflicts/{one.pk}/").status_code == 404
        assert NAME not in page(Hand(who).get("/clients/conflicts/"))


def test_taken_back_by_who_raised_it_alone(zhou, li, held):
    held(zhou)
    one = raised(li)
    assert Hand(zhou).post(f"/clients/conflicts/{one.pk}/withdraw/").status_code == 404
    Hand(li).post(f"/clients/conflicts/{one.pk}/withdraw/")
    one.refresh_from_db()
    assert one.state == "withdrawn"


def test_it_moves_nothing_that_has_moved_meanwhile(zhou, li, manager, department, held):
    client, third = held(zhou), make.person(Post.CLIENT_MANAGER, unit=department)
    one = raised(li)
    type(client).objects.filter(pk=client.pk).update(owner=third)
    decides(manager, one)
    client.refresh_from_db()
    one.refresh_from_db()
    assert (client.owner, one.state) == (third, "raised")


def test_who_is_no_client_manager_any_more_gets_no_client(zhou, li, manager, held):
    client = held(zhou)
    one = raised(li)
    li.appointments.update(ends_on=make.MONDAY)
    decides(manager, one)
    client.refresh_from_db()
    assert client.owner == zhou


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_asks_the_same_however_long(zhou, li, manager, held, django_assert_max_num_queries, size):
    for number in range(size):
        held(zhou, f"客户{number}")
        Hand(li).raises(f"客户{number}")
    hand = Hand(manager)
    with django_assert_max_num_queries(14):
        hand.get("/clients/conflicts/")


def test_the_database_lets_no_side_decide(zhou, li, held):
    held(zhou)
    one = raised(li)
    for side in (zhou, li):
        with pytest.raises(IntegrityError, match="no_side_decides_a_conflict"), transaction.atomic():
            Conflict.objects.filter(pk=one.pk).update(state="kept", decided_by=side, decided_at=make.at(TODAY))


@pytest.mark.race
def test_of_forty_decisions_one_is_made(fresh_db, caplog):
    caplog.set_level(logging.ERROR, "django.request")
    clock.shift_clock(to=make.at(TODAY, 12))
    department = make.department(make.branch(make.city(), "370202"))
    zhou, li = (make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(2))
    client = make.prospect(zhou, NAME)
    managers = [make.person(Post.DEPARTMENT_MANAGER, unit=department) for _ in range(2)]
    one = raised(li)
    hands = [Hand(managers[n % 2]) for n in range(40)]
    verbs = ["grant", "keep"]
    crowd = Crowd()
    address = f"/clients/conflicts/{one.pk}"
    crowd(*(lambda h=h, n=n: h.post(f"{address}/{verbs[n % 2]}/", reason="写") for n, h in enumerate(hands)))
    crowd.close()
    one.refresh_from_db()
    client.refresh_from_db()
    assert Trace.objects.filter(verb__in=["grant_conflict", "keep_conflict"]).count() == 1
    assert client.owner == (li if one.state == "granted" else zhou)
    assert Notice.objects.filter(kind="conflict_decided").count() == 2


def test_asking_by_the_form_of_a_conflict_is_counted_as_asking(zhou, li, held):
    """Refused, its own transaction is undone: the count and the trace are not."""
    held(li)
    limit = book_on(TODAY).protection.asks_a_day
    for number in range(limit):
        assert "还没有人报备" in page(Hand(li).raises(f"不存在的公司{number}"))
    assert Spent.objects.get(person=li, kind="ask").times == limit
    assert Trace.objects.filter(by=li, verb="ask_client").count() == limit
    assert "到了上限" in page(Hand(li).raises(NAME))
    assert "到了上限" in page(Hand(li).asks(NAME))
