"""The planned items of a person's day, as they stand on 今日 and beside his log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q

from activity.itinerary.models import Itinerary, PlanItem, PlanItemQuerySet, Target


def planned(items: PlanItemQuerySet) -> PlanItemQuerySet:
    """Those that are more than a draft: their plan was handed in, by himself to the manager or by the manager, or they
    were moved there. Approved is what counts as the plan; the rest is shown as 待批."""
    handed_in = Target.objects.filter(
        itinerary=OuterRef("itinerary"), person=OuterRef("person"), handed_in_at__isnull=False
    )
    return items.filter(
        ~Q(itinerary__state=Itinerary.State.DRAFT) | Q(origin=PlanItem.Origin.MOVED) | Exists(handed_in)
    )


def items_of(items: PlanItemQuerySet, person_id: int, first: date, last: date) -> list[PlanItem]:
    """His items of those days in the order of the day, with all that their rows print. One query."""
    return list(_with_rows(items).filter(person_id=person_id, day__range=(first, last)))


def items_of_day(items: PlanItemQuerySet, people: Collection[int], day: date) -> dict[int, list[PlanItem]]:
    """`items_of` of each of them on that day. One query."""
    found: dict[int, list[PlanItem]] = defaultdict(list)
    for item in _with_rows(items).filter(person__in=people, day=day):
        found[item.person_id].append(item)
    return found


def _with_rows(items: PlanItemQuerySet) -> PlanItemQuerySet:
    return planned(items).select_related("itinerary__unit", "prospect", "companion", "moved_to", "moved_from")
