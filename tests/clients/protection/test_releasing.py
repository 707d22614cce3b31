"""A silent client is warned about and then goes to the branch pool; nothing else keeps or frees it."""

from datetime import timedelta

import pytest

from clients.prospects.models import Prospect
from clients.protection.models import Release
from org.notices.models import Notice
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.protection.conftest import ENDS, START, WARNS

DAY = timedelta(days=1)
OUT = ENDS + DAY  # the first day in the pool


def released(prospect):
    prospect.refresh_from_db()
    return prospect.released_at is not None


def told(person, kind):
    return [one.title for one in Notice.objects.filter(to=person, kind=kind).order_by("at")]


def test_ninety_days_then_a_warning_then_the_pool(zhou, held, sweep):
    client = held(zhou)
    sweep(START)
    sweep(WARNS - DAY)
    assert told(zhou, "protection_ends") == []
    sweep(WARNS)
    assert told(zhou, "protection_ends") == ["1 家客户快回到公海，最早 2月15日"]
    sweep(ENDS, 23)
    assert not released(client)
    sweep(OUT, 0)
    assert released(client)
    [gone] = Release.objects.all()
    assert (gone.prospect, gone.person, gone.protected_until) == (client, zhou, ENDS)
    assert told(zhou, "protection_ended") == ["1 家客户已回到公海"]
    assert Trace.objects.filter(verb="release_client", actor="system", about_id=str(client.pk)).count() == 1


def test_run_often_it_tells_and_releases_once(zhou, held, sweep):
    for number in range(3):
        held(zhou, f"客户{number}")
    for day in (WARNS, WARNS, WARNS + DAY, OUT, OUT, OUT + DAY):
        sweep(day)
        sweep(day)
    assert told(zhou, "protection_ends") == ["3 家客户快回到公海，最早 2月15日"]
    assert told(zhou, "protection_ended") == ["3 家客户已回到公海"]
    assert Release.objects.count() == 3


def test_after_weeks_of_silence_the_warning_still_comes_first(zhou, held, sweep):
    client, late = held(zhou), ENDS + timedelta(days=40)
    sweep(late)
    assert told(zhou, "protection_ends") and not released(client)
    sweep(late + timedelta(days=6))
    assert not released(client)
    sweep(late + timedelta(days=7))
    assert released(client)


def call(who, day, **more):
    make.call(who, day, client="宏达机械有限公司", **more)


def visit(who, day, **more):
    make.visit(who, day, client="宏达机械有限公司", **more)


WORKS = [
    ("a visit of a day handed in", visit, {}, True, True),
    ("an answered call of a day handed in", call, {}, True, True),
    ("a visit of a draft", visit, {}, False, False),
    ("a call that nobody took", call, {"answer": "unanswered"}, True, False),
    ("a visit without an outcome", visit, {"outcome": ""}, True, False),
    ("a call in the quiet hours", call, {"call_at": make.at(START, 7).time()}, True, False),
]


@pytest.mark.parametrize(("what", "record", "given", "handed_in", "keeps"), WORKS, ids=[one[0] for one in WORKS])
def test_what_keeps_a_client(zhou, held, sweep, clock_at, what, record, given, handed_in, keeps):
    client, worked = held(zhou), make.THURSDAY + timedelta(days=70)
    clock_at(make.at(worked, 12))
    record(zhou, worked, when=make.at(worked, 10), **given)
    if handed_in:
        make.submit(zhou, worked, when=make.at(worked, 18))
    sweep(WARNS)
    sweep(OUT)
    assert released(client) is not keeps
    if keeps:
        sweep(worked + timedelta(days=84))
        sweep(worked + timedelta(days=91))
        assert released(client)


def test_work_after_the_warning_keeps_it(zhou, held, sweep, clock_at):
    client, worked = held(zhou), WARNS + timedelta(days=2)
    sweep(WARNS)
    clock_at(make.at(worked, 12))
    call(zhou, worked, when=make.at(worked, 10))
    make.submit(zhou, worked, when=make.at(worked, 18))
    sweep(OUT)
    assert not released(client) and client.warned_on is None
    assert client.look_again_on > OUT


def test_a_policy_in_force_keeps_it_and_an_old_one_does_not(zhou, held, sweep):
    insured, lapsed = held(zhou, "有保单"), held(zhou, "保单到期")
    make.policy(zhou, START, prospect=insured, expires_on=OUT)
    make.policy(zhou, START, prospect=lapsed, expires_on=ENDS - DAY)
    sweep(WARNS)
    sweep(OUT)
    assert not released(insured) and not released(lapsed)  # in force until the day before: warned late
    sweep(OUT + DAY)
    assert not released(insured)
    sweep(OUT + timedelta(days=30))
    sweep(OUT + timedelta(days=60))
    assert released(insured) and released(lapsed)


def test_a_household_is_nobodys_to_take_over(zhou, held, sweep):
    home = held(zhou, "张家", kind=Prospect.Kind.HOUSEHOLD)
    for day in (WARNS, OUT, OUT + timedelta(days=90)):
        sweep(day)
    assert not released(home)


def test_an_old_client_of_a_list_is_protected_from_the_import_on(zhou, held, sweep):
    old = held(zhou)
    Prospect.objects.filter(pk=old.pk).update(registered_on=START - timedelta(days=700))
    sweep(WARNS - DAY)
    assert told(zhou, "protection_ends") == []


def test_who_lost_it_finds_it_no_more_and_his_manager_does(zhou, manager, pooled, client, clock_at):
    clock_at(make.at(make.THURSDAY, 14))
    gone = pooled(zhou)
    client.force_login(zhou)
    assert client.get(f"/clients/{gone.pk}/").status_code == 404
    assert "宏达" not in client.get("/clients/").content.decode()
    client.force_login(manager)
    assert "在公海" in client.get(f"/clients/{gone.pk}/").content.decode()


def test_a_round_with_nothing_due_is_one_glance(zhou, held, sweep, django_assert_max_num_queries):
    for number in range(30):
        held(zhou, f"客户{number}")
    sweep(START)
    with django_assert_max_num_queries(4):  # two of them move the clock of the test
        sweep(START)


@pytest.mark.parametrize("size", [2, 40])
def test_a_round_costs_the_same_for_many(zhou, held, sweep, django_assert_max_num_queries, size):
    for number in range(size):
        held(zhou, f"客户{number}")
    with django_assert_max_num_queries(18):
        sweep(WARNS)


def test_two_workers_release_each_client_once(zhou, held, sweep):
    """The second finds the city taken; the database refuses a second line for one client."""
    client = held(zhou)
    sweep(WARNS)
    sweep(OUT)
    with pytest.raises(Exception, match="a_client_is_in_the_pool_once"):
        client.releases.create(person=zhou, at=make.at(OUT), protected_until=ENDS)


def test_of_another_city_nobody_is_touched(zhou, held, sweep):
    other = make.department(make.branch(make.city("3706", "烟台市公司"), "370602"))
    far = held(make.person(Post.CLIENT_MANAGER, unit=other), "烟台一家", on=OUT)
    near = held(zhou)
    sweep(WARNS)
    sweep(OUT)
    assert released(near) and not released(far)
