"""The only writers of counts and of the access log of numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from clients.limits.models import PhoneLook, Spent

if TYPE_CHECKING:
    from org.people.models import Person

_SPEND = """
    INSERT INTO clients_spent AS spent (person_id, day, kind, times) VALUES (%s, %s, %s, 1)
    ON CONFLICT (person_id, day, kind) DO UPDATE SET times = spent.times + 1 WHERE spent.times < %s
"""


@transaction.atomic(savepoint=False)
def spend(person: Person, kind: Spent.Kind, *, day: date, limit: int) -> bool:
    """Count one more; False when the day's limit is used up. Of forty at once no more than `limit` get True."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [person.pk, day, kind.value, limit])
        return cursor.rowcount == 1


@transaction.atomic(savepoint=False)
def note_phone(prospect: Any, contact: Any, *, by: Person, at: datetime) -> PhoneLook:
    """Who had which number shown, when."""
    return PhoneLook.objects.create(
        person=by, unit_id=prospect.unit_id, prospect_id=prospect.pk, client=prospect.name, contact=contact.name,
        own=prospect.owner_id == by.pk, at=at,
    )  # fmt: skip


def spent(person: Person, kind: Spent.Kind, *, day: date) -> int:
    """How often that day so far."""
    return Spent.objects.filter(person=person, day=day, kind=kind).values_list("times", flat=True).first() or 0
