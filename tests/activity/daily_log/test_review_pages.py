"""晨间批阅 as the manager meets it: the list of a day, who may read it, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.daily_log.models import Annotation, DailyLog
from clients.visits.models import Visit
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.activity.daily_log.review_screens import page, post, rows, words
from tests.activity.daily_log.reviewed import FRIDAY, MONDAY_AFTER
from tests.factories import THURSDAY, at

# The list


def test_in_the_morning_the_last_working_days_logs_are_there_and_the_first_that_waits_is_open(as_manager, log):
    shown = page(as_manager, "review")
    assert (shown.context["board"].day, shown.context["log"]) == (THURSDAY, log)
    assert "批阅11.19" in words(shown) and "12:00前批完" in words(shown)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (at(FRIDAY, 19, 59, 59), THURSDAY),
        (at(FRIDAY, 20), FRIDAY),
        (at(THURSDAY.replace(day=21), 9), FRIDAY),
        (at(THURSDAY.replace(day=21), 21), FRIDAY),
        (at(MONDAY_AFTER, 9), FRIDAY),
    ],
    ids=["before the logs are due", "once they are due", "Saturday", "Saturday night", "Monday"],
)
def test_the_day_that_opens(client, manager, zhou, clock_at, now, day):
    clock_at(now)
    client.force_login(manager)
    assert page(client, "review").context["board"].day == day


def test_every_cell_says_done_and_due(as_manager, log, zhou):
    assert rows(page(as_manager, "review"))["周婷"].cells == [(6, 6), (3, 3), (1, 1), (1, 1)]


def test_half_a_day_away_halves_what_is_due(as_manager, zhou):
    make.absence(zhou, THURSDAY, "am", "duty")
    make.visit(zhou)
    make.submit(zhou)
    row = rows(page(as_manager, "review"))["周婷"]
    assert (row.away, row.cells) == ("上午公务", [(0, 3), (1, 1.5), (0, 0.5), (0, 0.5)])


def state(client, who, day=THURSDAY):
    return rows(page(client, "review-day", day))[who.name].standing


def test_a_missing_log_says_until_when_it_can_come(as_manager, zhou, clock_at):
    assert state(as_manager, zhou).word == "未交，可补到 08:30"
    clock_at(at(FRIDAY, 8, 30))
    assert state(as_manager, zhou).word == "未交，可补录到 11.23 12:00"
    clock_at(at(MONDAY_AFTER, 12))
    assert state(as_manager, zhou)[:] == ("missing", 1, "bad", "triangle-alert", "未交，已锁定", False)


def test_before_the_hour_nobody_is_missing(as_manager, zhou):
    assert state(as_manager, zhou, FRIDAY)[::4] == ("open", "20:00 截止")
    assert page(as_manager, "review-day", FRIDAY).context["board"].missing == []


@pytest.mark.parametrize(("kind", "word"), [("leave", "请假"), ("duty", "公务")])
def test_a_whole_day_away_owes_nothing(as_manager, zhou, kind, word):
    make.absence(zhou, THURSDAY, "am", kind)
    make.absence(zhou, THURSDAY, "pm", kind)
    assert state(as_manager, zhou).word == word


def test_a_day_off_is_a_day_off(as_manager, zhou):
    assert state(as_manager, zhou, THURSDAY.replace(day=15)).word == "休"


def test_on_the_phone_a_line_says_what_lacks_and_whether_the_rest_is_enough(as_manager, department, log):
    some, nothing = (make.person(Post.CLIENT_MANAGER, unit=department) for _ in range(2))
    make.study(some)
    make.submit(some)
    make.submit(nothing)
    read = words(page(as_manager, "review-log", THURSDAY, log.person.employee_no))
    assert "电话0/6有效拜访0/3准客户积累0/1其余够" in read
    assert "电话0/6有效拜访0/3准客户积累0/1学习0/1" in read
    assert read.count("其余够") == 1


def test_a_draft_is_its_authors(as_manager, zhou):
    make.call(zhou, client="未交的客户")
    shown = page(as_manager, "review-log", THURSDAY, zhou.employee_no)
    assert rows(shown)["周婷"].log is None
    assert "未交的客户" not in words(shown)


def test_what_waits_comes_first_and_of_it_who_is_short(as_manager, department, zhou, log):
    short, missing, passed = (make.person(Post.CLIENT_MANAGER, unit=department, name=name) for name in "短缺过")
    make.submit(short)
    DailyLog.objects.filter(pk=make.submit(passed).pk).update(state="passed", reviewed_at=at(FRIDAY, 8))
    board = page(as_manager, "review").context["board"]
    assert [row.person.name for row in board.rows] == ["短", "周婷", "缺", "过"]
    assert (len(board.waiting), len(board.missing), board.passed) == (2, 1, 1)
    assert missing.name == board.missing[0].person.name


def test_only_his_own_people(as_manager, zhou, branch, stranger):
    other = make.department(branch, code="370202X")
    make.person(Post.CLIENT_MANAGER, unit=other, name="别的部")
    make.person(Post.CLIENT_MANAGER, unit=stranger.appointments.get().unit, name="别的支公司")
    make.person(Post.CLIENT_MANAGER, unit=zhou.appointments.get().unit, name="走了", ends_on=THURSDAY.replace(day=18))
    assert set(rows(page(as_manager, "review"))) == {"周婷"}


def test_a_team_below_the_department_is_his_too(as_manager, department):
    make.person(Post.CLIENT_MANAGER, unit=make.team(department), name="组员")
    assert "组员" in rows(page(as_manager, "review"))


def test_the_strip_of_days_tells_met_short_missing_and_off(as_manager, zhou, log):
    make.submit(zhou, THURSDAY.replace(day=18))
    make.absence(zhou, THURSDAY.replace(day=16), "am")
    make.absence(zhou, THURSDAY.replace(day=16), "pm")
    bars = rows(page(as_manager, "review"))["周婷"].bars
    assert (len(bars), bars[-4:]) == (10, [None, -1, 0, 4])


def test_the_week_so_far_counts_logs_that_count(as_manager, zhou, log):
    make.full_day(zhou, THURSDAY.replace(day=17))
    make.submit(zhou, THURSDAY.replace(day=17), when=at(MONDAY_AFTER.replace(day=18), 9))
    make.call(zhou, THURSDAY.replace(day=16))
    make.submit(zhou, THURSDAY.replace(day=16))
    shown = as_manager.get(reverse("review-day", args=[THURSDAY]), {"by": "week"})
    row = rows(shown)["周婷"]
    assert [(item.done, item.due) for item in row.week] == [(7, 24), (3, 12), (1, 4), (1, 4)]
    assert (row.days_in, row.days_due) == (3, 4)
    assert "3/4天" in words(shown)


def test_every_other_day_that_waits_is_one_click_away_oldest_first(as_manager, zhou):
    """Days off and days after the one that is shown, too; what is beyond six is folded."""
    days = [THURSDAY.replace(day=day) for day in (9, 10, 11, 12, 13, 15, 17, 20)]  # the 15th is a Sunday
    for day in days:
        make.submit(zhou, day)
    shown = page(as_manager, "review")
    assert shown.context["board"].day == THURSDAY
    assert list(shown.context["board"].waiting_days) == [(day, 1) for day in days]
    seen, folded = re.search(r"waiting-days(.*?)<details(.*?)</details>", shown.content.decode(), re.S).groups()
    assert [reverse("review-day", args=[day]) in seen for day in days] == [True] * 6 + [False] * 2
    assert all(reverse("review-day", args=[day]) in folded for day in days[6:])
    assert "另2天" in words(shown)


def test_the_arrows_stop_at_a_day_off_with_a_log_that_waits_and_step_over_one_without(client, manager, zhou, clock_at):
    sunday, friday, monday = THURSDAY.replace(day=22), FRIDAY, MONDAY_AFTER
    log = make.submit(zhou, sunday)
    clock_at(at(monday, 9))
    client.force_login(manager)
    arrows = lambda day: (  # noqa: E731
        page(client, "review-day", day).context["board"].previous,
        page(client, "review-day", day).context["board"].next,
    )
    assert (arrows(friday), arrows(sunday), arrows(monday)) == (
        (THURSDAY, sunday), (friday, monday), (sunday, None)
    )  # fmt: skip
    post(client, "review-pass", log)
    assert (arrows(friday)[1], arrows(monday)[0]) == (monday, friday)


def test_a_log_of_a_day_off_is_passed(client, manager, zhou, clock_at):
    log = make.submit(zhou, THURSDAY.replace(day=22))
    clock_at(at(MONDAY_AFTER, 9))
    client.force_login(manager)
    there = reverse("review-day", args=[log.day])
    assert there in page(client, "review").content.decode()
    assert client.get(there).context["log"] == log
    post(client, "review-pass", log)
    log.refresh_from_db()
    assert log.state == "passed"


def test_the_future_has_no_page(as_manager, zhou):
    assert as_manager.get(reverse("review-day", args=[THURSDAY.replace(day=21)])).status_code == 404


def test_the_menu_counts_what_waits(as_manager, log):
    link = next(link for link in page(as_manager, "review").context["navigation"].links if link.route == "review")
    assert (link.waiting, link.here) == (1, True)


# Who may


VERBS = ("review-pass", "review-return", "log-annotate", "review-ineffective", "review-accept", "log-answer")


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_finds_nothing(client, stranger, log, friday_morning, verb):
    client.force_login(stranger)
    assert post(client, verb, log, text="x", comment="x", entry=log.pk).status_code == 404


def test_a_stranger_sees_nobodys_day(client, stranger, log, zhou, friday_morning):
    client.force_login(stranger)
    assert client.get(reverse("review-log", args=[THURSDAY, zhou.employee_no])).status_code == 404
    assert client.post(reverse("review-remind", args=[THURSDAY, zhou.employee_no])).status_code == 404
    assert "这一天没有要批的日志" in words(page(client, "review"))


@pytest.mark.parametrize("verb", VERBS)
def test_the_address_of_a_verb_opened_as_a_page_leads_to_the_log_and_does_nothing(as_manager, log, verb):
    """So reloading the answer to a refused tap is harmless."""
    there = reverse("review-log", args=[THURSDAY, log.person.employee_no])
    assert as_manager.get(reverse(verb, args=[log.pk])).url == there
    before = DailyLog.objects.values().get(pk=log.pk)
    assert as_manager.head(reverse(verb, args=[log.pk])).status_code == 302
    assert DailyLog.objects.values().get(pk=log.pk) == before
    assert as_manager.put(reverse(verb, args=[log.pk])).status_code == 405


def test_the_address_of_a_reminder_opened_as_a_page_leads_to_the_person_and_tells_nobody(as_manager, zhou):
    answer = as_manager.get(reverse("review-remind", args=[THURSDAY, zhou.employee_no]))
    assert answer.url == reverse("review-log", args=[THURSDAY, zhou.employee_no])
    assert not Notice.objects.exists()


@pytest.mark.parametrize("post_held", sorted(set(Post) - {Post.DEPARTMENT_MANAGER}))
def test_no_other_post_has_the_page(client, department, friday_morning, post_held):
    client.force_login(make.person(post_held, unit=make.home_of(post_held, department)))
    assert client.get(reverse("review")).status_code == 403


def test_a_manager_of_another_department_reads_but_does_not_review(client, branch, log, friday_morning):
    client.force_login(make.person(Post.DEPARTMENT_MANAGER, unit=make.department(branch, code="370202Y")))
    answer = post(client, "review-pass", log)
    assert answer.url == reverse("log", args=[log.pk])
    log.refresh_from_db()
    assert log.state == "submitted"


@pytest.mark.parametrize("held", [Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.BRANCH_DEPUTY_GM])
def test_other_readers_annotate_from_the_log(client, department, log, zhou, friday_morning, held):
    client.force_login(make.person(held, unit=make.home_of(held, department)))
    visit = Visit.objects.filter(person=zhou).first()
    there = f"{reverse('log', args=[log.pk])}#entry-{visit.pk}"
    assert post(client, "log-annotate", log, entry=visit.pk, text="好").url == there
    assert Annotation.objects.get().text == "好"


def test_whose_post_ended_yesterday_is_out(client, department, log, friday_morning):
    client.force_login(make.person(Post.DEPARTMENT_MANAGER, unit=department, ends_on=THURSDAY))
    assert client.get(reverse("review")).status_code == 403


# The price


def queries(client, people, department):
    for _ in range(people):
        who = make.person(Post.CLIENT_MANAGER, unit=department)
        make.visit(who)
        make.submit(who)
    client.get(reverse("review"))
    with CaptureQueriesContext(connection) as asked:
        shown = page(client, "review")
    assert len(shown.context["board"].rows) == department.appointments.filter(post=Post.CLIENT_MANAGER).count()
    return len(asked)


def test_twenty_queries_are_enough_for_five_and_for_sixty(as_manager, log, department):
    few = queries(as_manager, 4, department)
    assert few <= 20
    assert queries(as_manager, 55, department) == few
