"""Who may merge two clients: who holds both; else who decides about conflicts between their holders, never a side.

So nobody takes a client over by merging it, nor learns whose it is: of clients that he may not merge he sees no pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.prospects.models import Prospect
from org.permissions import MERGES, Permission
from org.reach import branch_path, reach
from org.workflow import Refused, deciding

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person
    from org.units.models import Unit

DECISIONS = MERGES[1:]


class Side(NamedTuple):
    """Whose a client is: nobody's in the pool."""

    person_id: int | None
    unit: Unit

    @classmethod
    def of(cls, one: Prospect) -> Side:
        return cls(None if one.released_at else one.owner_id, one.unit)


def holds(person: Person, *clients: Prospect) -> bool:
    return all(one.owner_id == person.pk and one.released_at is None for one in clients)


def word_for(person: Person, pair: Sequence[Prospect], on: date) -> Permission | None:
    """By which word he may merge the two; None where he may not."""
    if holds(person, *pair):
        return Permission.PROSPECT_WRITE if person.can(Permission.PROSPECT_WRITE, on=on) else None
    sides = [Side.of(one) for one in pair]
    if any(side.person_id == person.pk for side in sides):
        return None
    inside = len({branch_path(side.unit.path) for side in sides}) == 1
    word = Permission.CONFLICT_DECIDE if inside else Permission.CONFLICT_ARBITRATE
    return word if all(person.can(word, side, on=on) for side in sides) else None


def may_merge(person: Person, one: Prospect, on: date) -> bool:
    """Whether it can be one of two."""
    if holds(person, one):
        return person.can(Permission.PROSPECT_WRITE, on=on)
    return any(person.can(word, Side.of(one), on=on) for word in DECISIONS)


def allowed(person: Person, pair: Sequence[Prospect], at: datetime) -> Delegation | None:
    """Refused to who may not; else by which delegation (代) he does."""
    word = word_for(person, pair, at.date())
    if word is None:
        raise Refused(_refusal(person, pair))
    if word == Permission.PROSPECT_WRITE:
        return None
    acting = [deciding(Side.of(one), word, by=person, at=at) for one in pair]
    return next(filter(None, acting), None)


def _refusal(person: Person, pair: Sequence[Prospect]) -> str:
    from_me = any(holds(person, one) for one in pair)
    return _("自己的事由别人办。") if from_me else _("这件事不归你办。")


class Realm(NamedTuple):
    """Clients of which he may merge any two by a word: his own; two of one branch; two of different branches."""

    word: Permission
    rows: Q

    @property
    def inside(self) -> bool:
        return self.word == Permission.CONFLICT_DECIDE

    @property
    def between(self) -> bool:
        return self.word == Permission.CONFLICT_ARBITRATE


def realms(person: Person, on: date) -> list[Realm]:
    """What `word_for` says of a pair, for lists of pairs."""
    own = Q(owner=person, released_at=None)
    found = [Realm(Permission.PROSPECT_WRITE, own)] if person.can(Permission.PROSPECT_WRITE, on=on) else []
    for word in DECISIONS:
        decided = reach(person, word, on=on)
        if decided.paths:
            pooled = decided.q(unit="unit", person=None) & Q(released_at__isnull=False)
            found.append(Realm(word, (decided.q(unit="unit", person=None, about="owner") | pooled) & ~own))
    return found


def within(person: Person, on: date) -> Q:
    """The clients of which one may be merged by him with another."""
    return reduce(or_, (realm.rows for realm in realms(person, on)), Q(pk__in=[]))


def beside(person: Person, one: Prospect, on: date) -> Q:
    """With which others he may merge this one."""
    branch, found = branch_path(one.unit.path), Q(pk__in=[])
    for realm in realms(person, on):
        if realm.word not in DECISIONS:
            found |= realm.rows if holds(person, one) else Q(pk__in=[])
        elif not holds(person, one) and person.can(realm.word, Side.of(one), on=on):
            near = Q(unit__path__startswith=branch)
            found |= realm.rows & (near if realm.inside else ~near)
    return found


def unmasked(person: Person, on: date) -> Q:
    """Of these those whose numbers are open to him: nobody learns by a pair who else has a number."""
    return Q(owner=person, released_at=None) | reach(person, Permission.PROSPECT_READ, on=on).q(
        unit="unit", person=None
    )
