"""Late facts that reach further than the week they lie in (docs/adr/0007): each was once a fine too many or too few."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from activity.assessment.excusing import excuse
from activity.assessment.models import WeekAssessment, WeekClose
from activity.daily_log.models import DailyLog
from activity.discipline import adjusting
from activity.discipline.models import Fine
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.periods import due
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from org.working_days import actions as calendar
from tests import factories as make

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 9)
CLOSED = make.at(date(2026, 11, 17), 12) + timedelta(minutes=1)
ROSTER, LOG = Correction.Cause.ROSTER, Correction.Cause.LOG


def in_force(who):
    """Week -> (half days, status, streak, starts anew) of the assessments that hold."""
    found = WeekAssessment.objects.current().filter(person=who)
    return {row.week: (row.required_half_days, row.status, row.streak, row.starts_anew) for row in found}


def fines(who):
    return list(Fine.objects.filter(person=who).order_by("week", "round").values_list("week", "state"))


def closed(clock_at, at=CLOSED, first=FIRST, **rules):
    make.rules(first, **rules)
    clock_at(at)
    run_due()


def ends(who, day):
    held = who.appointments.order_by("starts_on").first()
    held.ends_on = day
    held.save()
    return held


def test_a_gap_that_opens_before_the_next_week_ends_the_streak(zhou, department, clock_at):
    """He was on leave on the Friday that the post no longer covers: his own week stays, the next begins anew."""
    ends(zhou, date(2026, 11, 8))
    make.appoint(zhou, Post.CLIENT_MANAGER, department, starts_on=SECOND)
    for half in ("am", "pm"):
        make.absence(zhou, date(2026, 11, 6), half)
    closed(clock_at)
    assert fines(zhou) == [(SECOND, "proposed")]

    ends(zhou, date(2026, 11, 5))
    corrections.note(ROSTER, person=zhou, first=date(2026, 11, 6), last=date(2026, 11, 8), at=CLOSED)
    run_due()
    assert in_force(zhou) == {FIRST: (8, "short", 1, False), SECOND: (10, "short", 1, True)}
    assert fines(zhou) == [(SECOND, "reversed")]


def test_a_working_day_put_into_a_gap_ends_the_streak(zhou, department, clock_at):
    before, after = date(2026, 2, 9), date(2026, 2, 23)
    ends(zhou, date(2026, 2, 14))
    make.appoint(zhou, Post.CLIENT_MANAGER, department, starts_on=after)
    closed(clock_at, make.at(date(2026, 3, 3), 13), before)
    assert fines(zhou) == [(after, "proposed")]

    calendar.correct(date(2026, 2, 18), works=True, note="加班", by=None, at=make.at(date(2026, 3, 3), 13))
    run_due()
    assert in_force(zhou)[after][2:] == (1, True)
    assert fines(zhou) == [(after, "reversed")]


def test_a_week_that_turned_out_without_a_post_hands_on_nothing(zhou, department, clock_at):
    before, holiday, after = date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)
    closed(clock_at, make.at(date(2026, 2, 27), 20), before)
    ends(zhou, date(2026, 2, 15))
    make.appoint(zhou, Post.CLIENT_MANAGER, department, starts_on=after)
    corrections.note(ROSTER, person=zhou, first=holiday, last=after, at=make.at(date(2026, 2, 27), 20))
    run_due()
    assert holiday not in in_force(zhou)

    done = {"calls": 99, "visits": 99, "prospects": 99, "studies": 99, "counts": True}
    handed = {"handed_in_at": make.at(before, 18), "state": "submitted", "timeliness": "on_time", "created_at": CLOSED}
    DailyLog.objects.create(person=zhou, unit=department, day=before, **done, **handed)
    corrections.note(LOG, person=zhou, first=before, last=before, at=make.at(date(2026, 2, 27), 20))
    run_due()
    clock_at(make.at(date(2026, 3, 3), 13))
    run_due()
    assert in_force(zhou)[after][1:3] == ("short", 1)
    assert fines(zhou) == []


def test_a_second_city_closes_although_somebody_of_it_was_assessed_elsewhere(zhou, clock_at, monkeypatch, caplog):
    yantai = make.city("3706", "烟台市公司")
    there = make.department(make.branch(yantai, "370602", "芝罘支公司"))
    name, close = due.HANDLERS["close"]

    def broken(unit, week, **given):
        if unit == yantai:
            raise ValueError("trouble")
        return close(unit, week, **given)

    monkeypatch.setitem(due.HANDLERS, "close", (name, broken))
    closed(clock_at)
    monkeypatch.undo()
    ends(zhou, date(2026, 11, 3))
    make.appoint(zhou, Post.CLIENT_MANAGER, there, starts_on=date(2026, 11, 4))
    corrections.note(ROSTER, person=zhou, first=date(2026, 11, 4), last=date(2026, 11, 17), at=CLOSED)
    caplog.clear()
    run_due()
    assert not caplog.records
    assert WeekClose.objects.filter(city=yantai).count() == 2
    assert in_force(zhou)[SECOND][:3] == (10, "short", 2)


def test_a_day_that_becomes_a_working_day_uses_up_the_months_duty(zhou, clock_at):
    for day in (date(2026, 11, 7), date(2026, 11, 9)):
        for half in ("am", "pm"):
            make.absence(zhou, day, half, kind="duty")
    closed(clock_at, assessment={"duty_half_days_a_month": 2})
    assert in_force(zhou)[SECOND][0] == 8
    calendar.correct(date(2026, 11, 7), works=True, note="加班", by=None, at=CLOSED)
    run_due()
    assert in_force(zhou)[SECOND][0] == 10


def test_a_fine_that_waits_moves_with_the_unit_that_assesses(zhou, branch, city, clock_at):
    elsewhere = make.department(make.branch(city, "370299", "即墨支公司"))
    closed(clock_at)
    held = zhou.appointments.get()
    held.unit = elsewhere
    held.save()
    corrections.note(ROSTER, person=zhou, first=FIRST, last=date(2026, 11, 15), at=CLOSED)
    run_due()
    assert fines(zhou) == [(SECOND, "reversed"), (SECOND, "proposed")]
    assert Fine.objects.waiting().get().unit == elsewhere


def test_many_corrections_are_settled_in_one_round(zhou, deputy, clock_at, monkeypatch):
    monkeypatch.setattr(adjusting, "BATCH", 10)
    closed(clock_at)
    corrections.note_all(Correction.Cause.IMPORT, [(deputy.pk, FIRST, FIRST)] * 25, at=CLOSED)
    excuse(zhou, Week(SECOND), by=deputy, at=CLOSED, key=uuid4(), reason="家中急事")
    run_due()
    assert not Correction.objects.waiting().exists()
    assert fines(zhou) == [(SECOND, "reversed")]


def test_one_that_breaks_holds_up_no_other(zhou, deputy, clock_at, monkeypatch, caplog):
    closed(clock_at)
    corrections.note(LOG, person=deputy, first=FIRST, last=FIRST, at=CLOSED)
    again = adjusting.assess_again

    def breaks(close, reasons, **given):
        if deputy.pk in reasons:
            raise ValueError("one bad row")
        return again(close, reasons, **given)

    monkeypatch.setattr(adjusting, "assess_again", breaks)
    excuse(zhou, Week(SECOND), by=deputy, at=CLOSED, key=uuid4(), reason="家中急事")
    run_due()
    caplog.clear()
    assert fines(zhou) == [(SECOND, "reversed")]
    assert list(Correction.objects.waiting().values_list("person", flat=True)) == [deputy.pk]
    monkeypatch.undo()
    run_due()
    assert not Correction.objects.waiting().exists()


def test_the_ledger_names_who_caused_a_reversal_and_not_who_came_last(zhou, manager, deputy, clock_at):
    """An excuse of the week goes before a leave of the same month that changed nothing in it."""
    closed(clock_at)
    excuse(zhou, Week(SECOND), by=deputy, at=CLOSED, key=uuid4(), reason="家中急事")
    early = {"person": zhou, "first": FIRST, "last": FIRST, "at": CLOSED, "by": manager}
    corrections.note(Correction.Cause.LEAVE, note="11-02 请假又撤销", **early)
    run_due()
    line = Fine.objects.get(person=zhou).entries.get(kind="reversal")
    assert (line.by, line.facts["cause"], "家中急事" in line.reason) == (deputy, "excuse", True)
    assert "撤销" not in line.reason


def test_of_several_reasons_all_are_told(zhou, manager, deputy, clock_at):
    closed(clock_at)
    excuse(zhou, Week(SECOND), by=deputy, at=CLOSED, key=uuid4(), reason="家中急事")
    own = {"person": zhou, "first": SECOND, "last": SECOND, "at": CLOSED, "by": manager}
    corrections.note(Correction.Cause.LEAVE, note="11-09 请假", **own)
    run_due()
    line = Fine.objects.get(person=zhou).entries.get(kind="reversal")
    assert line.by is None
    assert "家中急事" in line.reason and "11-09 请假" in line.reason


@pytest.mark.parametrize("cause", [LOG, Correction.Cause.LEAVE])
def test_what_changes_nothing_writes_nothing(zhou, clock_at, cause):
    closed(clock_at)
    before = WeekAssessment.objects.count()
    corrections.note(cause, person=zhou, first=FIRST, last=SECOND, at=CLOSED)
    run_due()
    assert WeekAssessment.objects.count() == before
    assert fines(zhou) == [(SECOND, "proposed")]
