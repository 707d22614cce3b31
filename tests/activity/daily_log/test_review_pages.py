"""晨间批阅 as the manager meets it: the list, the opened log, and what each button does."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.daily_log import actions
from activity.daily_log.as_read import fingerprint
from activity.daily_log.day import entries_of
from activity.daily_log.models import Annotation, DailyLog
from clients.visits.models import Visit
from org.notices.models import Notice
from org.posts import Post
from tests import factories as make
from tests.factories import THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)
MONDAY_AFTER = THURSDAY.replace(day=23)


@pytest.fixture
def friday_morning(clock_at):
    clock_at(at(FRIDAY, 8, 12))


@pytest.fixture
def as_manager(client, manager, friday_morning):
    client.force_login(manager)
    return client


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou, help_needed="想请经理帮看预算表", problems="门诊是否含互联网医院")


def page(client, *address):
    answer = client.get(reverse(*address[:1], args=address[1:]))
    assert answer.status_code == 200
    return answer


def post(client, name, log, **data):
    return client.post(reverse(name, args=[log.pk]), {"shown": as_he_reads(log), **data})


def as_he_reads(log):
    return fingerprint(log, entries_of(log, log.person_id, log.day))


def words(answer):
    """What a person reads, without mark-up and white space."""
    html = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", html))


def rows(answer):
    return {row.person.name: row for row in answer.context["board"].rows}


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


# The opened log


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
