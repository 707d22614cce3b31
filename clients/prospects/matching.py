"""Which prospect a list's 客户 means: by exact name, the person's own, then his branch's (workbooks.md)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from clients.prospects.models import Prospect
from org.reach import branch_path

BATCH = 5_000


class KnownProspects:
    """The prospects of the given names; one query for each 5,000 of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.own: dict[tuple[str, int], UUID] = {}
        self.branch: dict[tuple[str, str], UUID] = {}
        pending = iter(sorted(set(names)))
        while batch := list(islice(pending, BATCH)):
            found = Prospect.objects.filter(name__in=batch).order_by("registered_on", "created_at", "pk")
            for pk, name, owner_id, path in found.values_list("pk", "name", "owner_id", "unit__path"):
                self.own.setdefault((name, owner_id), pk)
                self.branch.setdefault((name, branch_path(path)), pk)

    def match(self, name: str, person_id: int, unit_path: str) -> UUID | None:
        """None for a client that is nobody's: it stays a name."""
        return self.own.get((name, person_id)) or self.branch.get((name, branch_path(unit_path)))
