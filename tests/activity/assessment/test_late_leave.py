"""Leave that is granted after the close, over what the workbooks said before."""

from datetime import date

from activity.assessment.models import WeekAssessment
from org.absences import actions
from org.periods.due import run_due
from tests import factories as make
from tests.activity.discipline.conftest import CLOSED, FIRST
from tests.org.absences.conftest import record


def test_leave_over_duty_lowers_what_was_required_without_the_cap(zhou, manager, clock_at):
    make.rules(FIRST, assessment={"duty_half_days_a_month": 0})
    for day in range(3, 7):
        for half in ("am", "pm"):
            make.absence(zhou, date(2026, 11, day), half, "duty")
    clock_at(CLOSED)
    run_due()
    assert required(zhou) == [10]
    request = record(zhou, manager, date(2026, 11, 3), "am", date(2026, 11, 6), at=CLOSED)
    run_due()
    assert required(zhou) == [10, 2]
    actions.revoke(request, by=manager, at=CLOSED, reason="登记错人")
    run_due()
    assert required(zhou) == [10, 2, 10]


def required(who):
    rows = WeekAssessment.objects.filter(person=who, week=FIRST).order_by("version")
    return list(rows.values_list("required_half_days", flat=True))
