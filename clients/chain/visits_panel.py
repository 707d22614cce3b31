"""约好的拜访 beside a client: what is to come, and the way to plan the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.chain.inviting import when
from clients.chain.models import Accompaniment, PlannedVisit
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.permissions import Permission
from org.requests import SignedIn

SHOWN = 5


@panel("visits", column="right", order=5, template="clients/chain/visits/panel.html")
def visits(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    """Two queries; none for who neither plans here nor reads visits."""
    plans = prospect.owner_id == request.user.pk and request.user.can(Permission.VISIT_PLAN, on=request.today)
    if not plans and not request.user.can(Permission.VISIT_READ, on=request.today):
        return None
    seen = PlannedVisit.objects.visible_to(request.user, request.today)
    to_come = seen.filter(prospect=prospect, state=PlannedVisit.State.PLANNED).prefetch_related(
        "accompaniments__companion"
    )
    gone = Accompaniment.State.WITHDRAWN
    rows = [
        (one, when(one), [asked for asked in one.accompaniments.all() if asked.state != gone])
        for one in to_come[:SHOWN]
    ]
    return {"plans": plans, "prospect": prospect, "rows": rows}
