"""What the page of a household tells its owner of the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.diagnosis.models import NeedsDiagnosis
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.permissions import Permission
from org.requests import SignedIn


@panel("diagnosis", column="middle", order=20, template="clients/diagnosis/panel.html")
def told(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    """Of his own household only; to everybody else there is none."""
    own = prospect.owner_id == request.user.pk and request.user.can(Permission.DIAGNOSIS_WRITE, on=request.today)
    if prospect.kind != Prospect.Kind.HOUSEHOLD or not own:
        return None
    mine = NeedsDiagnosis.objects.visible_to(request.user, request.today).of(prospect.pk)
    return {"prospect": prospect, "last": mine.first()}
