"""撤回批阅 read aloud: who, until when, what comes back, and of undoing and handing in again at once one wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse

from activity.daily_log import actions, reviewing, undoing
from activity.daily_log.as_read import as_it_is
from activity.daily_log.day import week_view
from activity.daily_log.models import DailyLog
from activity.daily_log.rules import undo_until
from clients.visits.models import Visit
from org.corrections.models import Correction
from org.notices.models import Notice
from org.periods.due import run_due
from org.posts import Post
from org.trace.actions import record
from org.trace.models import Trace
from org.week import Week
from org.workflow import Refused
from tests import factories as make
from tests.factories import MONDAY, THURSDAY, at

FRIDAY, SATURDAY = THURSDAY.replace(day=20), THURSDAY.replace(day=21)
NINE = at(FRIDAY, 9)
LAST, TOO_LATE = at(FRIDAY, 9, 9, 59), at(FRIDAY, 9, 10)
REPORT, CLOSE = at(SATURDAY, 12), at(THURSDAY.replace(day=24), 12)
SECOND = timedelta(seconds=1)


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou)


@pytest.fixture
def back(zhou):
    make.full_day(zhou)
    return make.submit(zhou, when=at(FRIDAY, 8, 30))


def fresh(log):
    return DailyLog.objects.select_related("unit", "person").get(pk=log.pk)


def a_visit(log):
    return Visit.objects.filter(person_id=log.person_id, day=log.day).first()


def verdict(log):
    return log.state, log.reviewed_by, log.reviewed_at, log.rating, log.comment


def told(who):
    return sorted(Notice.objects.filter(to=who).values_list("kind", flat=True))


def passed(log, by, when=NINE, comment="好"):
    return reviewing.pass_log(fresh(log), by=by, at=when, rating=4, comment=comment)


def returned(log, by, when=NINE):
    return reviewing.return_log(fresh(log), by=by, at=when, comment="补填")


DECIDE = {"pass": passed, "return": returned}


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


# At once


@pytest.mark.race
def test_of_undoing_and_handing_in_again_at_once_one_wins(fresh_db, rounds):
    department = make.department()
    reviewer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    for _round in range(rounds(3, 50)):
        log = returned_log(department, reviewer)
        assert at_once(log, reviewer) == 1
        assert fresh(log).state == "submitted"


@pytest.mark.race
def test_without_the_guard_both_would_win(fresh_db, monkeypatch):
    """The control: what is read before the author hands in again is written after it."""
    department = make.department()
    reviewer = make.person(Post.DEPARTMENT_MANAGER, unit=department)
    log = returned_log(department, reviewer)

    def unguarded(row, step, *, by, at, changes, noted=None):
        with ThreadPoolExecutor(1) as other:
            other.submit(hand_in_again, row.person, Barrier(1)).result()
        DailyLog.objects.filter(pk=row.pk).update(state=step.target, **changes)
        record(row, step.verb, by=by, at=at)

    monkeypatch.setattr(undoing, "held_instant", lambda log, at: at)
    monkeypatch.setattr(undoing, "move", unguarded)
    with transaction.atomic():
        undoing.undo_review(fresh(log), by=reviewer, at=LAST)
    assert winners(log) == 2


def returned_log(department, reviewer):
    log = make.submit(make.person(Post.CLIENT_MANAGER, unit=department))
    return returned(log, reviewer)


def hand_in_again(author, ready):
    try:
        ready.wait()
        actions.submit(author, day=THURSDAY, key=uuid4(), at=LAST, tomorrow_plan="三家")
    except Refused:
        pass
    finally:
        connection.close()


def at_once(log, reviewer):
    ready = Barrier(2)

    def take_back():
        own = fresh(log)
        reviewer.posts_on(FRIDAY)
        ready.wait()
        try:
            undoing.undo_review(own, by=reviewer, at=LAST)
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        for work in (both.submit(take_back), both.submit(hand_in_again, log.person, ready)):
            work.result()
    return winners(log)


def winners(log):
    return Trace.objects.filter(about_id=str(log.pk), verb__in=["undo_return", "resubmit"]).count()


# The pages


@pytest.fixture
def as_manager(client, manager, clock_at):
    clock_at(NINE)
    client.force_login(manager)
    return client


def post(client, name, log, **body):
    return client.post(reverse(name, args=[log.pk]), {"shown": as_it_is(fresh(log)), **body})


def page(client, log):
    return client.get(reverse("review-log", args=[log.day, log.person.employee_no])).content.decode()


@pytest.mark.parametrize(("verb", "word"), [("pass", "撤回批阅"), ("return", "撤回退回")])
def test_the_toast_and_the_page_offer_it_and_the_words_come_back(as_manager, log, clock_at, verb, word):
    post(as_manager, f"review-{verb}", log, rating=3, comment="跟进有节奏")
    shown, address = page(as_manager, log), reverse("review-undo", args=[log.pk])
    assert f'class="toast-bar" role="status">已{"批阅" if verb == "pass" else "退回"} 周婷' in shown
    assert shown.count(f'action="{address}"') == 2 and word in shown and "09:10 前可以撤回" in shown
    assert page(as_manager, log).count(f'action="{address}"') == 1  # the toast is gone
    assert as_manager.post(address).url == reverse("review-log", args=[THURSDAY, log.person.employee_no])
    shown = page(as_manager, log)
    assert "跟进有节奏</textarea>" in shown and f'action="{address}"' not in shown
    clock_at(at(FRIDAY, 9, 5))
    assert as_manager.post(address).status_code == 409


def test_after_ten_minutes_nothing_offers_it(as_manager, log, clock_at):
    post(as_manager, "review-pass", log)
    page(as_manager, log)
    clock_at(at(FRIDAY, 9, 11))
    address = reverse("review-undo", args=[log.pk])
    assert f'action="{address}"' not in page(as_manager, log)
    refused = as_manager.post(address)
    assert refused.status_code == 409 and "09:10 以后不能再撤回" in refused.content.decode()


def test_the_last_verdicts_can_be_undone_from_the_next_log(as_manager, log, department):
    other = make.person(Post.CLIENT_MANAGER, unit=department, name="吴思远")
    make.submit(other)
    following = post(as_manager, "review-pass", log).url
    as_manager.get(following)
    shown = as_manager.get(following).content.decode()
    assert 'aria-label="撤回 周婷 的批阅"' in shown


def test_a_visit_judged_by_mistake(as_manager, log):
    visit = a_visit(log)
    answer = post(as_manager, "review-ineffective", log, entry=visit.pk, text="没见到")
    address = reverse("review-undo-ineffective", args=[log.pk])
    assert page(as_manager, log).count(f'action="{address}') == 2
    back = as_manager.post(f"{address}?entry={visit.pk}")
    assert back.url == answer.url
    visit.refresh_from_db()
    assert visit.counted and f'action="{address}' not in page(as_manager, log)
    assert as_manager.post(address).status_code == 422


def test_a_back_filling_accepted_by_mistake(client, manager, back, clock_at):
    clock_at(NINE)
    client.force_login(manager)
    client.post(reverse("review-accept", args=[back.pk]))
    address = reverse("review-undo-accept", args=[back.pk])
    assert page(client, back).count(f'action="{address}"') == 2
    client.post(address)
    assert "补录待接受" in page(client, back) and not fresh(back).counts


@pytest.mark.parametrize("name", ["review-undo", "review-undo-accept", "review-undo-ineffective"])
def test_a_stranger_finds_nothing(client, stranger, log, clock_at, name):
    clock_at(NINE)
    client.force_login(stranger)
    assert client.post(reverse(name, args=[log.pk]), {"entry": a_visit(log).pk}).status_code == 404
