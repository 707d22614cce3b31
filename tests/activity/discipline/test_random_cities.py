"""Random cities over twenty weeks: imported, decided, closed by the product, and counted again by the oracle."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from activity.assessment.excusing import excuse
from activity.discipline.verifying import faults
from org import clock
from org.absences.relieving import grant_relief
from org.absences.rules import Stretch
from org.people.models import Person
from org.periods.due import run_due
from org.posts import Post
from org.rules.actions import publish
from org.rules.schema import RuleBook
from org.trials.actions import start_trial
from org.units.models import Unit
from org.week import Week
from org.working_days import actions as days
from org.working_days.rules import SHANGHAI
from tests.oracle.fines import proposed
from tests.oracle.random_city import write_random_city
from tests.oracle.weeks import assess, material, mondays

BEFORE = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)  # trial runs begin in weeks to come
AFTER = datetime(2026, 6, 5, 12, tzinfo=SHANGHAI)
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 21))]


def taken_in(city):
    """The roster a Sunday before it all, decisions by who may take them, the work afterwards."""
    clock.shift_clock(to=BEFORE)
    with pytest.raises(SystemExit) as ended:
        call_command("import_workbook", "roster", str(city.folder / "roster.xlsx"))
    assert ended.value.code == 0
    decide(city)
    clock.shift_clock(to=AFTER)
    with pytest.raises(SystemExit) as ended:
        call_command("import_workbook", "activity", str(city.folder / "activity.xlsx"))
    assert ended.value.code == 0
    for one in city.decisions.excuses:
        granted = {"by": deputy_of(city, one.employee, one.monday), "at": clock.now(), "key": uuid4()}
        excuse(Person.objects.get(employee_no=one.employee), Week(one.monday), reason=one.reason, **granted)


def decide(city):
    at = clock.now()
    hq = Person.objects.holding(Post.HQ_STAFF, on=at.date()).first()
    for day, works in city.decisions.corrections.items():
        days.correct(day, works=works, note="测试", by=None, at=at)
    for version in city.decisions.versions:
        publish(RuleBook.read(version.overrides), by=None, at=at, effective_from=version.monday)
    for one in city.decisions.trials:
        weeks = {"first": Week(one.monday), "last": Week.of(one.sunday)}
        start_trial(Unit.objects.get(code=one.unit), **weeks, reason="试", by=hq, at=at, key=uuid4())
    for one in city.decisions.reliefs:
        stretch = Stretch(one.day, one.half, one.day, one.half)
        grant_relief([Unit.objects.get(code=one.unit)], stretch, reason="台风", by=hq, at=at, key=uuid4())


def deputy_of(city, employee, monday):
    held = Person.objects.get(employee_no=employee).appointments.touching(monday, monday + timedelta(days=6))
    branch = held.filter(post=Post.CLIENT_MANAGER).first().unit.branch
    return Person.objects.get(employee_no=city.deputies[branch.code])


def exported(what, city, folder):
    path = folder / f"{what}.json"
    call_command("export", what, "--from", str(city.first), "--to", str(city.last), "--out", str(path))
    return json.loads(path.read_text())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_person_week_and_fine(db, tmp_path, seed):
    city = write_random_city(tmp_path, seed)
    given = material(tmp_path, decisions=city.decisions)
    with transaction.atomic():
        taken_in(city)
        run_due()
        first = min(version.monday for version in city.decisions.versions)
        wanted = [row for monday in mondays(max(first, city.first), city.last) for row in assess(given, monday)]
        assert exported("assessments", city, tmp_path) == wanted
        assert exported("fines", city, tmp_path) == proposed(given, max(first, city.first), city.last)
        assert not list(faults())
        transaction.set_rollback(True)
