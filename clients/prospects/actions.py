"""The writers of prospects. What counts for the day is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.prospects.models import Contact, Prospect, Registration
from clients.prospects.rules import normalised
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit


def _lock_name(city: Unit, name_key: str) -> None:
    """Two people registering one company at once: one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name_key, city.pk])


def taken(city: Unit, *, name_key: str, uscc: str) -> bool:
    """Whether anyone in the city has registered the company: same code, or where either lacks one the same name."""
    same_name = Q(name_key=name_key) if not uscc else Q(name_key=name_key, uscc="")
    same = same_name | Q(uscc=uscc) if uscc else same_name
    return (
        Prospect.objects.filter(same, city=city).exists()
        or Registration.objects.filter(same, city=city, is_duplicate=False).exists()
    )


@transaction.atomic(savepoint=False)
def register(
    person: Person,
    *,
    unit: Unit,
    day: date,
    at: datetime,
    name: str,
    handler: str,
    source: str,
    uscc: str = "",
    phone: str = "",
    **more: Any,
) -> Registration:
    """准客户资料登记: the prospect, its handler and the registration of the day. Refused when somebody was first."""
    city = unit.city
    if city is None:
        raise Refused(_("你的任职不在任何市公司下，请找内勤。"))
    name_key = normalised(name)
    _lock_name(city, name_key)
    if taken(city, name_key=name_key, uscc=uscc):
        raise Refused(_("这家单位已有人报备，不能重复登记。"))
    prospect = Prospect.objects.create(
        name=name, name_key=name_key, uscc=uscc, source=source, owner=person, unit=unit, city=city,
        registered_on=day, created_at=at, **more,
    )  # fmt: skip
    Contact.objects.create(prospect=prospect, name=handler, phone=phone, is_handler=True)
    registration = Registration.objects.create(
        person=person, day=day, prospect=prospect, city=city, name=name, name_key=name_key, uscc=uscc,
        handler=handler, source=source, recorded_at=at,
    )  # fmt: skip
    record(prospect, "register", by=person, at=at, changes={"name": name})
    return registration


@transaction.atomic(savepoint=False)
def withdraw(registration: Registration, *, by: Person, at: datetime) -> None:
    """Take back one's registration of an open day; refused once anything else hangs on the prospect."""
    prospect = registration.prospect
    registration.delete()
    if prospect is None:
        return
    if prospect.visits.exists() or prospect.policies.exists() or prospect.registrations.exists():
        raise Refused(_("这家单位已有拜访或保单，不能撤回登记。"))
    record(prospect, "withdraw", by=by, at=at, changes={"name": prospect.name})
    prospect.delete()


@transaction.atomic(savepoint=False)
def do_not_disturb(contact: Contact, *, by: Person, at: datetime) -> None:
    """勿扰: calls to this contact no longer count from the next one on."""
    Contact.objects.filter(pk=contact.pk, do_not_disturb_since=None).update(do_not_disturb_since=at.date())
    record(contact, "do_not_disturb", by=by, at=at)
