"""今日: what the page of a day says in each of its states, and what it costs."""

import gzip
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from activity.daily_log import actions, reviewing
from activity.daily_log.models import DailyLog
from org.posts import Post
from tests import factories as make

THURSDAY = make.THURSDAY
FRIDAY = THURSDAY + timedelta(days=1)
SATURDAY = THURSDAY + timedelta(days=2)
TODAY = "/today/"


@pytest.fixture
def shown(client, zhou, clock_at):
    """The page of 周婷's Thursday at an instant, as text."""

    def read(when=None, address=f"/today/{THURSDAY}/"):
        clock_at(when or make.at(THURSDAY, 14))
        client.force_login(zhou)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_empty_day_says_what_is_due_and_until_when(shown):
    said = words(shown(address=TODAY))
    assert "11月19日 周四" in said
    assert "还差 6 电话 3 拜访 1 准客户 1 学习" in said
    assert "20:00 截止" in said
    assert "还没有记录" in said


def test_the_rings_and_the_list_follow_the_entries(shown, zhou):
    make.call(zhou, client="博远科技", contact="刘洋")
    make.visit(zhou, client="瑞丰食品", contact="")
    html = shown()
    said = words(html)
    assert "还差 5 电话 3 拜访 1 准客户 1 学习" in said
    assert "博远科技 · 刘洋" in said
    assert "不计入：没有写联系人" in said
    assert "记一个电话，已完成 1，目标 6" in html


def test_the_week_so_far_counts_only_what_is_handed_in(shown, zhou):
    make.full_day(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    make.call(zhou)
    said = words(shown())
    assert "电话 6 /30" in said
    assert "拜访 3 /15" in said


def test_the_week_strip_marks_each_day(shown, zhou):
    make.full_day(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    make.call(zhou, make.MONDAY + timedelta(days=1))
    make.submit(zhou, make.MONDAY + timedelta(days=1))
    marks = re.findall(r'<a href="/today/2026-11-\d\d/".*?</a>', shown(), re.S)
    assert [words(mark).split()[-1] for mark in marks[:7]] == ["达", "4", "未交", "进行", "未到", "休", "休"]


def test_a_make_up_day_is_marked(shown):
    """2026-09-20 is a Sunday that works."""
    html = shown(make.at(date(2026, 9, 18), 10), "/today/2026-09-18/")
    assert words(html).count("班") == 3  # once as the mark, twice in the line that explains it


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (make.at(THURSDAY, 19, 59, 59), "20:00 截止"),
        (make.at(THURSDAY, 20), "已过 20:00，11月20日 08:30 前提交算迟报，照常计入"),
        (make.at(FRIDAY, 8, 29, 59), "08:30 前提交算迟报"),
        (make.at(FRIDAY, 8, 30), "迟报已于 08:30 截止，11月23日 12:00 前可补录，经理接受后才计入"),
        (make.at(make.MONDAY + timedelta(days=7), 12), "日志已锁定：补录到 12:00 为止"),
    ],
)
def test_which_rule_holds_and_until_when(shown, when, expected):
    assert expected in words(shown(when))


def test_a_locked_day_offers_nothing(shown):
    html = shown(make.at(make.MONDAY + timedelta(days=7), 12))
    assert "/new/" not in html
    assert f"/today/{THURSDAY}/submit/" not in html


def test_a_day_to_come_is_shown_and_takes_nothing(shown):
    html = shown(address=f"/today/{FRIDAY}/")
    assert "还没到这一天" in html
    assert "/new/" not in html


def test_a_returned_log_says_who_and_why_and_is_handed_in_again(shown, client, zhou, manager):
    make.full_day(zhou)
    reviewing.return_log(make.submit(zhou), by=manager, at=make.at(FRIDAY, 9), comment="拜访写具体些")
    said = words(shown(make.at(FRIDAY, 9, 30)))
    assert "陈立 11月20日 09:00 退回" in said
    assert "拜访写具体些" in said
    assert "重新提交" in said
    answer = client.post(f"/today/{THURSDAY}/submit/", {"key": uuid4(), "tomorrow_plan": "拜访三家"})
    assert answer.status_code == 302
    log = DailyLog.objects.get(person=zhou)
    assert (log.state, log.handed_in_at) == ("submitted", make.at(THURSDAY, 18))


