"""Trying out names and codes by registering them: each refusal is counted and traced, and so many end the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from org.workbooks.reading import Unusable
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

NO_LIMIT = 2**30
TRACED = 50  # names of one list


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


def count_told(person: Person, names: Sequence[str], at: datetime, rules: Protection, *, over: bool = False) -> None:
    """What a list was about to tell of others' clients, counted like as many refused registrations, whatever becomes
    of the list. Raises `Unusable`, so that none of it is told, beyond the day's limit, unless it is `over`."""
    most, day = rules.collisions_a_day, at.date()
    with transaction.atomic():
        within = spent(person, Spent.Kind.COLLISION, day=day) < most
        within = within and all(spend(person, Spent.Kind.COLLISION, day=day, limit=most) for _name in names)
        if names or not within:
            told = {"by_list": list(names[:TRACED]), "how_many": len(names), "answered": within or over}
            record(person, "collide", by=person, at=at, changes=told)
    if not within and not over:
        said = _(
            "这份表里已有人报备的单位，连同今天登记撞单的，超过一天 {n} 次，今天不再核对。"
            "请明天再核对（去掉不是自己客户的），或请团体部经理导入。"
        )
        raise Unusable(said.format(n=most))


def refuse_collider(person: Person, at: datetime, rules: Protection) -> None:
    """Refused for the rest of a day of too many collisions."""
    if spent(person, Spent.Kind.COLLISION, day=at.date()) >= rules.collisions_a_day:
        raise Refused(_("今天撞单已达 {n} 次，明天再填信用代码。").format(n=rules.collisions_a_day))
