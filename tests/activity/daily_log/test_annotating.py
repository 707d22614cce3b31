"""Words beside an entry, and the answer to a call for help."""

from uuid import uuid4

import pytest

from activity.daily_log import reviewing
from activity.daily_log.models import Annotation
from clients.prospects.models import Registration
from org.posts import Post
from org.trace.models import Trace
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import NINE, WEEK_CLOSE, a_visit, fresh, told


def test_a_word_beside_a_call_a_visit_a_prospect_or_a_study(log, manager, zhou):
    rows = [*log.entries.all(), a_visit(log), Registration.objects.get(person=zhou)]
    for row in rows:
        assert reviewing.annotate(log, by=manager, at=NINE, entry=row.pk, text=" 好 ").text == "好"
    assert Annotation.objects.count() == len(rows)


def test_the_same_word_twice_is_one(log, manager):
    for _twice in range(2):
        reviewing.annotate(log, by=manager, at=NINE, entry=a_visit(log).pk, text="好")
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
    reviewing.annotate(log, by=manager, at=WEEK_CLOSE, entry=a_visit(log).pk, text="好")
    assert Annotation.objects.get().at == WEEK_CLOSE


def test_help_is_answered_once_for_the_same_words_and_again_for_others(log, manager, zhou):
    for text in ("十点一起看", "十点一起看", "改到十一点"):
        reviewing.answer_help(log, by=manager, at=NINE, text=text)
        assert fresh(log).help_answer == text
    assert Trace.objects.filter(verb="answer_help").count() == 2


def test_an_empty_answer_is_none(log, manager):
    with pytest.raises(Refused, match="不能为空"):
        reviewing.answer_help(log, by=manager, at=NINE, text="")
