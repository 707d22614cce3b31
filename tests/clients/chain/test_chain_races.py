"""Two hands at once on one planned visit: a hand-over and its companion's answer, an edit and his denial.

The one that comes second is held where it would do harm, and let go where the lock keeps it waiting.
"""

from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import OperationalError, transaction

from clients.chain import confirming, denials, handing, inviting
from clients.chain.models import Accompaniment, PlannedVisit, PlannedVisitQuerySet
from clients.visits.models import Visit
from org import clock
from org.notices.models import Notice
from tests.clients.chain.held import FRIDAY_NOON, record
from tests.clients.chain.visits import NOW, Crew
from tests.races import Crowd

LATER = NOW + timedelta(minutes=1)
AWHILE = 0.5  # seconds given to the other hand; only the control needs less


@pytest.fixture
def two(fresh_db):
    clock.shift_clock(to=NOW)
    made = Crowd(2)
    yield made
    made.close()


def hand_on_and_accept(two, monkeypatch):
    """He accepts while the visit is handed on: after the answers were read, before anybody is told."""
    crew, has_read, has_answered = Crew(), Event(), Event()
    planned = crew.plan(crew.leader)
    hold = handing.hold_places

    def held(people):
        has_read.set()
        has_answered.wait(AWHILE)
        hold(people)

    def give():
        with transaction.atomic():  # as clients/handover/actions.py reads it
            found = PlannedVisit.objects.select_for_update(of=("self",)).select_related("prospect", "person")
            handing.hand_on(found.get(pk=planned.pk), crew.mate, unit=crew.team, by=crew.manager, at=LATER)

    def accept():
        has_read.wait(30)
        inviting.accept(planned.accompaniments.get(), by=crew.leader, at=NOW, key=uuid4())
        has_answered.set()

    monkeypatch.setattr(handing, "hold_places", held)
    assert [one for one in two(give, accept) if isinstance(one, Exception)] == []
    asked = Accompaniment.objects.get()
    seats = set(planned.seats.values_list("person", flat=True))
    assert (asked.state, asked.person, seats) == ("accepted", crew.mate, {crew.mate.pk, crew.leader.pk})
    told = set(Notice.objects.filter(kind="accompany_accepted").values_list("to", flat=True))
    return told == {crew.mate.pk}, Notice.objects.unread().filter(to=crew.leader, kind="accompany_asked").count()


@pytest.mark.race
def test_who_accepts_while_the_visit_is_handed_on_tells_its_new_owner(two, monkeypatch):
    assert hand_on_and_accept(two, monkeypatch) == (True, 0)


@pytest.mark.race
def test_unlocked_he_would_tell_the_old_one_and_be_asked_again(two, monkeypatch):
    """The control: the planned visit is read unlocked by both."""
    monkeypatch.setattr(PlannedVisitQuerySet, "select_for_update", lambda rows, **_given: rows.all(), raising=False)
    assert hand_on_and_accept(two, monkeypatch) == (False, 1)


def edit_and_deny(two, monkeypatch):
    """The owner writes the entry anew while its companion says that he was not there."""
    crew, has_row, has_tried = Crew(), Event(), Event()
    visit = record(crew, companion_id=crew.leader.pk)
    note = denials.note

    def noted(*about, **more):
        has_row.set()
        has_tried.wait(AWHILE)
        note(*about, **more)

    def deny():
        one = Accompaniment.objects.get()
        confirming.refuse(one, reason="在开会", by=crew.leader, at=FRIDAY_NOON, key=uuid4())

    def edit():
        has_row.wait(30)
        record(crew, replaces=visit.pk, alone=True, outcome="改约")

    monkeypatch.setattr(confirming.denials, "note", noted)
    return crew, two(deny, edit)


@pytest.mark.race
def test_an_edit_and_a_denial_wait_for_each_other_in_one_order(two, monkeypatch):
    crew, answers = edit_and_deny(two, monkeypatch)
    assert [one for one in answers if isinstance(one, Exception)] == []
    visit, one = Visit.objects.get(), Accompaniment.objects.get()
    assert (visit.outcome, visit.companion, one.outcome, one.visit) == ("改约", None, "refused", visit)
    crew.opportunity.refresh_from_db()
    assert crew.opportunity.level == 1


@pytest.mark.race
def test_the_row_before_its_opportunity_is_a_deadlock(two, monkeypatch):
    """The control: the companion does not hold the opportunity first."""
    hold = confirming.hold_opportunity
    monkeypatch.setattr(
        confirming, "hold_opportunity", lambda **which: None if "visits__companions" in which else hold(**which)
    )
    _crew, answers = edit_and_deny(two, monkeypatch)
    assert [type(one) for one in answers if isinstance(one, Exception)] == [OperationalError]
