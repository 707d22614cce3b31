"""Whose books wait, who may take them, and what a hand-over would move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import Left

from clients.chain.models import Opportunity, PlannedVisit
from clients.handover.models import WORDS
from clients.handover.rules import beyond
from clients.prospects.models import Prospect, ProspectQuerySet, Registration
from clients.protection.models import Conflict
from org.people.models import Appointment, Person, PersonQuerySet
from org.posts import Post
from org.reach import BRANCH_PATH, reach
from org.rules.book import book_on
from org.units.models import Unit

AT_ONCE = 200  # clients on one form


def within_reach(person: Person, on: date) -> ProspectQuerySet:
    """The held clients that he may hand over."""
    within = reach(person, *WORDS, on=on).q(unit="unit", person=None)
    return Prospect.objects.filter(within, released_at=None)


def left_behind(held: ProspectQuerySet, on: date) -> ProspectQuerySet:
    """Those whose holder has left, or is no client manager of their branch any more."""
    branch = Left(OuterRef("unit__path"), BRANCH_PATH)
    seats = Appointment.objects.on(on).filter(post=Post.CLIENT_MANAGER, person=OuterRef("owner"))
    seated = seats.annotate(branch=Left("unit__path", BRANCH_PATH)).filter(branch=branch).order_by()
    gone = Q(owner__left_on__lt=on) | Q(owner__is_active=False) | ~Exists(seated)
    return held.filter(gone)


def waiting_books(person: Person, on: date) -> int:
    """How many people left clients behind within his reach."""
    if not reach(person, *WORDS, on=on).paths:
        return 0
    return left_behind(within_reach(person, on), on).values("owner").order_by().distinct().count()


class Book(NamedTuple):
    person: Person
    clients: int
    waits: int  # of them left behind


def books(person: Person, on: date) -> list[Book]:
    """Who holds clients within reach, those first whose clients wait for somebody. Three queries."""
    held = within_reach(person, on)
    counts = dict(held.order_by().values_list("owner").annotate(n=Count("pk")))
    waits = dict(left_behind(held, on).order_by().values_list("owner").annotate(n=Count("pk")))
    people = Person.objects.filter(pk__in=counts).order_by("employee_no")
    found = [Book(one, counts[one.pk], waits.get(one.pk, 0)) for one in people]
    return sorted(found, key=lambda one: (not one.waits, one.person.employee_no))


def of_whom(reader: Person, on: date) -> PersonQuerySet:
    """Whose book he may look into: who holds clients within reach, or is or was a client manager there."""
    within = reach(reader, *WORDS, on=on).q(unit="unit", person=None)
    served = Appointment.objects.filter(within, post=Post.CLIENT_MANAGER, starts_on__lte=on)
    holders = within_reach(reader, on).order_by()
    return Person.objects.filter(Q(pk__in=served.values("person")) | Q(pk__in=holders.values("owner")))


def receivers(by: Person, giver: Person, on: date) -> list[tuple[Person, Unit]]:
    """The active client managers within reach, but neither of the two. One query."""
    within = reach(by, *WORDS, on=on).q(unit="unit", person=None)
    seats = Appointment.objects.on(on).filter(within, post=Post.CLIENT_MANAGER).exclude(person__in=[by, giver])
    found = {one.person: one.unit for one in seats.select_related("person", "unit").order_by("person__employee_no")}
    return [(person, unit) for person, unit in found.items() if person.employed_on(on)]


class Line(NamedTuple):
    """A client on the form, with what would go along."""

    client: Prospect
    running: int
    level: int
    visits: int
    disputed: bool


def lines(clients: Sequence[Prospect], giver: Person, at: datetime) -> list[Line]:
    """Three queries."""
    ids = [one.pk for one in clients]
    running = Opportunity.objects.filter(prospect__in=ids, state=Opportunity.State.RUNNING).order_by()
    levels = {pk: (n, top) for pk, n, top in running.values_list("prospect").annotate(Count("pk"), Max("level"))}
    ahead = PlannedVisit.objects.filter(prospect__in=ids, person=giver, state="planned", ends_at__gt=at).order_by()
    visits = dict(ahead.values_list("prospect").annotate(Count("pk")))
    disputed = set(Conflict.objects.open().filter(prospect__in=ids).values_list("prospect_id", flat=True))
    return [Line(one, *levels.get(one.pk, (0, 0)), visits.get(one.pk, 0), one.pk in disputed) for one in clients]


class Share(NamedTuple):
    """What one person would get."""

    person: Person
    clients: int
    running: int
    visits: int
    promises: int  # next actions with a day
    holds: int  # counted for the cap, afterwards
    beyond: int


def shares(plan: Mapping[UUID, int], rows: Iterable[Line], on: date) -> list[Share]:
    """Two queries."""
    cap = book_on(on).protection.clients_per_person
    gets: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        if row.client.pk in plan:
            gets[plan[row.client.pk]].append(row)
    holds = _holds(gets)
    found = []
    for person in Person.objects.filter(pk__in=gets).order_by("employee_no"):
        some = gets[person.pk]
        now = holds.get(person.pk, 0)
        promises = sum(bool(row.client.next_action_on) for row in some)
        counts = len(some), sum(row.running for row in some), sum(row.visits for row in some), promises
        found.append(Share(person, *counts, now + len(some), beyond(now, len(some), cap)))
    return found


def _holds(people: Iterable[int]) -> dict[int, int]:
    """As clients/prospects/taken.py HOLDS, of several: imported clients are not counted."""
    registered = Exists(Registration.objects.filter(prospect=OuterRef("pk"), made_card=True))
    held = Prospect.objects.filter(owner__in=list(people), released_at=None).order_by()
    own = held.filter(Q(held_since__isnull=False) | registered)
    return dict(own.values_list("owner").annotate(n=Count("pk")))


def next_visits(clients: Iterable[UUID], owner: Person, at: datetime) -> dict[UUID, datetime]:
    """When he is to see each of them next. One query."""
    ahead = PlannedVisit.objects.filter(prospect__in=list(clients), person=owner, state="planned", ends_at__gt=at)
    return dict(ahead.order_by().values_list("prospect").annotate(first=Min("starts_at")))


NEXT_FIRST = (F("prospect__next_action_on").asc(nulls_last=True), "prospect__name")
