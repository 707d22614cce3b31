"""The days behind a report: frozen with it, of the cut-off, and kept by the database."""

from datetime import date, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from activity.daily_log import reviewing
from activity.rollup.actions import freeze, publish
from activity.rollup.exports import workbook
from activity.rollup.figures import COLUMNS
from activity.rollup.models import RollUp, RollUpDay, RollUpPerson
from activity.rollup.rules import ITEMS
from clients.visits.models import Visit
from org.posts import Post
from org.rules.models import RuleSet
from tests import factories as make
from tests.activity.rollup.test_freeze import FRI, GOLDEN, MAKE_UP, MON, SAT, SUN, THU, TUE, WED, WEEK, log
from tests.activity.rollup.test_publish import sheets_of

NOON = make.at(SAT, 12)
MONDAY_AFTER = WEEK.next.monday


@pytest.fixture
def rules(db):
    return make.rules(MAKE_UP.monday)


@pytest.fixture
def frozen(city, rules):
    """Freeze the week as of Saturday noon, whenever it is."""

    def run(at=NOON, week=WEEK):
        due_at = make.at(week.saturday, 12)
        return freeze(city, week, rules=rules, due_at=due_at, at=at)

    return run


def days_of(person):
    return {row.day: row for row in RollUpDay.objects.filter(row__person=person)}


def tally(row):
    return tuple(getattr(row, item) for item in ITEMS)


# 补录


@pytest.fixture
def back(zhou, rules):
    """Wednesday's log, handed in as 补录 on Friday."""
    make.full_day(zhou, WED)
    return make.submit(zhou, WED, when=make.at(FRI, 9))


@pytest.mark.parametrize(
    ("accepted", "counts"),
    [(NOON - timedelta(seconds=1), True), (NOON, False), (make.at(MONDAY_AFTER, 9), False), (None, False)],
)
def test_a_late_freeze_counts_only_what_was_accepted_before_noon(zhou, manager, back, frozen, accepted, counts):
    if accepted:
        reviewing.accept_back(back, by=manager, at=accepted)
    frozen(at=make.at(MONDAY_AFTER, 10))
    row, day = RollUpPerson.objects.get(person=zhou), days_of(zhou)[WED]
    assert tally(row) == tally(day) == ((6, 3, 1, 1) if counts else (0, 0, 0, 0))
    assert (row.logs_in, row.logs_late) == (1, 1)
    assert (day.timeliness, day.counts, day.excluded) == ("back", counts, 0 if counts else 11)


# the days


def test_every_figure_of_a_person_is_the_sum_of_his_days(zhou, manager, department, branch, frozen):
    mover = make.person(Post.CLIENT_MANAGER, unit=department, ends_on=TUE)
    make.appoint(mover, Post.CLIENT_MANAGER, make.department(branch, code="THERE"), starts_on=WED)
    make.appoint(mover, Post.CLIENT_MANAGER, make.department(branch, code="TWICE"), starts_on=THU, ends_on=THU)
    make.absence(zhou, MON, "am")
    for half in ("am", "pm"):
        make.absence(zhou, TUE, half)
    for who in (zhou, mover):
        log(who, MON, handed_in=make.at(MON, 18), state="passed", reviewed_at=make.at(TUE, 9), reviewed_by=manager)
        log(who, TUE, handed_in=make.at(TUE, 18))
        log(who, THU, handed_in=make.at(FRI, 8), timeliness="late")
        log(who, FRI, handed_in=NOON, timeliness="late")
        log(who, SAT, handed_in=make.at(SAT, 11))
    frozen()
    frozen(week=GOLDEN)
    for row in RollUpPerson.objects.all():
        days = list(row.days.all())
        due = [one for one in days if one.log_due]
        arrived = [one for one in due if one.handed_in_at]
        late = [one for one in arrived if one.timeliness in ("late", "back")]
        reviewed = [one for one in arrived if one.state == "passed"]
        sums = [sum(getattr(one, item) for one in days) for item in (*ITEMS, "due_half_days")]
        logs = [len(due), len(arrived), len(late), len(due) - len(arrived), len(reviewed)]
        assert [*sums, *logs] == [getattr(row, name) for name in COLUMNS]
    assert sorted(days_of(mover)) == sorted([*WEEK.days[:6], *GOLDEN.days[3:6]])
    golden_saturday = days_of(mover)[GOLDEN.saturday]
    assert (golden_saturday.due_half_days, golden_saturday.log_due) == (1, False)


def test_a_day_says_how_its_log_stood_at_noon(zhou, manager, frozen):
    log(zhou, MON, handed_in=make.at(MON, 18), state="passed", reviewed_at=NOON, reviewed_by=manager)
    log(zhou, TUE, handed_in=NOON, timeliness="late")
    log(zhou, SUN, handed_in=None)
    frozen()
    days = days_of(zhou)
    assert sorted(days) == [MON, TUE, WED, THU, FRI]
    assert (days[MON].state, days[MON].handed_in_at) == ("submitted", make.at(MON, 18))
    assert (days[TUE].state, days[TUE].handed_in_at, tally(days[TUE])) == ("", None, (0, 0, 0, 0))


def test_the_sheet_prints_the_frozen_days_whatever_happens_before_it_is_written(zhou, manager, frozen):
    visit = make.visit(zhou, THU)
    make.submit(zhou, THU)
    rollup = frozen()
    reviewing.mark_ineffective(
        Visit.objects.get(pk=visit["entry"]), by=manager, at=make.at(SAT, 12, 1), reason="没见到"
    )
    header, *rows = sheets_of(workbook(rollup))["日志"]
    assert [row[header.index("有效拜访")] for row in rows] == [0, 0, 0, 1, 0]


def test_the_hours_that_the_workbook_names_are_those_of_its_rules(zhou, city):
    later = make.rules(MAKE_UP.monday, deadlines={"log_due": time(21, 15)})
    rollup = freeze(city, WEEK, rules=later, due_at=NOON, at=NOON)
    said = str(sheets_of(workbook(rollup))["说明"])
    assert "21:15" in said and "20:00" not in said


def test_a_persons_days_are_read_by_who_reads_his_row(zhou, manager, stranger, hq, frozen):
    frozen()
    seen = {who: RollUpDay.objects.visible_to(who, SAT).count() for who in (zhou, manager, hq, stranger)}
    assert seen == {zhou: 5, manager: 5, hq: 5, stranger: 0}


# kept by the database


TABLES = ["activity_rollupperson", "activity_rollupunit", "activity_rollupday", "activity_rollupfile", "org_ruleset"]


@pytest.fixture
def published(zhou, frozen):
    rollup = frozen()
    publish(rollup.pk, at=NOON)
    rollup.refresh_from_db()
    return rollup


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_nothing_frozen_is_changed(published, table, change):
    column = "rollup_id" if table == "activity_rollupfile" else "id"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(change.format(table, column))


@pytest.mark.parametrize("change", ["due_at", "frozen_at", "week", "published_at"])
def test_a_report_is_published_once_and_changes_in_nothing_else(published, change):
    for value in (date(2026, 11, 9) if change == "week" else NOON + timedelta(hours=1), None):
        with pytest.raises(DatabaseError), transaction.atomic():
            RollUp.objects.update(**{change: value})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RollUp.objects.all().delete()


def test_before_it_is_published_only_that_may_be_said(frozen):
    rollup = frozen()
    for changes in ({"version": 2}, {"version": 2, "published_at": NOON}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            RollUp.objects.update(**changes)
    assert RollUp.objects.filter(pk=rollup.pk).update(published_at=NOON) == 1


def test_rules_are_never_edited(rules):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RuleSet.objects.update(data={})
