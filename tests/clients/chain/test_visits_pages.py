"""The pages of planned visits: 我的陪访, 陪访看板, and the calendar that programs read (RFC 5545)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from clients.chain import calendar, inviting, mine, planning
from clients.chain.models import Accompaniment, CalendarLink, PlannedVisit
from org import clock
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.clients.chain.visits import FRIDAY, NOW, TODAY

COMING = Week.of(TODAY).next
NUMBER = "13812345521"  # of the contact (tests/factories.py)


def accept(asked, by):
    inviting.accept(asked, by=by, at=NOW, key=uuid4())


def words(answer):
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def page(client, who, address):
    client.force_login(who)
    return words(client.get(address))


def test_the_companion_is_asked_with_three_buttons_and_answers_with_one_tap(client, crew):
    one = crew.plan(crew.leader).accompaniments.get()
    said = page(client, crew.leader, f"/accompany/{one.pk}/")
    assert all(word in said for word in ("接受", "谢绝", "提议改时间", "现在 1 级，这次到第 2 级", "客户处"))
    assert "我的陪访 1" in page(client, crew.leader, "/accompany/")
    assert client.post(f"/accompany/{one.pk}/accept/", {"key": uuid4()}).status_code == 302
    one.refresh_from_db()
    assert one.state == "accepted"
    assert "你已接受" in page(client, crew.leader, f"/accompany/{one.pk}/")


def test_a_proposed_time_is_taken_by_the_owner_with_one_tap(client, crew):
    planned = crew.plan(crew.leader)
    one = planned.accompaniments.get()
    client.force_login(crew.leader)
    body = {"key": uuid4(), "day": FRIDAY, "starts": "16:00", "ends": "17:00", "reason": "上午有早会"}
    assert client.post(f"/accompany/{one.pk}/propose/", body).status_code == 302
    assert "提议 11月20日 周五 16:00–17:00" in page(client, crew.her, f"/visits/{planned.pk}/")
    assert client.post(f"/accompany/{one.pk}/admit/", {"key": uuid4()}).status_code == 302
    planned.refresh_from_db()
    assert planned.starts_at == make.at(FRIDAY, 16)
    assert sorted(planned.seats.values_list("person", flat=True)) == sorted([crew.her.pk, crew.leader.pk])


def test_the_form_keeps_what_was_typed_and_names_the_clash(client, crew):
    crew.plan()
    client.force_login(crew.her)
    address = f"/clients/{crew.prospect.pk}/visits/new/"
    assert "要有人陪访：组长 李卫东" in words(client.get(address))
    body = {
        "key": uuid4(), "day": FRIDAY, "starts": "10:30", "ends": "", "kind": "development", "purpose": "再谈方案",
        "opportunity": crew.opportunity.pk, "companion": crew.leader.pk,
    }  # fmt: skip
    answer = client.post(address, body)
    assert answer.status_code == 422
    assert "10:00–11:00 已约「瑞丰食品有限公司」，这天还空着 08:30–10:00、11:00–18:00" in answer.content.decode()
    assert "再谈方案" in answer.content.decode()
    assert client.post(address, {**body, "starts": "11:00", "key": uuid4()}).status_code == 302


def test_strangers_and_mates_find_nothing(client, crew):
    planned = crew.plan(crew.leader)
    one = planned.accompaniments.get()
    for who in (crew.mate, crew.chief, make.person(Post.TEAM_LEADER)):
        client.force_login(who)
        assert client.get(f"/visits/{planned.pk}/").status_code == 404
        assert client.get(f"/accompany/{one.pk}/").status_code == 404
    client.force_login(crew.manager)  # reads them, and answers for nobody
    assert client.get(f"/accompany/{one.pk}/").status_code == 200
    assert client.post(f"/accompany/{one.pk}/accept/", {"key": uuid4()}).status_code == 404


def of_many(crew, many):
    """Visits of the coming week, each by its own client manager, all in need of the one leader."""
    for number in range(many):
        who = make.person(Post.CLIENT_MANAGER, unit=crew.team)
        prospect = make.prospect(who, f"客户{number}")
        crew.plan(
            crew.leader, who=who, prospect=prospect, day=COMING.monday, hour=9 + number % 8,
            opportunity=crew.project(prospect).pk,
        )  # fmt: skip


@pytest.mark.parametrize("many", [1, 12])
def test_the_pages_ask_the_same_however_many_visits(client, crew, django_assert_max_num_queries, many):
    of_many(crew, many)
    own = crew.plan(crew.leader, crew.chief)
    for who, address, most in (
        (crew.leader, "/accompany/", 20),
        (crew.manager, "/visits/board/", 26),
        (crew.deputy, f"/visits/board/?week={COMING}", 26),
        (crew.her, f"/visits/{own.pk}/", 24),
        (crew.her, f"/clients/{crew.prospect.pk}/visits/new/", 22),
    ):
        client.force_login(who)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("many", [1, 8])
def test_held_visits_ask_for_calendar_and_rules_once(client, crew, django_assert_max_num_queries, many):
    """Confirmed a week ago and without feedback: on the list, and counted beside it."""
    of_many(crew, many)
    clock.shift_clock(to=make.at(COMING.monday, 18))
    for planned in PlannedVisit.objects.all():
        make.visit(planned.person, COMING.monday, when=make.at(COMING.monday, 18), client=planned.prospect.name,
                   kind="development", companion_id=crew.manager.pk)  # fmt: skip
    rows = Accompaniment.objects.filter(companion=crew.manager)
    assert rows.count() == many
    rows.update(outcome="confirmed", companion_confirmed_at=clock.now())
    at = make.at(COMING.monday + timedelta(days=7), 9)
    clock.shift_clock(to=at)
    with django_assert_max_num_queries(10):
        assert len(mine.context_of(crew.manager, at=at)["to_confirm"]) == many
    asked = mine.to_answer(crew.manager, at.date())
    with connection.cursor() as cursor:
        cursor.execute(asked[0], asked[1])
        assert cursor.fetchone()[0] == many


def test_who_moved_is_offered_the_companions_of_his_own_unit(client, crew):
    """The client stays where it was registered; a visit of his is accompanied by his own people."""
    other = make._below(crew.section, code="370202TKY", name="二组", kind="team")
    make.person(Post.TEAM_LEADER, unit=other, name="新组长")
    crew.prospect.unit = other
    crew.prospect.save(update_fields=["unit"])
    said = page(client, crew.her, f"/clients/{crew.prospect.pk}/visits/new/")
    assert "李卫东" in said and "新组长" not in said


def test_the_board_weighs_needs_against_free_half_days(client, crew):
    of_many(crew, 3)
    assert "李卫东 组长 已答应 0 次 3 0 10 排得下" in page(client, crew.manager, "/visits/board/")
    for day in COMING.days[:5]:
        for half in ("am", "pm"):
            make.absence(crew.leader, day, half)
    said = page(client, crew.deputy, "/visits/board/")
    assert "李卫东 组长 已答应 0 次 3 0 0 排不下" in said
    assert "11.23" in said and "团体意外" in said and "李卫东 待答复" in said
    stranger = make.person(Post.DEPARTMENT_MANAGER)
    assert "还没有约好的拜访" in page(client, stranger, "/visits/board/")


def unfolded(text):
    assert "\r\n" in text and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_the_calendar_is_written_with_care(crew):
    planned = crew.plan(crew.leader, purpose="方案一，二;三\\四\n五" + "很长的说明" * 20, place="A座;B,C")
    accept(planned.accompaniments.get(), crew.leader)
    text = calendar.written(crew.leader, at=NOW)
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;TZID=Asia/Shanghai:20261120T100000" in lines
    assert "DTEND;TZID=Asia/Shanghai:20261120T110000" in lines
    assert "SUMMARY:陪访 瑞丰食品有限公司" in lines
    assert "LOCATION:A座\\;B\\,C" in lines
    assert any(line.startswith("DESCRIPTION:周婷 的拜访\\n方案一，二\\;三\\\\四\\n五很长") for line in lines)
    assert NUMBER not in text and NUMBER not in calendar.written(crew.her, at=NOW)
    [uid] = [line for line in lines if line.startswith("UID:")]
    later = make.at(TODAY, 11)
    span = {"starts_at": make.at(FRIDAY, 15), "ends_at": make.at(FRIDAY, 16)}
    planning.reschedule(planned, **span, by=crew.her, at=later, key=uuid4())
    moved = unfolded(calendar.written(crew.her, at=later))
    assert uid in moved and "SEQUENCE:7200" in moved and "DTSTART;TZID=Asia/Shanghai:20261120T150000" in moved
    planning.cancel(planned, reason="x", by=crew.her, at=later, key=uuid4())
    assert "STATUS:CANCELLED" in unfolded(calendar.written(crew.her, at=later))


def test_the_secret_address_is_kept_as_a_hash_and_revoked_at_once(client, crew):
    crew.plan()
    client.force_login(crew.her)
    shown = client.post("/calendar/").content.decode()
    [address] = re.findall(r"/calendar/[\w-]+/visits\.ics", shown)
    secret = address.split("/")[2]
    assert not CalendarLink.objects.filter(token_hash=secret).exists()
    assert secret not in client.get("/calendar/").content.decode(), "shown once"
    client.logout()
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and "瑞丰" in answer.content.decode()
    client.force_login(crew.her)
    client.post("/calendar/")
    assert client.get(address).status_code == 404, "a new address ends the old one"
    [again] = re.findall(r"/calendar/[\w-]+/visits\.ics", client.post("/calendar/").content.decode())
    client.post("/calendar/end/")
    assert client.get(again).status_code == 404
    secret = calendar.make_link(crew.her, at=clock.now())
    crew.her.appointments.update(ends_on=make.LONG_AGO)
    assert client.get(f"/calendar/{secret}/visits.ics").status_code == 404, "who holds no post has no calendar here"
