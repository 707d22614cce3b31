"""The night's housekeeping."""

from datetime import timedelta
from uuid import uuid4

import pytest

from org import clock
from org.idempotency.actions import KEPT, once
from org.idempotency.models import Once
from org.periods.tasks import tidy
from org.working_days.models import WorkingDay
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_keys_of_forms_are_kept_for_a_period_and_a_quarter():
    who, now = make.person(), clock.now()
    for age in (KEPT - timedelta(hours=1), KEPT + timedelta(hours=1)):
        once(uuid4(), by=who, verb="record", at=now - age, parameters={}, effect=dict)
    tidy()
    assert Once.objects.count() == 1


def test_the_working_days_of_the_coming_years_are_there():
    WorkingDay.objects.all().delete()
    tidy()
    years = {day.year for day in WorkingDay.objects.values_list("day", flat=True)}
    this_year = clock.today().year
    assert years == {this_year - 1, this_year, this_year + 1, this_year + 2}


def test_what_headquarters_corrected_stays():
    new_year = clock.today().replace(month=1, day=1)
    WorkingDay.objects.filter(day=new_year).update(works=True, source="hq")
    tidy()
    assert WorkingDay.objects.get(day=new_year).works
