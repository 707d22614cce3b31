"""达标率 of the weeks past: people met of people assessed, as recorded at their closes. Never mixed with 完成率."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Left

from activity.assessment.models import WeekAssessment
from org.reach import STEP
from org.units.models import Unit
from org.week import Week

WEEKS = 12
SPARK = 8  # of them beside a unit
MET = Q(status=WeekAssessment.Status.MET)
ASSESSED = MET | Q(status=WeekAssessment.Status.SHORT)


class Attained(NamedTuple):
    met: int
    assessed: int

    @property
    def percent(self) -> int | None:
        """Whole, cut: 100 means everybody."""
        return 100 * self.met // self.assessed if self.assessed else None


class Weeks(NamedTuple):
    """The twelve weeks up to one, the oldest first; a week without a close has nothing."""

    mondays: list[date]
    found: Mapping[tuple[date, str], Attained]  # by Monday and the path of the unit right below, or of the unit itself

    def of(self, path: str, monday: date) -> Attained | None:
        """Of a unit and of all below it."""
        rows = [one for (week, below), one in self.found.items() if week == monday and below.startswith(path)]
        return Attained(sum(one.met for one in rows), sum(one.assessed for one in rows)) if rows else None

    def percents(self, path: str, last: int) -> list[int | None]:
        rows = [self.of(path, monday) for monday in self.mondays[-last:]]
        return [row.percent if row else None for row in rows]


def weeks_until(unit: Unit, week: Week) -> Weeks:
    """Of the unit and of those right below it. One query."""
    mondays = [week.monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    rows = (
        WeekAssessment.objects.current()
        .filter(week__range=(mondays[0], mondays[-1]), unit__path__startswith=unit.path)
        .order_by()
        .annotate(below=Left("unit__path", STEP * (unit.depth + 1)))
        .values_list("week", "below")
        .annotate(met=Count("pk", filter=MET), assessed=Count("pk", filter=ASSESSED))
    )
    return Weeks(mondays, {(monday, below): Attained(met, assessed) for monday, below, met, assessed in rows})
