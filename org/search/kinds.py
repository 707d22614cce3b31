"""What the search box finds. Rooms declare their kinds, as `waiting` does for menus, so that org imports none above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from org.permissions import Permission

if TYPE_CHECKING:
    from org.people.models import Person

Find = Callable[["Person", date, str], Any]  # rows that can be cut, or a QuerySet of them
Tell = Callable[["Person", date, Sequence[Any]], "list[Hit]"]


class Hit(NamedTuple):
    """A line of the result: what it is called, what tells it from its namesakes, and its page."""

    title: str
    note: str
    address: str


class Kind(NamedTuple):
    """`words`: whoever holds one of them searches this kind; `by`: what may be typed."""

    name: str
    label: Any
    icon: str
    by: Any
    words: tuple[Permission, ...]
    find: Find
    tell: Tell


KINDS: dict[str, Kind] = {}


def searched(kind: Kind) -> None:
    """Declare a kind; they are shown in the order of declaration: org first, then the rooms above."""
    KINDS[kind.name] = kind


def open_to(person: Person, on: date) -> list[Kind]:
    """The kinds in which anything can be within his reach."""
    return [kind for kind in KINDS.values() if any(person.can(word, on=on) for word in kind.words)]
