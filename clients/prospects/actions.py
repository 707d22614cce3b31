"""The writers of prospects. What counts for the day is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from clients.limits.actions import note_phone, spend
from clients.limits.models import Spent
from clients.prospects.duplicates import mark_duplicates
from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.rules import normalised
from clients.prospects.searched import find_people_again, words_of, words_of_people
from clients.prospects.taken import HELD, HOLDS, KNOWN, Held, holder_lock, refuse_beyond, refuse_taken
from org.prepared import ask
from org.reach import city_path
from org.rules.book import book_on
from org.rules.schema import Protection
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
    kind: str = Prospect.Kind.ORGANISATION
    referrer: str = ""


# Two statements in one round trip: what is known is read once the names are locked, of what has committed by then.
_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended(wanted, city.id))
    FROM org_unit AS city, unnest(%(locks)s::text[]) AS wanted WHERE city.path = %(city)s ORDER BY wanted
"""
_MAY = f"""
    SELECT city.id, ({HOLDS}), coalesce((SELECT times FROM clients_spent
        WHERE person_id = %(person)s AND day = %(today)s AND kind = 'collision'), 0), {KNOWN}
    FROM org_unit AS city WHERE city.path = %(city)s
"""  # noqa: S608 (texts of our own)
_HELD = f"""
    SELECT held.name_key::text, held.uscc::text, held.own, held.released, held.branch::text
    FROM org_unit AS city, LATERAL ({HELD}) AS held WHERE city.path = %(city)s
"""  # noqa: S608


def _locked(
    person: Person, unit: Unit, new: Sequence[NewProspect], at: datetime, rules: Protection
) -> tuple[int, list[Held]]:
    """The id of the unit's 市公司, in which nobody else registers these names, nor he himself anything, until the
    transaction ends; and what anyone there holds of these names and codes. Refused beyond his limits."""
    names, codes = [normalised(one.name) for one in new], [one.uscc for one in new if one.uscc]
    given: dict[str, Any] = {
        "locks": sorted({*names, holder_lock(person.pk)}),
        "city": city_path(unit.path),
        "person": person.pk,
        "names": names,
        "codes": codes,
        "today": at.date(),
    }
    found = ask((_LOCK, given), (_MAY, given))
    if not found:
        raise Refused(_("你的任职不在任何市公司下，请找内勤。"))
    [(city_id, holds, collisions, is_known)] = found
    refuse_beyond(holds, collisions, len(new), rules)
    return city_id, [Held(*row) for row in ask((_HELD, given))] if is_known else []


class Registering(NamedTuple):
    """Rows to be inserted: the registrations of the day, in the order of what was new, and what they rest on."""

    registrations: list[Registration]
    cards: list[Model]


@transaction.atomic(savepoint=False)
def register(
    person: Person,
    *,
    unit: Unit,
    day: date,
    at: datetime,
    new: Sequence[NewProspect],
    rules: Protection = Protection(),  # noqa: B008 (frozen)
) -> Registering:
    """准客户资料登记: prospects with their handlers. Refused when somebody was first (`Taken`), or beyond the cap.

    The rows are not yet saved: the log inserts them with its own, and with what they count for. One round trip.
    """
    city_id, held = _locked(person, unit, new, at, rules)
    refuse_taken(held, [(one.name, one.uscc) for one in new], day)
    made = [
        Prospect(
            name=one.name, name_key=normalised(one.name), uscc=one.uscc, source=one.source, headcount=one.headcount,
            industry=one.industry, owner_id=person.pk, unit_id=unit.pk, city_id=city_id, registered_on=day,
            created_at=at, kind=one.kind, referrer=one.referrer,
            **words_of(one.name, one.uscc, one.kind), found_by_people=words_of_people([(one.handler, one.phone)]),
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
    contact, is_new = Contact.objects.get_or_create(prospect_id=prospect, name=name)
    if is_new:
        find_people_again([prospect])
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


@transaction.atomic
def see_phone(contact: Contact, *, by: Person, at: datetime) -> None:
    """Somebody who may had a masked number shown: who and when stays (DESIGN.md 5, Sensitive data).

    So many a day of others' clients; one's own are logged without a limit, because calling them is the work.
    """
    prospect = contact.prospect
    if prospect.owner_id != by.pk or prospect.released_at:
        limit = book_on(at.date()).protection.phones_a_day
        if not spend(by, Spent.Kind.PHONE, day=at.date(), limit=limit):
            raise Refused(_("今天已看了 {n} 个号码，到了上限，明天再看。急用请找负责人。").format(n=limit))
    note_phone(prospect, contact, by=by, at=at)
    record(contact, "see_phone", by=by, at=at)
