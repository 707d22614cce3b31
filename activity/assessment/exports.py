"""`export assessments`: the assessment in force of every holder of 客户经理 and week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from activity.assessment.models import WeekAssessment
from org.workbooks.listings import Listing

COLUMNS = ("week", "employee", "required_half_days", "calls", "visits", "prospects", "studies", "status")


def rows(first: date, last: date) -> Iterator[Sequence[Any]]:
    found = WeekAssessment.objects.current().filter(week__range=(first, last)).order_by("week", "person__employee_no")
    listed = found.values_list(
        "week", "person__employee_no", "required_half_days", "calls", "visits", "prospects", "studies", "status"
    )
    return listed.iterator(chunk_size=2_000)


ASSESSMENTS = Listing(COLUMNS, rows)
