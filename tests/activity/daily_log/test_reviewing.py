"""批阅 read aloud: who may, what it does to the figures, until when, and what the second of two clicks does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from activity.assessment.models import ManagerAssessment
from activity.daily_log import reviewing
from activity.daily_log.day import week_view
from activity.daily_log.models import Annotation, DailyLog
from clients.prospects.models import Registration
from clients.visits.models import Visit
from org.notices.models import Notice
from org.periods.due import run_due
from org.posts import Post
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.factories import MONDAY, THURSDAY, at

FRIDAY = THURSDAY.replace(day=20)
MONDAY_AFTER = THURSDAY.replace(day=23)
NINE = at(FRIDAY, 9)
LOCKED = at(MONDAY_AFTER, 12)
WEEK_CLOSE = at(THURSDAY.replace(day=24), 12)
JUST_BEFORE_CLOSE = at(THURSDAY.replace(day=24), 11, 59, 59)


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou, help_needed="帮看预算")


@pytest.fixture
def back(zhou):
    """A full day handed in as 补录, at 08:30 of the next working day."""
    make.full_day(zhou)
    return make.submit(zhou, when=at(FRIDAY, 8, 30))


def figures(row):
    return row.calls, row.visits, row.prospects, row.studies


def week_of(who):
    return week_view(who, Week(MONDAY), NINE).done


def told(who):
    return list(Notice.objects.filter(to=who).values_list("kind", "body"))


def fresh(log):
    return DailyLog.objects.select_related("unit", "person").get(pk=log.pk)


VERBS = {
    "pass": lambda log, by, at: reviewing.pass_log(log, by=by, at=at),
    "return": lambda log, by, at: reviewing.return_log(log, by=by, at=at, comment="补填"),
    "accept": lambda log, by, at: reviewing.accept_back(log, by=by, at=at),
    "annotate": lambda log, by, at: reviewing.annotate(log, by=by, at=at, entry=a_visit(log).pk, text="好"),
    "ineffective": lambda log, by, at: reviewing.mark_ineffective(a_visit(log), by=by, at=at, reason="没见到"),
    "answer": lambda log, by, at: reviewing.answer_help(log, by=by, at=at, text="十点"),
}
REVIEW = ("pass", "return", "accept", "ineffective")
READ = ("annotate", "answer")
MAY_REVIEW = {Post.DEPARTMENT_MANAGER}
MAY_ANNOTATE = {Post.DEPARTMENT_MANAGER, Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.BRANCH_DEPUTY_GM}


def a_visit(log):
    return Visit.objects.filter(person_id=log.person_id, day=log.day).first()


# Who may


@pytest.mark.parametrize("verb", REVIEW)
@pytest.mark.parametrize("post", sorted(set(Post) - MAY_REVIEW))
def test_no_other_post_reviews(back, department, post, verb):
    by = make.person(post, unit=make.home_of(post, department))
    with pytest.raises(Refused, match="不归你办"):
        VERBS[verb](back, by, NINE)


@pytest.mark.parametrize("verb", READ)
@pytest.mark.parametrize("post", sorted(set(Post) - MAY_ANNOTATE))
def test_no_other_post_annotates(log, department, post, verb):
    by = make.person(post, unit=make.home_of(post, department))
    with pytest.raises(Refused, match="不归你办"):
        VERBS[verb](log, by, NINE)


@pytest.mark.parametrize("verb", READ)
@pytest.mark.parametrize("post", sorted(MAY_ANNOTATE))
def test_readers_above_him_annotate_and_answer(log, department, post, verb):
    VERBS[verb](log, make.person(post, unit=make.home_of(post, department)), NINE)
    assert len(told(log.person)) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_does_nothing(back, stranger, verb):
    with pytest.raises(Refused, match="不归你办"):
        VERBS[verb](back, stranger, NINE)


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_reviews_his_own_log(back, zhou, department, verb):
    make.appoint(zhou, Post.DEPARTMENT_MANAGER, department)
    with pytest.raises(Refused, match="由别人批阅"):
        VERBS[verb](back, zhou, NINE)


@pytest.mark.parametrize("verb", VERBS)
def test_whose_post_ended_yesterday_does_nothing(back, department, verb):
    gone = make.person(Post.DEPARTMENT_MANAGER, unit=department, ends_on=THURSDAY)
    with pytest.raises(Refused, match="不归你办"):
        VERBS[verb](back, gone, NINE)


def test_the_database_knows_that_nobody_reviews_his_own_log(log, zhou):
    with pytest.raises(IntegrityError, match="nobody_reviews_his_own_log"):
        DailyLog.objects.filter(pk=log.pk).update(reviewed_by=zhou)


# Passing and returning


def test_passing_keeps_rating_and_comment_and_tells_the_author(log, manager):
    reviewing.pass_log(log, by=manager, at=NINE, rating=4, comment=" 跟进有节奏 ")
    assert (log.state, log.reviewed_by, log.reviewed_at, log.rating, log.comment) == (
        "passed",
        manager,
        NINE,
        4,
        "跟进有节奏",
    )
    assert told(log.person) == [("log_passed", "跟进有节奏")]
    assert Trace.objects.get(verb="pass").by == manager


def test_passing_without_a_word_tells_nobody(log, manager):
    reviewing.pass_log(log, by=manager, at=NINE)
    assert told(log.person) == []


def test_a_rating_is_one_to_five(log, manager):
    with pytest.raises(IntegrityError, match="a_rating_is_1_to_5"):
        reviewing.pass_log(log, by=manager, at=NINE, rating=6)


def test_passing_changes_no_figure(log, manager, zhou):
    before = week_of(zhou)
    reviewing.pass_log(log, by=manager, at=NINE)
    assert (week_of(zhou), figures(log)) == (before, before) == ((6, 3, 1, 1), (6, 3, 1, 1))


def test_returning_says_what_to_add_and_the_figures_stand(log, manager, zhou):
    reviewing.return_log(log, by=manager, at=NINE, comment="补充决策人")
    assert (log.state, log.comment, log.counts) == ("returned", "补充决策人", True)
    assert week_of(zhou) == (6, 3, 1, 1)
    assert told(zhou) == [("log_returned", "补充决策人")]


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_returning_needs_a_comment(log, manager, comment):
    with pytest.raises(Refused, match="写明补什么"):
        reviewing.return_log(log, by=manager, at=NINE, comment=comment)
    assert fresh(log).state == "submitted"


def test_returning_ends_at_the_lock(log, manager):
    with pytest.raises(Refused, match="11-23 12:00"):
        reviewing.return_log(log, by=manager, at=LOCKED, comment="补填")
    reviewing.return_log(log, by=manager, at=at(MONDAY_AFTER, 11, 59, 59), comment="补填")
    assert log.state == "returned"


def test_a_returned_log_comes_back_with_its_first_hour_and_is_passed(log, manager, zhou):
    first = log.handed_in_at
    reviewing.return_log(log, by=manager, at=NINE, comment="补填")
    again = make.submit(zhou, when=at(FRIDAY, 10), tomorrow_plan="补充决策人后再约")
    assert (again.state, again.handed_in_at, again.timeliness) == ("submitted", first, "on_time")
    reviewing.pass_log(again, by=manager, at=at(FRIDAY, 11))
    assert [one.verb for one in Trace.objects.filter(about_id=str(log.pk)).order_by("pk")] == [
        "submit", "return", "resubmit", "pass",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["pass", "return"])
@pytest.mark.parametrize("second", ["pass", "return"])
def test_the_second_click_is_refused(log, manager, first, second):
    VERBS[first](log, manager, NINE)
    with pytest.raises(Refused, match="已被别人办理"):
        VERBS[second](log, manager, NINE)
    assert Trace.objects.filter(verb__in=["pass", "return"]).count() == 1


def test_a_draft_is_nothing_to_review(zhou, manager):
    make.call(zhou)
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.pass_log(DailyLog.objects.get(), by=manager, at=NINE)


@pytest.mark.race
def test_of_two_reviewers_at_once_one_wins(fresh_db, rounds):
    department = make.department()
    reviewers = [make.person(Post.DEPARTMENT_MANAGER, unit=department) for _ in range(4)]
    for _round in range(rounds(2, 20)):
        log = make.submit(make.person(Post.CLIENT_MANAGER, unit=department))
        ready = Barrier(len(reviewers))

        def review(by, pk=log.pk, ready=ready):
            own = DailyLog.objects.select_related("unit", "person").get(pk=pk)
            by.posts_on(FRIDAY)
            ready.wait()
            try:
                verb = VERBS["pass" if reviewers.index(by) % 2 else "return"]
                verb(own, by, NINE)
                return by.pk
            except Refused as refusal:
                return str(refusal)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(reviewers)) as at_once:
            said = list(at_once.map(review, reviewers))
        winners = [one for one in said if isinstance(one, int)]
        assert winners == [fresh(log).reviewed_by_id]
        assert set(said) - set(winners) == {"已被别人办理，刷新看看。"}
        assert Trace.objects.filter(about_id=str(log.pk), verb__in=["pass", "return"]).count() == 1


# Ineffective visits


def test_an_ineffective_visit_counts_no_longer_and_says_who_and_why(log, manager, zhou):
    visit = a_visit(log)
    reviewing.mark_ineffective(visit, by=manager, at=NINE, reason="没有见到经办人")
    assert (visit.counted, visit.why_not, visit.ineffective_by, visit.ineffective_at) == (
        False,
        "ineffective",
        manager,
        NINE,
    )
    assert figures(fresh(log)) == week_of(zhou) == (6, 2, 1, 1)
    assert fresh(log).excluded == 1
    assert told(zhou) == [("visit_ineffective", "没有见到经办人")]


def test_the_second_visit_of_the_day_takes_the_place_of_an_ineffective_one(zhou, manager):
    first = make.visit(zhou, client="云帆物流", when=at(THURSDAY, 9))["entry"]
    second = make.visit(zhou, client="云帆物流", when=at(THURSDAY, 15))["entry"]
    make.submit(zhou)
    assert Visit.objects.get(pk=second).why_not == "same_client"
    reviewing.mark_ineffective(Visit.objects.get(pk=first), by=manager, at=NINE, reason="没见到")
    assert Visit.objects.get(pk=second).counted
    assert week_of(zhou) == (0, 1, 0, 0)


def test_ineffective_needs_a_reason(log, manager):
    with pytest.raises(Refused, match="写原因"):
        reviewing.mark_ineffective(a_visit(log), by=manager, at=NINE, reason=" ")


def test_ineffective_once(log, manager):
    visit = a_visit(log)
    reviewing.mark_ineffective(visit, by=manager, at=NINE, reason="没见到")
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.mark_ineffective(visit, by=manager, at=NINE, reason="还是没见到")
    assert fresh(log).visits == 2
    assert Visit.objects.get(pk=visit.pk).ineffective_reason == "没见到"


def test_a_visit_of_a_closed_week_is_corrected_by_the_next_sweep(log, manager, zhou, clock_at):
    make.rules(MONDAY)
    clock_at(WEEK_CLOSE)
    run_due()
    visit = a_visit(log)
    reviewing.mark_ineffective(visit, by=manager, at=WEEK_CLOSE, reason="没见到")
    assert week_of(zhou) == (6, 2, 1, 1)
    assert versions_of(zhou) == [(1, 3, "", "")]
    run_due()
    said = f"陈立判{visit.client}的拜访无效：没见到"
    assert versions_of(zhou) == [(1, 3, "", ""), (2, 2, "log", said)]
    run_due()
    assert len(versions_of(zhou)) == 2


def test_who_came_along_on_an_ineffective_visit_is_corrected_too(log, manager, clock_at):
    visit = a_visit(log)
    Visit.objects.filter(pk=visit.pk).update(companion=manager, companion_confirmed=True)
    make.rules(MONDAY)
    clock_at(WEEK_CLOSE)
    run_due()
    assert accompaniments_of(manager) == [(1, 1)]
    reviewing.mark_ineffective(visit, by=manager, at=WEEK_CLOSE, reason="没见到")
    run_due()
    assert accompaniments_of(manager) == [(1, 1), (2, 0)]


def accompaniments_of(who):
    return list(
        ManagerAssessment.objects.filter(person=who).order_by("version").values_list("version", "accompaniments")
    )


def versions_of(who):
    return list(who.weekassessments.values_list("version", "visits", "cause", "cause_note"))


# 补录


def test_back_filling_counts_from_when_it_is_accepted(back, manager, zhou):
    assert (back.timeliness, back.counts, week_of(zhou)) == ("back", False, (0, 0, 0, 0))
    reviewing.accept_back(back, by=manager, at=NINE)
    assert (back.back_accepted_at, back.counts, week_of(zhou)) == (NINE, True, (6, 3, 1, 1))
    assert told(zhou) == [("back_accepted", "")]


def test_passing_does_not_accept(back, manager, zhou):
    reviewing.pass_log(back, by=manager, at=NINE)
    assert (back.state, back.counts, week_of(zhou)) == ("passed", False, (0, 0, 0, 0))
    reviewing.accept_back(back, by=manager, at=NINE)
    assert week_of(zhou) == (6, 3, 1, 1)


def test_accepting_is_possible_until_the_week_closes(back, manager, zhou):
    with pytest.raises(Refused, match="11-24 12:00 关账"):
        reviewing.accept_back(back, by=manager, at=WEEK_CLOSE)
    assert not fresh(back).counts
    reviewing.accept_back(back, by=manager, at=JUST_BEFORE_CLOSE)
    assert week_of(zhou) == (6, 3, 1, 1)


def test_the_clock_is_asked_under_the_lock_not_when_the_page_was_asked(back, manager, clock_at):
    clock_at(WEEK_CLOSE)
    with pytest.raises(Refused, match="关账"):
        reviewing.accept_back(back, by=manager)
    clock_at(JUST_BEFORE_CLOSE)
    reviewing.accept_back(back, by=manager)
    assert fresh(back).back_accepted_at >= JUST_BEFORE_CLOSE


def test_accepting_once(back, manager):
    reviewing.accept_back(back, by=manager, at=NINE)
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.accept_back(back, by=manager, at=NINE)
    assert Trace.objects.filter(verb="accept_back").count() == 1


@pytest.mark.parametrize("hour", [at(THURSDAY, 18), at(THURSDAY, 20)], ids=["on time", "late"])
def test_what_counts_anyway_is_not_accepted(zhou, manager, hour):
    log = make.submit(zhou, when=hour)
    with pytest.raises(Refused, match="已被别人办理"):
        reviewing.accept_back(log, by=manager, at=NINE)


# Words


def test_a_word_beside_a_call_a_visit_a_prospect_or_a_study(log, manager, zhou):
    rows = [*log.entries.all(), a_visit(log), Registration.objects.get(person=zhou)]
    for row in rows:
        assert reviewing.annotate(log, by=manager, at=NINE, entry=row.pk, text=" 好 ").text == "好"
    assert Annotation.objects.count() == len(rows)


def test_the_same_word_twice_is_one(log, manager):
    for _twice in range(2):
        VERBS["annotate"](log, manager, NINE)
    assert Annotation.objects.count() == 1
    assert len(told(log.person)) == 1


def test_an_empty_word_is_none(log, manager):
    with pytest.raises(Refused, match="不能为空"):
        reviewing.annotate(log, by=manager, at=NINE, entry=a_visit(log).pk, text=" ")


def test_an_entry_of_another_log_has_no_place_here(log, manager, department):
    other = make.person(Post.CLIENT_MANAGER, unit=department)
    entry = make.visit(other)["entry"]
    for unknown in (entry, uuid4()):
        with pytest.raises(Refused, match="已经不在了"):
            reviewing.annotate(log, by=manager, at=NINE, entry=unknown, text="好")


def test_after_the_lock_a_word_is_still_possible(log, manager):
    VERBS["annotate"](log, manager, WEEK_CLOSE)
    assert Annotation.objects.get().at == WEEK_CLOSE


def test_help_is_answered_once_for_the_same_words_and_again_for_others(log, manager, zhou):
    for text in ("十点一起看", "十点一起看", "改到十一点"):
        reviewing.answer_help(log, by=manager, at=NINE, text=text)
        assert fresh(log).help_answer == text
    assert Trace.objects.filter(verb="answer_help").count() == 2


def test_an_empty_answer_is_none(log, manager):
    with pytest.raises(Refused, match="不能为空"):
        reviewing.answer_help(log, by=manager, at=NINE, text="")


# Reminders


def remind(who, by, hour=NINE, day=THURSDAY):
    reviewing.remind(who, day=day, by=by, at=hour)


def test_the_missing_are_reminded_once_a_day_whoever_rings(zhou, manager, department):
    for by in (manager, manager, make.person(Post.DEPARTMENT_MANAGER, unit=department)):
        remind(zhou, by)
    remind(zhou, manager, day=THURSDAY.replace(day=18), hour=at(FRIDAY, 9))
    assert [kind for kind, _body in told(zhou)] == ["log_missing", "log_missing"]


@pytest.mark.parametrize(
    ("hour", "until"), [(at(FRIDAY, 8), "11-20 08:30"), (at(FRIDAY, 8, 30), "11-23 12:00")], ids=["late", "补录"]
)
def test_a_reminder_says_until_when(zhou, manager, hour, until):
    remind(zhou, manager, hour)
    assert until in told(zhou)[0][1]


def test_nobody_is_reminded_of_a_log_that_is_in_or_locked(log, zhou, manager):
    with pytest.raises(Refused, match="刚刚交了"):
        remind(zhou, manager)
    with pytest.raises(Refused, match="已锁定"):
        remind(zhou, manager, LOCKED, THURSDAY.replace(day=18))
    assert told(zhou) == []


def test_a_draft_does_not_keep_from_reminding(zhou, manager):
    make.call(zhou)
    remind(zhou, manager)
    assert len(told(zhou)) == 1


@pytest.mark.parametrize("who", ["stranger", "deputy", "zhou"])
def test_who_may_not_review_may_not_remind(zhou, who, request):
    with pytest.raises(Refused, match="不归你办"):
        remind(zhou, request.getfixturevalue(who))


def test_who_keeps_no_log_is_not_reminded(manager, deputy):
    with pytest.raises(Refused, match="不归你办"):
        remind(deputy, manager)


def test_one_post_within_reach_is_enough(zhou, manager, city):
    make.appoint(zhou, Post.CLIENT_MANAGER, make.department(make.branch(city, "370209")))
    home = manager.appointments.get().unit
    elsewhere = zhou.appointments.exclude(unit=home).get()
    zhou.appointments.filter(unit=home).delete()
    make.appoint(zhou, Post.CLIENT_MANAGER, home)  # now the later one
    remind(zhou, manager)
    remind(zhou, make.person(Post.DEPARTMENT_MANAGER, unit=elsewhere.unit), day=THURSDAY.replace(day=18))
    assert len(told(zhou)) == 2


@pytest.mark.parametrize("hour", [at(THURSDAY, 9), at(THURSDAY, 19, 59, 59)])
def test_nobody_is_reminded_before_the_hour(zhou, manager, hour):
    with pytest.raises(Refused, match="11-19 20:00 才到提交时间"):
        remind(zhou, manager, hour)
    remind(zhou, manager, at(THURSDAY, 20))
    assert len(told(zhou)) == 1


@pytest.mark.parametrize("halves", [("am", "pm"), ("am",)])
def test_who_was_away_is_reminded_only_of_what_was_owed(zhou, manager, halves):
    for half in halves:
        make.absence(zhou, THURSDAY, half)
    if len(halves) == 2:
        with pytest.raises(Refused, match="没有应完成"):
            remind(zhou, manager)
    else:
        remind(zhou, manager)
    assert len(told(zhou)) == 2 - len(halves)


def test_nobody_is_reminded_of_a_day_off(zhou, manager):
    with pytest.raises(Refused, match="没有应完成"):
        remind(zhou, manager, at(MONDAY_AFTER, 9), day=FRIDAY.replace(day=22))


def test_a_reminder_leaves_one_trace(zhou, manager, department):
    for by in (manager, manager, make.person(Post.DEPARTMENT_MANAGER, unit=department)):
        remind(zhou, by)
    trace = Trace.objects.get(verb="remind")
    assert (trace.by, trace.about_id, trace.changes) == (manager, str(zhou.pk), {"day": str(THURSDAY)})
