"""Who may stand in for whom (代理): a peer with the same post in the city, or one level up in one's own line of units.

Only posts that approve are delegated; the health roles, 内勤, headquarters' staff and administrators take no part.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from org.posts import Post
from org.reach import city_path

LONGEST = timedelta(days=31)  # from the first day to the last
ABOVE = {
    Post.DEPARTMENT_MANAGER: Post.BRANCH_DEPUTY_GM,
    Post.BRANCH_DEPUTY_GM: Post.GM_OFFICE,
    Post.GM_OFFICE: Post.CITY_DEPUTY_GM,
    Post.CITY_DEPUTY_GM: Post.CITY_LEADER,
}
DELEGABLE = frozenset(ABOVE)
STANDING_IN = DELEGABLE | frozenset(ABOVE.values())


class Seat(NamedTuple):
    """A post in a unit; `path` is the unit's treebeard path."""

    post: str
    path: str


def may_stand_in(one: Seat, *, for_: Seat) -> bool:
    """Whether the holder of the one seat may act for the holder of the other, who is somebody else."""
    if for_.post not in DELEGABLE:
        return False
    if one.post == for_.post:
        return city_path(one.path) == city_path(for_.path)
    return one.post == ABOVE[Post(for_.post)] and for_.path.startswith(one.path)


def dates_refused(starts_on: date, ends_on: date, *, today: date, held_until: date | None) -> str:
    """Why the days cannot be delegated, as a code: "" when they can. `held_until`: the last day of the post."""
    if starts_on < today:
        return "past"
    if ends_on < starts_on:
        return "order"
    if ends_on - starts_on > LONGEST:
        return "long"
    return "post" if held_until is not None and ends_on > held_until else ""
