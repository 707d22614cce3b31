"""Whoever starts late catches up by itself: the due rows decide, not the timetable (reliability.md F2, F3)."""

import time
from datetime import date

import pytest

from activity.rollup.models import RollUp
from config import processes
from org import clock
from org.notices.models import Letter
from org.posts import Post
from tests import factories as make
from tests.faults.conftest import in_order_of_freezing

pytestmark = pytest.mark.fault

HOLIDAYS = {  # both holidays of autumn: noon of the last working day before the Saturday that is off
    date(2026, 9, 21): make.at(date(2026, 9, 24), 12),
    date(2026, 9, 28): make.at(date(2026, 9, 30), 12),
    date(2026, 10, 5): make.at(date(2026, 10, 10), 12),  # works on its Saturday
}


@pytest.fixture
def city(fresh_db):
    city = make.city()
    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(city, "370202")))
    return city


def caught_up(live, weeks, patience):
    """Start worker and beat, with no memory of earlier rings; seconds until all is frozen and sent."""
    began = time.monotonic()
    live.start("worker", "beat")

    def done():
        sent = Letter.objects.exclude(sent_at=None).count()
        return RollUp.objects.exclude(published_at=None).count() == sent == weeks

    live.until(done, "the catch-up", patience=patience)
    print(f"caught up after {time.monotonic() - began:.1f} s")
    return time.monotonic() - began


def test_started_five_seconds_after_saturday_noon(processes_on_this_database, city):
    make.rules(make.MONDAY)
    noon = make.at(date(2026, 11, 21), 12)
    clock.shift_clock(to=make.at(date(2026, 11, 21), 12, 0, 5))
    assert caught_up(processes_on_this_database, 1, patience=90) < 90
    assert RollUp.objects.get().due_at == noon


def test_started_after_three_silent_weeks_oldest_first(processes_on_this_database, city):
    make.rules(date(2026, 9, 21))
    clock.shift_clock(to=make.at(date(2026, 10, 10), 12, 0, 5))
    assert caught_up(processes_on_this_database, 3, patience=300) < 300
    assert in_order_of_freezing() == [*HOLIDAYS]
    assert dict(RollUp.objects.values_list("week", "due_at")) == HOLIDAYS
    week_of = {str(rollup.pk): rollup.week for rollup in RollUp.objects.all()}
    assert [week_of[letter.about_id] for letter in Letter.objects.order_by("id")] == [*HOLIDAYS]


@pytest.mark.long
def test_the_timetable_alone_would_never_ring_for_it(processes_on_this_database, city):
    """The control: a beat that starts after its only bell, and a worker that is not rung at its start."""
    make.rules(make.MONDAY)
    clock.shift_clock(to=make.at(date(2026, 11, 21), 12, 0, 5))
    live = processes_on_this_database
    for name, command in {"worker": processes.worker(), "beat": processes.beat(live.folder / "beat")}.items():
        words = ["tests.faults.one_bell" if word == "config" else word for word in command]
        live.running[name] = processes.spawn(words, log=live.log(name))
    live.until(lambda: "beat: Starting" in live.log("beat").read_text(), "the beat")
    time.sleep(90)
    assert " ready." in live.log("worker").read_text()
    assert not RollUp.objects.exists()
