"""撤回批阅 read aloud: who, until when, and what comes back."""

from datetime import timedelta

import pytest

from activity.daily_log import reviewing, undoing
from activity.daily_log.day import week_view
from activity.daily_log.rules import undo_until
from clients.visits.models import Visit
from org.corrections.models import Correction
from org.notices.models import Notice
from org.periods.due import run_due
from org.posts import Post
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import FRIDAY, NINE, WEEK_CLOSE, a_visit, fresh, passed, returned
from tests.factories import MONDAY, THURSDAY, at

SATURDAY = THURSDAY.replace(day=21)
LAST, TOO_LATE = at(FRIDAY, 9, 9, 59), at(FRIDAY, 9, 10)
REPORT, CLOSE = at(SATURDAY, 12), WEEK_CLOSE
SECOND = timedelta(seconds=1)
DECIDE = {"pass": passed, "return": returned}


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou)


def verdict(log):
    return log.state, log.reviewed_by, log.reviewed_at, log.rating, log.comment


def told(who):
    return sorted(Notice.objects.filter(to=who).values_list("kind", flat=True))


# The rule


@pytest.mark.parametrize(
    ("uses", "until"),
    [
        ([], TOO_LATE),
        ([NINE - SECOND], TOO_LATE),
        ([NINE], TOO_LATE),
        ([NINE + SECOND, CLOSE], NINE + SECOND),
        ([CLOSE], TOO_LATE),
    ],
    ids=["nothing uses it", "used before", "decided at that instant, so after it", "used meanwhile", "used later"],
)
def test_ten_minutes_less_when_something_uses_it(uses, until):
    assert undo_until(NINE, uses) == until


# Passed and returned


@pytest.mark.parametrize("verb", DECIDE)
def test_what_was_decided_waits_again_as_if_nobody_had(log, manager, zhou, verb):
    before = verdict(fresh(log))
    DECIDE[verb](log, manager)
    undone = undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert verdict(undone) == before == ("submitted", None, None, None, "")
    assert Trace.objects.about(log).count() == 0 and told(zhou) == []
    assert [one.verb for one in Trace.objects.filter(about_id=str(log.pk)).order_by("pk")][-2:] == [
        verb,
        f"undo_{verb}",
    ]


@pytest.mark.parametrize("verb", DECIDE)
def test_at_ten_minutes_it_is_too_late(log, manager, verb):
    DECIDE[verb](log, manager)
    with pytest.raises(Refused, match="09:10 以后不能再撤回"):
        undoing.undo_review(fresh(log), by=manager, at=TOO_LATE)
    assert verdict(fresh(log))[:2] != ("submitted", None)


def test_the_clock_is_asked_under_the_lock(log, manager, clock_at):
    passed(log, manager)
    clock_at(TOO_LATE)
    with pytest.raises(Refused, match="不能再撤回"):
        undoing.undo_review(fresh(log), by=manager)
    clock_at(LAST)
    assert undoing.undo_review(fresh(log), by=manager).state == "submitted"


def test_an_author_who_has_read_the_verdict_is_told_that_it_no_longer_holds(log, manager, zhou):
    returned(log, manager)
    Notice.objects.update(read_at=NINE + SECOND)
    undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert told(zhou) == ["log_returned", "review_undone"]
    assert Notice.objects.get(kind="review_undone").title == "11-19 日志的批阅已撤回，重新等批阅"


def test_the_verdict_before_comes_back(log, manager, zhou):
    """Returned, handed in again, passed: undoing the passing leaves what was said when it was returned."""
    returned(log, manager, at(FRIDAY, 8))
    make.submit(zhou, when=at(FRIDAY, 8, 30))
    before = verdict(fresh(log))
    passed(log, manager)
    undone = undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert verdict(undone) == before == ("submitted", manager, at(FRIDAY, 8), None, "补填")
    assert told(zhou) == ["log_returned"]


