"""3111 of a week as the close counts and judges it (D1; domain.md 3, "What counts", "Two consecutive weeks")."""

from datetime import time, timedelta

import pytest

from activity.assessment.actions import close_week
from activity.assessment.models import ManagerAssessment
from activity.coaching.models import ManagerEntry
from clients.visits.models import Visit
from org.absences.models import Relief
from org.posts import Post
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
DAYS = WEEK.days[:5]
MONDAY, TUESDAY = DAYS[:2]
ITEMS = ("follow_up_calls", "accompaniments", "coachings", "proposals_or_recruits")


@pytest.fixture
def entry(manager, department):
    def made(kind, day=MONDAY, about="周婷", who=None, **more):
        values = {"content": "示范", "result": "好", "recorded_at": make.at(day), **more}
        return ManagerEntry.objects.create(
            person=who or manager, unit=department, day=day, kind=kind, about=about, **values
        )

    return made


@pytest.fixture
def visit(zhou, manager, department):
    """A visit of 周婷 with her manager beside her, confirmed."""

    def made(day=MONDAY, owner=zhou, companion=manager, confirmed=True, **more):
        return Visit.objects.create(
            person=owner, unit=department, day=day, starts_at=time(10), kind="service", client="宏达机械",
            client_key="宏达机械", contact="张工", purpose="送保单", outcome="已收", recorded_at=make.at(day),
            companion=companion, companion_confirmed=confirmed, **more,
        )  # fmt: skip

    return made


@pytest.fixture
def closed(city, manager):
    """What the close of the week writes of the manager."""

    def close(of=manager, **assessment):
        book = make.rules(WEEK.monday, **assessment)
        close_week(city, WEEK, rules=book, due_at=make.at(WEEK.next.days[1], 12), at=make.at(WEEK.next.days[1], 12))
        return ManagerAssessment.objects.get(person=of)

    return close


def done(row):
    return tuple(getattr(row, item) for item in ITEMS)


def short(row):
    return tuple(getattr(row, f"short_{item}") for item in ITEMS)


def whole_week(entry, days=DAYS):
    """3, 1, 1 and 1 of each day."""
    for day in days:
        for about in ("甲", "乙", "丙"):
            entry("follow_up", day, about)
        entry("accompaniment", day, confirmed=True)
        entry("coaching", day, confirmed=True)
        entry("proposal" if day.weekday() % 2 else "recruit", day)


# ---- what counts


def test_a_person_is_followed_up_once_a_day(entry, closed):
    entry("follow_up", MONDAY, "周婷")
    entry("follow_up", MONDAY, "周婷")
    entry("follow_up", MONDAY, "张强")
    entry("follow_up", TUESDAY, "周婷")
    assert done(closed()) == (3, 0, 0, 0)


def test_each_call_counts_where_the_rules_say_so(entry, closed):
    entry("follow_up", MONDAY, "周婷")
    entry("follow_up", MONDAY, "周婷")
    assert done(closed(calls={"one_per_contact": False})) == (2, 0, 0, 0)


def test_an_accompaniment_is_anothers_visit_that_both_confirmed(visit, closed):
    visit()
    visit(TUESDAY)
    assert done(closed()) == (0, 2, 0, 0)


def test_an_accompaniment_is_not_counted_without_confirmation(visit, closed):
    visit(confirmed=False)
    assert done(closed()) == (0, 0, 0, 0)


def test_nobody_accompanies_himself(visit, closed, manager):
    visit(owner=manager)
    assert done(closed()) == (0, 0, 0, 0)


def test_a_visit_marked_ineffective_is_no_accompaniment(visit, closed, deputy):
    visit(ineffective_by=deputy, ineffective_at=make.at(TUESDAY), ineffective_reason="未见到人")
    assert done(closed()) == (0, 0, 0, 0)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_row_tied_to_a_visit_never_counts_besides_it(confirmed, visit, entry, closed):
    entry("accompaniment", visit=visit(), confirmed=confirmed)
    assert done(closed()) == (0, 1, 0, 0)


def test_a_row_tied_to_a_visit_that_does_not_count_counts_for_nothing(visit, entry, closed, deputy):
    entry("accompaniment", visit=visit(ineffective_by=deputy, ineffective_at=make.at(TUESDAY)), confirmed=True)
    assert done(closed()) == (0, 0, 0, 0)


def test_a_row_without_a_visit_counts_only_if_confirmed(entry, closed):
    entry("accompaniment", confirmed=True)
    entry("accompaniment", confirmed=False)
    assert done(closed()) == (0, 1, 0, 0)


