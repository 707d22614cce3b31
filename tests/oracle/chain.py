"""The accompanied visits, from domain.md 3 alone: what one visit does, and the chains that the workbooks hold."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from .counting import line_of
from .reading import Book, Row
from .weeks import unit_held

LADDER = ("客户经理", "组长", "科长", "团体部经理", "分管总", "总经理室", "市公司分管总", "市公司领导")
LEADERS = LADDER[5:]


class Outcome(NamedTuple):
    level: int
    flagged: bool = False
    whose: str = ""  # owner or companion
    no_card: bool = False
    refused: bool = False


def height(post: str) -> int:
    return LADDER.index(post) if post in LADDER else -1


def visit_does(
    level: int,
    *,
    companion: str = "",
    others: frozenset[str] = frozenset(LADDER[1:]),
    asked: tuple[str, bool, str] | None = None,
    kind: str = "开拓",
    major: bool = False,
    card: bool = True,
    refuse_without_card: bool = False,
    sections: bool = True,
    quarter_done: bool = False,
) -> Outcome:
    """`others`: the posts that others than the owner hold above him; `asked`: whom, a working day before, and what he
    said (谢绝, 沉默, 接受)."""
    if kind == "维护":
        return Outcome(level)
    no_card = level == 3 and not card
    if no_card and refuse_without_card:
        return Outcome(level, no_card=True, refused=True)
    if level == 4:
        wanted = "" if quarter_done else "团体部经理"
    else:
        wanted = ("", "组长", "科长" if sections else "团体部经理", "分管总")[level]
    if wanted and max((height(post) for post in others), default=-1) < height(wanted):
        wanted = ""  # nobody is left to come
    next_level = min(level + 1, 4)
    if wanted and height(companion) < height(wanted):
        in_vain = asked is not None and height(asked[0]) >= height(wanted) and asked[1] and asked[2] in ("谢绝", "沉默")
        promised = asked is not None and height(asked[0]) >= height(wanted) and asked[2] == "接受"
        whose = "companion" if in_vain or promised else "owner"
        return Outcome(next_level if in_vain else level, True, whose, no_card)
    if major and companion in LEADERS:
        next_level = 4
    return Outcome(next_level, no_card=no_card)


class Chained(NamedTuple):
    """A development visit of the history in its chain."""

    visit: Row
    number: int
    level: int
    flagged: bool


def chains(book: Book) -> list[Chained]:
    """Every effective development visit to a known company, in the order of its chain; nobody was asked in history."""
    found = []
    for prospect, visits in by_company(book).items():
        level, quarters = prospect_level(book, prospect), set()
        for number, visit in enumerate(visits, start=1):
            owner, on = visit["employee"], visit["day"]
            posts = posts_above(book, owner, on)
            came = max((post for who, post in posts if who == visit["companion"] != owner), key=height, default="")
            result = visit_does(
                level,
                companion=came,
                others=frozenset(post for who, post in posts if who != owner),
                sections=has_sections(book, owner, on),
                quarter_done=quarter(on) in quarters,
                card=False,
            )
            level = result.level
            if height(came) >= height("团体部经理"):
                quarters.add(quarter(on))
            found.append(Chained(visit, number, level, result.flagged))
    return found


def quarter(on: date) -> tuple[int, int]:
    return on.year, (on.month + 2) // 3


def by_company(book: Book) -> dict[int, list[Row]]:
    """Place in the register -> its visits: the exact name among the person's own, then those of his branch."""
    own, branch = {}, {}
    for place in sorted(range(len(book.prospects)), key=lambda n: book.prospects[n]["day"] or date.min):
        row = book.prospects[place]
        own.setdefault((row["name"], row["employee"]), place)
        branch.setdefault((row["name"], branch_of(book, row["employee"], date.max)), place)
    chosen = defaultdict(list)
    for visit in effective(book.visits):
        if visit["kind"] == "开拓":
            whose = branch_of(book, visit["employee"], visit["day"])
            name = visit["client"]
            place = own.get((name, visit["employee"]), branch.get((name, whose)))
            if place is not None:
                chosen[place].append(visit)
    return {place: sorted(rows, key=lambda row: (row["day"], row["time"])) for place, rows in chosen.items()}


def effective(visits: list[Row]) -> list[Row]:
    """One per client and day, the first that lacks nothing."""
    first: dict[tuple[str, date, str], Row] = {}
    for row in sorted(visits, key=lambda row: (row["day"], row["time"])):
        if row["kind"] == "维护" or row["next_day"]:
            first.setdefault((row["employee"], row["day"], row["client"]), row)
    return list(first.values())


def prospect_level(book: Book, place: int) -> int:
    return book.prospects[place]["level"]


def branch_of(book: Book, employee: str, on: date) -> str:
    held = [row for row in book.appointments if row["employee"] == employee]
    unit = unit_held(book, employee, on) or (max(held, key=lambda row: row["starts"])["unit"] if held else "")
    line = line_of(book, unit)
    return line[-2] if len(line) > 1 else ""


def posts_above(book: Book, owner: str, on: date) -> list[tuple[str, str]]:
    """(工号, 岗位) held that day in the owner's unit and those above it, of the posts that rank."""
    line = line_of(book, unit_held(book, owner, on) or "")
    held = (row for row in book.appointments if row["starts"] <= on and (not row["ends"] or on <= row["ends"]))
    return [(row["employee"], row["post"]) for row in held if row["unit"] in line and row["post"] in LADDER]


def has_sections(book: Book, owner: str, on: date) -> bool:
    branch = branch_of(book, owner, on)
    return any(unit["kind"] == "科" and branch in line_of(book, code) for code, unit in book.units.items())
