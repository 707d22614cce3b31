"""Masked numbers: so many a day of others' clients, each look kept, read by the manager and the auditor."""

import pytest

from clients.limits.models import PhoneLook
from org.posts import Post
from tests import factories as make
from tests.clients.protection.asking import Hand, page

TODAY = make.THURSDAY
NUMBER = "13812345521"


@pytest.fixture(autouse=True)
def noon(clock_at):
    clock_at(make.at(TODAY, 12))


def test_a_manager_sees_so_many_of_his_branch_a_day(zhou, manager, held):
    make.rules(protection={"phones_a_day": 2})
    clients = [held(zhou, f"客户{number}") for number in range(4)]
    hand = Hand(manager)
    assert [NUMBER in page(hand.looks(one)) for one in clients[:2]] == [True, True]
    for one in clients[2:]:
        assert hand.looks(one).status_code == 302
        said = page(hand.get(f"/clients/{one.pk}/"))
        assert "今天已看了 2 个号码" in said and NUMBER not in said
    assert PhoneLook.objects.count() == 2


def test_ones_own_are_logged_and_not_limited(zhou, held):
    make.rules(protection={"phones_a_day": 1})
    hand = Hand(zhou)
    for number in range(3):
        assert NUMBER in page(hand.looks(held(zhou, f"客户{number}")))
    assert PhoneLook.objects.filter(person=zhou, own=True).count() == 3


def test_who_looked_at_what_is_read_by_the_manager_and_the_auditor(zhou, manager, deputy, city, stranger, held):
    auditor = make.person(Post.AUDITOR, unit=city)
    Hand(zhou).looks(held(zhou, "宏达机械", handler="张经理"))
    Hand(deputy).looks(held(zhou, "瑞丰食品"))
    for who in (manager, auditor):
        said = page(Hand(who).get("/clients/phone-looks/"))
        assert "共 2 次" in said and "宏达机械" in said and "张经理" in said and zhou.employee_no in said
        assert NUMBER not in said
    assert "共 1 次" in page(Hand(zhou).get("/clients/phone-looks/"))
    assert "共 1 次" in page(Hand(deputy).get("/clients/phone-looks/"))
    assert "没有看号记录" in page(Hand(stranger).get("/clients/phone-looks/"))


def test_found_by_person_client_and_day(zhou, manager, deputy, held, clock_at):
    Hand(zhou).looks(held(zhou, "宏达机械"))
    clock_at(make.at(TODAY.replace(day=20), 12))
    Hand(deputy).looks(held(zhou, "瑞丰食品"))
    hand = Hand(manager)
    for query, found in (("q=周婷", "宏达机械"), ("q=瑞丰", "瑞丰食品"), (f"day={TODAY}", "宏达机械")):
        said = page(hand.get(f"/clients/phone-looks/?{query}"))
        assert "共 1 次" in said and found in said
    assert hand.get("/clients/phone-looks/?q=%00&day=x&page=99").status_code == 200


@pytest.mark.parametrize("size", [2, 12])
def test_the_log_asks_the_same_however_long(zhou, manager, held, django_assert_max_num_queries, size):
    for number in range(size):
        Hand(zhou).looks(held(zhou, f"客户{number}"))
    hand = Hand(manager)
    with django_assert_max_num_queries(12):
        hand.get("/clients/phone-looks/")


def test_a_look_outlives_the_client(zhou, held):
    client = held(zhou)
    Hand(zhou).looks(client)
    client.delete()
    assert PhoneLook.objects.get().client == "宏达机械有限公司"
