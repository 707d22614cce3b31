"""「这家单位报备了吗」: asked by exact name or code; the answer is free, in the pool, or held and by which branch."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from clients.limits.actions import spend
from clients.limits.models import Spent
from clients.prospects.models import Prospect
from clients.prospects.rules import is_uscc, normalised
from clients.prospects.taken import HELD
from org.idempotency.actions import Result, once
from org.reach import city_path
from org.rules.book import book_on
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

FREE, POOL, HELD_BY = "free", "pool", "held"
_FIND = f"""
    SELECT held.released, coalesce(held.branch, ''), held.own, held.prospect_id
    FROM org_unit AS city, LATERAL ({HELD}) AS held
    WHERE city.path = %(city)s AND held.kind = %(kind)s ORDER BY held.released
"""  # noqa: S608 (texts of our own)


class Found(NamedTuple):
    """Who has it; `prospect` is for the actions of this room, never for an answer."""

    state: str
    branch: str = ""
    own: bool = False
    prospect: UUID | None = None


def find(asked: str, person: Person, at: datetime) -> Found:
    """By the exact code or the exact name (width, case, brackets and blanks make no difference), in his city alone.

    One statement whatever the answer. Households are nobody's to ask about.
    """
    seats = person.seats_on(at.date())
    code = "".join(asked.split()).upper()
    given: dict[str, Any] = {
        "city": city_path(seats[0].unit.path) if seats else "",
        "person": person.pk,
        "names": [normalised(asked)],
        "codes": [code] if is_uscc(code) else [],
        "kind": Prospect.Kind.ORGANISATION,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, given)
        rows = cursor.fetchall()
    if not rows:
        return Found(FREE)
    released, branch, own, prospect = rows[0]
    return Found(POOL, prospect=prospect) if released else Found(HELD_BY, branch, own, prospect)


def counted(person: Person, at: datetime) -> None:
    """One more question of the day; refused when they are used up, whatever the answer would have been."""
    limit = book_on(at.date()).protection.asks_a_day
    if not spend(person, Spent.Kind.ASK, day=at.date(), limit=limit):
        raise Refused(_("今天已查了 {n} 次，到了上限，明天再查。").format(n=limit))


def ask(person: Person, asked: str, *, at: datetime, key: UUID) -> Result:
    """Answers `state` and `branch`, nothing more; counted and traced, once for the form."""

    def effect() -> Result:
        counted(person, at)
        found = find(asked, person, at)
        record(person, "ask_client", by=person, at=at, changes={"asked": asked, "answered": found.state})
        return {"state": found.state, "branch": found.branch}

    return once(key, by=person, verb="ask_client", at=at, parameters={"asked": asked}, effect=effect)
