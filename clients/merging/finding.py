"""可能重复: pairs of clients that may be one, of those that the reader may merge: by the core of the name, by a mobile.

Two statements a realm (who.py) whatever the number of clients; each client is paired with the oldest of its like that
it may be one with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Func, Max, Min, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext_lazy as _

from clients.merging.models import Distinct
from clients.merging.rules import COMPARED, MOBILE, Like, paired
from clients.merging.who import Realm, beside, realms, unmasked, within, word_for
from clients.prospects.models import Contact, Prospect
from org.people.models import Person
from org.reach import BRANCH_PATH, CITY_PATH
from org.units.models import Unit

MOST = 300  # pairs shown
CHUNK = 2_000
OFFERED = 20  # beside one client
NAME, PHONE = _("名称相近"), _("联系人手机相同")
# What says nothing of whose company it is; a 市 that belongs to the name (超市, 门市) stays.
WORDS = r"\([^)]*\)|股份|有限|责任|集团|总公司|分公司|公司|^([^省]{2,3}省)?([^省市区超城都门夜]{2,4}市)?"


class Pair(NamedTuple):
    """`first` was registered first."""

    first: Prospect
    second: Prospect
    why: tuple[Any, ...]


def core(city: str) -> Any:
    """Of a company what is left of its name without these words and that of the city; a family's name is its own."""
    bare = _replaced("name_key", f"^{re.escape(city)}市?|{WORDS}" if city else WORDS)
    enough = Func(bare, Value("^..+$"), function="substring", output_field=CharField())
    whole = When(kind=Prospect.Kind.HOUSEHOLD, then=F("name_key"))
    return Case(whole, default=Coalesce(enough, F("name_key")))


def mobile_of(field: str) -> Any:
    """As `rules.mobile` reads it; null for any other number."""
    return Func(_replaced(field, "[^0-9]"), Value(MOBILE), function="substring", output_field=CharField())


def _replaced(field: str, pattern: str) -> Any:
    given = F(field), Value(pattern), Value(""), Value("g")
    return Func(*given, function="regexp_replace", output_field=CharField())


ORDER = ("registered_on", "created_at", "pk")


def _alike(rows: QuerySet[Any], realm: Realm, by: str, to: str = "") -> Iterator[list[Like]]:
    """The clients that have `by` in common, first registered first; `to` leads from a row to its client."""
    like = [f"{to}city", f"{to}kind", by, *(["branch"] if realm.inside else [])]
    found = rows.annotate(branch=Left(f"{to}unit__path", BRANCH_PATH))
    found = found.annotate(many=Window(Count("pk"), partition_by=[F(one) for one in like])).filter(many__gt=1)
    if realm.between:
        ends = {"low": Min("branch"), "high": Max("branch")}
        found = found.annotate(
            **{end: Window(which, partition_by=[F(one) for one in like]) for end, which in ends.items()}
        )
        found = found.filter(low__lt=F("high"))
    ordered = found.order_by(by, *like, *(f"{to}{one}" for one in ORDER))
    told = ordered.values_list(f"{to}pk", f"{to}uscc", "branch", *like).iterator(chunk_size=CHUNK)
    for _like, group in groupby(told, key=lambda row: row[3:]):
        yield [Like(*row[:3]) for row in group]


class Found(NamedTuple):
    """`more`: there may be others than these."""

    pairs: list[Pair]
    more: bool


def pairs(person: Person, on: date) -> Found:
    """The likeliest first: those found both ways."""
    seen, city = Prospect.objects.visible_to(person, on), _city(person, on)
    found: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    told, more = _told_apart(seen.filter(within(person, on))), False
    for realm in realms(person, on):
        mine = seen.filter(realm.rows)
        people = Contact.objects.filter(prospect__in=mine.filter(unmasked(person, on)).order_by().values("pk"))
        ways = (
            (NAME, _alike(mine.annotate(core=core(city)), realm, "core")),
            (
                PHONE,
                _alike(people.annotate(mobile=mobile_of("phone")).exclude(mobile=None), realm, "mobile", "prospect__"),
            ),
        )
        for why, groups in ways:
            some, cut = _first(groups, told, between=realm.between)
            more |= cut
            for pair in some:
                found[pair].append(why)
    listed = _pairs(person, on, found)
    return Found(listed[:MOST], more or len(listed) > MOST)


def _first(
    groups: Iterator[list[Like]], told: Collection[frozenset[UUID]], *, between: bool
) -> tuple[set[tuple[UUID, UUID]], bool]:
    """So many pairs as are shown, and whether it stopped before the last: only what may be merged is counted."""
    found: set[tuple[UUID, UUID]] = set()
    large = False
    for group in groups:
        large |= len(group) > COMPARED
        for pair in paired(group, told, between=between):
            if len(found) == MOST:
                return found, True
            found.add(pair)
    return found, large


def _city(person: Person, on: date) -> str:
    """青岛 of 青岛市公司: whose posts are in several has the first."""
    paths = sorted({held.unit.path[:CITY_PATH] for held in person.posts_on(on)})
    name = Unit.objects.filter(path__in=paths[:1]).values_list("name", flat=True).first() or ""
    return re.sub("(市|市?分?)公司$", "", name)


