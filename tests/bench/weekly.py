"""P1, P2: the weekly job (its result tables) against LIMIT."""

from __future__ import annotations

from datetime import time
from statistics import median
from typing import Any

from django.db import connection, transaction

from activity.rollup.actions import freeze
from activity.rollup.models import RollUp, RollUpBusiness, RollUpDay, RollUpPerson, RollUpPlan, RollUpUnit
from org.rules.book import rules_on
from org.working_days.rules import instant
from tests.bench import city as cities
from tests.bench.limit import AgainstLimit
from tests.bench.measuring import Goal, milliseconds, seconds, statements
from tests.databases import thawed

DUE = instant(cities.WEEK.saturday, time(12))
OF_CITY = "SELECT id FROM activity_rollup WHERE city_id = {}"
ASIDE = 99  # the version of the roll-up whose rows LIMIT copies


class Weekly(AgainstLimit):
    results = {
        RollUpPerson._meta.db_table: f"rollup_id IN ({OF_CITY})",
        RollUpUnit._meta.db_table: f"rollup_id IN ({OF_CITY})",
        RollUpBusiness._meta.db_table: f"rollup_id IN ({OF_CITY})",
        RollUpPlan._meta.db_table: f"rollup_id IN ({OF_CITY})",
        RollUpDay._meta.db_table: f"row_id IN (SELECT id FROM activity_rollupperson WHERE rollup_id IN ({OF_CITY}))",
    }

    def __init__(self, people: int, *, weeks: int) -> None:
        super().__init__(cities.make(people, weeks=weeks), people)
        self.rules = rules_on(cities.WEEK.monday)
        self.statements = statements(self.job)
        assert RollUpPerson.objects.filter(rollup__city=self.city).count() == people
        self.keep()
        with thawed():
            RollUp.objects.filter(city=self.city).update(version=ASIDE)
        self.clear()

    def job(self) -> None:
        with transaction.atomic():
            assert freeze(self.city, cities.WEEK, rules=self.rules, due_at=DUE, at=DUE), "frozen already"

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM activity_rollup WHERE city_id = %s AND version <> %s", [self.city.pk, ASIDE])


def measure(works: list[Weekly], *, rounds: int) -> list[Goal]:
    """P1 at the middle size; P2 the cost of a person at the last against the first, measured in turn."""
    taken: dict[int, dict[str, list[float]]] = {work.people: {"job": [], "LIMIT": []} for work in works}
    for number in range(rounds + 1):
        for work in works:
            for name, run in (("job", work.job), ("LIMIT", work.limit)):
                spent = seconds(run)
                work.clear()
                if number:
                    taken[work.people][name].append(spent)
    medians = {people: {name: median(times) for name, times in one.items()} for people, one in taken.items()}
    small, middle, large = (work.people for work in works)
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
