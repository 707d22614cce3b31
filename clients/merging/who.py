"""Who may merge two clients: who holds both; else who decides about conflicts between their holders, never a side.

So nobody takes a client over by merging it, nor learns whose it is: of clients that he may not merge he sees no pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.prospects.models import Prospect
from org.permissions import Permission
from org.reach import branch_path, reach
from org.workflow import Refused, deciding

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.people.models import Person
    from org.units.models import Unit

WORDS = (Permission.PROSPECT_WRITE, Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE)


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
    words = (Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE)
    return any(person.can(word, Side.of(one), on=on) for word in words)


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


def within(person: Person, on: date) -> Q:
    """The clients of which he may merge any two: his own, and those of his branch or city where he decides."""
    found = Q(owner=person, released_at=None) if person.can(Permission.PROSPECT_WRITE, on=on) else Q(pk__in=[])
    decided = reach(person, Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE, on=on)
    return found | decided.q(unit="unit", person=None)


def unmasked(person: Person, on: date) -> Q:
    """Of these those whose numbers are open to him: nobody learns by a pair who else has a number."""
    return Q(owner=person, released_at=None) | reach(person, Permission.PROSPECT_READ, on=on).q(
        unit="unit", person=None
    )
