"""转介绍 on the client's page: who introduced it, whom it introduced, and what waits (picture 5-prospect)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from clients.referrals.kin import family_of
from clients.referrals.models import Referral
from clients.referrals.reading import counted
from org.permissions import Permission
from org.requests import SignedIn

SHOWN = 2  # children; the tree has all
LATEST = 3


@panel("referrals", column="right", order=20, template="clients/referrals/panel.html")
def tell(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    """Three queries."""
    family = family_of(prospect, reader=request.user, on=request.today, down=2)
    asked = list(counted(Referral.objects.filter(prospect=prospect))[: LATEST + 1])
    writes = prospect.owner_id == request.user.pk and request.user.can(Permission.PROSPECT_WRITE, on=request.today)
    return {
        "family": family,
        "above": family.above[-1] if family.above else None,
        "children": family.here.children[:SHOWN],
        "more": len(family.here.children) - SHOWN,
        "asked": asked[:LATEST],
        "unthanked": [one for one in asked if one.given and not one.thanked_on],  # type: ignore[attr-defined]
        "may_ask": writes and prospect.status != Prospect.Status.LOST,
    }
