"""Who stands beside an entry. 没有陪访 holds for that person, day and client, whatever becomes of the entry afterwards.

What a row denied is kept by its trace: the entry may be gone, and the row may have been asked for another day since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.telling import lapse
from org.trace.actions import record
from org.trace.models import Trace
from org.workflow import Refused

if TYPE_CHECKING:
    from clients.visits.models import Visit
    from org.people.models import Person

VERB = "refuse"
REFUSED = Accompaniment.Outcome.REFUSED
UNANSWERED = Q(companion_confirmed_at=None, refused_at=None, feedback="")


def note(row: Accompaniment, visit: Visit, *, by: Person, at: datetime) -> None:
    changes = {"reason": row.reason, "day": visit.day, "client": visit.client_key, "prospect": str(visit.prospect_id)}
    record(row, VERB, by=by, at=at, changes=changes)


def rows_of(
    visit: Visit, plan: PlannedVisit | None, at: datetime, *, stood: Collection[UUID], same_client: bool
) -> list[Accompaniment]:
    """One for each companion of an entry: those of the one that it replaces (`stood`), those of its plan, and what was
    denied. Refused where the entry names somebody who has denied it."""
    here = Q(pk__in=stood) | Q(visit=None, person=visit.person_id, refused_at__isnull=False)
    if plan is not None:
        here |= Q(planned=plan) & ~Q(state=Accompaniment.State.WITHDRAWN)
    found = list(Accompaniment.objects.filter(here).select_related("companion", "person", "unit"))
    denied = _denied(found, visit, stood, same_client=same_client)
    if who := next((one.companion for one in denied if one.companion_id == visit.companion_id), None):
        raise Refused(_("{name} 已否认当天陪访这家客户，换一位或选「没有陪访」。").format(name=who.name))
    rows = [one for one in found if _stands(one, plan, one in denied)]
    return _one_each(rows, at)


def _stands(one: Accompaniment, plan: PlannedVisit | None, is_denied: bool) -> bool:
    """Whether it belongs to the entry; a denial of another day or client does not."""
    is_of_plan = plan is not None and one.planned_id == plan.pk
    if is_denied:
        one.outcome = REFUSED
        return is_of_plan or one.planned_id is None
    if is_of_plan and one.outcome == REFUSED:
        one.outcome = Accompaniment.Outcome.NONE
    return one.outcome != REFUSED and (is_of_plan or one.refused_at is None)


def _denied(
    rows: Iterable[Accompaniment], visit: Visit, stood: Collection[UUID], *, same_client: bool
) -> set[Accompaniment]:
    rows = list(rows)
    found = {one for one in rows if one.pk in stood and one.outcome == REFUSED and same_client}
    before = {str(one.pk): one for one in rows if one.pk not in stood and one.refused_at is not None}
    if before:
        told = Trace.objects.filter(verb=VERB, about=Accompaniment._meta.label_lower, about_id__in=before)
        for line in told.filter(changes__day=visit.day.isoformat()):
            if line.changes["client"] == visit.client_key or line.changes["prospect"] == str(visit.prospect_id or 0):
                found.add(before[line.about_id])
    return found


def _one_each(rows: Iterable[Accompaniment], at: datetime) -> list[Accompaniment]:
    """Of two rows of one companion that which he has answered, else that by which he was invited; the other stands
    beside no visit, and goes where it holds nothing."""
    best: dict[int, Accompaniment] = {}
    answered = (Accompaniment.Outcome.CONFIRMED, REFUSED)
    for one in sorted(rows, key=lambda one: (one.outcome in answered, one.planned_id is not None)):
        other = best.get(one.companion_id)
        if other is not None and other.planned_id is None:
            lapse(other, at)
            Accompaniment.objects.filter(UNANSWERED, pk=other.pk).delete()
        best[one.companion_id] = one
    return list(best.values())
