"""The writers of prospects. What counts for the day is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from clients.prospects.duplicates import mark_duplicates
from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.rules import Registered, duplicates, normalised
from org.reach import CITY_PATH
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


def _lock_names(unit: Unit, names: Iterable[str]) -> int:
    """The id of the unit's 市公司, in which nobody else registers these names until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT city.id, pg_advisory_xact_lock(hashtextextended(wanted, city.id))"
            " FROM org_unit AS city, unnest(%s::text[]) AS wanted WHERE city.path = left(%s, %s) ORDER BY wanted",
            [sorted(set(names)), unit.path, CITY_PATH],
        )
        found = cursor.fetchall()
    if not found:
        raise Refused(_("你的任职不在任何市公司下，请找内勤。"))
    city_id: int = found[0][0]
    return city_id


_HELD = """
    SELECT name_key, uscc, owner_id = %(person)s FROM clients_prospect
    WHERE city_id = %(city)s AND (name_key = ANY(%(names)s) OR uscc = ANY(%(codes)s))
    UNION ALL
    SELECT name_key, uscc, person_id = %(person)s FROM clients_registration
    WHERE city_id = %(city)s AND kind = 'new' AND (name_key = ANY(%(names)s) OR uscc = ANY(%(codes)s))
"""


def _refuse_taken(person: Person, city_id: int, new: Sequence[NewProspect], day: date) -> None:
    """Refused when anyone in the city has the company: same code, or where either lacks one the same name.

    Who holds it is only said when it is the person himself.
    """
    names, codes = [normalised(one.name) for one in new], [one.uscc for one in new if one.uscc]
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"city": city_id, "names": names, "codes": codes, "person": person.pk})
        held = cursor.fetchall()
    books = [Registered(("held", place), date.min, place, name, code) for place, (name, code, _own) in enumerate(held)]
    own = [book for book, (_name, _code, is_own) in zip(books, held, strict=True) if is_own]
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

    The rows are not yet saved: the log inserts them together with its own, and with what they count for. Two queries.
    """
    city_id = _lock_names(unit, (normalised(one.name) for one in new))
    _refuse_taken(person, city_id, new, day)
    made = [
        Prospect(
            name=one.name, name_key=normalised(one.name), uscc=one.uscc, source=one.source, headcount=one.headcount,
            industry=one.industry, owner=person, unit=unit, city_id=city_id, registered_on=day, created_at=at,
        )
        for one in new
    ]  # fmt: skip
    handlers = [
        Contact(prospect=prospect, name=one.handler, phone=one.phone, is_handler=True)
        for prospect, one in zip(made, new, strict=True)
    ]
    registrations = [
        Registration(
            person=person, day=day, prospect=prospect, city_id=city_id, name=one.name, name_key=prospect.name_key,
            uscc=one.uscc, handler=one.handler, source=one.source, made_card=True, recorded_at=at,
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
