"""The roster is corrected after the close: what of the closed weeks and of the fine it touches."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from activity.assessment.models import WeekAssessment
from activity.discipline import actions
from activity.discipline.models import Fine
from org import clock
from org.periods.due import run_due
from org.posts import Post
from org.roster.imports import write_appointments
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST, SECOND
from tests.org.roster.test_imports import POST, UNITS, ZHOU
from tests.org.workbooks.books import imported

BEFORE = make.at(date(2026, 10, 30))


@pytest.fixture
def roster(db, tmp_path, clock_at):
    """The roster of 周婷 as it was before the two weeks; `roster(任职=[…])` changes it."""
    clock_at(BEFORE)
    make.rules(FIRST)

    def change(**sheets):
        imported(tmp_path, "roster", sheets)

    change(单位=UNITS, 人员=[ZHOU], 任职=[POST])
    return change


def current():
    rows = WeekAssessment.objects.current().order_by("week")
    return [(one.week, one.status, one.streak) for one in rows]


def test_who_comes_back_still_owes_what_was_confirmed(roster, clock_at):
    clock_at(CLOSED)
    run_due()
    assessed, fine = current(), Fine.objects.get()
    deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=fine.unit.branch)
    actions.confirm(fine, by=deputy, at=CLOSED, key=uuid4())
    roster(人员=[{**ZHOU, "离司日期": "2026-11-15"}], 任职=[{**POST, "止": "2026-11-15"}])
    run_due()
    clock_at(make.at(date(2026, 11, 30)))
    roster(人员=[{**ZHOU, "入司日期": "2026-11-30"}], 任职=[{**POST, "起": "2026-11-30"}])
    run_due()
    assert Fine.objects.get().state == Fine.State.CONFIRMED
    assert current()[:2] == assessed


@pytest.mark.race
def test_a_stretch_that_is_written_while_its_week_closes_is_assessed_by_the_next_sweep(fresh_db):
    """The close does not see it yet, the import not yet the close."""
    department = make.department(make.branch(make.city()))
    zhou = make.person(Post.CLIENT_MANAGER, unit=department, ends_on=date(2026, 11, 8))
    make.rules(FIRST)
    clock.shift_clock(to=CLOSED)
    post = {"工号": zhou.employee_no, "单位代码": department.code, "岗位": "client_manager", "起": SECOND, "止": None}
    written, closed = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                write_appointments(iter([post]), at=CLOSED)
                written.set()
                assert closed.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert written.wait(30)
        run_due()
        assert [week for week, _status, _streak in current()] == [FIRST]
        closed.set()
        writing.result()
    run_due()
    assert current() == [(FIRST, "short", 1), (SECOND, "short", 2)]
