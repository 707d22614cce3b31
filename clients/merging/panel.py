"""The way from a client's page to its like. No query: the number is asked for when the page is there."""

from __future__ import annotations

from typing import Any

from clients.merging.who import may_merge
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.requests import SignedIn


@panel("merging", column="left", order=90, template="clients/merging/panel.html")
def tell(request: SignedIn, prospect: Prospect) -> dict[str, Any] | None:
    return {"prospect": prospect} if may_merge(request.user, prospect, request.today) else None
