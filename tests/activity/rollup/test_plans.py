"""行事历 in the report: who handed in, who approved, whose lateness; a late one makes version 2 (A1, A4)."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.itinerary.rules import lateness
from activity.planning.dates import times_of
from activity.rollup.exports import workbook
from activity.rollup.models import RollUp, RollUpPerson, RollUpPlan
from activity.rollup.plans import plans_now
from activity.rollup.versions import changes_between
from org.notices.models import Letter, Notice
from org.periods.due import run_due
from org.posts import Post
from org.week import Week
from tests import factories as make
from tests.activity.rollup.plans import BEFORE, NOON, WEEK, approve, hand_in, plan, send_back
from tests.activity.rollup.test_freeze import MON, log

LATER = NOON + timedelta(minutes=3)


@pytest.fixture
def units(zhou, department, city, hq):
    """Two branches, each with a 团体部 and somebody in it; 周婷 sits in the first."""
    make.rules(MON)
    other = make.department(make.branch(city, "370203", "市北支公司"))
    make.person(Post.CLIENT_MANAGER, unit=other, name="林涛")
    return department, other


@pytest.fixture
def at_noon(clock_at, units):
    """Run what is due half a minute past Saturday noon; gives back the version."""

    def run(at=NOON + timedelta(seconds=30)):
        clock_at(at)
        run_due()
        return latest()

    return run


def latest():
    return RollUp.objects.order_by("-week", "-version").first()


def standing(rollup, unit):
    row = RollUpPlan.objects.get(rollup=rollup, unit=unit)
    return row.standing, row.submitter_late, row.approver_late


@pytest.mark.parametrize(
    ("submitted", "approved", "returned", "expected"),
    [
        (None, None, False, ("missing", True, False)),
        (NOON, None, False, ("missing", True, False)),
        (BEFORE, None, False, ("waiting", False, True)),
        (BEFORE, None, True, ("returned", False, True)),
        (BEFORE, BEFORE, False, ("approved", False, False)),
        (BEFORE, NOON, False, ("waiting", False, True)),
        (NOON, NOON, False, ("missing", True, False)),
    ],
    ids=["nothing", "in at noon", "in", "returned", "both", "approved at noon", "both at noon"],
)
def test_every_limit_is_exclusive_and_lateness_has_one_owner(at_noon, units, submitted, approved, returned, expected):
    """The freeze runs half a minute later and still says what was at noon."""
    plan(units[0], submitted=submitted, approved=approved, returned=returned)
    at_noon()
    assert standing(RollUp.objects.get(version=1), units[0]) == expected
    assert standing(RollUp.objects.get(version=1), units[1]) == ("missing", True, False)


@pytest.mark.parametrize("submitted", [None, BEFORE, NOON, LATER])
@pytest.mark.parametrize("approved", [None, BEFORE, NOON, LATER])
@pytest.mark.parametrize("returned", [None, BEFORE, NOON])
@pytest.mark.parametrize("at", [BEFORE, NOON, LATER + timedelta(minutes=1)])
def test_the_statement_says_the_lateness_of_the_rules(units, submitted, approved, returned, at):
    if approved and (not submitted or approved < submitted):
        approved = None
    made = plan(units[0], submitted=submitted, approved=approved)
    if returned and submitted and submitted < returned and not approved:
        send_back(made, returned)
    else:
        returned = None
    row = next(row for row in plans_now(units[0], WEEK, due_at=NOON, until=at) if row.unit_id == units[0].pk)
    known = [instant if instant and instant < at else None for instant in (submitted, approved)]
    assert (row.submitter_late, row.approver_late) == lateness(*known, returned, due=NOON, at=at)
    assert (row.standing == "open") == (known[0] is None and at < NOON)


def test_goals_are_the_sums_of_what_was_handed_in(at_noon, units, zhou):
    second = make.person(Post.CLIENT_MANAGER, unit=units[0])
    goals = [(zhou, 15, "52000.50", 2), (second, 12, "30000", 1)]
    plan(units[0], submitted=BEFORE, goals=goals)
    row = RollUpPlan.objects.get(rollup=at_noon(), unit=units[0])
    assert (row.employees, row.visits, str(row.premium), row.cases, row.version) == (2, 27, "82000.50", 3, 1)


def test_a_branch_approved_at_three_past_is_in_version_2_and_its_manager_is_not_late(at_noon, units, zhou):
    plan(units[0], submitted=BEFORE, approved=BEFORE)
    second = plan(units[1], submitted=BEFORE, goals=[(zhou, 15, "46000", 2)])
    first = at_noon()
    kept = bytes(first.file.content)
    approve(second, LATER, premium="50000")
    made = at_noon(LATER + timedelta(seconds=20))
    assert (first.version, made.version) == (1, 2)
    assert standing(first, units[1]) == ("waiting", False, True)
    assert standing(made, units[1]) == ("approved", False, True)
    assert standing(made, units[0]) == ("approved", False, False)
    [change] = changes_between(first, made)
    assert change.words == (
        "市北支公司 团体部 行事历：待分管总审批 → 已批准 12:03（分管总迟批）；保费目标 万元 4.6 → 5.0"
    )
    first = RollUp.objects.get(pk=first.pk)
    assert bytes(first.file.content) == workbook(first) == kept
    assert first.file.sha256 == sha256(kept).hexdigest() != made.file.sha256


def test_a_plan_handed_in_late_is_in_version_2_and_its_approver_is_not_late(at_noon, units):
    draft = plan(units[0])
    first = at_noon()
    hand_in(draft, LATER)
    second = at_noon(LATER + timedelta(seconds=20))
    approve(draft, LATER + timedelta(minutes=20))
    third = at_noon(LATER + timedelta(minutes=21))
    assert [standing(one, units[0]) for one in (first, second, third)] == [
        ("missing", True, False), ("waiting", True, False), ("approved", True, False),
    ]  # fmt: skip
    assert [change.late for change in changes_between(first, third)] == ["部门迟报"]


def test_a_version_is_published_once_with_what_changed(at_noon, units, city):
    late = plan(units[1], submitted=BEFORE)
    at_noon()
    approve(late, LATER)
    at_noon(LATER + timedelta(seconds=20))
    at_noon(LATER + timedelta(seconds=50))
    subjects = [letter.subject for letter in Letter.objects.filter(to=city.mailbox).order_by("created_at")]
    title = "【6311】青岛市公司 11.16–11.22（第 47 周） 周报"
    assert subjects == [title, f"{title}（第 2 版）"]
    letter = Letter.objects.get(subject__contains="第 2 版")
    assert "与第 1 版差 1 处" in letter.body and "已批准 12:03（分管总迟批）" in letter.body
    assert letter.attachment_name == "6311-2026-W47-3702-v2.xlsx"
    assert len(mail.outbox) == 2 and Notice.objects.filter(kind="rollup").count() == 2


def test_several_late_ones_of_a_minute_share_a_version(at_noon, units):
    plans = [plan(unit, submitted=BEFORE) for unit in units]
    first = at_noon()
    for one in plans:
        approve(one, LATER)
    assert len(changes_between(first, at_noon(LATER + timedelta(seconds=30)))) == 2
    assert RollUp.objects.count() == 2


def test_where_nothing_changed_there_is_no_second_version(at_noon, units):
    plan(units[0], submitted=BEFORE, approved=BEFORE)
    plan(units[1], submitted=BEFORE)
    at_noon()
    at_noon(LATER)
    at_noon(LATER + timedelta(days=2))
    assert RollUp.objects.count() == 1


def test_a_return_alone_is_no_arrival_and_is_told_by_the_next_version(at_noon, units):
    back = plan(units[0], submitted=BEFORE)
    other = plan(units[1], submitted=BEFORE)
    at_noon()
    type(back).objects.filter(pk=back.pk).update(state="returned")
    assert at_noon(LATER).version == 1
    approve(other, LATER)
    assert standing(at_noon(LATER + timedelta(minutes=1)), units[0]) == ("returned", False, True)


def test_figures_of_the_week_stay_those_of_version_1(at_noon, units, zhou):
    late = plan(units[0], submitted=BEFORE)
    first = at_noon()
    log(zhou, MON, handed_in=LATER, timeliness="late")
    make.policy(zhou, MON)
    approve(late, LATER)
    second = at_noon(LATER + timedelta(minutes=1))
    assert second.counted == first and not second.people.exists() and not second.business.exists()
    assert RollUpPerson.objects.get(rollup=second.counted, person=zhou).calls == 0


def test_versions_end_when_the_planned_week_reports(at_noon, units):
    late, later = (plan(unit, submitted=BEFORE) for unit in units)
    at_noon()
    ends = NOON + timedelta(weeks=1)
    approve(late, ends - timedelta(seconds=1))
    at_noon(ends + timedelta(seconds=30))
    approve(later, ends + timedelta(seconds=31))
    at_noon(ends + timedelta(minutes=2))
    versions = RollUp.objects.filter(week=MON)
    assert versions.count() == 2  # what came in the last second is in, though the round was later
    assert [standing(versions.get(version=2), unit)[0] for unit in units] == ["approved", "waiting"]


def test_after_an_outage_version_1_is_of_noon_and_version_2_of_what_came_since(at_noon, units):
    plan(units[0], submitted=BEFORE, approved=LATER)
    plan(units[1], submitted=LATER)
    at_noon(NOON + timedelta(days=3))
    first, second = RollUp.objects.order_by("version")
    assert [standing(first, unit)[0] for unit in units] == ["waiting", "missing"]
    assert [standing(second, unit)[0] for unit in units] == ["approved", "waiting"]
    assert RollUp.objects.exclude(published_at=None).count() == 2


def test_a_plan_handed_in_again_is_of_the_version_that_was_in(at_noon, units):
    """Returned before noon, handed in again after it: version 1 of the report knows the first hand-in alone."""
    made = plan(units[0], submitted=BEFORE, version=2)
    type(made).objects.filter(pk=made.pk).update(submitted_at=LATER)
    at_noon(LATER + timedelta(minutes=1))
    rows = RollUpPlan.objects.filter(unit=units[0]).order_by("rollup__version")
    assert [(row.standing, row.version) for row in rows] == [("returned", 1), ("waiting", 2)]


def test_who_has_nobody_owes_no_plan_unless_there_is_one(at_noon, units, branch):
    empty, second = (make.department(branch, code=code) for code in ("EMPTY", "WILLING"))
    plan(second, submitted=BEFORE)
    listed = RollUpPlan.objects.filter(rollup=at_noon()).values_list("unit__code", flat=True)
    assert set(listed) == {units[0].code, units[1].code, "WILLING"} and empty.code not in listed


def test_plans_of_another_city_are_not_in_it(at_noon, units, city):
    yantai = make.department(make.branch(make.city("3706", "烟台市公司"), "370602"))
    make.person(Post.CLIENT_MANAGER, unit=yantai)
    late = plan(yantai, submitted=BEFORE)
    at_noon()
    approve(late, LATER)
    at_noon(LATER + timedelta(minutes=1))
    assert RollUp.objects.filter(city=city).count() == 1 and RollUp.objects.exclude(city=city).count() == 2
    assert not RollUpPlan.objects.filter(rollup__city=city, unit=yantai).exists()


def test_a_quiet_round_asks_one_question_more(at_noon, units):
    plan(units[0], submitted=BEFORE, approved=BEFORE)
    at_noon()
    with CaptureQueriesContext(connection) as asked:
        run_due()
    assert len([one for one in asked if "activity_itinerary" in one["sql"]]) == 1


def test_no_plan_is_owed_of_a_week_without_working_days(zhou, department, city, clock_at):
    """Spring Festival: the report of 2026-02-09 asks for no plan of 2026-02-16, which has no working day."""
    make.rules(date(2026, 1, 5))
    festive = Week(date(2026, 2, 16))
    clock_at(make.at(festive.previous.saturday, 13))
    run_due()
    plans = RollUpPlan.objects.filter(rollup__version=1)
    assert not plans.filter(rollup__week=festive.previous.monday).exists()
    before = plans.filter(rollup__week=festive.previous.previous.monday)
    assert [one.standing for one in before] == ["missing"]  # the control: the plan of a week that works
    assert times_of(festive).due is None and times_of(festive.previous).due is not None
