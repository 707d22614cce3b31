"""How far a person reaches on a day: from posts and GRANTS to a condition on rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from org.permissions import GRANTS, Permission, Scope
from org.posts import Post

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Appointment, Person

NOTHING = Q(pk__in=[])
DEPTH_OF = {Scope.ALL: 1, Scope.CITY: 2, Scope.BRANCH: 3}  # root, city, branch in every tree (org/units)
STEP = 5  # Unit.steplen
CITY_PATH, BRANCH_PATH = (STEP * DEPTH_OF[scope] for scope in (Scope.CITY, Scope.BRANCH))  # characters


def city_path(path: str) -> str:
    """The path of the 市公司 above a unit; a unit that sits higher keeps its own."""
    return path[:CITY_PATH]


def branch_path(path: str) -> str:
    """The path of the 基层单位 above a unit; a unit that sits higher keeps its own."""
    return path[:BRANCH_PATH]


class Reach(NamedTuple):
    """`own`: rows about oneself; `paths`: subtrees of units, as treebeard paths; `spared`: the people about whom he
    decides nothing there, for the paths that he has by standing in (代) alone."""

    person_id: int
    own: bool
    paths: tuple[str, ...]
    spared: Mapping[str, frozenset[int]] = MappingProxyType({})

    def q(self, *, unit: str | None = "unit", person: str | None = "person", about: str | None = None) -> Q:
        """The rows within reach; `unit` and `person` name the row's fields ("" = the row is the unit itself). `about`
        names the person that a list of things to decide is about, to leave out the spared."""
        q = NOTHING
        if self.own and person is not None:
            q |= Q(**{f"{person}_id" if person else "pk": self.person_id})
        if unit is not None:
            field = f"{unit}__path" if unit else "path"
            for path in self.paths:
                below = Q(**{f"{field}__startswith": path})
                q |= below & ~Q(**{f"{about}__in": self.spared[path]}) if about and path in self.spared else below
        return q

    def covers(self, path: str) -> bool:
        return any(path.startswith(mine) for mine in self.paths)


def _subtree(held: Appointment, scope: Scope) -> str:
    """The path of the subtree that a scope means; a post that sits higher reaches its own unit."""
    depth = DEPTH_OF.get(scope, held.unit.depth)
    return held.unit.path[: STEP * min(depth, held.unit.depth)]


def words_of(held: Appointment, to: Person) -> Mapping[Permission, Scope]:
    """What a post gives him: everything, or, where he stands in for its holder (代), all but what is about oneself."""
    granted = GRANTS[Post(held.post)]
    if held.person_id == to.pk:
        return granted
    return {word: scope for word, scope in granted.items() if scope != Scope.SELF}


def _through(seats: Iterable[Appointment], person: Person, words: Iterable[Permission]) -> Reach:
    """The union of what the seats give him for any of the words."""
    own, paths = False, set()
    for held in seats:
        granted = words_of(held, person)
        for word in words:
            if word not in granted:
                continue
            own = own or held.person_id == person.pk
            if granted[word] != Scope.SELF:
                paths.add(_subtree(held, granted[word]))
    return Reach(person.pk, own, tuple(sorted(paths)))


def reach(person: Person, *words: Permission, on: date) -> Reach:
    """The union of what the posts of that day give for any of the words, those that he stands in for (代) too."""
    own, spared = _through(person.posts_on(on), person, words), dict[str, frozenset[int]]()
    for one in person.stands_in_on(on):
        for path in _through([one.appointment], person, words).paths:
            if not own.covers(path):  # by two who lend the same, each is decided about by the post of the other
                spared[path] = spared.get(path, frozenset({one.delegator_id})) & {one.delegator_id}
    everywhere = tuple(sorted({*own.paths, *spared}))
    return Reach(person.pk, own.own, everywhere, {path: ids | {person.pk} for path, ids in spared.items()})


def _contains(within: Reach, row: Any) -> bool:
    """Over its `unit` (and for oneself over its `person`), never for another's own."""
    if within.own and getattr(row, "person_id", None) == within.person_id:
        return True
    unit = getattr(row, "unit", None)
    return unit is not None and within.covers(unit.path)


def can(person: Person, permission: Permission, row: Any = None, *, on: date) -> bool:
    """May he, on that day? With a row: over that row, by a post of his own or by one that he stands in for."""
    if row is None:
        within = reach(person, permission, on=on)
        return within.own or bool(within.paths)
    return _contains(_through(person.posts_on(on), person, (permission,)), row) or bool(
        _lent(person, permission, row, on=on)
    )


def acting_for(person: Person, permission: Permission, row: Any, *, on: date) -> Delegation | None:
    """The delegation (代) by which he may do it to the row; None where a post of his own gives it, or nothing does."""
    if _contains(_through(person.posts_on(on), person, (permission,)), row):
        return None
    return _lent(person, permission, row, on=on)


def _lent(person: Person, permission: Permission, row: Any, *, on: date) -> Delegation | None:
    """The first delegation that reaches the row. Nothing is decided by it about the one who lent the post, who could
    not do so himself, nor about the one who borrowed it."""
    about = getattr(row, "person_id", None)
    for one in person.stands_in_on(on):
        is_theirs = about is not None and about in (one.delegator_id, person.pk)
        if is_theirs and not permission.only_reads:
            continue
        if _contains(_through([one.appointment], person, (permission,)), row):
            return one
    return None
