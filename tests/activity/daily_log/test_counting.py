"""Counting again: behind whoever writes at the same moment, and every night against what the rows say."""

import logging
import threading

import pytest
from django.db import connection, transaction

from activity.daily_log import counting, tasks
from activity.daily_log.models import DailyLog, LogEntry
from org.posts import Post
from tests import factories as make
from tests.factories import THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)


# While somebody records


@pytest.fixture
def author(fresh_db):
    who = make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(make.city(), "370202")))
    make.call(who, when=at(THURSDAY, 9))
    return who


@pytest.fixture
def recounted_meanwhile(author, monkeypatch):
    """The day is counted again, as by an import, and its author records one more call before that is written."""
    gather = counting._gather
    has_read, may_write = threading.Event(), threading.Event()

    def slowly(*given):
        found = gather(*given)
        if threading.current_thread().name == "import":
            has_read.set()
            may_write.wait(1.5)  # the author may be waiting for us
        return found

    def count_again():
        with transaction.atomic():
            counting.recount_days([(author.pk, THURSDAY)])
        connection.close()

    def run():
        monkeypatch.setattr(counting, "_gather", slowly)
        other = threading.Thread(target=count_again, name="import")
        other.start()
        assert has_read.wait(10)
        make.call(author, when=at(THURSDAY, 9, 30))
        may_write.set()
        other.join(10)
        log = DailyLog.objects.get(person=author)
        return log.calls, log.entries.filter(counted=True).count()

    return run


@pytest.mark.race
def test_what_is_recorded_meanwhile_stays_counted(recounted_meanwhile):
    assert recounted_meanwhile() == (2, 2)


@pytest.mark.race
def test_without_the_lock_of_the_headers_it_would_be_lost(recounted_meanwhile, monkeypatch):
    """The control."""
    monkeypatch.setattr(counting, "LOCKED", counting.LOCKED.replace("FOR UPDATE OF log", ""))
    assert recounted_meanwhile() == (1, 2)


# At night


@pytest.fixture
def nightly(monkeypatch, clock_at):
    """The night after Friday; answers what was reported."""
    reported = []
    monkeypatch.setattr(tasks.log, "error", lambda message, wrong: reported.extend(wrong))

    def run():
        clock_at(at(FRIDAY, 3, 30))
        tasks.compare_counters()
        return reported

    return run


def test_the_night_reports_nothing_when_all_is_well(nightly, zhou):
    make.full_day(zhou)
    make.submit(zhou)
    assert nightly() == []


@pytest.mark.parametrize("drift", [{"calls": 9}, {"visits": 0}, {"prospects": 7}, {"studies": 5}, {"excluded": 7}])
def test_a_header_that_drifted_is_reported_and_set_right(nightly, zhou, drift):
    make.full_day(zhou)
    make.submit(zhou)
    DailyLog.objects.update(**drift)
    assert nightly() == [(zhou.pk, THURSDAY)]
    log = DailyLog.objects.get()
    assert (log.calls, log.visits, log.prospects, log.studies, log.excluded) == (6, 3, 1, 1, 0)


def test_a_verdict_that_drifted_is_reported_and_set_right_though_the_sums_agree(nightly, zhou):
    first = make.call(zhou, client="云帆物流", contact="王敏", when=at(THURSDAY, 9))["entry"]
    second = make.call(zhou, client="云帆物流", contact="王敏", when=at(THURSDAY, 10))["entry"]
    make.submit(zhou)
    LogEntry.objects.filter(pk=first).update(counted=False, why_not="same_contact")
    LogEntry.objects.filter(pk=second).update(counted=True, why_not="")
    assert nightly() == [(zhou.pk, THURSDAY)]
    assert dict(LogEntry.objects.values_list("pk", "counted").order_by("at")) == {
        LogEntry.objects.get(pk=first).pk: True,
        LogEntry.objects.get(pk=second).pk: False,
    }


def test_a_reason_that_drifted_is_reported(nightly, zhou):
    entry = make.call(zhou, purpose="")["entry"]
    LogEntry.objects.filter(pk=entry).update(why_not="no_outcome")
    assert nightly() == [(zhou.pk, THURSDAY)]
    assert LogEntry.objects.get().why_not == "no_purpose"


def test_the_difference_is_an_error_in_the_log(zhou, clock_at, caplog, monkeypatch):
    make.call(zhou)
    DailyLog.objects.update(calls=9)
    clock_at(at(FRIDAY, 3, 30))
    monkeypatch.setattr(caplog, "get_records", lambda when: [])  # this one is meant
    with caplog.at_level(logging.ERROR, tasks.log.name):
        tasks.compare_counters()
    assert "now recounted" in caplog.text
