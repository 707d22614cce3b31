"""What the chain of a client learns of the day: its visits with their companions, and those that are no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Model

from clients.chain import confirming
from clients.chain.following import follow
from clients.visits.models import Visit

if TYPE_CHECKING:
    from org.people.models import Person

KEPT = "kept_of_the_chain"  # on a row that is being taken away: its plan and its companions


def loosen(visit: Visit, *, by: Person, at: datetime) -> None:
    """The row goes; what hangs on it stays for the row that stands for it from now on."""
    vars(visit)[KEPT] = confirming.let_go(visit.pk, by=by, at=at)


def recorded(
    visits: Sequence[Visit], gone: Model | None, changed: Collection[UUID | None], *, by: Person, at: datetime
) -> None:
    """Visits of a day were saved, or one is gone: their plans are held, their opportunities follow. Without
    development visits to known clients, companions or plans it asks the database nothing."""
    kept, touched = confirming.NOTHING, set(changed)
    if isinstance(gone, Visit):
        kept = vars(gone)[KEPT]
        touched.add(gone.opportunity_id)
        if kept != confirming.NOTHING and not visits:
            confirming.take_back(kept, by=by, at=at)
    for visit in visits:
        planned = vars(visit).get("planned_for")
        if planned is not None or visit.companion_id is not None or kept != confirming.NOTHING:
            confirming.hold(visit, kept=kept, planned=planned, by=by, at=at)
            kept = confirming.NOTHING
        touched.add(visit.opportunity_id)
    follow(touched)
