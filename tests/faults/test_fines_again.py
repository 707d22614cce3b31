"""Closed weeks once more under newer rules (reliability.md F15): every row keeps its bytes."""

from datetime import timedelta
from random import Random

import pytest

from activity.assessment import actions as assessments
from activity.assessment.models import WeekAssessment, WeekClose
from activity.discipline.adjusting import settle
from activity.discipline.models import Fine
from activity.discipline.verifying import faults
from org import clock
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.periods import due
from org.periods.due import run_due
from org.periods.models import Period
from org.rules.actions import publish
from org.rules.schema import RuleBook
from tests import factories as make
from tests.activity.discipline.machine_city import PLANS, START, VISITS_ALONE, Facts, make_city, visits_of, work
from tests.faults.fined import everything

pytestmark = pytest.mark.fault
NEWER = [
    {"targets": {**VISITS_ALONE, "visits": 2}, "assessment": {"short_weeks": "rolling"}},
    {"targets": VISITS_ALONE, "assessment": {"mode": "weighted", "unassessed_weeks": "break"}},
    {"targets": VISITS_ALONE, "assessment": {"mode": "each_day"}, "fines": {"two_short_weeks_yuan": 80}},
]


@pytest.fixture
def year(db, monkeypatch, luck, rounds):
    """So many weeks of four people are closed, by rules that were in force from the first one; returns the city."""
    monkeypatch.delitem(due.HANDLERS, Period.Kind.REPORT)
    city, weeks = make_city(), rounds(8, 52)
    new_rules(START, {"targets": VISITS_ALONE})
    facts = Facts(city)
    write(city, facts, Random(luck.random()), weeks)
    clock.shift_clock(to=make.at(START + timedelta(weeks=weeks, days=4)))
    assert len(run_due()) == weeks
    return city


def new_rules(monday, book):
    publish(RuleBook.model_validate({"effective_from": monday, **book}), by=None, at=clock.now())


def write(city, facts, rng, weeks):
    for monday in (START + timedelta(weeks=n) for n in range(weeks)):
        for who, person in city.people.items():
            work(person, visits_of(rng.choice(PLANS), facts.held_days(who, monday)))


def once_more(city):
    """The closes as if never done, a correction of everybody's whole time, and the sweep."""
    Period.objects.filter(kind=Period.Kind.CLOSE, week__lte=WeekClose.objects.latest("week").week).update(done_at=None)
    whole = {"first": START, "last": clock.today()}
    corrections.note(Correction.Cause.IMPORT, at=clock.now(), unit=city.units["3702"], note="再看一遍", **whole)
    assert run_due() == []
    assert not Correction.objects.waiting().exists()
    assert settle(at=clock.now()) == 0


def newer_rules(n):
    last = WeekClose.objects.latest("week").week
    new_rules(last + timedelta(weeks=2 + n), NEWER[n])


def test_three_times_under_newer_rules_every_byte_stays(year):
    assert Fine.objects.exists()
    before = everything()
    for n in range(3):
        newer_rules(n)
        once_more(year)
        assert everything() == before
    assert not [*faults()]


def test_what_was_changed_and_changed_back_comes_out_as_it_was(year):
    """The versions grow; the figures in force are those of before."""
    before, lines = figures(), Fine.objects.count()
    newer_rules(0)
    leave = [make.absence(year.people["e1"], START + timedelta(days=day)) for day in range(5)]
    once_more(year)
    assert figures() != before
    for half in leave:
        half.delete()
    once_more(year)
    assert figures() == before
    assert Fine.objects.live().count() <= lines
    assert not [*faults()]


def figures():
    columns = ("person", "week", "required_half_days", "visits", "status", "streak", "proposes")
    return sorted(WeekAssessment.objects.current().values_list(*columns))


def test_under_the_newest_rules_they_would_come_out_otherwise(year, monkeypatch):
    """The control: what the pin protects from."""
    before = everything()
    newest = RuleBook.model_validate({"effective_from": START, **NEWER[0]})
    monkeypatch.setattr(assessments, "book_of", lambda rules: newest)
    corrections.note(Correction.Cause.IMPORT, first=START, last=START, at=clock.now(), unit=year.units["3702"])
    settle(at=clock.now())
    assert everything() != before
