"""What the pages of 客户活动 tell: figures from the guests, whom one can invite, what follows with a client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clients.events.models import ClientEvent, ClientEventQuerySet, Guest, GuestQuerySet
from clients.events.rules import Figures, GuestFacts, figures
from clients.prospects.models import Contact, Prospect
from clients.prospects.next_steps import promised
from clients.referrals.moments import Found, moments
from clients.referrals.rules import Moment, Occasion
from org.people.models import Person

OFFERED = 60  # contacts on one page; the box above it finds the others
OF_ITEM = {
    "invited": Q(),
    "came": Q(state=Guest.State.CAME),
    "absent": Q(state=Guest.State.ABSENT),
    "to_follow": Q(follow_up_on__isnull=False, followed_on=None),
    "followed": Q(followed_on__isnull=False),
}


def facts(guest: Guest) -> GuestFacts:
    return GuestFacts(guest.state, guest.follow_up_on is not None, guest.followed_on is not None)


def figures_of(guests: Iterable[Guest]) -> Figures:
    return figures(facts(one) for one in guests)


def counted(events: ClientEventQuerySet) -> ClientEventQuerySet:
    """Each with its figures, counted by the database by the same conditions."""
    each = {f"n_{item}": Count("guests", filter=_through(condition)) for item, condition in OF_ITEM.items()}
    return events.annotate(**each).select_related("person").order_by("-day", "-starts_at", "pk")


def _through(condition: Q) -> Q:
    return Q(*((f"guests__{name}", value) for name, value in condition.children))  # type: ignore[misc]


def behind(guests: GuestQuerySet, item: str) -> GuestQuerySet:
    """The guests whom a figure counts."""
    return guests.filter(OF_ITEM[item]).select_related("event__person", "prospect")


def inviteable(event: ClientEvent, text: str) -> QuerySet[Contact]:
    """Contacts of the holder's clients that are not on the list and may be disturbed, found by part of a name."""
    listed = Guest.objects.filter(event=event, prospect=OuterRef("prospect"), name=OuterRef("name"))
    mine = Contact.objects.filter(prospect__owner=event.person_id, prospect__released_at=None)
    free = mine.filter(~Exists(listed), do_not_disturb_since=None).select_related("prospect")
    if text:
        free = free.filter(Q(name__icontains=text) | Q(prospect__name__icontains=text))
    return free.order_by("prospect__name", "name")[:OFFERED]


@promised
def after_events(prospect: Prospect, today: date) -> Iterator[tuple[str, str, date]]:
    """What was agreed with its guests and is not done; and the events still to come to which they are invited."""
    guests = Guest.objects.filter(prospect=prospect, followed_on=None).select_related("event")
    coming = Q(event__state=ClientEvent.State.PLANNED, event__day__gte=today)
    for one in guests.filter(coming | Q(event__state=ClientEvent.State.HELD, follow_up_on__isnull=False)):
        if one.event.state == ClientEvent.State.PLANNED:
            yield "calendar-heart", f"{one.event.title} {one.name}", one.event.day
        elif one.follow_up_on:
            yield "calendar-heart", f"{one.follow_up} {one.name}", one.follow_up_on


@moments
def came(person: Person, since: date, until: date) -> Found:
    """Who came to an event of late can be asked to introduce somebody."""
    rows = Guest.objects.filter(prospect__owner=person, state=Guest.State.CAME, event__day__range=(since, until))
    for prospect, day in rows.values_list("prospect_id", "event__day"):
        yield prospect, Moment(Occasion.CAME, day)
