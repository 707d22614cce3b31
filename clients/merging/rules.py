"""Which facts are chosen between two cards, who on both is one person, until when a merge can be undone. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

UNDO_FOR = timedelta(hours=24)  # as a hand-over and an import
FACTS: tuple[tuple[str, ...], ...] = (
    ("name",), ("uscc",), ("industry",), ("ownership",), ("address",), ("headcount",), ("source",), ("referrer",),
    ("insurer",), ("cover",), ("cover_expires_on",), ("social_insurance",), ("needs",), ("budget",),
    ("expected_premium",), ("grade",), ("status", "status_reason"), ("next_action", "next_action_on"),
)  # fmt: skip
OF_A_PERSON = ("name", "title", "phone")
COMPARED = 200  # of those alike, with each that came later
MOBILE = r"^(?:0{0,2}86|0)?(1[0-9]{10})$"  # among the digits of a number; read by the database too (finding.py)


@dataclass(frozen=True)
class Wish:
    """`facts` and `people` (contact, field): of which the value of the absorbed card was chosen. `seen`: how both cards
    looked to who chose."""

    survivor: UUID
    absorbed: UUID
    seen: str
    facts: frozenset[str] = frozenset()
    people: frozenset[tuple[UUID, str]] = frozenset()
    reason: str = ""


def undo_until(merged_at: datetime) -> datetime:
    """Exclusive: at this instant it is too late."""
    return merged_at + UNDO_FOR


def is_blank(value: Any) -> bool:
    return value is None or value == ""


class Choice(NamedTuple):
    """A fact of which both cards say something else (`open`), or one says nothing: then the other is taken."""

    names: tuple[str, ...]
    left: Any
    right: Any

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def open(self) -> bool:
        return not is_blank(self.left) and not is_blank(self.right)


def choices(left: Any, right: Any, facts: Iterable[tuple[str, ...]] = FACTS) -> list[Choice]:
    """Where the two differ."""
    found = []
    for names in facts:
        theirs = [tuple(getattr(side, name) for name in names) for side in (left, right)]
        if theirs[0] != theirs[1]:
            found.append(Choice(names, theirs[0][0], theirs[1][0]))
    return found


def joined(kept: Any, gone: Any, taken: Iterable[str], facts: Iterable[tuple[str, ...]] = FACTS) -> dict[str, Any]:
    """Field → value: of `gone` what was chosen, and what `kept` does not say; else as `kept` has it."""
    chosen, found = set(taken), {}
    for one in choices(kept, gone, facts):
        from_gone = is_blank(one.left) or (one.name in chosen and not is_blank(one.right))
        found.update({name: getattr(gone if from_gone else kept, name) for name in one.names})
    return found


class Known(NamedTuple):
    """A contact: the name as it is written and as names are compared; `quiet`: 勿扰, which holds for a name."""

    key: Any
    written: str
    name: str
    phone: str
    quiet: bool


def twins(left: Sequence[Known], right: Sequence[Known]) -> dict[Any, Any]:
    """Right → left: the same person on both cards, whichever of the two stays. By name; else by a mobile number, unless
    either asked not to be disturbed: that mark goes by the name. What two of one card share tells nobody."""
    found: dict[Any, Any] = {}
    ways: tuple[Callable[[Known], str], ...] = (
        lambda one: one.written,
        lambda one: one.name,
        lambda one: one.phone,
    )
    for by in ways:
        mine, theirs = _alone(left, by), _alone(right, by)
        for what, gone in theirs.items():
            if (kept := mine.get(what)) is None:
                continue
            quiet = kept.name != gone.name and (kept.quiet or gone.quiet)
            if gone.key not in found and kept.key not in found.values() and not quiet:
                found[gone.key] = kept.key
    return found


def _alone(people: Sequence[Known], by: Callable[[Known], str]) -> dict[str, Known]:
    """Those of whom no other on the card has it."""
    many = Counter(by(one) for one in people)
    return {by(one): one for one in people if by(one) and many[by(one)] == 1}


def mobile(phone: str) -> str:
    """The eleven digits of a mobile number, however it is written; of any other number nothing."""
    found = re.match(MOBILE, re.sub("[^0-9]", "", phone))
    return found[1] if found else ""


class Like(NamedTuple):
    """One of several clients that are alike."""

    key: UUID
    code: str
    branch: str


def paired(
    group: Sequence[Like], apart: Collection[frozenset[UUID]], *, between: bool = False
) -> Iterator[tuple[UUID, UUID]]:
    """Each with the first before it that it may be one with: two codes are two companies, and some were told apart."""
    for number, one in enumerate(group):
        for other in group[: min(number, COMPARED)]:
            near = between and one.branch == other.branch
            codes = bool(one.code and other.code and one.code != other.code)
            if one.key != other.key and not near and not codes and frozenset((one.key, other.key)) not in apart:
                yield other.key, one.key
                break


def newer_first(one: Any, other: Any) -> tuple[Any, Any]:
    """By when they were written; of two of one moment the first."""
    return (other, one) if other.changed_at > one.changed_at else (one, other)


def filled(first: Any, second: Any, names: Iterable[str]) -> dict[str, Any]:
    """Of the first what it says, of the second the rest."""
    return {name: getattr(second, name) if is_blank(getattr(first, name)) else getattr(first, name) for name in names}


MAJOR_RANK: Mapping[str, int] = {"no": 0, "refused": 1, "declared": 2, "confirmed": 3}
GUEST_RANK: Mapping[str, int] = {"invited": 0, "absent": 1, "came": 2}
