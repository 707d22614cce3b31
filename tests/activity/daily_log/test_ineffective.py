"""判无效: what it does to the figures, also of a week that is closed."""

import pytest

from activity.assessment.models import ManagerAssessment
from activity.daily_log import reviewing
from clients.visits.models import Visit
from org.periods.due import run_due
from org.workflow import Refused
from tests import factories as make
from tests.activity.daily_log.reviewed import NINE, WEEK_CLOSE, a_visit, figures, fresh, told, week_of
from tests.factories import MONDAY, THURSDAY, at


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
