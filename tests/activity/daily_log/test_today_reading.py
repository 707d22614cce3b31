"""Figures opened, weeks day by day, and a log to read: for its author and for those above him, nobody else."""

import re
from datetime import timedelta

import pytest

from activity.daily_log import reviewing
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY
FRIDAY = THURSDAY + timedelta(days=1)
WEEK = "2026-W47"


@pytest.fixture
def read(client, zhou, clock_at):
    """What a person reads at an address on Friday at nine, as words; its status when it is not 200."""

    def reading(address, who=zhou):
        clock_at(make.at(FRIDAY, 9))
        client.force_login(who)
        answer = client.get(address)
        return words(answer.content.decode()) if answer.status_code == 200 else answer.status_code

    return reading


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def a_week_of(zhou):
    """Monday handed in with 6 calls of which one is no call more, Thursday a draft with one."""
    make.full_day(zhou, make.MONDAY)
    make.call(zhou, make.MONDAY, purpose="")
    make.submit(zhou, make.MONDAY)
    make.call(zhou, client="云帆物流")


def test_the_ring_of_a_day_opens_what_counted_and_what_did_not(read, zhou):
    make.call(zhou, client="博远科技", contact="刘洋")
    make.call(zhou, client="博远科技", contact="刘洋")
    said = read(f"/today/{THURSDAY}/figures/calls/")
    assert "计入 1 + 不计入 1 = 全部 2" in said
    assert "同一联系人当天已计一个" in said
    assert "日志未提交" in said


def test_the_figure_of_a_week_opens_all_its_entries(read, zhou):
    a_week_of(zhou)
    said = read(f"/week/{WEEK}/figures/calls/")
    assert "电话 6/30" in said
    assert "计入 6 + 不计入 2 = 全部 8" in said
    assert "没有写目的" in said
    assert "日志未提交" in said


@pytest.mark.parametrize("item", ["calls", "visits", "prospects", "studies"])
def test_each_of_the_four_opens_for_the_manager_without_drafts(read, zhou, manager, item):
    a_week_of(zhou)
    said = read(f"/people/{zhou.employee_no}/week/{WEEK}/figures/{item}/", manager)
    assert "全部 7" in said or item != "calls"
    assert "云帆物流" not in said


def test_the_week_has_a_row_a_day_and_sums(read, zhou):
    a_week_of(zhou)
    said = read("/week/")
    assert "11月16日 周一" in said
    assert "6/30" in said
    assert "3/15" in said


def test_the_manager_reads_the_week_and_the_handed_in_log(read, zhou, manager):
    a_week_of(zhou)
    log = make.submit(zhou, make.MONDAY - timedelta(days=3), when=make.at(make.MONDAY - timedelta(days=3), 18))
    said = read(f"/people/{zhou.employee_no}/week/{WEEK}/", manager)
    assert "周婷" in said
    assert "按时，待批" in said
    assert "拜访三家" in read(f"/logs/{log.pk}/", manager)


def test_the_log_shows_review_annotations_and_answers(read, zhou, manager):
    made = make.call(zhou)
    log = make.submit(zhou, problems="客户压价", help_needed="要一份对比表")
    reviewing.annotate(log, by=manager, at=make.at(FRIDAY, 8), entry=made["entry"], text="问清人数")
    reviewing.pass_log(log, by=manager, at=make.at(FRIDAY, 8, 10), rating=4, comment="继续")
    said = read(f"/logs/{log.pk}/")
    for expected in ("客户压价", "要一份对比表", "问清人数", "评分 4", "继续", "已批", "按时"):
        assert expected in said


def test_a_draft_is_its_authors_alone(read, zhou, manager):
    make.call(zhou)
    log = zhou.logs.get()
    assert read(f"/logs/{log.pk}/", manager) == 404
    assert "未提交" in read(f"/logs/{log.pk}/")


def test_a_stranger_finds_nothing(read, zhou, stranger):
    a_week_of(zhou)
    log = zhou.logs.get(day=make.MONDAY)
    for address in (
        f"/logs/{log.pk}/",
        f"/people/{zhou.employee_no}/week/{WEEK}/",
        f"/people/{zhou.employee_no}/week/{WEEK}/figures/calls/",
    ):
        assert read(address, stranger) == 404


def test_a_colleague_finds_nothing_either(read, zhou, department):
    a_week_of(zhou)
    colleague = make.person(Post.CLIENT_MANAGER, unit=department)
    assert read(f"/people/{zhou.employee_no}/week/{WEEK}/", colleague) == 404


def test_the_manager_of_then_reads_the_week_of_then(read, zhou, manager, city):
    """周婷 moved away since: her old manager still reads the week in which she was his."""
    a_week_of(zhou)
    held = zhou.appointments.get()
    held.ends_on = make.MONDAY + timedelta(days=1)
    held.save()
    assert "周婷" in read(f"/people/{zhou.employee_no}/week/{WEEK}/", manager)
    assert read(f"/people/{zhou.employee_no}/week/2026-W48/", manager) == 404


@pytest.mark.parametrize("address", ["/week/", f"/week/{WEEK}/figures/visits/"])
def test_reading_costs_the_same_however_much_there_is(client, zhou, clock_at, django_assert_max_num_queries, address):
    for _ in range(5):
        make.full_day(zhou, make.MONDAY)
    clock_at(make.at(FRIDAY, 9))
    client.force_login(zhou)
    with django_assert_max_num_queries(12):
        client.get(address)
