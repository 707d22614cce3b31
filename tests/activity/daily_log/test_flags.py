"""Overlap, leave, days off, hours after 提交时间, unknown clients and clients of a colleague: flags, not refusals."""

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.daily_log import reviewing
from activity.daily_log.day import entries_of
from activity.daily_log.flagging import flagged
from activity.daily_log.flags import WORDS, Day, Flag, Happened, flags_of
from activity.daily_log.models import DailyLog, LogEntry
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY
FRIDAY = THURSDAY + timedelta(days=1)
SHE, COLLEAGUE = 1, 2
LEAVE_AM, DUTY_PM = {"am": "leave"}, {"pm": "duty"}


def hour(text):
    return time.fromisoformat(text) if text else None


def visit(key, start, end="", owner=SHE):
    return Happened(key, hour(start), hour(end), is_visit=True, client="宏达机械", owner=owner)


def call(key, start, owner=SHE):
    return Happened(key, hour(start), client="云帆物流", owner=owner)


def flags(*entries, **day):
    found = flags_of(entries, Day(SHE, THURSDAY, **day))
    return {key: [flag.value for flag in flags] for key, flags in found.items()}


OVERLAPS = [
    (("09:00", "10:00"), ("09:30", "10:30"), True),
    (("09:00", "10:00"), ("10:00", "10:30"), False),
    (("09:00", "12:00"), ("10:00", "10:30"), True),  # one within the other
    (("09:00", "10:00"), ("09:30", ""), True),
    (("09:00", ""), ("09:30", "10:00"), False),  # an instant, before
    (("09:00", ""), ("09:00", ""), True),
    (("09:00", ""), ("09:00", "10:00"), True),
    (("09:00", ""), ("09:01", ""), False),
]


@pytest.mark.parametrize(("one", "other", "is_both"), OVERLAPS)
def test_visits_overlap_and_both_are_flagged(one, other, is_both):
    expected = {"a": ["overlap"], "b": ["overlap"]} if is_both else {}
    assert flags(visit("a", *one), visit("b", *other)) == expected
    assert flags(visit("b", *other), visit("a", *one)) == expected


def test_a_third_visit_within_a_long_one_is_found():
    found = flags(visit("a", "09:00", "12:00"), visit("b", "09:30", "10:00"), visit("c", "11:00", "11:30"))
    assert set(found) == {"a", "b", "c"}


def test_a_call_during_a_visit_is_no_overlap():
    assert flags(visit("a", "09:00", "10:00"), call("b", "09:30")) == {}


