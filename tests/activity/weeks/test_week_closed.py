"""A closed week: the result of record, its fine, and what changed of it."""

from datetime import timedelta

import pytest
from lxml import html

from activity.assessment.models import WeekExcuse
from activity.discipline.models import Fine
from org.corrections import actions as corrections
from org.corrections.models import Correction
from tests import factories as make
from tests.activity.weeks.reading import CLOSED, FRIDAY, LAST, WEEK, a_full_week, close, of


def test_the_result_of_record_names_rules_and_close(rules, read, zhou, clock_at):
    a_full_week(zhou, visits=1)
    close(clock_at)
    said = read(of(zhou), at=CLOSED)
    assert "考核结果 未达" in said and "11月24日 12:00 关账" in said
    assert "差 1 拜访" in said and "按第 1 版规则（2026年9月14日起）" in said


def test_a_fine_is_linked_from_its_week(rules, read, client, zhou, clock_at):
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at)
    fine = Fine.objects.get()
    said = read(of(zhou), at=CLOSED)
    assert "连续第 2 周未达，满两周 已提议扣 ¥50，待分管总确认" in said
    page = html.fromstring(client.get(of(zhou)).content)
    assert f"/fines/{fine.pk}/" in page.xpath("//main//a/@href")


@pytest.mark.parametrize(
    ("state", "stands"),
    [("confirmed", "提议扣 ¥50，分管总已确认"), ("dismissed", "提议扣 ¥50，分管总决定不予扣罚"),
     ("reversed", "提议扣 ¥50，已冲销")],
)  # fmt: skip
def test_the_sentence_follows_the_fine(rules, read, zhou, deputy, clock_at, state, stands):
    zhou.appointments.update(starts_on=LAST.monday)
    close(clock_at)
    Fine.objects.update(state=state, decided_by=deputy, decided_at=CLOSED)
    said = read(of(zhou), at=CLOSED)
    assert f"连续第 2 周未达，满两周 {stands}" in said and "待分管总确认" not in said


def test_a_corrected_week_says_what_changed_why_when_and_by_whom(rules, read, zhou, manager, clock_at):
    zhou.appointments.update(starts_on=WEEK.monday)
    a_full_week(zhou, calls=6, visits=3, prospects=1, studies=1)
    close(clock_at)
    later = CLOSED + timedelta(hours=2)
    for half in ("am", "pm"):
        make.absence(zhou, FRIDAY, half)
    corrections.note(
        Correction.Cause.LEAVE, first=FRIDAY, last=FRIDAY, at=later, by=manager, note="补登请假", person=zhou
    )
    assert "关账后有更正，这一周马上重新核算" in read(of(zhou), at=later)
    close(clock_at, later)
    said = read(of(zhou), at=later)
    assert "关账后的更正 第 2 版 11月24日 14:01 陈立：补登请假" in said
    assert "结果 未达 → 达标" in said and "应完成 5 天 → 4 天" in said and "连续未达 1 周 → 0 周" in said
    assert "结果第 2 版" in said and "马上重新核算" not in said


def test_skipped_weeks_of_a_streak_are_named(rules, read, zhou, deputy, clock_at):
    first = LAST.previous
    zhou.appointments.update(starts_on=first.monday)
    WeekExcuse.objects.create(person=zhou, week=LAST.monday, reason="驻场投标", by=deputy, at=make.at(LAST.monday))
    close(clock_at)
    said = read(of(zhou), at=CLOSED)
    assert "连续第 2 周未达" in said
    assert "其间跳过 11.9–11.15（第 46 周）（驻场投标），不算也不断开" in said


def test_earlier_weeks_are_a_tap_away(rules, read, client, zhou):
    read(of(zhou))
    page = html.fromstring(client.get(of(zhou)).content)
    assert page.xpath("//a[@rel='prev']/@href") == [of(zhou, LAST)]
