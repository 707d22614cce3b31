"""Figures opened, weeks day by day, and a log to read: for its author and for those above him, nobody else."""

import re
from datetime import timedelta

import pytest

from activity.daily_log import reviewing
from activity.daily_log.day import week_view
from org.posts import Post
from org.week import Week
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
    with django_assert_max_num_queries(20):
        client.get(address)


# Who moved between units


@pytest.fixture
def moved(zhou, city):
    """周婷's Monday was with her old manager; on Wednesday she began elsewhere and did five calls on Thursday."""
    make.call(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    zhou.appointments.update(ends_on=make.MONDAY + timedelta(days=1))
    elsewhere = make.department(make.branch(city, "370209", "另一支公司"))
    make.appoint(zhou, Post.CLIENT_MANAGER, elsewhere, starts_on=make.MONDAY + timedelta(days=2))
    for _ in range(5):
        make.call(zhou)
    make.submit(zhou)
    return make.person(Post.DEPARTMENT_MANAGER, unit=elsewhere)


def test_the_old_manager_reads_the_days_that_were_his(read, zhou, manager, moved):
    said = read(f"/people/{zhou.employee_no}/week/{WEEK}/", manager)
    assert "1/12" in said and "/30" not in said  # two of five days
    assert said.count("不在你负责的单位") == 5
    assert said.count("未交") == 1  # Tuesday
    assert "计入 1 + 不计入 0 = 全部 1" in read(f"/people/{zhou.employee_no}/week/{WEEK}/figures/calls/", manager)


def test_the_new_manager_reads_the_days_since(read, zhou, moved):
    said = read(f"/people/{zhou.employee_no}/week/{WEEK}/", moved)
    assert "5/18" in said and said.count("不在你负责的单位") == 2
    figure = read(f"/people/{zhou.employee_no}/week/{WEEK}/figures/calls/", moved)
    assert "电话 5/18" in figure and "计入 5 + 不计入 0 = 全部 5" in figure


def test_one_reads_all_of_ones_own_week(read, zhou, moved):
    said = read("/week/")
    assert "6/30" in said and "不在你负责的单位" not in said
    assert "电话 6/30" in read(f"/week/{WEEK}/figures/calls/")


def test_the_view_of_a_week_holds_nothing_else(zhou, manager, moved):
    view = week_view(zhou, Week(make.MONDAY), make.at(FRIDAY, 9), reader=manager)
    assert set(view.logs) == {make.MONDAY}
    assert view.done == (1, 0, 0, 0)
    assert [mark.code for mark in view.marks] == ["short", "missing", *["hidden"] * 5]


# Unanswered calls


def test_the_unanswered_of_what_counts_are_shown_apart(read, zhou):
    for answer in ("answered", "unanswered", "busy", "unanswered"):
        make.call(zhou, answer=answer, outcome="再联系")
    make.submit(zhou)
    for address in (f"/today/{THURSDAY}/figures/calls/", f"/week/{WEEK}/figures/calls/"):
        assert "计入 3 + 不计入 1 = 全部 4 ；计入的电话其中未接 2" in read(address).replace("4；", "4 ；")


def test_where_all_were_answered_nothing_is_said_of_it(read, zhou):
    make.call(zhou)
    make.visit(zhou)
    assert "其中未接" not in read(f"/today/{THURSDAY}/figures/calls/")
    assert "其中未接" not in read(f"/today/{THURSDAY}/figures/visits/")


# How far


@pytest.mark.parametrize(
    "where",
    ["today/2199-12-31/", "today/2100-01-01/", "today/2026-11-30/", "today/2000-01-02/", "today/2199-12-31/call/new/",
     "today/2199-12-31/figures/calls/", "today/2199-12-31/submit/", "today/2199-12-31/form/",
     "week/2199-W52/figures/calls/", "week/2026-W49/figures/calls/", "people/{no}/week/2199-W52/",
     "people/{no}/week/1999-W52/", "review/2199-12-31/"],
)  # fmt: skip
def test_what_is_too_far_away_is_no_page(read, zhou, manager, where):
    reader = manager if where.startswith("review") else zhou
    assert read("/" + where.format(no=zhou.employee_no), reader) == 404


def test_the_coming_week_and_the_first_one_have_pages(read, zhou):
    zhou.appointments.update(starts_on="1999-01-01")
    for where in ("today/2026-11-29/", "today/2000-01-03/", f"people/{zhou.employee_no}/week/2000-W01/"):
        assert isinstance(read("/" + where), str)


def test_who_has_not_signed_in_is_asked_to_first(client, db):
    assert client.get("/today/2199-12-31/").status_code == 302
