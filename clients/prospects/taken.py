"""Who has a company: what a registration may collide with, and what may be said of it (domain.md 3, Who owns a client).

Only free, in the pool, or held and by which branch; never by whom, nor until when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from clients.prospects.rules import Registered, duplicates
from org.rules.schema import Protection
from org.workflow import Refused

# Of the 市公司 `city`: everybody's cards and registrations of these names and codes. A registration whose card went on
# to somebody else, or to the pool, is where its card is; one without a card is where its author sits. A name that was
# merged into another client is held as that is.
HELD = """
    SELECT held.name_key, held.uscc, held.owner_id = %(person)s AS own, held.released, branch.name AS branch,
        held.kind, held.prospect_id
    FROM (
        SELECT said.name_key, said.uscc, card.owner_id, card.released_at IS NOT NULL AS released, card.unit_id,
            card.kind, card.id AS prospect_id, said.registered_on
        FROM clients_prospect AS said JOIN clients_prospect AS card ON card.id = coalesce(said.merged_into_id, said.id)
        WHERE said.city_id = city.id AND (said.name_key = ANY(%(names)s) OR said.uscc = ANY(%(codes)s))
        UNION ALL
        SELECT one.name_key, one.uscc, coalesce(card.owner_id, one.person_id), card.released_at IS NOT NULL,
            card.unit_id, coalesce(card.kind, 'organisation'), card.id, one.day
        FROM clients_registration AS one LEFT JOIN clients_prospect AS card ON card.id = one.prospect_id
        WHERE one.city_id = city.id AND one.kind = 'new'
            AND (one.name_key = ANY(%(names)s) OR one.uscc = ANY(%(codes)s))
    ) AS held
    LEFT JOIN LATERAL (
        SELECT unit.path FROM org_unit AS unit WHERE unit.id = coalesce(held.unit_id, (
            SELECT seat.unit_id FROM org_appointment AS seat
            WHERE seat.person_id = held.owner_id ORDER BY seat.starts_on DESC, seat.id DESC LIMIT 1))
    ) AS home ON true
    LEFT JOIN org_unit AS branch ON branch.path = left(home.path, 15)
    ORDER BY held.released, held.registered_on, held.prospect_id
"""
# Whether there is any of them: most names that are registered are new, and this asks much less.
KNOWN = """
    (EXISTS (SELECT FROM clients_prospect AS card WHERE card.city_id = city.id
            AND (card.name_key = ANY(%(names)s) OR card.uscc = ANY(%(codes)s)))
        OR EXISTS (SELECT FROM clients_registration AS said WHERE said.city_id = city.id AND said.kind = 'new'
            AND (said.name_key = ANY(%(names)s) OR said.uscc = ANY(%(codes)s))))
"""
# What `person` holds of those that he registered on the page or claimed; imported clients are not counted.
HOLDS = """
    SELECT count(*) FROM clients_prospect AS mine
    WHERE mine.owner_id = %(person)s AND mine.released_at IS NULL AND mine.merged_into_id IS NULL
        AND (mine.held_since IS NOT NULL OR EXISTS (
            SELECT FROM clients_registration AS made WHERE made.prospect_id = mine.id AND made.made_card))
"""


def holder_lock(person_id: int) -> str:
    """Under the lock of this word in his city (hashtextextended) nothing else makes or claims clients for him."""
    return f"holder {person_id}"


class Held(NamedTuple):
    name: str
    uscc: str
    own: bool
    released: bool
    branch: str


class Taken(Refused):
    """A registration met somebody else's company. Whoever tries out many is stopped, so each is counted."""


def refuse_taken(held: Sequence[Held], new: Sequence[tuple[str, str]], day: date) -> None:
    """Refused when anyone in the city has the company: same code, or where either lacks one the same name."""
    books = [Registered(("held", place), date.min, place, one.name, one.uscc) for place, one in enumerate(held)]
    wanted = [Registered(place, day, place, name, uscc) for place, (name, uscc) in enumerate(new)]
    late = duplicates(books + wanted)
    taken = next((one for one in wanted if one.key in late), None)
    if taken is None:
        return
    met = [one for book, one in zip(books, held, strict=True) if taken.key in duplicates([book, taken])]
    if any(one.own and not one.released for one in met) or not met:  # not met: twice in the same form
        raise Refused(_("你已登记过这家单位：「{name}」。").format(name=taken.name))
    raise Taken(_sentence(taken.name, met))


def _sentence(name: str, met: Sequence[Held]) -> str:
    holder = next((one for one in met if not one.released), None)
    if holder is None:
        return _("「{name}」在公海，不能重复登记，可以到公海领取。").format(name=name)
    if not holder.branch:
        return _("「{name}」已有人报备，不能重复登记。").format(name=name)
    return _("「{name}」已有人报备（{branch}），不能重复登记。").format(name=name, branch=holder.branch)


def refuse_beyond(holds: int, collisions: int, new: int, rules: Protection) -> None:
    """Refused beyond the cap of clients, and for the rest of a day of too many collisions, whatever the name."""
    if collisions >= rules.collisions_a_day:
        said = _("今天登记已撞单 {n} 次，明天再登记。想知道一家单位报备了没有，可以查报备。")
        raise Refused(said.format(n=collisions))
    if holds + new > rules.clients_per_person:
        said = _("你名下已登记和领取 {n} 家，上限 {most} 家。把不再跟进的放回公海，再登记新的。")
        raise Refused(said.format(n=holds, most=rules.clients_per_person))
