"""Everybody at once, for lists of facts: who a 工号 is, and the unit somebody belonged to on a day.

Two queries, whatever the number of rows that are asked about afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from org.people.models import Appointment, Person
from org.posts import Post


class Held(NamedTuple):
    unit_id: int
    path: str
    post: str
    starts_on: date
    ends_on: date | None

    def on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Directory:
    """A snapshot of all people and their appointments."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = dict(Person.objects.values_list("employee_no", "pk"))
        self.held: dict[int, list[Held]] = {}
        held = Appointment.objects.order_by("starts_on", "pk")
        for one in held.select_related("unit"):
            facts = Held(one.unit_id, one.unit.path, one.post, one.starts_on, one.ends_on)
            self.held.setdefault(one.person_id, []).append(facts)

    def unit_on(self, person_id: int, day: date, *, posts: Sequence[str] = (Post.CLIENT_MANAGER,)) -> Held | None:
        """The appointment that a fact of that day belongs to: of `posts` first, then the latest of the day.

        A day outside all appointments takes the last one before it, else the first one after it: facts are
        taken as recorded. None for somebody who never held a post.
        """
        all_held = self.held.get(person_id, [])
        current = [held for held in all_held if held.on(day)]
        before = [held for held in all_held if held.starts_on <= day]
        wanted = [held for held in current if held.post in posts]
        chosen = wanted or current or before or all_held[:1]
        return chosen[-1] if chosen else None

    def home_on(self, person_id: int, day: date, *, posts: Sequence[str] = (Post.CLIENT_MANAGER,)) -> Held:
        """The same for somebody who was checked to hold a post; raises `LookupError` otherwise."""
        held = self.unit_on(person_id, day, posts=posts)
        if held is None:
            raise LookupError(person_id)
        return held
