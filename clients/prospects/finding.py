"""Clients by name, pinyin, initials and code; by contact and phone tail where the reader sees those unmasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.prospects.models import Prospect, ProspectQuerySet
from clients.prospects.rules import normalised
from clients.prospects.sounding import asked
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.search.kinds import Hit, Kind, searched

WORDS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


def matching(text: str, reader: Person, on: date) -> Q:
    """The condition of a search box, served by the trigram indexes of both columns; nothing for nothing.

    Whom one reads masked is never found by a person or a number: that would harvest them one guess at a time (C13).
    """
    typed = normalised(text)
    if not typed:
        return Q(pk__in=[])
    wanted = asked(typed)
    named, people = Q(found_by__contains=wanted.pattern), Q(found_by_people__contains=wanted.pattern)
    if wanted.exact:
        named &= Q(name_key__contains=wanted.exact)
        people &= Q(found_by_people__contains=wanted.exact)
    elif wanted.tail:
        people = Q(found_by_people__contains=wanted.tail)
    elif any(one.isdigit() for one in wanted.pattern):
        return named  # part of a number from within it, or its first digits
    within = reach(reader, Permission.PROSPECT_READ, on=on)
    his_own = within.q(unit=None, person="owner") & Q(released_at=None)  # not what he let go
    open_to_him = within.q(unit="unit", person=None) | his_own
    return named | (people & open_to_him)


def find(reader: Person, on: date, text: str) -> ProspectQuerySet:
    seen = Prospect.objects.visible_to(reader, on).select_related("owner", "unit")
    return seen.filter(matching(text, reader, on)).order_by("pinyin", "pk")


def tell(reader: Person, on: date, prospects: Sequence[Prospect]) -> list[Hit]:
    return [
        Hit(one.name, f"{one.get_status_display()} · {one.owner.name}", reverse("client", args=[one.pk]))
        for one in prospects
    ]


searched(Kind("prospects", _("客户"), "building", _("单位名称、拼音或首字母"), WORDS, find, tell))
