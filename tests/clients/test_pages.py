"""客户: the list and one client, for the owner, for those above, and for nobody else."""

import re
from datetime import timedelta

import pytest

from org.posts import Post
from org.trace.models import Trace
from tests import factories as make

THURSDAY = make.THURSDAY
NUMBER = "13812345521"


@pytest.fixture
def read(client, zhou, clock_at):
    def reading(address, who=zhou):
        clock_at(make.at(THURSDAY, 14))
        client.force_login(who)
        answer = client.get(address)
        return words(answer.content.decode()) if answer.status_code == 200 else answer.status_code

    return reading


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_list_holds_ones_own_and_searches(read, zhou, stranger):
    make.prospect(zhou, "宏达机械有限公司")
    make.prospect(zhou, "瑞丰食品")
    make.prospect(stranger, "别家客户")
    said = read("/clients/")
    assert "共 2 家" in said
    assert "别家客户" not in said
    assert "瑞丰食品" not in read("/clients/?q=宏达")
    assert "没有找到" in read("/clients/?q=没有这家")


def test_an_empty_list_says_what_to_do(read):
    assert "还没有准客户" in read("/clients/")


def test_the_list_comes_in_pages_of_fifty(read, zhou):
    for number in range(51):
        make.prospect(zhou, f"客户{number:02}")
    assert "第 1–50 家，共 51 家" in read("/clients/")
    assert "第 51–51 家，共 51 家" in read("/clients/?page=2")


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_asks_the_same_however_long_it_is(client, zhou, clock_at, django_assert_max_num_queries, size):
    for number in range(size):
        make.prospect(zhou, f"客户{number:02}")
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    with django_assert_max_num_queries(8):
        client.get("/clients/")


def test_a_client_has_contacts_masked_and_its_visits(read, zhou):
    prospect = make.prospect(zhou, "宏达机械", handler="张经理")
    make.visit(zhou, client="宏达机械", contact="张经理", purpose="雇主责任险")
    said = read(f"/clients/{prospect.pk}/")
    assert "138 **** 5521" in said
    assert NUMBER not in said
    assert "雇主责任险" in said


def test_the_number_is_shown_on_request_and_leaves_a_trace(client, read, zhou):
    prospect = make.prospect(zhou, "宏达机械")
    contact = prospect.contacts.get()
    read(f"/clients/{prospect.pk}/")
    html = client.post(f"/clients/{prospect.pk}/contacts/{contact.pk}/phone/").content.decode()
    assert NUMBER in html
    trace = Trace.objects.get(verb="see_phone")
    assert (trace.by, trace.about_id) == (zhou, str(contact.pk))


def test_who_reads_masked_never_sees_the_number(client, read, zhou, hq, manager):
    prospect = make.prospect(zhou, "宏达机械")
    contact = prospect.contacts.get()
    address = f"/clients/{prospect.pk}/contacts/{contact.pk}/phone/"
    assert "138 **** 5521" in read(f"/clients/{prospect.pk}/", hq)
    assert client.post(address).status_code == 403
    read(f"/clients/{prospect.pk}/", manager)
    assert NUMBER in client.post(address).content.decode()


def test_a_team_leader_who_is_a_client_manager_too_sees_only_his_own_numbers(client, read, zhou, department):
    prospect = make.prospect(zhou, "宏达机械")
    leader = make.person(Post.CLIENT_MANAGER, unit=department)
    make.appoint(leader, Post.TEAM_LEADER, department)
    read(f"/clients/{prospect.pk}/", leader)
    answer = client.post(f"/clients/{prospect.pk}/contacts/{prospect.contacts.get().pk}/phone/")
    assert NUMBER not in answer.content.decode()
    assert not Trace.objects.filter(verb="see_phone").exists()


def test_a_stranger_finds_nothing(client, read, zhou, stranger, department):
    prospect = make.prospect(zhou, "宏达机械")
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    for who in (stranger, colleague):
        assert read(f"/clients/{prospect.pk}/", who) == 404
        address = f"/clients/{prospect.pk}/contacts/{prospect.contacts.get().pk}/phone/"
        assert client.post(address).status_code == 404


def test_whose_post_ended_yesterday_finds_nothing(read, zhou, manager):
    prospect = make.prospect(zhou, "宏达机械")
    manager.appointments.update(ends_on=THURSDAY - timedelta(days=1))
    assert read(f"/clients/{prospect.pk}/", manager) == 403


def test_recording_starts_from_the_client(client, read, zhou):
    prospect = make.prospect(zhou, "宏达机械")
    read(f"/clients/{prospect.pk}/")
    html = client.get(f"/clients/{prospect.pk}/").content.decode()
    assert f"/today/{THURSDAY}/visit/new/?client=" in html


def test_a_client_costs_the_same_however_much_there_is(client, zhou, clock_at, django_assert_max_num_queries):
    prospect = make.prospect(zhou, "宏达机械")
    for number in range(5):
        make.visit(zhou, THURSDAY - timedelta(days=number), client="宏达机械")
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    with django_assert_max_num_queries(30):
        client.get(f"/clients/{prospect.pk}/")
