"""All measured goals, on an empty migrated database."""

from __future__ import annotations

from datetime import date

from django.core.management import call_command

from org import clock
from org.people.models import Person
from org.rules.actions import publish
from org.rules.schema import RuleBook
from tests.bench import closing, pages, saving, weekly
from tests.bench.measuring import Goal

PAGE_ROUNDS, SAVE_ROUNDS = 40, 58  # a person holds 200 clients at most, and gains three a round


def measure(*, large: bool) -> list[Goal]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    publish(RuleBook(), by=None, at=clock.now(), effective_from=date(2026, 1, 5))
    sizes = (10_000, 30_000, 1_400_000 if large else 100_000)
    works = [weekly.Weekly(size, weeks=2 if large else 4) for size in sizes]
    goals = weekly.measure(works, rounds=3)
    goals += closing.measure([(works[0].city, works[0].people), (works[2].city, works[2].people)], rounds=3)
    people = list(Person.objects.order_by("pk")[: 1 + 2 * (PAGE_ROUNDS + 5)])
    return [
        *goals,
        *saving.measure(people[0], rounds=SAVE_ROUNDS),
        *pages.measure(people[1:], rounds=PAGE_ROUNDS),
    ]
