"""The writers of prospects. What counts for the day is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from clients.prospects.duplicates import mark_duplicates
from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.rules import Registered, duplicates, normalised
from org.reach import city_path
from org.trace.actions import lines, record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit


@dataclass(frozen=True, kw_only=True)
class NewProspect:
    """What 准客户资料登记表 asks for at least, and what is known besides."""

    name: str
    handler: str
    source: str
    uscc: str = ""
    phone: str = ""
    headcount: int | None = None
    industry: str = ""


# Two statements in one round trip: what is held is read once the names are locked, of what has committed by then.
_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended(wanted, city.id))
    FROM org_unit AS city, unnest(%(locks)s::text[]) AS wanted WHERE city.path = %(city)s ORDER BY wanted;
"""
_HELD = """
    SELECT city.id, held.name_key, held.uscc, held.own FROM org_unit AS city LEFT JOIN LATERAL (
        SELECT name_key, uscc, owner_id = %(person)s AS own FROM clients_prospect
        WHERE city_id = city.id AND (name_key = ANY(%(names)s) OR uscc = ANY(%(codes)s))
        UNION ALL
        SELECT name_key, uscc, person_id = %(person)s FROM clients_registration
        WHERE city_id = city.id AND kind = 'new' AND (name_key = ANY(%(names)s) OR uscc = ANY(%(codes)s))
    ) AS held ON true WHERE city.path = %(city)s
"""


class _Held(NamedTuple):
    name: str
    uscc: str
    own: bool


def _locked(person: Person, unit: Unit, new: Sequence[NewProspect]) -> tuple[int, list[_Held]]:
    """The id of the unit's 市公司, in which nobody else registers these names until the transaction ends; and what
    anyone there holds of these names and codes."""
    names, codes = [normalised(one.name) for one in new], [one.uscc for one in new if one.uscc]
    given: dict[str, Any] = {
        "locks": sorted(set(names)),
        "city": city_path(unit.path),
        "person": person.pk,
        "names": names,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK + _HELD, {**given, "codes": codes})
        found = cursor.fetchall()
    if not found:
        raise Refused(_("你的任职不在任何市公司下，请找内勤。"))
    return found[0][0], [_Held(*row) for _city, *row in found if row[0] is not None]


def _refuse_taken(held: Sequence[_Held], new: Sequence[NewProspect], day: date) -> None:
    """Refused when anyone in the city has the company: same code, or where either lacks one the same name.

    Who holds it is only said when it is the person himself.
    """
    books = [Registered(("held", place), date.min, place, one.name, one.uscc) for place, one in enumerate(held)]
    own = [book for book, one in zip(books, held, strict=True) if one.own]
    wanted = [Registered(place, day, place, one.name, one.uscc) for place, one in enumerate(new)]
    late = duplicates(books + wanted)
    taken = next((book for book in wanted if book.key in late), None)
    if taken is None:
        return
    if taken.key in duplicates([*own, taken]):
        raise Refused(_("你已登记过这家单位：「{name}」。").format(name=taken.name))
    raise Refused(_("「{name}」已有人报备，不能重复登记。").format(name=taken.name))


class Registering(NamedTuple):
    """Rows to be inserted: the registrations of the day, in the order of what was new, and what they rest on."""

    registrations: list[Registration]
    cards: list[Model]


@transaction.atomic(savepoint=False)
def register(person: Person, *, unit: Unit, day: date, at: datetime, new: Sequence[NewProspect]) -> Registering:
    """准客户资料登记: prospects with their handlers. Refused when somebody was first; the names are locked.

    The rows are not yet saved: the log inserts them with its own, and with what they count for. One round trip.
    """
    city_id, held = _locked(person, unit, new)
    _refuse_taken(held, new, day)
    made = [
        Prospect(
            name=one.name, name_key=normalised(one.name), uscc=one.uscc, source=one.source, headcount=one.headcount,
            industry=one.industry, owner_id=person.pk, unit_id=unit.pk, city_id=city_id, registered_on=day,
            created_at=at,
        )
        for one in new
    ]  # fmt: skip
    handlers = [
        Contact(prospect_id=prospect.pk, name=one.handler, phone=one.phone, is_handler=True)
        for prospect, one in zip(made, new, strict=True)
    ]
    registrations = [
        Registration(
            person_id=person.pk, day=day, prospect_id=prospect.pk, city_id=city_id, name=one.name,
            name_key=prospect.name_key, uscc=one.uscc, handler=one.handler, source=one.source, made_card=True,
            recorded_at=at,
        )
        for prospect, one in zip(made, new, strict=True)
    ]  # fmt: skip
    return Registering(registrations, [*made, *handlers, *lines(made, "register", by=person, at=at)])


@transaction.atomic(savepoint=False)
def withdraw(registration: Registration, *, by: Person, at: datetime) -> set[tuple[int, date]]:
    """Take back one's registration of an open day, and the card that it made; refused once anything hangs on that.

    Answers the (person, day)s of later namesakes that are duplicates no longer.
    """
    prospect = registration.prospect
    registration.delete()
    names, codes = {registration.name_key}, {registration.uscc}
    if prospect is None or not registration.made_card:
        is_new = registration.kind == Registration.Kind.NEW
        return mark_duplicates(names, codes) if is_new else set()
    record(prospect, "withdraw", by=by, at=at, changes={"name": prospect.name})
    prospect.registrations.filter(kind=Registration.Kind.NEW, made_card=False).update(prospect=None)  # found by name
    try:
        with transaction.atomic():
            prospect.delete()
    except ProtectedError:
        raise Refused(_("这家单位已有电话、拜访或保单，不能撤回登记。")) from None
    return mark_duplicates(names | {prospect.name_key}, codes | {prospect.uscc})


@transaction.atomic(savepoint=False)
def do_not_disturb(prospect: UUID, name: str, *, since: date, asked_in: UUID, by: Person, at: datetime) -> None:
    """勿扰: calls to this contact, who becomes known with it, no longer count from the next one on."""
    contact, _is_new = Contact.objects.get_or_create(prospect_id=prospect, name=name)
    unmarked = Contact.objects.filter(pk=contact.pk, do_not_disturb_since=None)
    if unmarked.update(do_not_disturb_since=since, do_not_disturb_by=asked_in):
        record(contact, "do_not_disturb", by=by, at=at)


def pass_mark_on(was_asked_in: UUID, *, since: date, asked_in: UUID) -> None:
    """The call in which 勿扰 was said first is gone; it was said in another one too."""
    Contact.objects.filter(do_not_disturb_by=was_asked_in).update(
        do_not_disturb_since=since, do_not_disturb_by=asked_in
    )


@transaction.atomic(savepoint=False)
def lift_mark(asked_in: UUID, *, by: Person, at: datetime) -> None:
    """勿扰 was a slip: the call in which it was said is gone."""
    for contact in Contact.objects.filter(do_not_disturb_by=asked_in):
        contact.do_not_disturb_since = contact.do_not_disturb_by = None
        contact.save(update_fields=["do_not_disturb_since", "do_not_disturb_by"])
        record(contact, "lift_do_not_disturb", by=by, at=at)


@transaction.atomic(savepoint=False)
def see_phone(contact: Contact, *, by: Person, at: datetime) -> None:
    """Somebody who may had a masked number shown: who and when stays (DESIGN.md 5, Sensitive data)."""
    record(contact, "see_phone", by=by, at=at)
