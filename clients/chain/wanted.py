"""Whom a planned visit needs, and whom its owner may ask to come along: the rules on the rows of the day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from clients.chain import rules
from clients.chain.free import DayOf, next_days
from clients.chain.lines import Line, lines_on
from clients.chain.models import Opportunity
from clients.visits.models import Kind
from org.people.models import Person
from org.posts import Post
from org.rules.book import book_on

if TYPE_CHECKING:
    from clients.chain.models import PlannedVisit
    from org.rules.schema import Accompaniment
    from org.units.models import Unit


def line_of(unit: Unit, day: date) -> Line:
    """The posts held that day from the unit upwards. One query."""
    return lines_on([(unit.path, day)])[unit.path, day]


def own_unit(person: Person, day: date) -> Unit | None:
    """Where he is a client manager that day: his visits are of it, and from it upwards he is accompanied."""
    held = [one for one in person.posts_on(day) if one.post == Post.CLIENT_MANAGER]
    return max(held, key=lambda one: (one.starts_on, one.pk)).unit if held else None


def need_of(opportunity: Opportunity | None, kind: str, owner: int, line: Line, book: Accompaniment) -> rules.Needed:
    """Who has to come along; nobody to a service visit or outside of an opportunity."""
    if kind != Kind.DEVELOPMENT or opportunity is None:
        return rules.Needed(0)
    return rules.needed(opportunity.level, line.held, owner, book, sections=line.sections)


def need_of_planned(planned: PlannedVisit, day: date) -> rules.Needed:
    line = line_of(planned.unit, day)
    return need_of(planned.opportunity, planned.kind, planned.person_id, line, book_on(day).accompaniment)


def post_along(companion: Person, unit: Unit, owner: int, day: date) -> str:
    """His highest post in the owner's line, "" for who may not come along."""
    found = {held.person: held.post for held in rules.may_accompany(line_of(unit, day).held, owner)}
    return found.get(companion.pk, "")


class Offer(NamedTuple):
    """Somebody who may come along, and his next half days."""

    person: Person
    post: str
    is_needed: bool
    days: list[DayOf]

    @property
    def label(self) -> str:
        return str(Post(self.post).label)


def offers(
    opportunity: Opportunity | None, kind: str, unit: Unit, owner: int, *, at: datetime
) -> tuple[rules.Needed, list[Offer]]:
    """Whom the next visit needs, and all who may come: those first who have to, then by rank. 总经理室 and the leaders
    of the city are offered for major projects."""
    today = at.date()
    line = line_of(unit, today)
    need = need_of(opportunity, kind, owner, line, book_on(today).accompaniment)
    major = opportunity is not None and opportunity.major == Opportunity.Major.CONFIRMED
    posts = {
        held.person: held.post
        for held in rules.may_accompany(line.held, owner)
        if major or held.person in need.people or held.post not in rules.LEADERS
    }
    people = [one for one in Person.objects.filter(pk__in=posts).order_by("employee_no") if one.employed_on(today)]
    days = next_days([one.pk for one in people], today, at=at)
    found = [Offer(one, posts[one.pk], one.pk in need.people, days[one.pk]) for one in people]
    return need, sorted(found, key=lambda one: (not one.is_needed, rules.rank(one.post), one.person.employee_no))


def companions_of(person: Person, day: date) -> list[tuple[Person, str]]:
    """Who may come along to his visits of that day, with their posts. Two queries."""
    unit = own_unit(person, day)
    if unit is None:
        return []
    may = rules.may_accompany(line_of(unit, day).held, person.pk)
    people = Person.objects.in_bulk([one.person for one in may])
    return [(people[one.person], one.post) for one in may]
