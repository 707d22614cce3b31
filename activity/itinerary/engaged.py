"""What the 行事历 has for people, as half days on which they do not come along to a visit (clients/chain/free.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from activity.itinerary.models import PlanItem
from clients.chain.free import engaged

AWAY_FROM_DESK = (
    PlanItem.Kind.VISIT, PlanItem.Kind.ACCOMPANY, PlanItem.Kind.MEETING, PlanItem.Kind.TRAINING,
    PlanItem.Kind.CLIENT_EVENT,
)  # fmt: skip


@engaged
def planned_halves(people: Collection[int], first: date, last: date) -> Iterable[tuple[int, date, str]]:
    """Theirs that are still open; a call or a proposal takes no half day."""
    items = PlanItem.objects.filter(
        person__in=people, day__range=(first, last), state=PlanItem.State.PLANNED, kind__in=AWAY_FROM_DESK
    )
    return items.order_by().values_list("person_id", "day", "part")
