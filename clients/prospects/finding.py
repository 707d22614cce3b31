"""Clients in the search box: those that the reader may see; names of companies only, never a contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.prospects.models import Prospect, ProspectQuerySet
from clients.prospects.rules import normalised
from org.people.models import Person
from org.permissions import Permission
from org.search.kinds import Hit, Kind, searched

WORDS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)
USCC_PART = 6  # so many characters of a code are worth asking for


def find(reader: Person, on: date, text: str) -> ProspectQuerySet:
    """By part of the name, or the beginning of the 统一社会信用代码."""
    typed = normalised(text)
    called = Q(name_key__contains=typed)
    if typed.isascii() and len(typed) >= USCC_PART:
        called |= Q(uscc__startswith=typed.upper())
    seen = Prospect.objects.visible_to(reader, on).select_related("owner", "unit")
    return seen.filter(called) if typed else seen.none()


def tell(reader: Person, on: date, prospects: Sequence[Prospect]) -> list[Hit]:
    return [
        Hit(one.name, f"{one.get_status_display()} · {one.owner.name}", reverse("client", args=[one.pk]))
        for one in prospects
    ]


searched(Kind("prospects", _("客户"), "building", _("单位名称"), WORDS, find, tell))
