"""The chain's head leaves the house on the day after the ledger changed: one letter a city and day (C24)."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core import mail
from openpyxl import load_workbook

from activity.discipline import actions
from activity.discipline.models import Announced, Fine, Ledger
from activity.rollup.exports import workbook
from activity.rollup.models import RollUp
from org.notices.models import Letter
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED

WEDNESDAY, THURSDAY = (make.at(make.THURSDAY.replace(day=day), 0, 1) for day in (18, 19))


@pytest.fixture
def at_noon(rules, zhou, deputy, clock_at):
    """Tuesday after the close: one proposal, everything of today."""
    clock_at(CLOSED)
    run_due()


def heads():
    return Letter.objects.filter(about="activity.ledger").order_by("created_at")


def test_nothing_is_mailed_on_the_day_itself(at_noon):
    run_due()
    assert not heads().exists()


def test_the_next_day_the_city_gets_the_head(at_noon, city, clock_at):
    clock_at(WEDNESDAY)
    run_due()
    [letter] = heads()
    ledger = Ledger.objects.get()
    assert (letter.to, letter.unit) == (city.mailbox, city)
    assert letter.subject == "【6311】青岛市公司 扣罚台账 11月17日 周二"
    for said in ("台账：1 条", f"链头：{ledger.head}", "待确认合计：¥50", "应扣合计：¥0", "截至：2026-11-17 24:00"):
        assert said in letter.body
    assert [message.subject for message in mail.outbox if "台账" in message.subject] == [letter.subject]


def test_once_however_often_the_day_is_swept(at_noon, clock_at):
    for minute in range(3):
        clock_at(WEDNESDAY + timedelta(minutes=minute))
        run_due()
    Announced.objects.update(mailed=0, mailed_on=None)  # a crash after the letter, before the mark
    run_due()
    assert heads().count() == 1


def test_nothing_when_nothing_changed(at_noon, clock_at):
    for now in (WEDNESDAY, THURSDAY):
        clock_at(now)
        run_due()
    assert heads().count() == 1


def test_what_changed_is_mailed_the_day_after_with_the_sums(at_noon, deputy, clock_at):
    clock_at(WEDNESDAY)
    run_due()
    first = Ledger.objects.get().head
    at = WEDNESDAY + timedelta(hours=9)
    clock_at(at)
    actions.confirm(Fine.objects.get(), by=deputy, at=at, key=uuid4())
    run_due()
    assert heads().count() == 1
    clock_at(THURSDAY)
    run_due()
    [before, after] = heads()
    assert first in before.body and first not in after.body
    assert Ledger.objects.get().head in after.body
    assert "台账：2 条" in after.body and "应扣合计：¥50" in after.body and "待确认合计：¥0" in after.body
    assert before.message_id != after.message_id


def test_lines_of_today_are_left_for_tomorrow(at_noon, deputy, clock_at):
    """The first sweep of Wednesday comes late: somebody has decided since midnight."""
    head = Ledger.objects.get().head
    at = WEDNESDAY + timedelta(hours=9)
    clock_at(at)
    actions.confirm(Fine.objects.get(), by=deputy, at=at, key=uuid4())
    run_due()
    assert "台账：1 条" in heads().get().body and head in heads().get().body
    clock_at(THURSDAY)
    run_due()
    assert heads().count() == 2


def test_days_of_silence_are_one_letter(at_noon, deputy, clock_at):
    at = WEDNESDAY + timedelta(hours=9)
    actions.confirm(Fine.objects.get(), by=deputy, at=at, key=uuid4())
    clock_at(THURSDAY + timedelta(days=3))
    run_due()
    assert "台账：2 条" in heads().get().body


def test_the_weekly_report_prints_the_head_of_its_freeze(at_noon, deputy, clock_at):
    head = Ledger.objects.get().head
    noon = make.at(make.THURSDAY.replace(day=21), 12)
    clock_at(noon + timedelta(minutes=1))
    actions.confirm(Fine.objects.get(), by=deputy, at=noon + timedelta(seconds=1), key=uuid4())
    run_due()
    report = RollUp.objects.order_by("week").last()
    sheet = load_workbook(BytesIO(bytes(report.file.content)))["汇总"]
    assert dict(sheet.values)["扣罚台账"] == f"1 条，链头 {head}"
    assert f"扣罚台账：1 条，链头 {head}" in Letter.objects.get(about_id=str(report.pk)).body
    assert workbook(report) == bytes(report.file.content)


def test_a_report_before_the_first_line_prints_none(at_noon):
    [first, *_] = RollUp.objects.order_by("week")
    assert "台账" not in Letter.objects.get(about_id=str(first.pk)).body


def test_each_city_has_its_own(rules, zhou, clock_at):
    there = make.city("3706", "烟台市公司")
    make.person(Post.CLIENT_MANAGER, unit=make.department(make.branch(there, "370602")))
    clock_at(CLOSED)
    run_due()
    clock_at(WEDNESDAY)
    run_due()
    assert {letter.to for letter in heads()} == {"hq3702@example.com", "hq3706@example.com"}
    assert all(ledger.head in heads().get(unit=ledger.city).body for ledger in Ledger.objects.all())


def test_a_city_without_a_mailbox_waits_for_one(at_noon, city, clock_at):
    type(city).objects.filter(pk=city.pk).update(mailbox="")
    clock_at(WEDNESDAY)
    run_due()
    assert not heads().exists()
    type(city).objects.filter(pk=city.pk).update(mailbox="late@example.com")
    run_due()
    assert heads().get().to == "late@example.com"
