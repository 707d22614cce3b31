"""Which prospect a list's 客户 means: by exact name, the person's own, then his branch's (workbooks.md). The name of a
client that was merged means the one that stayed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from uuid import UUID

from clients.prospects.models import Prospect
from clients.prospects.rules import normalised
from org.prepared import ask
from org.reach import CITY_PATH, branch_path

BATCH = 5_000
_OF = """
    SELECT prospect.id, said.name::text, prospect.owner_id, unit.path::text
    FROM clients_prospect AS said
        JOIN clients_prospect AS prospect ON prospect.id = coalesce(said.merged_into_id, said.id)
        JOIN org_unit AS unit ON unit.id = prospect.unit_id
    WHERE said.name_key = ANY(%s) AND said.name = ANY(%s)
        AND (prospect.owner_id = %s OR prospect.city_id = (SELECT id FROM org_unit WHERE path = left(%s, %s)))
    ORDER BY said.merged_into_id IS NOT NULL, prospect.registered_on, prospect.created_at, prospect.id
"""


class KnownProspects:
    """The prospects of the given names; two queries for each 5,000 of them."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.own: dict[tuple[str, int], UUID] = {}
        self.branch: dict[tuple[str, str], UUID] = {}
        pending = iter(sorted(set(names)))
        while batch := list(islice(pending, BATCH)):
            standing = Prospect.objects.filter(name__in=batch).order_by("registered_on", "created_at", "pk")
            self._add(standing.values_list("pk", "name", "owner_id", "unit__path"))
            stayed = Prospect.objects.filter(absorbed__name__in=batch).order_by("absorbed")
            self._add(stayed.values_list("pk", "absorbed__name", "owner_id", "unit__path"))

    @classmethod
    def of(cls, person_id: int, unit_path: str, names: Collection[str]) -> KnownProspects:
        """Those which names can mean that this person of this unit says: one query by the index of names, or none."""
        known = cls()
        if names:
            keys = {normalised(name) for name in names}
            known._add(ask((_OF, [list(keys), list(names), person_id, unit_path, CITY_PATH])))
        return known

    def _add(self, rows: Iterable[tuple[UUID, str, int, str]]) -> None:
        for pk, name, owner_id, path in rows:
            self.own.setdefault((name, owner_id), pk)
            self.branch.setdefault((name, branch_path(path)), pk)

    def match(self, name: str, person_id: int, unit_path: str) -> UUID | None:
        """None for a client that is nobody's: it stays a name."""
        return self.own.get((name, person_id)) or self.branch.get((name, branch_path(unit_path)))