def test_undone_and_decided_anew_and_undone_again(log, manager):
    for minute in (0, 2, 4):
        passed(log, manager, at(FRIDAY, 9, minute))
        undoing.undo_review(fresh(log), by=manager, at=at(FRIDAY, 9, minute + 1))
    assert verdict(fresh(log)) == ("submitted", None, None, None, "")
    assert Trace.objects.filter(verb="undo_pass").count() == 3


def test_the_second_tap_finds_nothing_to_undo(log, manager):
    passed(log, manager)
    undoing.undo_review(fresh(log), by=manager, at=LAST)
    with pytest.raises(Refused, match="没有可以撤回的"):
        undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert Trace.objects.filter(verb="undo_pass").count() == 1


def test_only_who_decided_takes_it_back(log, manager, department):
    passed(log, manager)
    other = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    with pytest.raises(Refused, match="陈立办的，由本人撤回"):
        undoing.undo_review(fresh(log), by=other, at=LAST)
    manager.appointments.update(ends_on=THURSDAY)
    with pytest.raises(Refused, match="不归你办"):
        undoing.undo_review(fresh(log), by=manager.__class__.objects.get(pk=manager.pk), at=LAST)


def test_not_once_the_author_has_begun_to_change_it(log, manager, zhou):
    returned(log, manager)
    make.study(zhou, when=at(FRIDAY, 9, 2))
    with pytest.raises(Refused, match="周婷已经在改这份日志了"):
        undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert fresh(log).state == "returned"


def test_not_once_it_is_handed_in_again(log, manager, zhou):
    returned(log, manager)
    make.submit(zhou, when=at(FRIDAY, 9, 3))
    with pytest.raises(Refused, match="没有可以撤回的"):
        undoing.undo_review(fresh(log), by=manager, at=LAST)
    assert (fresh(log).state, fresh(log).comment) == ("submitted", "补填")


def test_words_of_others_meanwhile_do_not_matter(log, manager):
    passed(log, manager)
    reviewing.annotate(fresh(log), by=manager, at=LAST, entry=a_visit(log).pk, text="决策人是谁")
    reviewing.mark_ineffective(a_visit(log), by=manager, at=LAST, reason="没见到")
    assert undoing.undo_review(fresh(log), by=manager, at=LAST).state == "submitted"


@pytest.mark.parametrize("hour", [REPORT, CLOSE], ids=["the report", "the close"])
@pytest.mark.parametrize("what", ["pass", "ineffective"])
def test_what_the_report_or_the_close_has_used_stays(log, manager, what, hour):
    """Decided a minute before, undone a minute after: refused, and what was frozen stays. Both after: it is undone."""
    before, after = hour - 60 * SECOND, hour + 60 * SECOND
    undo(decided(log, manager, what, before), manager, hour - SECOND)
    again = decided(log, manager, what, before)
    with pytest.raises(Refused, match=f"{hour:%m-%d} 12:00 的汇总或关账已经用了"):
        undo(again, manager, hour)
    with pytest.raises(Refused, match="已经用了"):
        undo(again, manager, after)


@pytest.mark.parametrize("hour", [REPORT, CLOSE], ids=["the report", "the close"])
@pytest.mark.parametrize("what", ["pass", "ineffective"])
def test_what_was_decided_after_it_can_be_undone_after_it(log, manager, what, hour):
    undo(decided(log, manager, what, hour), manager, hour + 9 * 60 * SECOND)
    assert fresh(log).state == "submitted" and fresh(log).visits == 3


def decided(log, by, what, when):
    if what == "pass":
        return passed(log, by, when)
    return reviewing.mark_ineffective(a_visit(log), by=by, at=when, reason="没见到")


def undo(row, by, when):
    verb = undoing.undo_ineffective if isinstance(row, Visit) else undoing.undo_review
    return verb(type(row).objects.get(pk=row.pk), by=by, at=when)


