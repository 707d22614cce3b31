"""Trying out names and codes by registering them: each refusal is counted and traced, and so many end the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from clients.limits.actions import spend, spent
from clients.limits.models import Spent
from clients.prospects.taken import Taken
from org.rules.schema import Protection
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

NO_LIMIT = 2**30


@contextmanager
def collisions_counted(person: Person, at: datetime) -> Iterator[None]:
    """Around what may raise `Taken`: its own transaction is undone, the count of it stands."""
    try:
        yield
    except Taken as taken:
        with transaction.atomic():
            spend(person, Spent.Kind.COLLISION, day=at.date(), limit=NO_LIMIT)
            record(person, "collide", by=person, at=at, changes={"answered": str(taken)})
        raise


def refuse_collider(person: Person, at: datetime, rules: Protection) -> None:
    """Refused for the rest of a day of too many collisions."""
    if spent(person, Spent.Kind.COLLISION, day=at.date()) >= rules.collisions_a_day:
        raise Refused(_("今天撞单已达 {n} 次，明天再填信用代码。").format(n=rules.collisions_a_day))
