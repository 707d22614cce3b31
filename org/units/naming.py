"""Units as one chooses from them: the city, its branches and their 团体部, which have one name in every branch."""

from __future__ import annotations

from collections.abc import Iterable

from org.reach import branch_path
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


def with_branch(units: Iterable[Unit], known: Iterable[Unit] = ()) -> dict[int, str]:
    """By the unit's key: 市南支公司 团体部, where the unit lies below a branch. One query, none where
    those are `known`."""
    listed = list(units)
    branches = {unit.path: unit for unit in known if unit.kind == UnitKind.BRANCH}
    if paths := {branch_path(unit.path) for unit in listed} - set(branches):
        branches |= {branch.path: branch for branch in Unit.objects.filter(path__in=paths, kind=UnitKind.BRANCH)}
    named = {}
    for unit in listed:
        branch = branches.get(branch_path(unit.path))
        named[unit.pk] = f"{branch.name} {unit.name}" if branch and branch.pk != unit.pk else unit.name
    return named
