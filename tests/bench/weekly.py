"""P1, P2: the weekly job (its result tables) against LIMIT: read the week's headers once, COPY the same rows."""

from __future__ import annotations

from datetime import time
from io import BytesIO
from statistics import median
from typing import Any

from django.db import connection, transaction

from activity.rollup.actions import freeze
from activity.rollup.models import RollUp, RollUpDay, RollUpPerson, RollUpUnit
from org.rules.book import rules_on
from org.working_days.rules import instant
from tests.bench import city as cities
from tests.bench.measuring import Goal, milliseconds, seconds, statements
from tests.databases import thawed

DUE = instant(cities.WEEK.saturday, time(12))
OF_CITY = "SELECT id FROM activity_rollup WHERE city_id = {}"
RESULTS = {  # table -> its rows of a city
    RollUpPerson._meta.db_table: f"rollup_id IN ({OF_CITY})",
    RollUpUnit._meta.db_table: f"rollup_id IN ({OF_CITY})",
    RollUpDay._meta.db_table: f"row_id IN (SELECT id FROM activity_rollupperson WHERE rollup_id IN ({OF_CITY}))",
}
ASIDE = 99  # the version of the roll-up whose rows LIMIT copies


class Weekly:
    """The job and its floor for one city; between two of them the result tables are emptied."""

    def __init__(self, people: int, *, weeks: int) -> None:
        self.people = people
        self.city = cities.make(people, weeks=weeks)
        self.rules = rules_on(cities.WEEK.monday)
        self.statements = statements(self.job)
        assert RollUpPerson.objects.filter(rollup__city=self.city).count() == people
        self.rows = {table: self._copy_out(table) for table in RESULTS}
        with thawed():
            RollUp.objects.filter(city=self.city).update(version=ASIDE)
        self._keep_week()
        self.clear()

    def job(self) -> None:
        with transaction.atomic():
            assert freeze(self.city, cities.WEEK, rules=self.rules, due_at=DUE, at=DUE), "frozen already"

    def limit(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT person_id, sum(calls), sum(visits), sum(prospects), sum(studies),"
                f" count(*) FROM {self.week_table} GROUP BY person_id) AS sums"
            )
            assert 0.9 * self.people < cursor.fetchone()[0] <= self.people
            for table, rows in self.rows.items():
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", BytesIO(rows))

    def clear(self) -> None:
        """Not timed: throw the results of this city away and leave no dead rows behind."""
        with thawed(), connection.cursor() as cursor:
            for table, of_city in reversed(RESULTS.items()):
                cursor.execute(f"DELETE FROM {table} WHERE {of_city.format(self.city.pk)}")
            cursor.execute("DELETE FROM activity_rollup WHERE city_id = %s AND version <> %s", [self.city.pk, ASIDE])
            for table in RESULTS:
                cursor.execute(f"VACUUM ANALYZE {table}")

    def _copy_out(self, table: str) -> bytes:
        out = BytesIO()
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(
                f"COPY (SELECT * FROM {table} WHERE {RESULTS[table].format(self.city.pk)}) TO STDOUT (FORMAT binary)",
                out,
            )
        return out.getvalue()

    def _keep_week(self) -> None:
        self.week_table = f"limit_headers_{self.people}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {self.week_table} AS SELECT log.* FROM activity_dailylog AS log"
                " JOIN org_unit AS u ON u.id = log.unit_id WHERE log.day BETWEEN %s AND %s AND u.path LIKE %s",
                [cities.WEEK.monday, cities.WEEK.sunday, f"{self.city.path}%"],
            )
            cursor.execute(f"VACUUM ANALYZE {self.week_table}")


def measure(sizes: tuple[int, int, int], *, rounds: int, weeks: int) -> list[Goal]:
    """P1 at the middle size; P2 the cost of a person at the last against the first, measured in turn."""
    works = [Weekly(size, weeks=weeks) for size in sizes]
    taken: dict[int, dict[str, list[float]]] = {work.people: {"job": [], "LIMIT": []} for work in works}
    for number in range(rounds + 1):
        for work in works:
            for name, run in (("job", work.job), ("LIMIT", work.limit)):
                spent = seconds(run)
                work.clear()
                if number:
                    taken[work.people][name].append(spent)
    medians = {people: {name: median(times) for name, times in one.items()} for people, one in taken.items()}
    small, middle, large = sizes
    per_person = {people: one["job"] / people for people, one in medians.items()}
    figures: dict[str, Any] = {
        f"{people} people": {f"{name} ms": milliseconds(spent) for name, spent in one.items()}
        | {"ratio": round(one["job"] / one["LIMIT"], 2)}
        for people, one in medians.items()
    } | {"statements": {str(work.people): work.statements for work in works}}
    assert len({work.statements for work in works}) == 1, "the number of statements grows with the people"
    ratio = medians[middle]["job"] / medians[middle]["LIMIT"]
    return [
        Goal("P1", f"weekly job / LIMIT, {middle} people", ratio, 4, figures),
        Goal("P2", f"cost a person, {large} / {small} people", per_person[large] / per_person[small], 1.2, figures),
    ]
