"""Renewals 90, 60 and 30 days before, birthdays and other days: each once, the latest that stands, none once past."""

from datetime import date, timedelta

import pytest

from clients.profiles.models import Cover, KeyDate, ReminderRound
from clients.profiles.reminding import remind
from clients.profiles.rules import due_step, next_time
from org.notices.models import Notice
from org.periods.due import run_due
from tests import factories as make

THURSDAY = make.THURSDAY
RENEWAL = (90, 60, 30)


@pytest.fixture
def written(zhou, client_of_hers):
    def write(model, **said):
        given = {"prospect": client_of_hers, "changed_by": zhou, "changed_at": make.at(THURSDAY)}
        return model.objects.create(**given, **said)

    return write


def told(who):
    return [one.title for one in Notice.objects.filter(to=who, kind="key_date").order_by("at")]


def unread(who):
    return [one.title for one in Notice.objects.filter(to=who, kind="key_date", read_at=None)]


def test_which_step_stands():
    left = {91: None, 90: 90, 75: 90, 61: 90, 60: 60, 31: 60, 30: 30, 1: 30, 0: 30, -1: None}
    assert {n: due_step(THURSDAY + timedelta(days=n), THURSDAY, RENEWAL) for n in left} == left


def test_a_yearly_day_comes_back():
    assert next_time(date(1970, 11, 19), THURSDAY) == THURSDAY
    assert next_time(date(1970, 11, 18), THURSDAY) == date(2027, 11, 18)
    assert next_time(date(2000, 2, 29), THURSDAY) == date(2027, 2, 28)


def test_a_renewal_is_told_at_each_step_once(zhou, city, written):
    written(Cover, insurer="甲财险", line="雇主责任", standing="held", expires_on=THURSDAY + timedelta(days=90))
    for days in range(92):
        for hour in (9, 15):
            remind(city, at=make.at(THURSDAY + timedelta(days=days), hour))
    assert [title.rpartition("，")[2] for title in told(zhou)] == ["还有 90 天", "还有 60 天", "还有 30 天"]
    assert unread(zhou) == []  # the day is past: nobody need open it
    assert ReminderRound.objects.filter(city=city).count() <= 9


def test_after_silence_only_the_one_that_stands(zhou, city, written):
    """The machine stood still from before the first step until after the second."""
    written(Cover, insurer="甲财险", line="雇主责任", standing="held", expires_on=THURSDAY + timedelta(days=100))
    for days in (0, 55):
        remind(city, at=make.at(THURSDAY + timedelta(days=days)))
    assert told(zhou) == ["瑞丰食品有限公司 甲财险 雇主责任 到期 02-27，还有 45 天"]


def test_a_newer_reminder_replaces_the_unread_one(zhou, city, written):
    written(Cover, insurer="甲财险", line="雇主责任", standing="held", expires_on=THURSDAY + timedelta(days=90))
    for days in (0, 29):
        remind(city, at=make.at(THURSDAY + timedelta(days=days)))
    assert [title[-7:] for title in unread(zhou)] == ["还有 90 天"] and len(told(zhou)) == 1
    remind(city, at=make.at(THURSDAY + timedelta(days=30)))
    assert [title[-7:] for title in unread(zhou)] == ["还有 60 天"] and len(told(zhou)) == 2


def test_nobody_is_told_of_what_is_in_the_pool(zhou, client_of_hers, written):
    written(KeyDate, kind="anniversary", what="厂庆", on=THURSDAY)
    client_of_hers.released_at = make.at(THURSDAY, 9)
    client_of_hers.save()
    run_due()
    assert told(zhou) == []


def test_everything_that_ends_or_comes_back(zhou, manager, client_of_hers, written):
    soon = THURSDAY + timedelta(days=30)
    make.policy(zhou, prospect=client_of_hers, line="团体意外险", expires_on=soon)
    client_of_hers.cover_expires_on = soon
    client_of_hers.save()
    written(KeyDate, kind="birthday", what="欧阳总生日", on=date(1970, 11, 26), yearly=True)
    written(KeyDate, kind="renewal", what="门诊续保", on=soon)
    written(KeyDate, kind="anniversary", what="厂庆", on=THURSDAY)
    written(KeyDate, kind="other", what="太远", on=soon)
    written(KeyDate, kind="other", what="过了", on=THURSDAY - timedelta(days=1))
    written(Cover, insurer="乙", line="报价的", standing="quoted", expires_on=soon)
    run_due()
    said = "\n".join(sorted(told(zhou)))
    assert len(told(zhou)) == 5 and not told(manager)
    for part in ("团体意外险 续保", "现有保险到期", "欧阳总生日 11-26，还有 7 天", "门诊续保", "厂庆 11-19，今天"):
        assert part in said


def test_the_second_of_two_rounds_does_nothing(city, zhou, written):
    written(KeyDate, kind="anniversary", what="厂庆", on=THURSDAY)
    assert remind(city, at=make.at(THURSDAY)) and not remind(city, at=make.at(THURSDAY))
    assert len(told(zhou)) == 1


def test_the_days_are_those_of_the_rules(zhou, written):
    make.rules(key_dates={"renewal_days": (45,), "other_days": ()})
    written(Cover, insurer="甲财险", line="雇主责任", standing="held", expires_on=THURSDAY + timedelta(days=50))
    written(KeyDate, kind="anniversary", what="厂庆", on=THURSDAY)
    run_due()
    assert told(zhou) == []
