"""Which registrations are duplicates as the books stand: by day and order, never by time of import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Model, Q

from clients.prospects.models import Prospect, Registration
from clients.prospects.rules import Registered, duplicates

AFTER_ALL_OF_ITS_DAY = 2**40  # a prospect is taken for the registration of its own day, so it precedes none of them


def mark_duplicates(names: Collection[str], codes: Collection[str]) -> set[tuple[int, date]]:
    """Judge anew every registration of these normalised names and codes.

    Answers the (person, day)s that it changed. Called after registrations or prospects came in by a list: an
    earlier one may have arrived after a later one.
    """
    registrations = related(Registration, names, codes)
    if not registrations:
        return set()  # most of a long list is nobody's 积累
    cities: dict[int, list[Registered]] = defaultdict(list)
    for prospect in related(Prospect, names, codes):
        cities[prospect.city_id].append(
            Registered(
                ("prospect", prospect.pk),
                prospect.registered_on,
                AFTER_ALL_OF_ITS_DAY,
                prospect.name,
                prospect.uscc,
            )
        )
    for one in registrations:
        cities[one.city_id].append(Registered(one.pk, one.day, one.ordinal, one.name, one.uscc))
    late = {key for registered in cities.values() for key in duplicates(registered)}
    changed = [one for one in registrations if one.is_duplicate != (one.pk in late)]
    for one in changed:
        one.is_duplicate = not one.is_duplicate
    Registration.objects.bulk_update(changed, ["is_duplicate"], batch_size=1_000)
    return {(one.person_id, one.day) for one in changed}


def related(model: type[Model], names: Collection[str], codes: Collection[str]) -> list[Any]:
    """New registrations (or prospects, those that were merged too) that share a name or a code with these."""
    new = {"kind": Registration.Kind.NEW} if model is Registration else {}
    same = Q(name_key__in=set(names)) | Q(uscc__in=set(codes) - {""})
    return list(model._base_manager.filter(same, **new).order_by("pk"))