def test_a_passed_log_shows_rating_and_comment(shown, zhou, manager):
    make.full_day(zhou)
    reviewing.pass_log(make.submit(zhou), by=manager, at=make.at(FRIDAY, 9), rating=4, comment="继续")
    said = words(shown(make.at(FRIDAY, 9, 30)))
    assert "批阅通过" in said
    assert "评分 4" in said
    assert "继续" in said


def test_an_annotation_is_counted_on_its_entry(shown, zhou, manager):
    made = make.call(zhou)
    log = make.submit(zhou)
    reviewing.annotate(log, by=manager, at=make.at(THURSDAY, 19), entry=made["entry"], text="问清人数")
    assert "1 条批注" in words(shown(make.at(THURSDAY, 19, 30)))


def test_the_earlier_day_that_still_can_be_handed_in_is_named(shown):
    assert "11月18日 周三 的日志还没交" in words(shown())


@pytest.mark.parametrize("draft", [True, False])
def test_on_monday_friday_is_named_with_a_draft_or_without(shown, zhou, draft):
    if draft:
        make.call(zhou, FRIDAY)
    monday = make.MONDAY + timedelta(days=7)
    assert "11月20日 周五 的日志还没交" in words(shown(make.at(monday, 8), "/today/"))
    make.submit(zhou, FRIDAY)
    assert "11月20日" not in words(shown(make.at(monday, 8), "/today/"))


def test_every_day_that_still_can_be_handed_in_is_named_from_today(shown, zhou):
    monday = make.MONDAY + timedelta(days=7)
    html = words(shown(make.at(monday, 9), TODAY))
    assert "11月19日 周四 的日志还没交" in html and "11月20日 周五 的日志还没交" in html
    assert "11月18日" not in html  # locked since Friday noon
    assert "11月19日" not in words(shown(make.at(monday, 12), TODAY))
    assert "11月20日 周五 的日志还没交" in words(shown(make.at(monday, 9), f"/today/{THURSDAY}/"))


def test_a_day_on_which_nothing_was_owed_is_not_asked_for(shown, zhou):
    make.absence(zhou, FRIDAY, "am")
    make.absence(zhou, FRIDAY, "pm")
    html = words(shown(make.at(make.MONDAY + timedelta(days=7), 9), TODAY))
    assert "11月20日" not in html and "11月21日" not in html


def test_over_the_longest_holiday_the_last_working_day_is_named(shown, zhou):
    """30 September 2026 may be written until the second working day after the national holiday."""
    assert "9月30日 周三 的日志还没交" in words(shown(make.at(date(2026, 10, 8), 9), TODAY))


def test_handing_in_below_target_says_what_is_short_and_takes_a_reason(shown, client, zhou):
    make.call(zhou)
    said = words(shown(address=f"/today/{THURSDAY}/submit/"))
    assert "还差 5 电话 3 拜访" in said
    assert "外出培训" in said
    answer = client.post(
        f"/today/{THURSDAY}/submit/", {"key": uuid4(), "tomorrow_plan": "拜访三家", "reason": "外出培训"}, follow=True
    )
    assert "日志已提交" in answer.content.decode()
    log = DailyLog.objects.get(person=zhou)
    assert (log.state, log.timeliness, log.short_reason) == ("submitted", "on_time", "外出培训")


