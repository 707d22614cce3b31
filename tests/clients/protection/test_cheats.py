"""Squatting, colliding and harvesting, tried as a user would at the browser: each is caught or worthless.

Six cheats; beside each the control: what it would have gained without the guard.
"""

from datetime import timedelta

import pytest

from clients.limits.models import PhoneLook, Spent
from clients.prospects.models import Prospect
from org.trace.models import Trace
from tests import factories as make
from tests.clients.protection.asking import Hand, page
from tests.clients.protection.conftest import ENDS, WARNS

TODAY = make.THURSDAY
NUMBER = "13812345521"
OUT = ENDS + timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(clock_at):
    clock_at(make.at(TODAY, 12))


def gone(client):
    client.refresh_from_db()
    return client.released_at is not None


# Squatting.


@pytest.mark.parametrize("real", [False, True], ids=["empty calls", "control: a call that somebody took"])
def test_1_kept_alive_by_empty_calls(zhou, held, sweep, clock_at, real):
    """Every fortnight a call that nobody took, and a fine one in a log that is never handed in."""
    client, hand = held(zhou), Hand(zhou)
    for week in range(0, 12, 2):
        day = TODAY + timedelta(weeks=week)
        clock_at(make.at(day, 12))
        said = {"client": client.name, "contact": "王敏", "kind": "service", "purpose": "续保", "result": "再联系"}
        answer = "answered" if real else "unanswered"
        assert hand.post(f"/today/{day}/call/new/", **said, answer=answer, call_at="10:00").status_code == 302
        assert hand.post(f"/today/{day}/submit/", tomorrow_plan="写").status_code == 302
        later = day + timedelta(days=1)
        clock_at(make.at(later, 12))
        hand.post(f"/today/{later}/call/new/", **said, answer="answered", call_at="10:00")
    sweep(WARNS)
    sweep(OUT)
    assert gone(client) is not real


@pytest.mark.parametrize("cap", [5, 200], ids=["capped", "control: without a cap"])
def test_2_registered_in_masses(zhou, li, cap):
    """Every name of the telephone book in one day."""
    make.rules(protection={"clients_per_person": cap})
    hand = Hand(zhou)
    answers = [hand.registers(f"电话簿第{number}家", TODAY) for number in range(9)]
    assert Prospect.objects.filter(owner=zhou).count() == min(cap, 9)
    if cap == 5:
        assert "上限 5 家" in page(answers[-1])
        assert Hand(li).registers("电话簿第7家", TODAY).status_code == 302  # the rest is free for others


def test_3_let_go_and_claimed_straight_back(zhou, li, held, sweep, clock_at):
    """The silent holder waits for the release to begin anew; so does who gives it back to claim it on."""
    client = held(zhou)
    sweep(WARNS)
    sweep(OUT)
    clock_at(make.at(OUT, 12))
    hand = Hand(zhou)
    hand.claims(client)
    assert gone(client)
    assert "起你才能再领取" in page(hand.get("/clients/pool/"))
    Hand(li).claims(client)  # the control: anybody else may
    assert not gone(client) and client.owner == li
    Hand(li).post(f"/clients/{client.pk}/give-back/")
    Hand(li).claims(client)
    assert gone(client)
    clock_at(make.at(OUT + timedelta(days=30), 12))
    Hand(li).claims(client)  # nobody else wanted it for a month
    assert not gone(client)


# Colliding.

CODE = "91370200MA3C12345E"
SPELLINGS = [
    ("宏达机械(青岛)有限公司", ""), ("宏达机械（青岛）有限公司", ""), ("宏达 机械（青岛） 有限公司", ""),
    ("宏达机械﹙青岛﹚有限公司", ""), ("宏达机械（青岛）有限公司\u200b", ""), ("宏达机械（青岛）有限公司", CODE),
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "code"), SPELLINGS)
def test_4_the_same_company_under_another_spelling(zhou, li, manager, held, spelling, code):
    """Caught at the door wherever the name reads the same, with a code of the other's making too."""
    held(zhou, "宏达机械（青岛）有限公司")
    assert "已有人报备" in page(Hand(li).registers(spelling, TODAY, uscc=code))
    assert not Prospect.objects.filter(owner=li).exists()


def test_4_under_another_name_it_is_decided(zhou, li, manager, held):
    """The control: a name that is another one is let in; whoever was first asks, and the manager moves it."""
    held(zhou, "宏达机械（青岛）有限公司")
    assert Hand(li).registers("青岛宏达机械厂", TODAY).status_code == 302
    Hand(zhou).raises("青岛宏达机械厂", "同一家单位，我在先")
    other = Prospect.objects.get(name="青岛宏达机械厂")
    Hand(manager).post(f"/clients/conflicts/{other.conflicts.get().pk}/grant/", reason="登记在先")
    other.refresh_from_db()
    assert other.owner == zhou


# Harvesting.


@pytest.mark.parametrize("limit", [5, 500], ids=["limited", "control: without a limit"])
def test_5_the_question_asked_of_a_whole_list(zhou, far, held, limit):
    """Names are asked and, when that ends, tried by registering them; nothing is learnt but what a day allows."""
    make.rules(protection={"asks_a_day": limit, "collisions_a_day": min(limit, 50), "clients_per_person": 9_000})
    names = [f"名单第{number}家" for number in range(24)]
    for name in names[::2]:
        held(zhou, name)
    hand, learnt = Hand(far), set()
    for name in names:
        learnt |= {name} if "市南支公司" in page(hand.asks(name)) else set()
    for name in names:
        learnt |= {name} if "市南支公司" in page(hand.registers(name, TODAY)) else set()
    assert len(learnt) == (12 if limit == 500 else 5)
    asked = Trace.objects.filter(by=far, verb="ask_client").count()
    collided = Trace.objects.filter(by=far, verb="collide").count()
    assert (asked, collided) == ((24, 12) if limit == 500 else (5, 5))  # and the trace shows who tried
    assert Spent.objects.get(person=far, kind="collision").times == collided


@pytest.mark.parametrize("limit", [4, 400], ids=["limited", "control: without a limit"])
def test_6_every_number_of_the_branch(zhou, manager, hq, stranger, held, limit):
    """A manager opens one client after the other; search, list and export have no numbers to take."""
    make.rules(protection={"phones_a_day": limit})
    clients = [held(zhou, f"客户{number}") for number in range(10)]
    hand = Hand(manager)
    got = sum(NUMBER in page(hand.looks(one)) for one in clients)
    assert got == min(limit, 10) == PhoneLook.objects.filter(person=manager).count()
    for address in ("/clients/", "/clients/?q=客户", "/search/?q=客户", "/clients/pool/", "/clients/phone-looks/"):
        assert NUMBER not in page(hand.get(address))
    assert hand.post("/clients/export/").status_code == 403
    assert Hand(stranger).looks(clients[0]).status_code == 404
    assert NUMBER not in str(Hand(hq).post("/clients/export/").content)
