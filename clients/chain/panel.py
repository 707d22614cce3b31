"""开拓项目 on top of the client's page: the opportunities, and how far the chosen one has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.chain.models import Opportunity
from clients.chain.progress import chained_visits, coming_along, later_visits, steps_of
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.permissions import Permission
from org.requests import SignedIn


@panel("chain", column="top", order=10, template="clients/chain/panel.html")
def chain(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    """Three queries; none for who reads no visits of this client."""
    own = prospect.owner_id == request.user.pk and prospect.released_at is None
    if not own and not request.user.can(Permission.VISIT_READ, Opportunity(prospect=prospect), on=request.today):
        return None
    found = list(prospect.opportunities.select_related("leader", "prospect__unit").order_by("closed_on", "-started_on"))
    found.sort(key=lambda one: one.state != Opportunity.State.RUNNING)
    chosen = next((one for one in found if str(one.pk) == request.GET.get("opportunity")), found[0] if found else None)
    writes = own and request.user.can(Permission.OPPORTUNITY_WRITE, on=request.today)
    told = {"prospect": prospect, "opportunities": found, "chosen": chosen, "writes": writes}
    if chosen is None:
        return told
    visits = chained_visits(chosen)
    running = chosen.state == Opportunity.State.RUNNING
    undeclared = running and chosen.major in (Opportunity.Major.NO, Opportunity.Major.REFUSED)
    return {
        **told,
        "steps": steps_of(chosen, visits, coming_along(chosen) if running else ()),
        "later": later_visits(chosen, visits) if chosen.level == 4 else (),
        "is_running": running,
        "declares": undeclared and request.user.can(Permission.MAJOR_DECLARE, chosen, on=request.today),
        "manager_declares": undeclared and own,
    }
