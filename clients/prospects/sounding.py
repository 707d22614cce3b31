"""What a client is found by: its name as it sounds and as initials, its code, its people, the tails of their numbers.

Pure. Words stand between blanks. Of a name the first word is spelt character by character, so that any part of it that
is typed in Chinese is spelt alike and the trigram index serves parts of one character too; the others are how it is
read (重庆 chongqing, 单 as a surname shan).
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin, pinyin

from org.people.pinyin import SURNAMES

FIRST_READINGS = 4  # of a first character that is read in several ways
TAIL = 4  # digits of a number that are worth asking for
SHORT = 2
OF_A_PERSON = 4  # characters; a longer name is read as its words are
PINYIN_LENGTH = 120  # what the column holds


@lru_cache(maxsize=30_000)
def _alone(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0].lower()


def is_chinese(text: str) -> bool:
    return any("\u3400" <= one <= "\u9fff" or one >= "\U00020000" for one in text)


def sound(text: str) -> str:
    """Each character as it is read by itself; a blank where Chinese and other letters meet: abc gongsi."""
    return " ".join("".join(map(_alone, run)) for _is, run in groupby(text, is_chinese))


@lru_cache(maxsize=4_000)
def _readings_of_first(character: str) -> tuple[str, ...]:
    read = pinyin(character, heteronym=True, style=Style.NORMAL)[0] if is_chinese(character) else []
    return tuple(one.lower() for one in read[:FIRST_READINGS])


def _surname(name: str) -> list[str]:
    """A name of a person by its surname, where that is read otherwise than the character: 单 shan, 尉迟 yuchi."""
    found = next((name[:size] for size in (2, 1) if name[:size] in SURNAMES), "")
    return [SURNAMES[found], *_syllables(name[len(found) :])] if found else []


@lru_cache(maxsize=4_000)  # a name is found by them and sorted by them, and a 李主任 works at many clients
def _read(text: str) -> tuple[str, ...]:
    return tuple(one.lower() for one in lazy_pinyin(text, style=Style.NORMAL, errors=list))  # type: ignore[arg-type]


def _syllables(text: str) -> list[str]:
    """One for each character: what is not Chinese is its own."""
    return list(_read(text)) if text else []


def readings(name: str) -> list[list[str]]:
    """How a name may be read, as syllables, the likeliest first. A surname may stand within it (青岛单记)."""
    plain = _syllables(name)
    found = [plain]
    if len(plain) == len(name):
        found.append([SURNAMES.get(one, syllable) for one, syllable in zip(name, plain, strict=True)])
    found += filter(None, [_surname(name)])
    firsts = _readings_of_first(name[:1]) if len(name) <= OF_A_PERSON else ()
    return found + [[first, *plain[1:]] for first in firsts]


def of_name(name: str) -> list[str]:
    """The words by which a normalised name is found."""
    read = readings(name) if name else []
    initials = ("".join(one[:1] for one in syllables) for syllables in read)
    return [sound(name), *map("".join, read), *initials]


def sorted_by(name: str, *, is_person: bool) -> str:
    """Where a list puts a normalised name."""
    read = (_surname(name) if is_person else []) or _syllables(name)
    return "".join(read)[:PINYIN_LENGTH]


def of_company(name: str, uscc: str) -> str:
    return _joined([*of_name(name), uscc.lower()])


def of_people(people: Iterable[tuple[str, str]]) -> str:
    """(normalised name, phone) of each; the name itself too, because a part of it typed in Chinese is compared."""
    return _joined(word for name, phone in people for word in (name, *of_name(name), digits(phone)))


def _joined(parts: Iterable[str]) -> str:
    """One text for the index: each word once, a blank before and after it."""
    said = dict.fromkeys(filter(None, parts))
    return f" {' '.join(said)} " if said else ""


def digits(phone: str) -> str:
    return "".join(one for one in phone if one.isascii() and one.isdigit())


class Asked(NamedTuple):
    """What was typed, as parts of the words above: `pattern` stands in them, and `exact` in the name itself."""

    pattern: str
    exact: str
    tail: str  # of a phone number; "" where fewer than four digits were typed


def asked(typed: str) -> Asked:
    """Of a normalised text. One or two letters are the beginning of a word: less is no use to an index of trigrams."""
    if is_chinese(typed):
        return Asked(sound(typed), typed, "")
    number = digits(typed)
    is_number = len(number) >= TAIL and not typed.strip("0123456789+-()")
    return Asked(typed if len(typed) > SHORT else f" {typed}", "", f"{number} " if is_number else "")
