"""报备 on the client's page: until when it is protected, what keeps it, or that it is in the pool."""

from __future__ import annotations

from typing import Any

from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from clients.protection.activity import kept_anyway, last_activities, since, term_of
from org.requests import SignedIn
from org.rules.book import book_on


@panel("protection", column="right", order=15, template="clients/protection/panel.html")
def tell(request: SignedIn, prospect: Prospect) -> dict[str, Any] | None:
    """Three statements at most. A household is not 报备, so nothing is said of it."""
    if prospect.kind != Prospect.Kind.ORGANISATION:
        return None
    own = prospect.owner_id == request.user.pk and prospect.released_at is None
    common = {"prospect": prospect, "own": own}
    if prospect.released_at is not None:
        return common
    rules = book_on(request.today).protection
    last = last_activities([prospect.pk]).get(prospect.pk)
    found = term_of(prospect, last, request.today, rules)
    return common | {
        "until": found.until,
        "left": found.left,
        "last": last,
        "since": since(prospect),
        "days": rules.days,
        "kept": bool(kept_anyway([prospect.pk], request.today)),
        "soon": found.left < rules.warn_days,
        "leaves_on": prospect.look_again_on if prospect.warned_on else None,
    }