def test_handing_in_asks_for_tomorrow_only(shown, client):
    shown()
    answer = client.post(f"/today/{THURSDAY}/submit/", {"key": uuid4(), "problems": "客户出差"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "写上明天打算做什么，一句也行" in html
    assert "客户出差" in html
    assert re.search(r'name="tomorrow_plan"[^>]*autofocus', html)


def test_two_taps_hand_in_once(shown, client, zhou):
    shown()
    posted = {"key": uuid4(), "tomorrow_plan": "拜访三家"}
    assert [client.post(f"/today/{THURSDAY}/submit/", posted).status_code for _ in range(2)] == [302, 302]
    assert DailyLog.objects.get(person=zhou).state == "submitted"


def test_a_late_hand_in_says_so(shown, client):
    shown(make.at(THURSDAY, 21))
    answer = client.post(f"/today/{THURSDAY}/submit/", {"key": uuid4(), "tomorrow_plan": "明天"}, follow=True)
    assert "算迟报" in answer.content.decode()


def test_a_locked_day_refuses_with_its_rule(shown, client, zhou):
    shown(make.at(make.MONDAY + timedelta(days=7), 12))
    answer = client.post(f"/today/{THURSDAY}/submit/", {"key": uuid4(), "tomorrow_plan": "晚了"})
    assert answer.status_code == 422
    assert "日志已锁定" in answer.content.decode()
    assert not DailyLog.objects.filter(person=zhou, state="submitted").exists()


def test_what_is_being_written_is_kept(shown, client, zhou):
    shown()
    answer = client.post(f"/today/{THURSDAY}/draft/", {"tomorrow_plan": "半句"})
    assert answer.status_code == 302
    assert DailyLog.objects.get(person=zhou).tomorrow_plan == "半句"
    assert "半句" in shown(address=f"/today/{THURSDAY}/submit/")


def test_words_that_are_too_long_stay_on_the_page(shown, client, zhou):
    shown()
    answer = client.post(f"/today/{THURSDAY}/draft/", {"tomorrow_plan": "长" * 4001})
    assert answer.status_code == 422 and "长" * 4001 in answer.content.decode()
    assert not DailyLog.objects.filter(person=zhou).exists()


def test_the_words_of_a_log_that_is_in_are_changed_by_a_button_while_it_is_open(shown, client, zhou):
    make.submit(zhou, when=make.at(THURSDAY, 13))
    assert "保存修改" in shown(address=f"/today/{THURSDAY}/submit/")
    answer = client.post(f"/today/{THURSDAY}/draft/", {"tomorrow_plan": "改成四家"}, follow=True)
    assert "已改 14:00" in words(answer.content.decode())
    assert DailyLog.objects.get(person=zhou).tomorrow_plan == "改成四家"
    assert "保存修改" not in shown(make.at(THURSDAY, 20), f"/today/{THURSDAY}/submit/")


def test_without_javascript_the_draft_comes_back_to_its_form(shown, client):
    shown()
    answer = client.post(f"/today/{THURSDAY}/draft/", {"tomorrow_plan": "半句"}, follow=True)
    assert answer.redirect_chain == [(f"/today/{THURSDAY}/submit/", 302)]
    assert "草稿已存 14:00" in words(answer.content.decode())


@pytest.mark.parametrize("post", sorted(set(Post) - {Post.CLIENT_MANAGER}))
def test_no_other_post_has_a_day(client, department, clock_at, post):
    clock_at(make.at(THURSDAY, 14))
    client.force_login(make.person(post, unit=make.home_of(post, department)))
    assert client.get(TODAY).status_code == 403


@pytest.mark.parametrize("times", [1, 5])
def test_today_asks_at_most_fifteen_questions(client, zhou, clock_at, django_assert_max_num_queries, times):
    for _ in range(times):
        make.full_day(zhou)
        make.person(Post.CLIENT_MANAGER, unit=zhou.appointments.get().unit)
    make.full_day(zhou, make.MONDAY)
    make.submit(zhou, make.MONDAY)
    clock_at(make.at(THURSDAY, 14))
    client.force_login(zhou)
    with django_assert_max_num_queries(15) as asked:
        client.get(TODAY)
    assert len(asked) == 15
    clock_at(make.at(make.MONDAY + timedelta(days=7), 9))
    with django_assert_max_num_queries(15):
        client.get(TODAY)


def test_the_first_load_weighs_under_120_kilobytes(shown, zhou):
    """HTML with a full day, and every style and script it names, each gzipped as it is sent."""
    make.full_day(zhou)
    html = shown(address=TODAY)
    weight = len(gzip.compress(html.encode(), 6))
    for name in re.findall(r'(?:href|src)="/static/([^"]+)"', html):
        with open(finders.find(name), "rb") as file:
            weight += len(gzip.compress(file.read(), 6))
    assert 30_000 < weight < 120_000


def test_no_inline_style_script_or_handler(shown, zhou):
    make.full_day(zhou)
    for address in (TODAY, f"/today/{THURSDAY}/submit/", f"/today/{THURSDAY}/call/new/", reverse("my-week")):
        html = shown(address=address)
        assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)', html), address


def test_a_removed_draft_leaves_the_shown(shown, zhou):
    made = make.call(zhou, client="博远科技")
    actions.remove_entry(zhou, day=THURSDAY, at=make.at(THURSDAY, 11), key=uuid4(), entry=made["entry"])
    assert "博远科技" not in shown()
