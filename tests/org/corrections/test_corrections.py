"""Whoever changes what a closed week may rest on says so, in the same transaction."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from org.absences.imports import write_absences
from org.corrections import actions
from org.corrections.models import Correction
from org.people.directory import Directory
from org.posts import Post
from org.working_days import actions as calendar
from org.working_days.models import WorkingDay
from tests import factories as make
from tests.org.roster.test_imports import POST, UNITS, ZHOU
from tests.org.workbooks.books import imported

NOW = make.at(make.THURSDAY, 10)
TODAY = make.THURSDAY
TUESDAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 22)
CAUSE = Correction.Cause


def noted():
    rows = Correction.objects.order_by("pk")
    return [(one.cause, str(one.person or one.unit), one.first, one.last, one.actor) for one in rows]


def test_one_of_a_person_and_one_of_a_unit(zhou, hq, branch):
    actions.note(CAUSE.LEAVE, person=zhou, first=TODAY, last=TUESDAY, at=NOW, by=hq, note="请" * 300)
    actions.note(CAUSE.RELIEF, unit=branch, first=TODAY, last=TODAY, at=NOW)
    assert noted() == [
        ("leave", "周婷", TODAY, TUESDAY, hq.employee_no),
        ("relief", "市南支公司", TODAY, TODAY, "system"),
    ]
    assert len(Correction.objects.get(person=zhou).note) == 200
    assert Correction.objects.waiting().count() == 2


def test_many_in_one_statement(zhou, manager, django_assert_num_queries):
    spans = [(zhou.pk, TODAY, TUESDAY), (manager.pk, TODAY, TODAY)]
    with django_assert_num_queries(1):
        assert actions.note_all(CAUSE.LOG, spans, at=NOW) == 2
    with django_assert_num_queries(0):
        assert actions.note_all(CAUSE.LOG, [], at=NOW) == 0


@pytest.mark.parametrize(
    ("of", "name"),
    [
        ({}, "a_correction_is_of_a_person_or_a_unit"),
        ({"person": True, "unit": True}, "a_correction_is_of_a_person_or_a_unit"),
        ({"person": True, "last": date(2026, 11, 1)}, "a_correction_ends_after_it_starts"),
    ],
)
def test_the_database_knows_it_too(zhou, branch, of, name):
    given = {"person": zhou if "person" in of else None, "unit": branch if "unit" in of else None}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        actions.note(CAUSE.LEAVE, first=TODAY, last=of.get("last", TODAY), at=NOW, **given)


# The calendar.


def test_a_day_that_turns_is_noted_for_each_city(hq, city):
    make.city("3706", "烟台市公司")
    calendar.correct(TUESDAY, works=False, note="抗台风", by=hq, at=NOW)
    expected = [("calendar", name, TUESDAY, TUESDAY, hq.employee_no) for name in ("青岛市公司", "烟台市公司")]
    assert noted() == expected
    assert Correction.objects.first().note == "2026-11-24 改为休：抗台风"
    calendar.correct(TUESDAY, works=False, note="抗台风通知", by=hq, at=NOW)
    assert noted() == expected
    calendar.correct(SUNDAY, works=True, note="补班", by=None, at=NOW)
    assert noted()[-1] == ("calendar", "烟台市公司", SUNDAY, SUNDAY, "operator")


def test_a_day_that_the_table_lacks_is_noted_where_it_differs_from_what_was_known(hq):
    far = date(2031, 1, 6)
    calendar.correct(far, works=True, note="照常", by=hq, at=NOW)
    assert noted() == []
    calendar.correct(date(2031, 1, 7), works=False, note="元旦", by=hq, at=NOW)
    assert [one[2] for one in noted()] == [date(2031, 1, 7)]


def test_the_package_notes_the_days_that_it_turns(city):
    assert calendar.sync(range(2026, 2027)) == 0 and noted() == []
    WorkingDay.objects.filter(day=TUESDAY).update(works=False, source="guess")
    WorkingDay.objects.filter(day=TODAY).update(source="guess")
    assert calendar.sync(range(2026, 2027)) == 2
    assert noted() == [("calendar", "青岛市公司", TUESDAY, TUESDAY, "system")]


# Imported leave.


def leave(who, day, halves=("am", "pm"), kind="leave"):
    return {"工号": who.employee_no, "日期": day, "时段": halves, "类别": kind}


def test_imported_leave_notes_the_weeks_that_changed(zhou, manager):
    rows = [leave(zhou, TODAY), leave(zhou, date(2026, 11, 16)), leave(zhou, TUESDAY), leave(manager, TODAY, ("am",))]
    write_absences(rows, Directory(), at=NOW)
    assert noted() == [
        ("leave", "周婷", date(2026, 11, 16), TODAY, "operator"),
        ("leave", "周婷", TUESDAY, TUESDAY, "operator"),
        ("leave", "陈立", TODAY, TODAY, "operator"),
    ]
    write_absences(rows, Directory(), at=NOW)
    assert len(noted()) == 3
    write_absences([leave(zhou, TUESDAY, kind="duty")], Directory(), at=NOW)
    assert noted()[3:] == [("leave", "周婷", TUESDAY, TUESDAY, "operator")]


# The roster.


@pytest.fixture
def roster(db, tmp_path, clock_at):
    clock_at(NOW)
    return lambda **sheets: imported(tmp_path, "roster", sheets)


def test_a_first_roster_notes_nothing(roster):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    assert noted() == []


@pytest.mark.parametrize(
    ("changed", "first", "last"),
    [
        ({"入司日期": "2019-12-02"}, date(2019, 12, 2), TODAY),
        ({"离司日期": "2026-11-06"}, date(2026, 11, 7), TODAY),
        ({"离司日期": "2026-12-31"}, date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_service_that_changed(roster, changed, first, last):
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    roster(人员=[{**ZHOU, **changed}])
    assert [one[:4] for one in noted()] == [("roster", ZHOU["姓名"], first, last)]


def test_a_new_employment_does_not_undo_the_old_one(roster):
    """Her weeks before 入司 stay as they were assessed; of her return only the end that was taken away is noted."""
    roster(单位=UNITS, 人员=[{**ZHOU, "离司日期": "2026-11-06"}], 任职=[POST])
    roster(人员=[{**ZHOU, "离司日期": "2026-11-06", "入司日期": "2020-02-03"}])
    assert noted() == []
    roster(人员=[{**ZHOU, "入司日期": "2026-11-16"}])
    assert [one[2:4] for one in noted()] == [(date(2026, 11, 7), TODAY)]


def test_a_last_day_that_moves_touches_the_days_between(roster):
    roster(单位=UNITS, 人员=[{**ZHOU, "离司日期": "2026-11-06"}], 任职=[POST])
    roster(人员=[{**ZHOU, "离司日期": "2026-11-13"}])
    assert [one[2:4] for one in noted()] == [(date(2026, 11, 7), date(2026, 11, 13))]


def test_a_post_that_ends_and_one_that_begins(roster):
    """New posts are noted since the first rules, up to the week now running, whether it is closed or not."""
    roster(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    roster(任职=[{**POST, "止": "2026-11-13"}])
    assert [one[2:4] for one in noted()] == [(date(2026, 11, 14), TODAY)]
    roster(任职=[{**POST, "起": "2026-11-14", "止": None}])
    assert len(noted()) == 1
    make.rules(date(2026, 11, 2))
    leader = {**POST, "岗位": str(Post.TEAM_LEADER.label), "止": None}
    roster(任职=[{**leader, "起": "2026-10-01", "止": "2026-11-01"}, {**leader, "起": "2026-11-23"}])
    assert len(noted()) == 1
    roster(
        任职=[{**leader, "起": "2026-11-02", "止": "2026-11-06"}, {**leader, "起": "2026-11-22", "止": "2026-11-22"}]
    )
    assert [one[2:4] for one in noted()][1:] == [(date(2026, 11, 2), date(2026, 11, 6)), (SUNDAY, SUNDAY)]
    chief = {**POST, "岗位": str(Post.SECTION_CHIEF.label), "起": "2026-10-01", "止": None}
    roster(任职=[chief])
    assert noted()[-1][2:4] == (date(2026, 11, 2), TODAY)
