"""After level 4 the manager or above comes along once a calendar quarter (domain.md 3): every page asks the same."""

import re
from datetime import date

import pytest
from django.urls import reverse

from clients.chain.models import Opportunity
from clients.chain.wanted import Want, needs_of
from clients.visits.models import Kind
from org import clock
from org.week import Week
from tests import factories as make
from tests.clients.chain.held import record
from tests.clients.chain.visits import FRIDAY, NOW, TODAY

NEXT_QUARTER = date(2027, 1, 5)


@pytest.fixture
def fourth(crew):
    """A project that has reached level 4, and its visit of today with nobody."""
    Opportunity.objects.filter(pk=crew.opportunity.pk).update(start_level=4, level=4)
    crew.opportunity.refresh_from_db()
    return crew


def asked_of(crew, day):
    want = Want(crew.opportunity, Kind.DEVELOPMENT, crew.her.pk, crew.team.path, day)
    return [need.people for need, _line in needs_of([want])]


def said(client, who, address, asked=None):
    client.force_login(who)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address, asked).content.decode()))


def pages(client, crew):
    """What the four pages say of the manager: the form, the visit that is planned, the board, the sheet of 今日."""
    planned = crew.planned
    sheet = reverse("today-entry-new", args=[FRIDAY, "visit"])
    clock.shift_clock(to=make.at(FRIDAY, 9))
    return [
        "要有人陪访：团体部经理 陈立" in said(client, crew.her, f"/clients/{crew.prospect.pk}/visits/new/"),
        "要有人陪访：团体部经理 陈立" in said(client, crew.her, f"/visits/{planned.pk}/"),
        "团体部经理 陈立" in said(client, crew.deputy, "/visits/board/", {"week": str(Week.of(FRIDAY))}),
        "应由团体部经理 陈立" in said(client, crew.her, sheet, {"client": crew.prospect.name}),
    ]


def test_the_manager_is_asked_for_until_he_has_come_and_again_in_the_next_quarter(client, fourth):
    fourth.planned = fourth.plan(hour=15)
    record(fourth, day=TODAY, hour=8, at=NOW)
    assert asked_of(fourth, FRIDAY) == [(fourth.manager.pk,)]
    assert pages(client, fourth) == [True] * 4
    record(fourth, day=FRIDAY, hour=8, at=make.at(FRIDAY, 9), companion_id=fourth.manager.pk)
    assert asked_of(fourth, FRIDAY) == [()]
    assert asked_of(fourth, NEXT_QUARTER) == [(fourth.manager.pk,)]
    assert pages(client, fourth) == [False] * 4
    assert "本季度已有经理以上陪访" in said(client, fourth.her, f"/visits/{fourth.planned.pk}/")


def test_only_a_project_at_level_four_asks_for_its_visits(fourth, django_assert_num_queries):
    record(fourth, day=TODAY, hour=8, at=NOW, companion_id=fourth.manager.pk)
    fourth.opportunity.level = 3
    with django_assert_num_queries(2):  # the line of units, the rules
        assert asked_of(fourth, FRIDAY) == [(fourth.deputy.pk,)]
    fourth.opportunity.level = 4
    with django_assert_num_queries(4):  # and the visits with whoever was asked to them, and their calendar
        assert asked_of(fourth, FRIDAY) == [()]
