"""可能重复: pairs of clients that may be one, of those that the reader may merge: by the core of the name, by a mobile.

Two statements whatever the number of clients; each client is paired with the oldest of its like.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Func, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import FirstValue, Length
from django.utils.translation import gettext_lazy as _

from clients.merging.models import Distinct
from clients.merging.rules import mobile
from clients.merging.who import unmasked, within, word_for
from clients.prospects.models import Contact, Prospect
from org.people.models import Person
from org.reach import CITY_PATH
from org.units.models import Unit

MOST = 300  # pairs looked at
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
    pattern = f"^{re.escape(city)}市?|{WORDS}" if city else WORDS
    bare = Func(
        F("name_key"), Value(pattern), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    whole = When(kind=Prospect.Kind.HOUSEHOLD, then=F("name_key"))
    return Case(whole, When(Q(bare_length__lt=2), then=F("name_key")), default=bare), Length(bare)


def _named(rows: QuerySet[Prospect], city: str) -> QuerySet[Any]:
    told, length = core(city)
    return rows.annotate(bare_length=length).annotate(core=told)


ORDER = ("registered_on", "created_at", "pk")


def _by_name(rows: QuerySet[Prospect], city: str) -> Iterable[tuple[UUID, UUID]]:
    like = [F("city"), F("kind"), F("core")]
    first = Window(FirstValue("pk"), partition_by=like, order_by=[F(one).asc() for one in ORDER])
    many = Window(Count("pk"), partition_by=like)
    found = _named(rows, city).annotate(first=first, many=many).filter(many__gt=1).order_by("core", *ORDER)
    return found.values_list("first", "pk")[: 2 * MOST]


def _by_phone(rows: QuerySet[Prospect]) -> Iterable[tuple[UUID, UUID]]:
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField())
    like = [F("prospect__city"), F("prospect__kind"), F("digits")]
    order = [F(f"prospect__{one}").asc() for one in ORDER]
    people = Contact.objects.filter(prospect__in=rows.order_by().values("pk")).annotate(digits=digits)
    first = Window(FirstValue("prospect"), partition_by=like, order_by=order)
    many = Window(Count("pk"), partition_by=like)
    found = people.filter(digits__regex=r"^1\d{10}$").annotate(first=first, many=many).filter(many__gt=1)
    return found.order_by("digits", "pk").values_list("first", "prospect")[: 2 * MOST]


def pairs(person: Person, on: date) -> list[Pair]:
    """The likeliest first: those found both ways."""
    mine = Prospect.objects.visible_to(person, on).filter(within(person, on))
    found: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for why, rows in ((NAME, _by_name(mine, _city(person, on))), (PHONE, _by_phone(mine.filter(unmasked(person, on))))):
        for first, second in rows:
            if first != second and why not in found[first, second]:
                found[first, second].append(why)
    return _told(person, on, {pair: why for pair, why in found.items() if why})


def _city(person: Person, on: date) -> str:
    """青岛 of 青岛市公司: whose posts are in several has the first."""
    paths = sorted({held.unit.path[:CITY_PATH] for held in person.posts_on(on)})
    name = Unit.objects.filter(path__in=paths[:1]).values_list("name", flat=True).first() or ""
    return re.sub("(市|市?分?)公司$", "", name)


def _told(person: Person, on: date, found: dict[tuple[UUID, UUID], list[Any]]) -> list[Pair]:
    """Neither those that were told apart, nor two codes, which are two companies."""
    clients = _clients({pk for pair in found for pk in pair})
    apart = _apart(clients)
    told = []
    for keys, why in found.items():
        first, second = (clients[pk] for pk in keys)
        codes = {one.uscc for one in (first, second)} - {""}
        if len(codes) < 2 and frozenset(keys) not in apart and word_for(person, (first, second), on):
            told.append(Pair(first, second, tuple(why)))
    return sorted(told, key=lambda pair: (-len(pair.why), pair.first.pinyin, str(pair.second.pk)))[:MOST]


def _clients(keys: Iterable[UUID]) -> dict[UUID, Prospect]:
    return {one.pk: one for one in Prospect.objects.filter(pk__in=keys).select_related("owner", "unit")}


def _apart(clients: Iterable[UUID]) -> set[frozenset[UUID]]:
    keys = list(clients)
    rows = Distinct.objects.filter(first__in=keys, second__in=keys)
    return {frozenset(pair) for pair in rows.values_list("first", "second")}


def partners(prospect: Prospect, person: Person, on: date, wanted: str = "") -> list[Pair]:
    """Of one client: what may be the same, or, where a name is asked for, whom he may merge with it by that name."""
    mine = Prospect.objects.visible_to(person, on).filter(within(person, on), kind=prospect.kind, city=prospect.city_id)
    others = mine.exclude(pk=prospect.pk)
    found: dict[UUID, list[Any]] = defaultdict(list)
    if wanted:
        named = others.filter(name__icontains=wanted).order_by("pinyin", "pk").values_list("pk", flat=True)
        return _pairs_of(prospect, person, on, {pk: [] for pk in named[:OFFERED]}, told_apart=True)
    city = _city(person, on)
    own = _named(Prospect.objects.filter(pk=prospect.pk), city).values("core")
    ways: Sequence[tuple[Any, QuerySet[Any]]] = (
        (NAME, _named(others, city).filter(core=Subquery(own)).values_list("pk", flat=True)),
        (PHONE, _same_phone(prospect, others.filter(unmasked(person, on)))),
    )
    for why, rows in ways:
        for pk in rows[:OFFERED]:
            found[pk].append(why)
    return _pairs_of(prospect, person, on, found)


def are_alike(one: Prospect, other: Prospect, person: Person, on: date) -> bool:
    """By the core of the name or a mobile number; of whom one may merge himself."""
    cores = _named(Prospect.objects.filter(pk__in=[one.pk, other.pk]), _city(person, on)).values_list("core", flat=True)
    if len(set(cores)) == 1:
        return True
    rows = Contact.objects.filter(prospect__in=[one.pk, other.pk]).values_list("prospect", "phone")
    numbers: dict[UUID, set[str]] = defaultdict(set)
    for pk, phone in rows:
        numbers[pk].add(mobile(phone))
    return bool((numbers[one.pk] & numbers[other.pk]) - {""})


def _same_phone(prospect: Prospect, others: QuerySet[Prospect]) -> QuerySet[Any]:
    numbers = Contact.objects.filter(prospect=prospect, phone__regex=r"^1\d{10}$").values("phone")
    same = Contact.objects.filter(phone__in=numbers, prospect__in=others.order_by().values("pk"))
    return same.order_by().values_list("prospect", flat=True).distinct()


def _pairs_of(
    prospect: Prospect, person: Person, on: date, found: dict[UUID, list[Any]], *, told_apart: bool = False
) -> list[Pair]:
    """Where somebody looks for a name himself, also what was told apart."""
    clients = _clients(found)
    apart = set() if told_apart else _apart([prospect.pk, *clients])
    told = []
    for pk, other in clients.items():
        first, second = sorted((prospect, other), key=lambda one: tuple(str(getattr(one, name)) for name in ORDER))
        codes = {first.uscc, second.uscc} - {""}
        if len(codes) < 2 and frozenset((prospect.pk, pk)) not in apart and word_for(person, (first, second), on):
            told.append(Pair(first, second, tuple(found[pk])))
    return sorted(told, key=lambda pair: (-len(pair.why), pair.first.pinyin, str(pair.second.pk)))
