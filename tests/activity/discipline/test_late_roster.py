"""The roster is corrected after the close: what of the closed weeks and of the fine it touches."""

from datetime import date
from uuid import uuid4

import pytest

from activity.assessment.models import WeekAssessment
from activity.discipline import actions
from activity.discipline.models import Fine
from org.periods.due import run_due
from org.posts import Post
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST
from tests.org.people.test_imports import POST, UNITS, ZHOU
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