def test_a_frozen_report_keeps_what_it_says(log, manager, clock_at):
    """The late verdict and its undoing leave the first version alone."""
    make.rules(MONDAY)
    clock_at(REPORT - 60 * SECOND)
    passed(log, manager, REPORT - 60 * SECOND)
    clock_at(REPORT + SECOND)
    run_due()
    with pytest.raises(Refused, match="已经用了"):
        undoing.undo_review(fresh(log), by=manager)
    assert fresh(log).state == "passed"


# Ineffective visits


def test_a_visit_counts_as_it_did(log, manager, zhou):
    visit = reviewing.mark_ineffective(a_visit(log), by=manager, at=NINE, reason="没见到")
    assert fresh(log).visits == 2
    visit = undoing.undo_ineffective(visit, by=manager, at=LAST)
    assert (visit.counted, visit.ineffective_by, visit.ineffective_at, visit.ineffective_reason) == (
        True,
        None,
        None,
        "",
    )
    assert fresh(log).visits == 3 and week_view(zhou, Week(MONDAY), NINE).done[1] == 3
    assert told(zhou) == []
    assert [one.note for one in Correction.objects.order_by("pk")][-1] == f"陈立撤回判{visit.client}的拜访无效"
    with pytest.raises(Refused, match="没有可以撤回的"):
        undoing.undo_ineffective(visit, by=manager, at=LAST)


def test_of_a_closed_week_the_assessment_is_made_again(log, manager, zhou, clock_at):
    make.rules(MONDAY)
    clock_at(CLOSE)
    run_due()
    visit = reviewing.mark_ineffective(a_visit(log), by=manager, at=CLOSE, reason="没见到")
    run_due()
    undoing.undo_ineffective(visit, by=manager, at=CLOSE + 60 * SECOND)
    run_due()
    assert list(zhou.weekassessments.order_by("version").values_list("visits", flat=True)) == [3, 2, 3]


def test_whose_visit_it_was_not_to_judge_takes_nothing_back(log, manager, department):
    visit = reviewing.mark_ineffective(a_visit(log), by=manager, at=NINE, reason="没见到")
    with pytest.raises(Refused, match="由本人撤回"):
        undoing.undo_ineffective(visit, by=make.person(Post.DEPARTMENT_MANAGER, unit=department), at=LAST)
    with pytest.raises(Refused, match="以后不能再撤回"):
        undoing.undo_ineffective(visit, by=manager, at=TOO_LATE)


# 补录


def test_accepting_is_undone_with_what_it_counted(back, manager, zhou):
    reviewing.accept_back(back, by=manager, at=NINE)
    undone = undoing.undo_accept(fresh(back), by=manager, at=LAST)
    assert (undone.counts, undone.back_accepted_at) == (False, None)
    assert week_view(zhou, Week(MONDAY), NINE).done == (0, 0, 0, 0)
    assert told(zhou) == []
    reviewing.accept_back(fresh(back), by=manager, at=LAST)
    assert week_view(zhou, Week(MONDAY), NINE).done == (6, 3, 1, 1)


def test_accepting_is_not_undone_late_or_by_another(back, manager, department):
    with pytest.raises(Refused, match="还没有接受"):
        undoing.undo_accept(back, by=manager, at=NINE)
    reviewing.accept_back(back, by=manager, at=NINE)
    with pytest.raises(Refused, match="以后不能再撤回"):
        undoing.undo_accept(fresh(back), by=manager, at=TOO_LATE)
    with pytest.raises(Refused, match="由本人撤回"):
        undoing.undo_accept(fresh(back), by=make.person(Post.DEPARTMENT_MANAGER, unit=department), at=LAST)
    assert fresh(back).counts


def test_undoing_the_passing_leaves_the_acceptance(back, manager):
    passed(back, manager)
    reviewing.accept_back(fresh(back), by=manager, at=NINE)
    assert undoing.undo_review(fresh(back), by=manager, at=LAST).counts
