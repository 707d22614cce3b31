"""As its users walk it: chosen, seen, confirmed; received; the list of what a leaver has in hand."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from activity.home.desk import Desk, left_behind
from clients.handover import reading
from clients.handover.due import tell_left_behind
from clients.handover.models import Handover
from clients.prospects.models import Prospect
from clients.prospects.taken import HOLDS
from org.notices.models import Notice
from org.people.models import Person
from org.periods.due import Sweep
from org.posts import Post
from tests import factories as make
from tests.clients.handover.conftest import NOW, chosen, hand
from tests.clients.protection.asking import Hand, page


def test_chosen_seen_confirmed_and_undone(zhou, li, manager, book, visit_next_week):
    hand_of = Hand(manager)
    address = f"/clients/handover/of/{zhou.employee_no}/"
    assert "宏达机械" in page(hand_of.get(address))
    body = chosen(book, li, **{f"c-{book[2].pk}": "stay"})
    seen = hand_of.post(address, **body)
    said = page(seen)
    assert seen.status_code == 200 and "确认交接" in said and not Handover.objects.exists()
    assert re.findall(r'<td class="num">(\d+)</td>', said) == ["2", "1", "1", "1"]
    done = hand_of.post(address, **body, confirm="1")
    made = Handover.objects.get()
    assert done.url == f"/clients/handover/{made.pk}/"
    assert "李强" in page(hand_of.get(done.url)) and "撤销交接" in page(hand_of.get(done.url))
    assert set(Prospect.objects.filter(owner=zhou)) == {book[2]}
    mine = page(Hand(li).get("/clients/received/"))
    assert "宏达机械" in mine and "送方案" in mine and "11月25日 10:00 拜访" in mine
    assert hand_of.post(f"{done.url}undo/").status_code == 302
    assert Prospect.objects.filter(owner=zhou).count() == 3
    assert "宏达机械" not in page(Hand(li).get("/clients/received/"))


def test_a_client_that_nobody_was_shown_goes_to_nobody(zhou, li, manager, book):
    of, address, seen = Hand(manager), f"/clients/handover/of/{zhou.employee_no}/", chosen(book, li)
    assert of.post(address, **seen).status_code == 200
    make.prospect(zhou, "刚登记的单位")
    answer = of.post(address, **seen, confirm="1")
    assert answer.status_code == 422 and "名下又多了 1 家：刚登记的单位" in page(answer)
    assert Prospect.objects.filter(owner=zhou).count() == 4 and not Handover.objects.exists()
    assert of.post(address, **chosen(Prospect.objects.all(), li), confirm="1").status_code == 302


def test_a_second_tap_leads_to_what_the_first_did(zhou, li, manager, book):
    of, address, body = Hand(manager), f"/clients/handover/of/{zhou.employee_no}/", chosen(book, li)
    body |= {"key": uuid4(), "confirm": "1"}
    first, second = of.post(address, **body), of.post(address, **body)
    assert (first.status_code, second.status_code) == (302, 302) and first.url == second.url
    Prospect.objects.filter(pk=book[0].pk).update(owner=zhou)
    answer = of.post(address, **chosen(book[:1], li) | {"key": body["key"], "confirm": "1"})
    assert "内容不同" in page(answer), "another plan with the same key is no second tap"


def test_without_a_receiver_the_form_says_so(zhou, manager, book):
    answer = Hand(manager).post(f"/clients/handover/of/{zhou.employee_no}/", **chosen(book))
    assert answer.status_code == 422 and "选一位接手的人" in page(answer)


def test_the_cap_warns_and_does_not_bind(zhou, li, manager, book):
    make.rules(protection={"clients_per_person": 2})
    answer = Hand(manager).post(f"/clients/handover/of/{zhou.employee_no}/", **chosen(book, li))
    assert "超过上限 1 家" in page(answer)
    hand(zhou, book, li, manager)
    assert Prospect.objects.filter(owner=li).count() == 3


def test_what_a_receiver_holds_is_counted_as_his_own_cap_counts_it(zhou, li, book):
    for person, name in ((zhou, "登记的"), (li, "登记的另一家"), (li, "又一家")):
        make.registration(person, name=name)
    Prospect.objects.filter(pk=book[0].pk).update(held_since=make.THURSDAY)  # claimed; the others were imported
    Prospect.objects.filter(name="又一家").update(merged_into=Prospect.objects.get(name="登记的另一家"))
    make.registration(zhou, name="放回公海的")
    Prospect.objects.filter(name="放回公海的").update(released_at=NOW)
    with connection.cursor() as cursor:
        for person, count in ((zhou, 2), (li, 1)):
            cursor.execute(HOLDS, {"person": person.pk})
            assert (count,) == cursor.fetchone() and reading._holds([person.pk]) == {person.pk: count}


def test_who_opens_what(zhou, li, far, manager, deputy, stranger, book):
    address = f"/clients/handover/of/{zhou.employee_no}/"
    far_manager = make.person(Post.DEPARTMENT_MANAGER, unit=far.appointments.get().unit)
    for who, status in ((manager, 200), (far_manager, 404), (deputy, 403), (li, 403), (stranger, 404)):
        assert Hand(who).get(address).status_code == status, who
    assert Hand(li).get(f"/clients/leaving/?who={zhou.employee_no}").status_code == 404
    assert Hand(far_manager).get(f"/clients/leaving/rows/?who={zhou.employee_no}").status_code == 404
    assert "宏达" not in page(Hand(far_manager).get("/clients/handover/"))


def test_the_list_of_a_leaver_counts_and_each_count_opens_its_rows(zhou, li, manager, book, visit_next_week):
    for reader in (zhou, manager):
        said = page(Hand(reader).get(f"/clients/leaving/?who={zhou.employee_no}"))
        found = dict(re.findall(r'item=(\w+)"(?:(?!</a>).)*<b>(\d+)</b>', said, re.DOTALL))
        assert found == {"clients": "3", "running": "1", "visits": "1", "invitations": "1", "promises": "1"}, reader
        for item, count in found.items():
            rows = page(Hand(reader).get(f"/clients/leaving/rows/?who={zhou.employee_no}&item={item}"))
            assert rows.count('<a class="item"') == int(count)
    hand(zhou, book, li, manager)
    assert "都清了" in page(Hand(manager).get(f"/clients/leaving/?who={zhou.employee_no}"))


def test_a_draft_of_a_log_is_counted_and_not_shown(zhou, manager, book):
    make.call(zhou, make.THURSDAY, when=NOW, client="宏达机械")
    address = f"/clients/leaving/rows/?who={zhou.employee_no}&item=logs"
    said = page(Hand(manager).get(address))
    assert "草稿" in said and "宏达机械" not in said


def test_clients_left_behind_wait_on_the_desk_and_are_told_once(zhou, manager, book, clock_at):
    Person.objects.filter(pk=zhou.pk).update(left_on=make.THURSDAY)
    tell_left_behind(Sweep(NOW))
    assert not Notice.objects.filter(kind="left_behind").exists()
    tomorrow = NOW + timedelta(days=1)
    clock_at(tomorrow)
    for minutes in (0, 1, 60):
        tell_left_behind(Sweep(tomorrow + timedelta(minutes=minutes)))
    assert [row.link for row in left_behind(Desk(manager, manager.appointments.get(), tomorrow, {}))] == [
        "/clients/handover/"
    ]
    assert Notice.objects.get(kind="left_behind").title == "周婷已离司，3 家客户待交接"
    assert "11月19日离司，待交接" in page(Hand(manager).get("/clients/handover/"))


def test_what_was_told_of_a_leaver_is_not_tried_again_and_lapses_with_the_last_client(
    zhou, li, manager, book, clock_at, django_assert_max_num_queries
):
    leavers = [zhou, *(make.person(Post.CLIENT_MANAGER, unit=zhou.appointments.get().unit) for _ in range(3))]
    for one in leavers[1:]:
        make.prospect(one)
    Person.objects.filter(pk__in=[one.pk for one in leavers]).update(left_on=make.THURSDAY)
    tomorrow = NOW + timedelta(days=1)
    tell_left_behind(Sweep(tomorrow))
    told = Notice.objects.filter(kind="left_behind", to=manager)
    assert told.count() == 4
    with django_assert_max_num_queries(8) as asked:
        tell_left_behind(Sweep(tomorrow + timedelta(hours=1)))
    assert not any("INSERT" in one["sql"] for one in asked.captured_queries)
    hand(zhou, book[:2], li, manager, at=tomorrow)
    assert told.unread().count() == 4
    hand(zhou, book[2:], li, manager, at=tomorrow)
    assert told.unread().count() == 3
    Person.objects.filter(pk=zhou.pk).update(left_on=make.THURSDAY + timedelta(days=5))
    make.prospect(zhou, "回来以后")
    tell_left_behind(Sweep(tomorrow + timedelta(days=9)))
    assert told.unread().count() == 4, "he came back, and left again"


def test_without_a_manager_headquarters_is_told_and_the_deputy_knows(zhou, deputy, hq, book):
    Person.objects.filter(pk=zhou.pk).update(left_on=make.THURSDAY)
    tell_left_behind(Sweep(NOW + timedelta(days=1)))
    told = {one.to: one.link for one in Notice.objects.filter(kind="left_behind")}
    assert set(told) == {deputy, hq}
    for reader, link in told.items():
        said = page(Hand(reader).get(link))
        assert "宏达机械" in said, reader


@pytest.mark.parametrize("size", [2, 30])
def test_the_pages_ask_the_same_however_many_clients(zhou, li, manager, noon, django_assert_max_num_queries, size):
    clients = [make.prospect(zhou, f"客户{number}") for number in range(size)]
    of = Hand(manager)
    with django_assert_max_num_queries(16):
        of.get(f"/clients/handover/of/{zhou.employee_no}/")
    with django_assert_max_num_queries(20):
        of.post(f"/clients/handover/of/{zhou.employee_no}/", **chosen(clients, li))
    with django_assert_max_num_queries(25):
        of.get(f"/clients/leaving/?who={zhou.employee_no}")
    made = hand(zhou, clients, li, manager)
    with django_assert_max_num_queries(16):
        of.get(f"/clients/handover/{made['handover']}/")
    taker = Hand(li)
    with django_assert_max_num_queries(16):
        taker.get("/clients/received/")
    with django_assert_max_num_queries(16):
        of.get("/clients/handover/")
