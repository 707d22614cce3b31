"""The tree: who introduced whom, generation by generation; a client that the reader may not see has no name in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from clients.policies.models import Policy
from clients.prospects.models import Prospect
from org.people.models import Person

DEEP = 8  # generations either way
MOST = 400  # clients of one tree

_EDGES = """
WITH RECURSIVE edge AS NOT MATERIALIZED (
    SELECT referral.prospect_id AS parent, name.prospect_id AS child, name.agreed_on
    FROM clients_referredname AS name JOIN clients_referral AS referral ON referral.id = name.referral_id
    WHERE name.prospect_id IS NOT NULL
), up AS (
    SELECT edge.*, 1 AS far FROM edge WHERE child = %(root)s
    UNION SELECT edge.*, up.far + 1 FROM edge JOIN up ON edge.child = up.parent WHERE up.far < %(deep)s
), down AS (
    SELECT edge.*, 1 AS far FROM edge WHERE parent = %(root)s
    UNION SELECT edge.*, down.far + 1 FROM edge JOIN down ON edge.parent = down.child WHERE down.far < %(down)s
)
SELECT 'up', parent, child, agreed_on, far FROM up
UNION ALL SELECT 'down', parent, child, agreed_on, far FROM down ORDER BY 5, 4, 3 LIMIT %(most)s
"""


class Edge(NamedTuple):
    side: str
    parent: UUID
    child: UUID
    day: date
    far: int


@dataclass
class Kin:
    """A client in the tree; `prospect` None where the reader may not see it. `day`: when its name was given."""

    pk: UUID
    prospect: Prospect | None
    day: date | None = None
    children: list[Kin] = field(default_factory=list)

    @property
    def premium(self) -> Decimal:
        return getattr(self.prospect, "premium", Decimal(0))

    @property
    def size(self) -> int:
        """How many clients stand below."""
        return sum(1 + one.size for one in self.children)


class Family(NamedTuple):
    """`above`: who introduced him, the nearest last."""

    above: list[Kin]
    here: Kin

    @property
    def is_alone(self) -> bool:
        return not self.above and not self.here.children


def family_of(prospect: Prospect, *, reader: Person, on: date, down: int = DEEP) -> Family:
    """Two queries, whatever the size."""
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, {"root": prospect.pk, "deep": DEEP, "down": down, "most": MOST})
        found = [Edge(*row) for row in cursor.fetchall()]
    edges = list({one[:3]: one for one in reversed(found)}.values())[::-1]  # in a circle the nearest of each
    seen = _seen({prospect.pk, *(one.parent for one in edges), *(one.child for one in edges)}, reader, on)
    children: dict[UUID, list[Edge]] = defaultdict(list)
    for one in edges:
        if one.side == "down":
            children[one.parent].append(one)
    here = _grown(prospect.pk, None, children, seen, frozenset())
    here.prospect = seen.get(prospect.pk, prospect)
    given = {one.child: one.day for one in edges if one.side == "up"}
    here.day = given.get(prospect.pk)
    ups = sorted((one for one in edges if one.side == "up"), key=lambda one: -one.far)
    return Family([Kin(one.parent, seen.get(one.parent), given.get(one.parent)) for one in ups], here)


def _grown(
    pk: UUID, day: date | None, children: dict[UUID, list[Edge]], seen: dict[UUID, Prospect], above: frozenset[UUID]
) -> Kin:
    """Nobody stands below himself, even where clients were merged."""
    path = above | {pk}
    below = [_grown(one.child, one.day, children, seen, path) for one in children[pk] if one.child not in path]
    return Kin(pk, seen.get(pk), day, below)


def _seen(ids: set[UUID], reader: Person, on: date) -> dict[UUID, Prospect]:
    paid = Policy.objects.filter(prospect=OuterRef("pk")).order_by().values("prospect").annotate(sum=Sum("premium"))
    within = Prospect.objects.visible_to(reader, on).filter(pk__in=ids)
    rows = within.annotate(premium=Coalesce(Subquery(paid.values("sum")), Decimal(0)))
    return {one.pk: one for one in rows}
