"""LIMIT of a weekly job: read the week's headers once, and COPY the same result rows, keys and indexes on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from io import BytesIO

from django.db import connection, transaction

from org.units.models import Unit
from tests.bench import city as cities
from tests.databases import thawed


class AgainstLimit(ABC):
    """A job and its floor for one city. `results`: table -> its rows of the job, as a condition on the city's id."""

    results: dict[str, str]

    def __init__(self, city: Unit, people: int) -> None:
        self.city, self.people = city, people

    @abstractmethod
    def job(self) -> None:
        """What is timed: one transaction that writes all results."""

    @abstractmethod
    def forget(self) -> None:
        """Undo the job's other traces; its result rows are gone already."""

    def keep(self) -> None:
        """After the first run: keep its rows and the week's headers for LIMIT."""
        self.rows = {table: self._copy_out(table) for table in self.results}
        self.week_table = f"limit_headers_{type(self).__name__.lower()}_{self.people}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE {self.week_table} AS SELECT log.* FROM activity_dailylog AS log"
                " JOIN org_unit AS u ON u.id = log.unit_id WHERE log.day BETWEEN %s AND %s AND u.path LIKE %s",
                [cities.WEEK.monday, cities.WEEK.sunday, f"{self.city.path}%"],
            )
            cursor.execute(f"VACUUM ANALYZE {self.week_table}")

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
            for table, of_city in reversed(self.results.items()):
                cursor.execute(f"DELETE FROM {table} WHERE {of_city.format(self.city.pk)}")
            self.forget()
            for table in self.results:
                cursor.execute(f"VACUUM ANALYZE {table}")

    def _copy_out(self, table: str) -> bytes:
        out = BytesIO()
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(
                f"COPY (SELECT * FROM {table} WHERE {self.results[table].format(self.city.pk)})"
                " TO STDOUT (FORMAT binary)",
                out,
            )
        return out.getvalue()
