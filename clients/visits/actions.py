"""The writers of visits. What counts is decided by the caller (activity/daily_log)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction

from clients.prospects.models import Prospect
from clients.prospects.rules import normalised
from clients.visits.models import Visit
from org.trace.actions import record

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit


def known_as(client: str, *, owner: Person, unit: Unit) -> Prospect | None:
    """The prospect of exactly that name: the person's own, then one of the branch; None stays a name."""
    branch = unit.branch or unit
    found = Prospect.objects.filter(name_key=normalised(client), unit__path__startswith=branch.path)
    return sorted(found, key=lambda prospect: prospect.owner_id != owner.pk)[0] if found else None


def new_visit(
    person: Person,
    *,
    unit: Unit,
    day: date,
    at: datetime,
    prospect: Prospect | None,
    client: str,
    contact: str,
    kind: str,
    purpose: str,
    outcome: str,
    starts_at: time,
    ends_at: time | None = None,
    content: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
) -> Visit:
    """A recorded visit, not yet saved: the log saves it with what it counts for."""
    return Visit(
        person=person, unit=unit, day=day, prospect=prospect, client=client, client_key=normalised(client),
        contact=contact, kind=kind, purpose=purpose, outcome=outcome, starts_at=starts_at, ends_at=ends_at,
        content=content, next_step=next_step, next_step_on=next_step_on, recorded_at=at,
    )  # fmt: skip


@transaction.atomic(savepoint=False)
def mark_ineffective(visit: Visit, *, by: Person, at: datetime, reason: str) -> None:
    """The reviewer does not accept the visit as effective; who, when and why stay with it."""
    visit.ineffective_by, visit.ineffective_at, visit.ineffective_reason = by, at, reason
    visit.save(update_fields=["ineffective_by", "ineffective_at", "ineffective_reason"])
    record(visit, "mark_ineffective", by=by, at=at, changes={"reason": reason})