TABLE = [
    ("nothing to say", call("a", "10:00"), {}, []),
    ("a day off", call("a", "10:00"), {"works": False}, ["day_off"]),
    ("on leave that half", call("a", "11:59"), {"away": LEAVE_AM}, ["leave"]),
    ("not the other half", call("a", "12:00"), {"away": LEAVE_AM}, []),
    ("on duty that half", call("a", "12:00"), {"away": DUTY_PM}, ["duty"]),
    ("without an hour half a day is not enough", Happened("a"), {"away": LEAVE_AM}, []),
    ("without an hour the whole day is", Happened("a"), {"away": {"am": "leave", "pm": "leave"}}, ["leave"]),
    ("both kinds", Happened("a"), {"away": LEAVE_AM | DUTY_PM}, ["leave", "duty"]),
    ("after it was handed in", call("a", "18:01"), {"handed_in_at": make.at(THURSDAY, 18)}, ["after_hand_in"]),
    ("at that minute", call("a", "18:00"), {"handed_in_at": make.at(THURSDAY, 18)}, []),
    ("handed in the next morning", call("a", "23:00"), {"handed_in_at": make.at(FRIDAY, 8)}, []),
    ("handed in before the day", call("a", "09:00"), {"handed_in_at": make.at(THURSDAY, 0)}, ["after_hand_in"]),
    ("written after the hand-in, whatever hour it claims", Happened("a", hour("10:00"), written=make.at(FRIDAY, 9)),
     {"handed_in_at": make.at(THURSDAY, 18)}, ["added_later"]),
    ("written before", Happened("a", hour("10:00"), written=make.at(THURSDAY, 17)),
     {"handed_in_at": make.at(THURSDAY, 18)}, []),
    ("nobody's client", visit("a", "10:00", owner=None), {}, ["unknown_client"]),
    ("a colleague's client", call("a", "10:00", owner=COLLEAGUE), {}, ["colleagues_client"]),
    ("no client at all", Happened("a", hour("10:00")), {}, []),
    ("several, in one order", visit("a", "10:00", owner=None), {"works": False, "away": LEAVE_AM},
     ["day_off", "leave", "unknown_client"]),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "day", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_flags(entry, day, expected):
    assert flags(entry, **day) == ({"a": expected} if expected else {})


def test_every_flag_has_a_word():
    assert set(WORDS) == set(Flag)
    assert Flag.OVERLAP.word == "时间重叠"


# The pages


def a_flagged_log(zhou, department):
    """Two visits at an hour of leave, to nobody's client and to a colleague's, and a call after the hand-in."""
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    make.prospect(colleague, "同事机械")
    make.prospect(zhou, "自家物流")
    make.visit(zhou, client="路边店", when=make.at(THURSDAY, 9))
    make.visit(zhou, client="同事机械", when=make.at(THURSDAY, 9))
    make.absence(zhou, THURSDAY, "am")
    make.submit(zhou, when=make.at(THURSDAY, 18))
    make.call(zhou, client="自家物流", when=make.at(THURSDAY, 18, 30))
    return DailyLog.objects.get(person=zhou, day=THURSDAY)


def tags(answer):
    return re.findall(r'class="tag">([^<]+)<', answer.content.decode())


def test_the_reviewer_sees_them_and_the_author_does_not(client, zhou, manager, department, clock_at):
    log = a_flagged_log(zhou, department)
    clock_at(make.at(THURSDAY, 19))
    client.force_login(zhou)
    assert not set(tags(client.get("/today/"))) & {flag.word for flag in Flag}
    clock_at(make.at(FRIDAY, 8))
    client.force_login(manager)
    expected = {"时间重叠", "请假", "提交之后", "提交后补记", "未登记客户", "同事的客户"}
    for address in ("/review/", f"/logs/{log.pk}/"):
        assert set(tags(client.get(address))) & {flag.word for flag in Flag} == expected, address
    assert log.visits == 2  # flags refuse nothing and change no figure


def test_a_day_off_is_flagged(client, zhou, manager, clock_at):
    saturday = THURSDAY + timedelta(days=2)
    make.prospect(zhou, "自家物流")
    make.call(zhou, saturday, client="自家物流")
    log = make.submit(zhou, saturday)
    clock_at(make.at(saturday, 19))
    client.force_login(manager)
    assert "休息日" in tags(client.get(f"/logs/{log.pk}/"))


@pytest.mark.parametrize("address", ["/review/", "log"])
def test_they_cost_the_same_for_many_entries(client, zhou, manager, department, clock_at, address):
    log = a_flagged_log(zhou, department)
    clock_at(make.at(FRIDAY, 8))
    client.force_login(manager)
    address = f"/logs/{log.pk}/" if address == "log" else address
    few = asked(client, address)
    clock_at(make.at(THURSDAY, 19))
    for number in range(20):
        make.visit(zhou, client=f"单位{number}", when=make.at(THURSDAY, 19))
    clock_at(make.at(FRIDAY, 8))
    assert asked(client, address) == few


def asked(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_what_is_added_to_a_returned_log_is_flagged_to_readers_and_history_is_not(zhou, manager):
    """An hour of the day itself does not hide that the entry came after the hand-in; imports are not judged by it."""
    make.call(zhou, client="云帆物流")
    log = make.submit(zhou)
    reviewing.return_log(log, by=manager, at=make.at(FRIDAY, 9), comment="补")
    make.call(zhou, client="宏达机械", when=make.at(FRIDAY, 10), call_at=hour("10:00"))
    make.call(zhou, client="瑞丰食品", when=make.at(FRIDAY, 10), call_at=hour("10:00"))
    LogEntry.objects.filter(client="瑞丰食品").update(import_key="history")
    seen = flagged(entries_of(log, zhou.pk, THURSDAY), log, works=True, away={})
    assert {entry.row.client for entry in seen if Flag.ADDED_LATER in entry.flags} == {"宏达机械"}
