"""Units as one chooses from them: the city, its branches and their 团体部, which have one name in every branch."""

from __future__ import annotations

from collections.abc import Iterable

from org.units.models import Unit, UnitKind


def full_names(units: Iterable[Unit]) -> list[tuple[Unit, str]]:
    """With the branch before the name of a 团体部; in the order of the tree."""
    branch, named = "", []
    for unit in sorted(units, key=lambda one: one.path):
        if unit.kind == UnitKind.BRANCH:
            branch = unit.name
        below = unit.kind == UnitKind.DEPARTMENT and branch
        named.append((unit, f"{branch} {unit.name}" if below else unit.name))
    return named
