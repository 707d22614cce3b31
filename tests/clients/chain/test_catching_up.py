"""Visits of before there were chains get theirs, once, and again does nothing."""

from datetime import timedelta

from clients.chain.catching_up import CLIENTS, catch_up
from clients.chain.following import compare
from clients.chain.models import Opportunity
from clients.visits.models import Visit
from org import clock
from org.periods.due import Sweep
from tests import factories as make

TODAY = make.THURSDAY


def of_old(who, client, days, **more):
    """Visits as they stood before: without a project, and nothing kept of a chain."""
    for ago in days:
        make.visit(who, TODAY - timedelta(days=ago), client=client.name, kind="development", next_step="报价",
                   next_step_on=TODAY + timedelta(days=7), **more)  # fmt: skip
    Visit.objects.filter(prospect=client).update(
        opportunity=None, chain_number=None, chain_level=None, chain_needs="", companion_missing=False
    )
    Opportunity.objects.filter(prospect=client).delete()


def test_a_client_of_old_has_come_as_far_as_its_accompanied_visits(crew):
    clock.shift_clock(to=make.at(TODAY, 18))
    client = make.prospect(crew.her, "宏达机械有限公司")
    of_old(crew.her, client, [9])
    of_old(crew.her, client, [6], companion_id=crew.leader.pk)
    of_old(crew.her, client, [3], companion_id=crew.manager.pk)
    service = make.visit(crew.her, TODAY, client=client.name)["entry"]
    other = make.prospect(crew.her, "海蓝物流有限公司", start_level=2)
    of_old(crew.her, other, [2, 1])
    catch_up(Sweep(clock.now()))
    one = Opportunity.objects.get(prospect=client)
    assert (one.line, one.started_on, one.start_level, one.visits_made) == ("", TODAY - timedelta(days=9), 0, 3)
    assert one.level >= 2 and Visit.objects.get(pk=service).opportunity is None
    assert set(Visit.objects.filter(prospect=client, kind="development").values_list("chain_number", flat=True)) == {
        1, 2, 3
    }  # fmt: skip
    two = Opportunity.objects.get(prospect=other)
    assert (two.start_level, two.visits_made) == (2, 2)
    catch_up(Sweep(clock.now()))
    assert Opportunity.objects.filter(prospect__in=[client, other]).count() == 2
    assert not compare([one.pk, two.pk])


def test_what_began_since_takes_the_older_visits_too(crew):
    clock.shift_clock(to=make.at(TODAY, 18))
    client = make.prospect(crew.her, "宏达机械有限公司")
    of_old(crew.her, client, [9, 6])
    make.visit(crew.her, TODAY, client=client.name, kind="development", next_step="报价", next_step_on=TODAY)
    catch_up(Sweep(clock.now()))
    assert Opportunity.objects.get(prospect=client).visits_made == 3


def test_more_than_one_batch_of_clients(crew, monkeypatch):
    clock.shift_clock(to=make.at(TODAY, 18))
    assert CLIENTS > 1
    monkeypatch.setattr("clients.chain.catching_up.CLIENTS", 1)
    clients = [make.prospect(crew.her, f"客户{number}") for number in range(3)]
    for client in clients:
        of_old(crew.her, client, [2])
    catch_up(Sweep(clock.now()))
    assert Opportunity.objects.filter(prospect__in=clients, visits_made=1).count() == 3


def test_a_visit_after_its_project_was_closed_starts_another(crew):
    clock.shift_clock(to=make.at(TODAY, 18))
    client = make.prospect(crew.her, "宏达机械有限公司")
    of_old(crew.her, client, [9, 2])
    closed = crew.project(client, level=0)
    Opportunity.objects.filter(pk=closed.pk).update(state="lost", closed_on=TODAY - timedelta(days=5))
    catch_up(Sweep(clock.now()))
    assert sorted(Opportunity.objects.filter(prospect=client).values_list("state", "visits_made")) == [
        ("lost", 1), ("running", 1)
    ]  # fmt: skip
