"""十项资料 on the page of a family, for whose client it is."""

from __future__ import annotations

from typing import Any

from clients.checklist.reading import panel_of
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.permissions import Permission
from org.requests import SignedIn


@panel("checklist", column="right", order=30, template="clients/checklist/panel.html")
def tell(request: SignedIn, prospect: Prospect) -> dict[str, Any] | None:
    is_family = prospect.kind == Prospect.Kind.HOUSEHOLD
    if not (is_family and prospect.owner_id == request.user.pk):
        return None
    if not request.user.can(Permission.DIAGNOSIS_WRITE, on=request.today):
        return None
    return panel_of(prospect, request.user, request.today)
