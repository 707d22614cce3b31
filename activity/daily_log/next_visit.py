"""What the sheet of a visit knows of the client's chain: the project, the level that comes next, and whom it needs."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from clients.chain import rules
from clients.chain.models import Opportunity
from clients.chain.wanted import Want, needs_of
from clients.prospects.matching import KnownProspects
from clients.prospects.models import Prospect
from clients.visits.models import Kind
from org.people.models import Person
from org.posts import Post
from org.rules.book import book_on

RUNNING = Opportunity.State.RUNNING


class NextVisit(NamedTuple):
    """`post` and `names`: who has to come along, "" for nobody. `lacks_card`: before level 4, which `refuses` without
    it (**C**). `projects`: those that run, to choose from."""

    number: int
    level: int
    post: str
    names: str
    prospect: UUID
    lacks_card: bool
    refuses: bool
    projects: list[tuple[str, str]]


def next_visit(person: Person, day: date, client: str, chosen: str = "") -> NextVisit | None:
    """Of a client whose name is known, and of the project that is `chosen` or its first; None where nothing is. Four
    queries, one more at level 4; one for a name that is nobody's."""
    held = [one for one in person.posts_on(day) if one.post == Post.CLIENT_MANAGER]
    if not client.strip() or not held:
        return None
    unit = max(held, key=lambda one: (one.starts_on, one.pk)).unit
    prospect = KnownProspects.of(person.pk, unit.path, {client}).match(client, person.pk, unit.path)
    if prospect is None:
        return None
    his = Prospect.objects.visible_to(person, day).filter(pk=prospect)  # a name alone opens no colleague's chain
    found = list(Opportunity.objects.filter(prospect__in=his, state=RUNNING).select_related("prospect"))
    if not found:
        return None
    one = next((each for each in found if str(each.pk) == chosen), found[0])
    [(need, _line)] = needs_of([Want(one, Kind.DEVELOPMENT, person.pk, unit.path, day)])
    names = Person.objects.filter(pk__in=need.people).values_list("name", flat=True) if need.people else ()
    lacks_card = need.level == rules.FOURTH and one.level < rules.FOURTH and one.prospect.card_made_at is None
    return NextVisit(
        one.visits_made + 1,
        need.level,
        str(Post(need.post).label) if need.post else "",
        "、".join(names),
        one.prospect_id,
        lacks_card,
        lacks_card and book_on(day).accompaniment.card_before_fourth == "refuse",
        [(str(each.pk), each.name) for each in found],
    )
