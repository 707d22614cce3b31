"""The close of a week (assessments, streaks, proposals) against LIMIT: 100,000 people, about one in ten short."""

from __future__ import annotations

import tracemalloc
from datetime import date

from django.db import connection, transaction

from activity.assessment.models import WeekAssessment, WeekClose
from activity.discipline.closing import close_week
from activity.discipline.models import Fine, Ledger, LedgerEntry
from activity.discipline.verifying import faults
from org.units.models import Unit
from org.week import Week
from org.working_days.calendar import known
from org.working_days.rules import DayTimes, WorkingCalendar, week_close
from tests.bench import city as cities
from tests.bench.limit import AgainstLimit
from tests.bench.measuring import Goal, in_turn, milliseconds, statements
from tests.databases import thawed

DUE = week_close(cities.WEEK, WorkingCalendar({}, beyond=known), DayTimes())
ASIDE = Week(date(2020, 1, 6))  # the week of the close whose rows LIMIT copies
OF_CITY = "SELECT id FROM activity_ledger WHERE city_id = {}"
CLOSES = "SELECT id FROM activity_weekclose WHERE city_id = {}"
OF_WEEK = f"week = '{cities.WEEK.monday}'"
_DILIGENT = """
    UPDATE activity_dailylog AS log SET calls = 8, visits = 4, prospects = 2, studies = 2
    FROM org_unit AS unit WHERE unit.id = log.unit_id AND unit.path LIKE %s AND log.person_id %% 10 <> 0
"""


class Closing(AgainstLimit):
    results = {
        WeekAssessment._meta.db_table: f"close_id IN ({CLOSES}) AND {OF_WEEK}",
        Fine._meta.db_table: f"ledger_id IN ({OF_CITY}) AND {OF_WEEK}",
        LedgerEntry._meta.db_table: f"ledger_id IN ({OF_CITY})",
    }

    def __init__(self, city: Unit, people: int) -> None:
        """The week before is closed first, so that a second short week proposes."""
        super().__init__(city, people)
        with connection.cursor() as cursor:
            cursor.execute(_DILIGENT, [f"{city.path}%"])
            cursor.execute("VACUUM ANALYZE activity_dailylog")
        close_week(city, cities.WEEK.previous, due_at=DUE, at=DUE)
        self.statements = statements(self.job)
        assert WeekAssessment.objects.filter(close__city=city, week=cities.WEEK.monday).count() == people
        self.fines = Fine.objects.filter(ledger__city=city).count()
        assert 0.05 * people < self.fines < 0.2 * people, f"{self.fines} proposals"
        assert not list(faults()), "the chain does not hold"
        self.keep()
        with thawed():
            WeekClose.objects.filter(city=city, week=cities.WEEK.monday).update(week=ASIDE.monday)
        self.clear()

    def job(self) -> None:
        with transaction.atomic():
            assert close_week(self.city, cities.WEEK, due_at=DUE, at=DUE), "closed already"

    def forget(self) -> None:
        WeekClose.objects.filter(city=self.city, week=cities.WEEK.monday).delete()
        Ledger.objects.filter(city=self.city).update(number=0, head="")

    def peak(self) -> int:
        """Bytes that Python holds at most during one close."""
        tracemalloc.start()
        self.job()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.clear()
        return most


def measure(works: list[tuple[Unit, int]], *, rounds: int) -> list[Goal]:
    """Of (city, people), the small one first: the ratio is that of the large one."""
    small, large = (Closing(city, people) for city, people in works)
    assert small.statements == large.statements, f"{small.statements} statements, then {large.statements}"
    job, limit = in_turn(rounds, large.job, large.limit, before=large.clear)
    large.clear()
    figures = {
        "job ms": milliseconds(job),
        "LIMIT ms": milliseconds(limit),
        "statements": {str(work.people): work.statements for work in (small, large)},
        "proposals": large.fines,
        "peak of Python, kB": {str(work.people): work.peak() // 1000 for work in (small, large)},
    }
    return [Goal("F3", f"close of a week / LIMIT, {large.people} people", job / limit, 4, figures)]
