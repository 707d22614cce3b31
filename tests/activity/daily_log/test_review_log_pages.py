"""The log that is opened in 批阅: what it shows, and what each button does."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from activity.daily_log import actions
from activity.daily_log.models import Annotation, DailyLog
from clients.visits.models import Visit
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.activity.daily_log.review_screens import page, post, rows, words
from tests.activity.daily_log.reviewed import FRIDAY, MONDAY_AFTER
from tests.factories import THURSDAY, at


def test_the_log_shows_every_entry_and_why_one_does_not_count(as_manager, zhou):
    make.visit(zhou, client="康宁医院", kind="development", purpose="讲方案")
    make.call(zhou, client="云帆物流", purpose="")
    make.submit(zhou, help_needed="帮看预算")
    read = words(page(as_manager, "review"))
    assert "康宁医院·王敏" in read and "不计入：开拓拜访没有下一步日期" in read
    assert "云帆物流·王敏" in read and "不计入：没有写目的" in read
    assert "帮看预算" in read and "拜访三家" in read


def test_passing_opens_the_next_that_waits(as_manager, department, zhou, log):
    second = make.person(Post.CLIENT_MANAGER, unit=department)
    make.submit(second)
    given = {"rating": 4, "comment": "方案讲得清楚", "phrases": ["跟进有节奏"]}
    answer = post(as_manager, "review-pass", log, **given)
    assert answer.url == reverse("review-log", args=[THURSDAY, second.employee_no])
    log.refresh_from_db()
    assert (log.state, log.rating, log.comment) == ("passed", 4, "跟进有节奏；方案讲得清楚")


def test_passing_the_last_comes_back_to_the_list(as_manager, log):
    assert post(as_manager, "review-pass", log).url == reverse("review-day", args=[THURSDAY])


def test_a_rating_is_not_asked_for_and_six_is_none(as_manager, log):
    assert post(as_manager, "review-pass", log, rating=6).status_code == 422
    post(as_manager, "review-pass", log)
    log.refresh_from_db()
    assert (log.state, log.rating) == ("passed", None)


def test_passing_twice_says_so_and_keeps_the_first(as_manager, log):
    post(as_manager, "review-pass", log, comment="第一次")
    again = post(as_manager, "review-pass", log, comment="第二次")
    assert again.status_code == 409
    assert "已被别人办理" in words(again) and "第二次" in words(again)
    log.refresh_from_db()
    assert log.comment == "第一次"


def test_returning_needs_a_comment_and_keeps_the_rating_that_was_chosen(as_manager, log):
    answer = post(as_manager, "review-return", log, rating=3)
    assert answer.status_code == 422
    assert "写一句要补什么，再退回" in words(answer)
    assert re.search(r'value="3"[^>]*checked', answer.content.decode())
    log.refresh_from_db()
    assert log.state == "submitted"


def test_a_returned_log_says_what_to_add(as_manager, log, zhou):
    answer = post(as_manager, "review-return", log, comment="补充决策人")
    assert answer.url == reverse("review-log", args=[THURSDAY, zhou.employee_no])
    read = words(as_manager.get(answer.url))
    assert "已退回" in read and "补充决策人" in read
    assert Notice.objects.get(to=zhou).kind == "log_returned"


def test_a_word_beside_an_entry(as_manager, log, zhou):
    visit = Visit.objects.filter(person=zhou).first()
    for _twice in range(2):
        answer = post(as_manager, "log-annotate", log, entry=visit.pk, text="今天把陪访时间定下来")
    assert answer.status_code == 302
    assert Annotation.objects.count() == 1
    assert "你的批注" in words(as_manager.get(answer.url))


def test_an_empty_or_endless_word_comes_back(as_manager, log, zhou):
    visit = Visit.objects.filter(person=zhou).first()
    assert post(as_manager, "log-annotate", log, entry=visit.pk, text="").status_code == 422
    long = post(as_manager, "log-annotate", log, entry=visit.pk, text="长" * 501)
    assert long.status_code == 422
    assert "长" * 501 in long.content.decode()


def test_an_ineffective_visit_says_why(as_manager, log, zhou):
    visit = Visit.objects.filter(person=zhou).first()
    answer = post(as_manager, "review-ineffective", log, entry=visit.pk, text="没有见到经办人")
    read = words(as_manager.get(answer.url))
    assert "不计入：经理判为无效，没有见到经办人" in read
    log.refresh_from_db()
    assert log.visits == 2


def test_judging_a_visit_keeps_the_reviewer_where_he_reads(as_manager, department, log):
    """The log is short now; a list sorted anew would put it before the other one."""
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    make.full_day(other)
    make.submit(other)
    names = list(rows(page(as_manager, "review")))
    visit = Visit.objects.filter(person=other).first()
    their = DailyLog.objects.get(person=other)
    answer = post(as_manager, "review-ineffective", their, entry=visit.pk, text="没有见到经办人")
    assert answer.url == f"{reverse('review-log', args=[THURSDAY, other.employee_no])}#entry-{visit.pk}"
    shown = as_manager.get(answer.url)
    assert (list(rows(shown)), shown.context["log"]) == (names, their)
    assert f'id="entry-{visit.pk}"' in shown.content.decode()


def read_by(client, log):
    """What his form posts unseen."""
    shown = page(client, "review-log", log.day, log.person.employee_no).content.decode()
    return re.search(r'name="shown" value="(\w{32})"', shown)[1]


@pytest.mark.parametrize("verb", ["review-pass", "review-return"])
def test_what_was_swapped_after_the_page_was_read_is_not_decided(client, manager, zhou, log, clock_at, verb):
    """Before 20:00 the author may still change a submitted log: 3 visits out, 3 others in, the figures are the same."""
    clock_at(at(THURSDAY, 19))
    client.force_login(manager)
    shown = read_by(client, log)
    for visit in Visit.objects.filter(person=zhou):
        make.visit(zhou, replaces=visit.pk, client="别的公司", contact=str(visit.pk)[:8], when=at(THURSDAY, 19))
    answer = post(client, verb, log, shown=shown, rating=4, comment="很具体")
    assert answer.status_code == 409
    assert "日志刚被改过，看过再批。" in words(answer)
    assert "别的公司" in words(answer) and "很具体" in words(answer)
    log.refresh_from_db()
    assert (log.state, log.reviewed_by) == ("submitted", None)
    again = re.search(r'name="shown" value="(\w{32})"', answer.content.decode())[1]
    assert again != shown
    assert post(client, verb, log, shown=again, comment="很具体").status_code == 302


@pytest.mark.parametrize("change", ["added", "removed", "words"])
def test_any_change_of_the_author_is_noticed(client, manager, zhou, log, clock_at, change):
    clock_at(at(THURSDAY, 19))
    client.force_login(manager)
    shown, given = read_by(client, log), {"day": THURSDAY, "at": at(THURSDAY, 19)}
    if change == "added":
        make.study(zhou, when=at(THURSDAY, 19))
    elif change == "removed":
        actions.remove_entry(zhou, **given, key=uuid4(), entry=log.entries.first().pk)
    else:
        actions.save_texts(zhou, **given, tomorrow_plan="另一个计划")
    assert post(client, "review-pass", log, shown=shown).status_code == 409


def test_his_own_words_and_verdicts_are_no_change(client, manager, zhou, log, clock_at):
    clock_at(at(THURSDAY, 19))
    client.force_login(manager)
    shown = read_by(client, log)
    visit = Visit.objects.filter(person=zhou).first()
    post(client, "log-annotate", log, entry=visit.pk, text="决策人是谁")
    post(client, "review-ineffective", log, entry=visit.pk, text="没有见到人")
    assert post(client, "review-pass", log, shown=shown).status_code == 302


def test_a_verdict_without_having_read_is_refused(as_manager, log):
    assert post(as_manager, "review-pass", log, shown="").status_code == 409
    log.refresh_from_db()
    assert log.state == "submitted"


def test_a_visit_of_another_day_is_not_of_this_log(as_manager, log, zhou):
    elsewhere = make.visit(zhou, THURSDAY.replace(day=18))["entry"]
    assert post(as_manager, "review-ineffective", log, entry=elsewhere, text="无效").status_code == 404


def test_a_late_hand_in_of_the_second_day_waits_to_be_accepted(client, manager, zhou, clock_at):
    make.full_day(zhou)
    log = make.submit(zhou, when=at(FRIDAY, 9))
    clock_at(at(FRIDAY, 9, 30))
    client.force_login(manager)
    shown = page(client, "review")
    assert rows(shown)["周婷"].standing.word == "补录待接受"
    assert "11.2412:00关账前可以接受" in words(shown)
    answer = client.post(reverse("review-accept", args=[log.pk]))
    assert rows(client.get(answer.url))["周婷"].standing.word == "待批"
    log.refresh_from_db()
    assert log.counts


def test_help_is_answered_on_the_page(as_manager, log):
    assert rows(page(as_manager, "review"))["周婷"].asks_help
    answer = post(as_manager, "log-answer", log, text="十点一起看")
    shown = as_manager.get(answer.url)
    assert "十点一起看" in words(shown) and not rows(shown)["周婷"].asks_help


def test_reminding_once_however_often(as_manager, zhou):
    assert "提醒" in words(page(as_manager, "review"))
    for _twice in range(2):
        answer = as_manager.post(reverse("review-remind", args=[THURSDAY, zhou.employee_no]))
        assert answer.url == reverse("review-day", args=[THURSDAY])
    assert Notice.objects.filter(to=zhou, kind="log_missing").count() == 1


def test_after_a_reminder_its_hour_stands_where_the_button_was(as_manager, department, zhou, log, clock_at):
    late = make.person(Post.CLIENT_MANAGER, unit=department)
    address = reverse("review-remind", args=[THURSDAY, late.employee_no])
    assert address in page(as_manager, "review").content.decode()
    answer = as_manager.post(address, {"opened": zhou.employee_no})
    assert answer.url == reverse("review-log", args=[THURSDAY, zhou.employee_no])
    shown = as_manager.get(answer.url)
    assert "已提醒08:12" in words(shown) and address not in shown.content.decode()
    clock_at(at(MONDAY_AFTER, 9))
    assert "已提醒11.2008:12" in words(page(as_manager, "review-day", THURSDAY))


def test_the_log_and_its_line_say_how_many_calls_nobody_took(as_manager, zhou, department):
    for who in (zhou, make.person(Post.CLIENT_MANAGER, unit=department)):
        for answer in ("answered", "unanswered", "busy", "unanswered"):  # of which two count
            make.call(who, answer=answer)
        make.submit(who)
    shown = page(as_manager, "review")
    assert words(shown).count("电话其中未接2") == 2  # the open log, and the other one's line
    assert [row.unanswered for row in rows(shown).values()] == [2, 2]


def test_where_all_were_answered_the_line_says_nothing_of_it(as_manager, log):
    assert "未接" not in words(page(as_manager, "review"))