def test_coaching_counts_when_the_coachee_has_acknowledged_it(entry, closed):
    entry("coaching", confirmed=True)
    entry("coaching", confirmed=False)
    assert done(closed()) == (0, 0, 1, 0)


def test_a_proposal_or_a_recruit_is_the_last_one(entry, closed):
    entry("proposal")
    entry("recruit")
    entry("recruit", confirmed=True)
    assert done(closed()) == (0, 0, 0, 3)


def test_only_his_own_and_only_this_week(entry, visit, closed, stranger, zhou):
    for kind in ManagerEntry.Kind.values:
        entry(kind, who=stranger, confirmed=True)
        entry(kind, WEEK.monday - timedelta(days=1), confirmed=True)
        entry(kind, WEEK.next.monday, confirmed=True)
    visit(companion=stranger)
    visit(WEEK.next.monday)
    assert done(closed()) == (0, 0, 0, 0)
    assert done(ManagerAssessment.objects.get(person=stranger)) == (1, 2, 1, 2)


def test_what_is_done_on_a_day_off_counts(entry, visit, closed):
    entry("follow_up", WEEK.saturday)
    visit(WEEK.sunday)
    assert done(closed()) == (1, 1, 0, 0)


# ---- and how it is judged


def test_a_week_of_five_days(entry, closed, department):
    whole_week(entry)
    row = closed()
    assert (row.required_half_days, row.status, row.unit) == (10, "met", department)
    assert done(row) == (15, 5, 5, 5)
    assert short(row) == (0, 0, 0, 0)


def test_nothing_at_all(closed):
    row = closed()
    assert (row.status, done(row), short(row)) == ("short", (0, 0, 0, 0), (15, 5, 5, 5))


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("follow_up", (1, 0, 0, 0)),
        ("accompaniment", (0, 1, 0, 0)),
        ("coaching", (0, 0, 1, 0)),
        ("recruit", (0, 0, 0, 1)),
    ],
)
def test_one_less_is_short(kind, missing, entry, closed):
    whole_week(entry)
    ManagerEntry.objects.filter(kind=kind, day=MONDAY)[0].delete()
    for _ in range(9):
        entry("proposal" if kind != "recruit" else "coaching", TUESDAY, confirmed=True)  # no item makes up for another
    row = closed()
    assert (row.status, short(row)) == ("short", missing)


def test_leave_is_in_the_divisor(entry, closed, manager):
    make.absence(manager, MONDAY, "am")
    make.absence(manager, MONDAY, "pm", "duty")
    whole_week(entry, DAYS[1:])
    row = closed()
    assert (row.required_half_days, row.status, done(row)) == (8, "met", (12, 4, 4, 4))


def test_half_a_day_of_leave_is_rounded_up(entry, closed, manager):
    make.absence(manager, MONDAY)
    whole_week(entry, DAYS[1:])
    row = closed()
    assert (row.required_half_days, row.status, short(row)) == (9, "short", (2, 1, 1, 1))


def test_relief_of_the_branch_is_in_the_divisor(closed, branch, hq):
    for day in DAYS[:4]:
        for half in ("am", "pm"):
            Relief.objects.create(
                batch="6311" * 8, unit=branch, day=day, half=half, reason="台风", by=hq, at=make.at(day)
            )
    row = closed()
    assert (row.required_half_days, row.status) == (2, "exempt")


def test_exempt_below_two_days(closed, manager, department):
    held = manager.appointments.get()
    held.ends_on = MONDAY
    held.save()
    row = closed()
    assert (row.required_half_days, row.status) == (2, "exempt")


@pytest.mark.parametrize("mode", ["each_day", "weighted"])
def test_3111_is_judged_by_each_item_whatever_the_mode_of_6311(mode, entry, closed):
    whole_week(entry)
    ManagerEntry.objects.filter(kind="coaching", day=MONDAY).delete()
    entry("coaching", TUESDAY, confirmed=True)
    assert closed(assessment={"mode": mode, "threshold_percent": 1}).status == "met"


def test_the_targets_are_those_of_the_rules(closed):
    targets = {"follow_up_calls": 1, "accompaniments": 0, "coachings": 0, "proposals_or_recruits": 0}
    assert short(closed(manager_targets=targets)) == (5, 0, 0, 0)


def test_who_is_assessed(closed, zhou, deputy, stranger, department):
    """Department managers of the city, nobody else; section chiefs and team leaders have no 3111 of their own."""
    make.person(Post.SECTION_CHIEF, unit=department)
    row = closed()
    assert set(ManagerAssessment.objects.values_list("person", flat=True)) == {row.person_id, stranger.pk}