def _told_apart(clients: QuerySet[Prospect]) -> set[frozenset[UUID]]:
    rows = Distinct.objects.filter(first__in=clients.order_by().values("pk"))
    return {frozenset(pair) for pair in rows.values_list("first", "second")}


def _pairs(person: Person, on: date, found: Mapping[tuple[UUID, UUID], Sequence[Any]]) -> list[Pair]:
    keys = {pk for pair in found for pk in pair}
    clients = {one.pk: one for one in Prospect.objects.filter(pk__in=keys).select_related("owner", "unit")}
    told = []
    for (one, other), why in found.items():
        if one in clients and other in clients and word_for(person, (clients[one], clients[other]), on):
            told.append(Pair(clients[one], clients[other], tuple(why)))
    return sorted(told, key=lambda pair: (-len(pair.why), pair.first.pinyin, str(pair.second.pk)))


def partners(prospect: Prospect, person: Person, on: date, wanted: str = "") -> list[Pair]:
    """Of one client: what may be the same, or, where a name is asked for, whom he may merge with it by that name."""
    others = _others(prospect, person, on)
    if wanted:  # who looks for a name himself finds also what was told apart
        named = others.filter(name__icontains=wanted).order_by("pinyin", "pk").values_list("pk", flat=True)
        return _with(prospect, person, on, {pk: [] for pk in named[:OFFERED]})
    rows = Distinct.objects.filter(Q(first=prospect) | Q(second=prospect)).values_list("first", "second")
    fresh, city = others.exclude(pk__in={pk for pair in rows for pk in pair}), _city(person, on)
    own = Prospect.objects.filter(pk=prospect.pk).annotate(core=core(city)).values("core")
    ways: Sequence[tuple[Any, QuerySet[Any]]] = (
        (
            NAME,
            fresh.annotate(core=core(city)).filter(core=Subquery(own)).order_by(*ORDER).values_list("pk", flat=True),
        ),
        (PHONE, _same_mobile(prospect, fresh.filter(unmasked(person, on)))),
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for why, keys in ways:
        for pk in keys[:OFFERED]:
            found[pk].append(why)
    return _with(prospect, person, on, found)


def _others(prospect: Prospect, person: Person, on: date) -> QuerySet[Prospect]:
    """Whom he may merge with this one; two codes are two companies."""
    seen = Prospect.objects.visible_to(person, on).filter(beside(person, prospect, on))
    others = seen.filter(kind=prospect.kind, city=prospect.city_id).exclude(pk=prospect.pk)
    return others.filter(uscc__in=["", prospect.uscc]) if prospect.uscc else others


def _same_mobile(prospect: Prospect, others: QuerySet[Prospect]) -> QuerySet[Any]:
    people = Contact.objects.annotate(mobile=mobile_of("phone")).exclude(mobile=None).order_by()
    numbers = people.filter(prospect=prospect).values("mobile")
    same = people.filter(mobile__in=numbers, prospect__in=others.order_by().values("pk"))
    return same.order_by("prospect").values_list("prospect", flat=True).distinct()


def _with(prospect: Prospect, person: Person, on: date, found: Mapping[UUID, Sequence[Any]]) -> list[Pair]:
    """Beside one client; of each pair the one that was registered first stands first."""
    rows = Prospect.objects.filter(pk__in=found).values_list("pk", *ORDER[:2])
    place = {pk: (*when, pk) for pk, *when in rows}
    here = (prospect.registered_on, prospect.created_at, prospect.pk)
    told = {
        (pk, prospect.pk) if place[pk] < here else (prospect.pk, pk): why for pk, why in found.items() if pk in place
    }
    return _pairs(person, on, told)


def told_apart(person: Person, on: date, prospect: Prospect | None = None) -> QuerySet[Distinct]:
    """不是同一家, of clients that he may merge, the latest first."""
    ends = {which: Left(f"{which}__unit__path", BRANCH_PATH) for which in ("first", "second")}
    rows = Distinct.objects.annotate(here=ends["first"], there=ends["second"])
    seen, his = Prospect.objects.visible_to(person, on), Q(pk__in=[])
    for realm in realms(person, on):
        mine, near = seen.filter(realm.rows).order_by().values("pk"), Q(here=F("there"))
        of_two = near if realm.inside else ~near if realm.between else Q()
        his |= Q(first__in=mine, second__in=mine) & of_two
    if prospect is not None:
        rows = rows.filter(Q(first=prospect) | Q(second=prospect))
    return rows.filter(his).select_related("first", "second", "by").order_by("-at", "pk")


def are_alike(one: Prospect, other: Prospect, person: Person, on: date) -> bool:
    """By the core of the name or a mobile number; of whom one may merge himself."""
    both = Prospect.objects.filter(pk__in=[one.pk, other.pk])
    if len(set(both.annotate(core=core(_city(person, on))).values_list("core", flat=True))) == 1:
        return True
    return _same_mobile(one, Prospect.objects.filter(pk=other.pk)).exists()
