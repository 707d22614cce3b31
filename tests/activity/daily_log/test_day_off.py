"""A day on which nothing is due reads so: no targets, no lateness, nothing that urges."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from org.absences.models import Absence
from tests import factories as make
from tests.activity.daily_log.test_today import words

SATURDAY = make.MONDAY + timedelta(days=5)
DAY = f"/today/{SATURDAY}/"
OPEN, LATE, BACK = make.at(SATURDAY, 14), make.at(SATURDAY, 21), make.at(make.MONDAY + timedelta(days=7), 9)
LOCKED = make.at(make.MONDAY + timedelta(days=8), 13)


@pytest.fixture
def shown(client, zhou, clock_at):
    def read(when=OPEN, address=DAY):
        clock_at(when)
        client.force_login(zhou)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.mark.parametrize("when", [OPEN, LATE])
def test_nothing_is_asked_for(shown, zhou, when):
    make.call(zhou, SATURDAY)
    html = shown(when)
    said = words(html[html.index('id="today"') :])
    assert "休息日，不用交" in said
    assert "提交了照样计入本周" in said
    assert "提交（可不交）" in said
    assert not re.search("四项都已达到|还差|迟报|截止", said)
    assert "note warn" not in html.split("的日志还没交")[-1]
    assert 'btn btn-primary" href="' + DAY + "submit/" not in html


def test_the_rings_show_the_count_alone(shown, zhou):
    make.call(zhou, SATURDAY)
    html = shown()
    assert 'aria-label="记一个电话，已完成 1"' in html
    assert "<span>1</span></span>" in html
    assert "/0" not in words(html)
    assert "目标" not in html


def test_the_sheet_has_no_target(shown):
    assert "今日第 1 个" in words(shown(address=f"{DAY}call/new/"))
    assert "目标" not in shown(address=f"{DAY}call/new/")


def test_the_page_to_hand_in_says_that_it_need_not_be(shown):
    html = shown(LATE, f"{DAY}submit/")
    assert "休息日，不用交；提交了照样计入本周" in html
    assert not re.search("迟报|四项都已达到|note (warn|ok)", html)
    assert 'btn btn-primary" form="handin"' not in html


def test_what_was_handed_in_in_the_evening_is_not_called_late(shown, client, zhou):
    make.call(zhou, SATURDAY)
    shown(LATE)
    answer = client.post(f"{DAY}submit/", {"key": uuid4(), "tomorrow_plan": "休息"}, follow=True)
    html = answer.content.decode()
    assert "日志已提交" in html
    assert "照样计入本周" in html
    assert "迟报" not in html
    assert "迟报，" not in shown(LATE, "/week/")


def test_a_day_written_down_too_late_says_that_the_manager_accepts_it(shown):
    html = shown(BACK)
    assert "现在提交算补录，经理接受后才计入" in html
    assert "迟报" not in html


def test_a_locked_one_is_not_called_missing(shown):
    html = shown(LOCKED)
    assert "已锁定" in html
    assert "未交，已锁定" not in html


def test_a_day_of_leave_owes_nothing_and_the_strip_explains_its_mark(shown, zhou):
    for half in ("am", "pm"):
        Absence.objects.create(person=zhou, day=make.THURSDAY, half=half, kind="leave")
    said = words(shown(make.at(make.THURSDAY, 21), f"/today/{make.THURSDAY}/"))
    assert "这一天不用交" in said
    assert "免：请假公务" in said


def test_the_paper_form_says_so_too(shown):
    assert "休息日，不用交；提交了照样计入本周" in shown(address=f"{DAY}form/")


def test_a_week_without_working_days_has_no_targets(shown):
    """2026-10-01 to 07 are off; the week of the 5th still works from Thursday on."""
    html = shown(make.at(date(2026, 10, 3), 10), "/today/2026-10-03/")
    assert "/0" not in words(html)
