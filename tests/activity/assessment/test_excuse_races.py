"""Two 分管总 excuse the same week at once: one does, the other hears so. On the real database."""

from functools import partial
from uuid import uuid4

import pytest

from activity.assessment import excusing
from activity.assessment.models import WeekExcuse
from org import clock
from org.notices.models import Notice
from org.people.models import Person
from org.posts import Post
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.activity.discipline.conftest import FIRST, NOW
from tests.activity.rollup.test_races import at_once
from tests.races import meet_before

pytestmark = pytest.mark.race


@pytest.fixture
def house(fresh_db):
    """Two 分管总 of a branch; each round excuses somebody else."""
    branch = make.branch(make.city(), "370202")
    make.rules(FIRST)
    clock.shift_clock(to=NOW)
    return make.department(branch), [make.person(Post.BRANCH_DEPUTY_GM, unit=branch) for _ in range(2)]


def both(house):
    """What the two hear."""
    department, deputies = house
    who = make.person(Post.CLIENT_MANAGER, unit=department)
    tap = partial(excusing.excuse, who, Week(FIRST), at=NOW, reason="住院")
    return who, at_once(*(partial(tap, by=one, key=uuid4()) for one in deputies))


def test_one_excuses_and_the_other_hears_a_sentence(house, rounds):
    for _ in range(rounds(5, 50)):
        who, heard = both(house)
        assert sorted(str(one) for one in heard) == ["None", "这一周已经免责。"], heard
        assert {type(one) for one in heard} == {type(None), Refused}
        assert WeekExcuse.objects.filter(person=who).count() == Notice.objects.filter(to=who).count() == 1


def test_without_the_person_held_the_second_would_break(house, monkeypatch):
    """The control."""
    monkeypatch.setattr(Person.objects, "select_for_update", lambda **how: Person.objects.all())
    meet_before(monkeypatch, WeekExcuse.objects, "create")
    _who, heard = both(house)
    assert [one for one in heard if "one_excuse_a_person_and_week" in str(one)], heard
