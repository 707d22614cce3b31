"""The writers of 客户活动: planning one, its guests, who came and what follows, its end. Whoever holds it does it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.events.models import ClientEvent, Guest
from clients.events.rules import NewEvent, Said
from clients.prospects.models import Contact
from org.idempotency.actions import Result, once
from org.posts import Post
from org.trace.actions import record
from org.units.models import Unit
from org.workflow import Refused, move

if TYPE_CHECKING:
    from org.people.models import Person


@transaction.atomic
def plan(new: NewEvent, *, by: Person, at: datetime, key: UUID) -> Result:
    """An event of his own, from today on or one that was held already."""

    def effect() -> Result:
        made = ClientEvent.objects.create(person=by, unit=_unit_of(by, at), made_at=at, changed_at=at, **vars(new))
        record(made, "plan_event", by=by, at=at, changes={"title": made.title, "day": made.day})
        return {"event": str(made.pk)}

    return once(key, by=by, verb="plan_event", at=at, parameters=vars(new), effect=effect)


@transaction.atomic
def change(event: ClientEvent, new: NewEvent, *, by: Person, at: datetime, key: UUID) -> Result:
    def effect() -> Result:
        kept = _locked(event, by)
        if kept.state != ClientEvent.State.PLANNED:
            raise Refused(_("活动已经举办或取消，不能再改。"))
        for name, value in vars(new).items():
            setattr(kept, name, value)
        kept.changed_at = at
        kept.save(update_fields=[*vars(new), "changed_at"])
        record(kept, "change_event", by=by, at=at, changes={"title": kept.title, "day": kept.day})
        return {"event": str(kept.pk)}

    return once(key, by=by, verb="change_event", at=at, parameters={"event": event.pk, **vars(new)}, effect=effect)


@transaction.atomic
def invite(event: ClientEvent, contacts: Collection[UUID], *, by: Person, at: datetime, key: UUID) -> Result:
    """Contacts of his own clients; who is on the list stays there once, who wants to be left alone is not invited."""

    def effect() -> Result:
        kept = _locked(event, by)
        if kept.state == ClientEvent.State.CANCELLED:
            raise Refused(_("活动已经取消，不能再邀请。"))
        mine = Contact.objects.filter(prospect__owner=by, prospect__released_at=None, do_not_disturb_since=None)
        chosen = mine.filter(pk__in=contacts).values_list("prospect_id", "name")
        guests = [Guest(event=kept, prospect_id=prospect, name=name, invited_at=at) for prospect, name in chosen]
        before = kept.guests.count()
        Guest.objects.bulk_create(guests, ignore_conflicts=True)
        added = kept.guests.count() - before
        record(kept, "invite_guests", by=by, at=at, changes={"guests": added})
        return {"added": added}

    asked = {"event": event.pk, "contacts": sorted(map(str, contacts))}
    return once(key, by=by, verb="invite_guests", at=at, parameters=asked, effect=effect)


@transaction.atomic
def uninvite(guest: Guest, *, by: Person, at: datetime) -> None:
    """Taken off the list before the event."""
    kept = _locked(guest.event, by)
    if kept.state != ClientEvent.State.PLANNED:
        raise Refused(_("活动已经结束，名单不能再删人。"))
    record(kept, "uninvite_guest", by=by, at=at, changes={"prospect": guest.prospect_id})
    Guest.objects.filter(pk=guest.pk).delete()


@transaction.atomic
def tell(event: ClientEvent, said: Mapping[UUID, Said], *, by: Person, at: datetime, key: UUID) -> Result:
    """Who came, and what follows with each by when; the first time it is said the event has been held."""

    def effect() -> Result:
        kept = _locked(event, by)
        if kept.state == ClientEvent.State.CANCELLED:
            raise Refused(_("活动已经取消。"))
        if kept.day > at.date():
            raise Refused(_("活动在 {day:%Y-%m-%d}，当天起才能写到场。").format(day=kept.day))
        if kept.state == ClientEvent.State.PLANNED:
            move(kept, ClientEvent.HOLD, by=by, at=at)
        guests = list(kept.guests.select_for_update().filter(pk__in=said))
        for guest in guests:
            _tell(guest, said[guest.pk], at)
        Guest.objects.bulk_update(guests, ["state", "follow_up", "follow_up_on", "followed_on"])
        record(kept, "tell_guests", by=by, at=at, changes={"guests": len(guests)})
        return {"guests": len(guests)}

    asked = {"event": event.pk, "said": {str(pk): list(one) for pk, one in said.items()}}
    return once(key, by=by, verb="tell_guests", at=at, parameters=asked, effect=effect)


@transaction.atomic
def cancel(event: ClientEvent, *, reason: str, by: Person, at: datetime) -> None:
    move(_locked(event, by), ClientEvent.CANCEL, by=by, at=at, changes={"reason": reason, "changed_at": at})


def _tell(guest: Guest, said: Said, at: datetime) -> None:
    guest.state, guest.follow_up, guest.follow_up_on = said.state, said.follow_up, said.follow_up_on
    done = said.is_followed and bool(said.follow_up)
    guest.followed_on = (guest.followed_on or at.date()) if done else None


def _unit_of(by: Person, at: datetime) -> Unit:
    held = [one for one in by.posts_on(at.date()) if one.post == Post.CLIENT_MANAGER]
    if not held:
        raise Refused(_("这件事不归你办。"))
    return max(held, key=lambda one: (one.starts_on, one.pk)).unit


def _locked(event: ClientEvent, by: Person) -> ClientEvent:
    kept = ClientEvent.objects.select_for_update(of=("self",)).filter(pk=event.pk, person=by).first()
    if kept is None:
        raise Refused(_("这件事不归你办。"))
    return kept
