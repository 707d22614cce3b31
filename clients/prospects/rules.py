"""What makes two companies one: the code, or the normalised name (workbooks.md, Duplicate)."""

import unicodedata
from collections.abc import Hashable, Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
NAME_LENGTH = 100
# What Unicode shows as nothing (Default_Ignorable_Code_Point and the blank of Braille) and isprintable() lets pass.
UNSEEN = frozenset(
    map(
        chr,
        (
            0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x2060, 0x2070), 0x2800, 0x3164,
            *range(0xFE00, 0xFE10), 0xFFA0, *range(0xE0000, 0xE1000),
        ),
    )
)  # fmt: skip


@lru_cache(maxsize=4096)  # a saved form asks for each of its names several times
def normalised(name: str) -> str:
    """The spelling by which names are compared: width, case, brackets, blanks and what nobody sees make no
    difference."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(letter for letter in text if letter.isprintable() and letter != " " and letter not in UNSEEN)
    return unicodedata.normalize("NFKC", shown)[:NAME_LENGTH]


def is_uscc(code: str) -> bool:
    """Whether the last of the 18 characters checks the others (GB 32100-2015)."""
    if len(code) != 18 or not set(code) <= set(USCC_ALPHABET):
        return False
    total = sum(USCC_ALPHABET.index(character) * weight for character, weight in zip(code, USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET[-total % 31] == code[17]


class Registered(NamedTuple):
    """A registration as it stands in a city, handed in or not; `order` is that within its day."""

    key: Hashable
    day: date
    order: int
    name: str
    uscc: str = ""


def duplicates(registered: Iterable[Registered]) -> set[Hashable]:
    """The keys of those whose company was registered earlier, by day and then by order, by anyone.

    The same company = the same USCC or, where either lacks one, the same normalised name.
    """
    codes: set[str] = set()
    names: set[str] = set()
    names_without_code: set[str] = set()
    found = set()
    for one in sorted(registered, key=lambda one: (one.day, one.order)):
        name = normalised(one.name)
        same_code = one.uscc in codes
        same_name = name in (names_without_code if one.uscc else names)
        if same_code or same_name:
            found.add(one.key)
        names.add(name)
        if one.uscc:
            codes.add(one.uscc)
        else:
            names_without_code.add(name)
    return found


OPEN = ("contacted", "qualified", "proposal")
CLOSED = ("lost", "dormant")  # with a reason
_FROM_OPEN = (*OPEN, "won", *CLOSED)
STATUS_MOVES: dict[str, tuple[str, ...]] = {
    "new": _FROM_OPEN,
    **{state: tuple(one for one in _FROM_OPEN if one != state) for state in OPEN},
    "won": ("contacted", "dormant"),
    "lost": ("contacted", "dormant"),
    "dormant": ("contacted", "lost"),
}  # a client that was won, lost or laid aside is taken up again from the first contact
