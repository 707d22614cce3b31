"""The card's two panels on the page of a client: what it says in short, and 现有保障与竞争."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clients.policies.models import Policy
from clients.profiles.known import AGES, CLASSES, SEXES, known_of
from clients.profiles.models import ClientProfile, Cover
from clients.profiles.reading import gaps, proposals_of, shares, writes
from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from org.requests import SignedIn

SHOWN = 3  # proposals: the latest
ROWS = 12  # covers and policies


@panel("profile", column="left", order=20, template="clients/profiles/panel.html")
def tell_card(request: SignedIn, prospect: Prospect) -> Mapping[str, Any]:
    profile = ClientProfile.objects.filter(prospect=prospect).first() or ClientProfile(prospect=prospect)
    known = known_of(prospect, profile)
    may_write = writes(prospect, request.user, request.today)
    return {
        "prospect": prospect,
        "profile": profile,
        "known": known,
        "gaps": gaps(known.missing, prospect, may_write=may_write),
        "classes": [one for one in shares(profile, CLASSES) if one.people],
        "sexes": shares(profile, SEXES),
        "ages": shares(profile, AGES),
        "writes": may_write,
    }


@panel("cover", column="middle", order=10, template="clients/profiles/cover_panel.html")
def tell_cover(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    today = request.today
    covers = list(Cover.objects.filter(prospect=prospect).exclude(standing=Cover.Standing.ENDED)[:ROWS])
    policies = Policy.objects.visible_to(request.user, today).filter(prospect=prospect)
    running = list(policies.exclude(expires_on__lt=today).order_by("expires_on", "number")[:ROWS])
    held = [one.expires_on for one in covers if one.standing == Cover.Standing.HELD]
    ends = [on for on in (*held, *(one.expires_on for one in running), prospect.cover_expires_on) if on and on >= today]
    return {
        "prospect": prospect,
        "covers": covers,
        "policies": running,
        "proposals": list(proposals_of(prospect)[:SHOWN]),
        "first_end": min(ends, default=None),
        "left": _left(ends, today),
        "writes": writes(prospect, request.user, today),
    }


def _left(ends: list[date], today: date) -> int | None:
    return (min(ends) - today).days if ends else None
