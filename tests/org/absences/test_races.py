"""Several at once: one request a half day, one decision a request, one relief a half day of a unit."""

from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet

from org import clock
from org.absences import actions, relieving
from org.absences.models import Absence, AbsenceRequest, Relief
from org.absences.rules import Stretch
from org.corrections.models import Correction
from org.people.models import Person
from org.posts import Post
from org.units.models import Unit
from org.workflow import Refused
from tests import factories as make
from tests.org.absences.conftest import NOW, TUESDAY, ask, record, wish
from tests.races import Crowd, meet_before

pytestmark = pytest.mark.race
DAY = Stretch(TUESDAY, "am", TUESDAY, "pm")


@pytest.fixture
def unit(fresh_db):
    clock.shift_clock(to=NOW)
    return make.department(make.branch(make.city(), "370202"))


@pytest.fixture
def crowd(unit):
    made = Crowd(8)
    yield made
    made.close()


@pytest.fixture
def cast(unit):
    posts = (Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM, Post.HQ_STAFF)
    return [make.person(post, unit=make.home_of(post, unit)) for post in posts]


def fresh(who):
    return Person.objects.get(pk=who.pk)


def outcomes(results, kind):
    return sum(isinstance(one, kind) for one in results)


def test_eight_that_overlap_are_one(cast, crowd):
    zhou = cast[0]
    results = crowd(lambda: actions.ask(fresh(zhou), wish(), at=NOW, key=uuid4()))
    assert (AbsenceRequest.objects.count(), outcomes(results, Refused)) == (1, 7), results


def test_without_the_lock_the_database_refuses(cast, crowd, monkeypatch):
    """The control: there is still one, and another ends in an error, a deadlock may be, instead of a sentence."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
    meet_before(monkeypatch, AbsenceRequest, "save")
    zhou = cast[0]
    results = crowd(lambda: actions.ask(fresh(zhou), wish(), at=NOW, key=uuid4()))
    assert AbsenceRequest.objects.count() == 1
    assert outcomes(results, DatabaseError) > 0, results


def test_one_of_granting_and_refusing_wins(cast, crowd):
    zhou, manager, deputy, _hq = cast
    request = ask(zhou)

    def again():
        return AbsenceRequest.objects.select_related("unit", "person").get(pk=request.pk)

    results = crowd(
        lambda: actions.grant(again(), by=fresh(manager), at=NOW),
        lambda: actions.refuse(again(), by=fresh(deputy), at=NOW, reason="月底"),
    )
    assert outcomes(results, Refused) == 7, results
    granted = again().state == AbsenceRequest.State.GRANTED
    assert (Absence.objects.count(), Correction.objects.count()) == ((2, 1) if granted else (0, 0))


def test_one_of_eight_revokes(cast, crowd):
    zhou, manager, *_others = cast
    request = record(zhou, manager)

    def revoke():
        found = AbsenceRequest.objects.select_related("unit", "person").get(pk=request.pk)
        return actions.revoke(found, by=fresh(manager), at=NOW, reason="来了")

    assert outcomes(crowd(revoke), Refused) == 7
    assert (Absence.objects.count(), Correction.objects.count()) == (0, 2)


def test_one_relief_a_half_day_and_one_withdrawal(cast, crowd, unit):
    hq = cast[3]
    branch = unit.branch

    def grant():
        units = [Unit.objects.get(pk=branch.pk)]
        return relieving.grant_relief(units, DAY, reason="台风", by=fresh(hq), at=NOW, key=uuid4())

    assert outcomes(crowd(grant), Refused) == 7
    batch = Relief.objects.first().batch
    results = crowd(lambda: relieving.withdraw_relief(batch, by=fresh(hq), at=NOW))
    assert outcomes(results, Refused) == 7, results
    assert Correction.objects.count() == 2
