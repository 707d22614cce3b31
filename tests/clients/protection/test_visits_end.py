"""Whose client goes: agreed visits are called off and the companions told, and he runs its projects no further."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.chain import opportunities, planning
from clients.chain.models import Opportunity, PlannedVisit
from clients.chain.opportunities import Expected
from clients.prospects.models import Prospect
from org import clock
from org.notices.models import Notice
from org.workflow import Refused
from tests import factories as make
from tests.clients.protection.asking import Hand
from tests.clients.protection.conftest import ENDS, WARNS

TODAY = make.THURSDAY


def agreed(owner, manager, client, day):
    """A visit of tomorrow to which the manager comes along."""
    at = make.at(day - timedelta(days=1), 12)
    wish = planning.Wish(starts_at=make.at(day, 10), ends_at=make.at(day, 11))
    made = planning.plan(owner, client, wish, at=at, key=uuid4(), companions=[manager.pk])
    return PlannedVisit.objects.get(pk=made["planned"])


def is_off(planned, manager):
    planned.refresh_from_db()
    gone = (planned.state, planned.seats.count(), planned.accompaniments.get().state) == ("cancelled", 0, "withdrawn")
    return gone and Notice.objects.filter(to=manager, kind="accompany_off").exists()


@pytest.fixture
def noon(clock_at):
    clock_at(make.at(TODAY, 12))


def test_given_back_its_visits_are_called_off(zhou, manager, held, noon):
    client = held(zhou)
    planned = agreed(zhou, manager, client, TODAY + timedelta(days=1))
    Hand(zhou).post(f"/clients/{client.pk}/give-back/")
    assert is_off(planned, manager)


def test_decided_for_another_too(zhou, li, manager, held, noon):
    client = held(zhou)
    planned = agreed(zhou, manager, client, TODAY + timedelta(days=1))
    answer = Hand(li).raises(client.name)
    Hand(manager).post(f"{answer.url}grant/", reason="三次拜访记录在先")
    client.refresh_from_db()
    assert client.owner == li and is_off(planned, manager)


def test_and_when_the_protection_ran_out(zhou, manager, held, sweep):
    client = held(zhou)
    sweep(WARNS)
    planned = agreed(zhou, manager, client, ENDS + timedelta(days=3))
    sweep(ENDS + timedelta(days=1))
    client.refresh_from_db()
    assert client.released_at and is_off(planned, manager)


def test_who_let_it_go_runs_none_of_its_projects(zhou, held, noon):
    client = held(zhou)
    opportunities.start(client, Expected(line="团体意外"), by=zhou, at=clock.now(), key=uuid4())
    Hand(zhou).post(f"/clients/{client.pk}/give-back/")
    one = Opportunity.objects.select_related("prospect").get()
    assert not Opportunity.objects.visible_to(zhou, TODAY)
    with pytest.raises(Refused, match="自己客户"):
        opportunities.close(one, state="lost", reason="不谈了", by=zhou, at=clock.now(), key=uuid4())
    with pytest.raises(Refused, match="自己客户"):
        agreed(zhou, zhou, Prospect.objects.get(), TODAY + timedelta(days=1))
    assert Hand(zhou).get(f"/clients/opportunities/{one.pk}/close/").status_code == 404
