"""Activation codes as values: how one looks, how a typed one is read; whose account 内勤 may reset. Pure."""

import unicodedata

from org.posts import Post

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs; no 0/O, no 1/I
LENGTH = 10
RESET_BY_CLERK = frozenset({Post.CLIENT_MANAGER, Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.DEPARTMENT_MANAGER})


def code_from(digest: bytes) -> str:
    """50 bits of a digest (at least ten bytes) as ten signs."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def printed(code: str) -> str:
    """As on the card: ABCDE-23456."""
    return f"{code[:5]}-{code[5:]}"


def typed(text: str) -> str:
    """What somebody typed, full-width signs, lower case, blanks and dashes included, as the code it means."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in plain if sign.isalnum())


def employee_number(text: str) -> str:
    """A typed 工号: full-width digits become digits, blanks around it go."""
    return unicodedata.normalize("NFKC", text).strip()
