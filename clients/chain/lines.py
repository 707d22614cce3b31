"""Who stands in somebody's line of units on a day: the posts from his unit upwards, and whether his branch has a 科."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from clients.chain.gathering import Answer, asked_together
from clients.chain.rules import RANKS, Held
from org.reach import BRANCH_PATH, STEP, branch_path

# Of people who are with the company; whoever left that day still served it (离司日期 is the last day).
POSTS = """
    SELECT held.person_id, held.post, unit.path, greatest(held.starts_on, person.joined_on) AS first,
        least(held.ends_on, person.left_on) AS last
    FROM org_appointment AS held JOIN org_unit AS unit ON unit.id = held.unit_id
        JOIN org_person AS person ON person.id = held.person_id
    WHERE held.post = ANY(%(posts)s) AND unit.path = ANY({paths})
        AND held.starts_on <= {last} AND (held.ends_on IS NULL OR held.ends_on >= {first})
    ORDER BY held.person_id, held.id
"""
SECTIONS = "SELECT DISTINCT left(path, %(branch)s) AS branch FROM org_unit WHERE kind = 'section'"
_PLAIN = POSTS.format(paths="%(paths)s", first="%(first)s", last="%(last)s")


class Line(NamedTuple):
    held: tuple[Held, ...]
    sections: bool


class Post(NamedTuple):
    person: int
    post: str
    path: str
    first: date
    last: date | None


class Lines:
    """`lines[path, day]`, from posts that were read together."""

    def __init__(self, posts: Answer, sections: Answer) -> None:
        self._by_path: dict[str, list[Post]] = defaultdict(list)
        for person, post, path, first, last in posts:
            until = date.fromisoformat(last) if last else None
            self._by_path[path].append(Post(person, post, path, date.fromisoformat(first), until))
        self._sections = {path for (path,) in sections}
        self._known: dict[tuple[str, date], Line] = {}

    def __getitem__(self, asked: tuple[str, date]) -> Line:
        if asked not in self._known:
            path, day = asked
            held = tuple(
                Held(one.person, one.post)
                for above in above_and_own(path)
                for one in self._by_path.get(above, ())
                if one.first <= day and (one.last is None or day <= one.last)
            )
            self._known[asked] = Line(held, branch_path(path) in self._sections)
        return self._known[asked]


def above_and_own(path: str) -> list[str]:
    return [path[:length] for length in range(STEP, len(path) + 1, STEP)]


def lines_on(wanted: Collection[tuple[str, date]]) -> Lines:
    """The lines of these units on these days: one query, or none."""
    if not wanted:
        return Lines([], [])
    days = [day for _path, day in wanted]
    given: dict[str, Any] = {
        "posts": list(RANKS),
        "paths": sorted({above for path, _day in wanted for above in above_and_own(path)}),
        "first": min(days),
        "last": max(days),
        "branch": BRANCH_PATH,
    }
    return Lines(*asked_together(_PLAIN, SECTIONS, given=given))
