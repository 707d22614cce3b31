"""Development visits that were recorded before there were chains get theirs, oldest first, and their levels.

Rung by `run_due` and done when no visit is left outside; again at any time it is a glance at an empty index.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from clients.chain.attaching import opportunities_for
from clients.chain.following import follow
from clients.chain.models import Opportunity
from clients.prospects.models import Prospect
from clients.visits.models import Kind, Visit, VisitQuerySet
from org.periods.due import Sweep, afterwards
from org.periods.locks import claimed
from org.rules.book import book_on
from org.units.models import Unit

CLIENTS = 200  # with all their visits, in one transaction


def outside() -> VisitQuerySet:
    return Visit.objects.filter(opportunity=None, kind=Kind.DEVELOPMENT, prospect__isnull=False).order_by()


@afterwards
def catch_up(sweep: Sweep) -> None:
    """City by city, each batch in a transaction of its own."""
    cities = set(Prospect.objects.filter(pk__in=outside().values("prospect")).order_by().values_list("city", flat=True))
    for city in Unit.objects.filter(pk__in=cities).order_by("path"):
        if city.path not in sweep.left:
            sweep.isolated("chains", city, partial(look_after, city, at=sweep.at))


def look_after(city: Unit, *, at: datetime) -> None:
    while _batch(city, at):
        pass


@transaction.atomic
def _batch(city: Unit, at: datetime) -> int:
    """How many visits found their project; 0 when another worker has the city."""
    if not claimed(city):
        return 0
    clients = outside().filter(prospect__city=city).order_by("prospect").values("prospect").distinct()[:CLIENTS]
    ids = [row["prospect"] for row in clients]
    found = _with_projects(list(outside().filter(prospect__in=ids).order_by("day", "pk")), at)
    projects = Opportunity.objects.filter(pk__in={visit.opportunity_id for visit in found}).order_by("pk")
    list(projects.select_for_update(of=("self",)))  # before the rows of their visits, as everybody locks them
    Visit.objects.bulk_update(found, ["opportunity"], batch_size=CLIENTS)
    follow({visit.opportunity_id for visit in found})
    return len(found)


def _with_projects(visits: list[Visit], at: datetime) -> list[Visit]:
    """Where a project was closed between two visits, the later ones start another: a second turn."""
    rules, left = book_on(at.date()).major_projects, visits
    while left:
        first: dict[UUID, date] = {}
        for visit in left:
            if visit.prospect_id is not None:
                first.setdefault(visit.prospect_id, visit.day)
        known = opportunities_for(first, rules, at=at)
        for visit in left:
            if visit.prospect_id is not None:
                visit.opportunity_id = known.take(visit.prospect_id, visit.day)
        still = [visit for visit in left if visit.opportunity_id is None]
        if len(still) == len(left):
            break
        left = still
    return [visit for visit in visits if visit.opportunity_id is not None]
