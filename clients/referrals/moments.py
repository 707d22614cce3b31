"""What makes a client ready to be asked: rooms declare where the good moments are found (rules.Occasion)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from clients.policies.models import Policy
from clients.profiles.models import ServiceRecord
from clients.prospects.models import Contact, Prospect
from clients.referrals.models import Referral
from clients.referrals.rules import Asked, Moment, Occasion, Settings, good_moment, is_due_again
from clients.visits.models import Kind, Visit
from org.people.models import Person
from org.rules.schema import Referrals

Found = Iterable[tuple[UUID | None, Moment]]
Source = Callable[[Person, date, date], Found]  # the person's own clients, first and last day
SOURCES: list[Source] = []


def moments(source: Source) -> Source:
    """Declare a source of good moments; one query each."""
    SOURCES.append(source)
    return source


@moments
def insured(person: Person, since: date, until: date) -> Found:
    """A policy issued or renewed: the client has just decided for us."""
    rows = Policy.objects.filter(prospect__owner=person, issued_on__range=(since, until))
    for prospect, day, again in rows.values_list("prospect_id", "issued_on", "is_renewal"):
        yield prospect, Moment(Occasion.RENEWED if again else Occasion.WON, day)


@moments
def served(person: Person, since: date, until: date) -> Found:
    """A service visit that counts."""
    rows = Visit.objects.filter(person=person, day__range=(since, until), kind=Kind.SERVICE, counted=True)
    for prospect, day in rows.exclude(prospect=None).values_list("prospect_id", "day"):
        yield prospect, Moment(Occasion.SERVED, day)


@moments
def claims(person: Person, since: date, until: date) -> Found:
    """A claim that was helped along, as the card says."""
    rows = ServiceRecord.objects.filter(
        prospect__owner=person, kind=ServiceRecord.Kind.CLAIM, day__range=(since, until)
    )
    for prospect, day in rows.values_list("prospect_id", "day"):
        yield prospect, Moment(Occasion.CLAIM, day)


class Ready(NamedTuple):
    """A client to be asked now; without a moment the day has come that he named himself."""

    prospect: Prospect
    moment: Moment | None
    asked: Asked | None

    @property
    def rank(self) -> tuple[int, int]:
        if self.moment is None:
            return 0, 0
        return 1 + list(Occasion).index(self.moment.occasion), -self.moment.day.toordinal()


def ready(person: Person, *, today: date, rules: Referrals, only: UUID | None = None) -> list[Ready]:
    """His clients to be asked now, the strongest reason first. A constant number of queries."""
    settings = Settings(rules.good_moment_days, rules.ask_again_after_days)
    found: dict[UUID, list[Moment]] = defaultdict(list)
    for prospect, moment in _all(person, today - timedelta(days=settings.good_moment), today):
        if prospect is not None and only in (None, prospect):
            found[prospect].append(moment)
    asked = _last_asked(person)
    named = {pk for pk, last in asked.items() if is_due_again(last, today) and only in (None, pk)}
    reachable = _reachable(person, {*found, *named})
    told = (
        Ready(one, good_moment(found[one.pk], asked.get(one.pk), today=today, settings=settings), asked.get(one.pk))
        for one in reachable
    )
    return sorted(
        (one for one in told if one.moment or one.prospect.pk in named),
        key=lambda one: (one.rank, one.prospect.name),
    )


def _all(person: Person, since: date, until: date) -> Iterator[tuple[UUID | None, Moment]]:
    for source in SOURCES:
        yield from source(person, since, until)


def _last_asked(person: Person) -> dict[UUID, Asked]:
    last = (
        Referral.objects.owned_by(person).order_by("prospect_id", "-asked_on", "-recorded_at").distinct("prospect_id")
    )
    declined = Referral.Result.DECLINED
    return {
        one.prospect_id: Asked(one.asked_on, one.again_on, one.result == declined)
        for one in last.only("prospect_id", "asked_on", "again_on", "result")
    }


def _reachable(person: Person, prospects: set[UUID]) -> list[Prospect]:
    """His, not lost, and not all of whose contacts want to be left alone (勿扰)."""
    contacts = Contact.objects.filter(prospect=OuterRef("pk"))
    quiet = Exists(contacts.exclude(do_not_disturb_since=None)) & ~Exists(contacts.filter(do_not_disturb_since=None))
    mine = Prospect.objects.filter(owner=person, released_at=None, pk__in=prospects)
    return list(mine.exclude(status=Prospect.Status.LOST).exclude(quiet))
