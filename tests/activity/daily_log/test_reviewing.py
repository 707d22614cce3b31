"""批阅 read aloud: who may, what passing and returning do, and what the second of two clicks does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from activity.daily_log import reviewing
from activity.daily_log.models import DailyLog
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import (
    FRIDAY,
    LOCKED,
    MONDAY_AFTER,
    NINE,
    a_visit,
    figures,
    fresh,
    told,
    week_of,
)
from tests.factories import THURSDAY, at

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
