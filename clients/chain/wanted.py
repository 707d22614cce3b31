"""Whom a planned visit needs, and whom its owner may ask to come along: the rules on the rows of the day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from clients.chain import rules
from clients.chain.following import accompanied
from clients.chain.free import DayOf, next_days
from clients.chain.lines import Line, lines_on
from clients.chain.models import Opportunity
from clients.visits.models import Kind
from org.people.models import Person
from org.posts import Post
from org.rules.book import books_between
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clients.chain.models import PlannedVisit
    from org.rules.schema import RuleBook
    from org.units.models import Unit


def line_of(unit: Unit, day: date) -> Line:
    """The posts held that day from the unit upwards. One query."""
    return lines_on([(unit.path, day)])[unit.path, day]


def own_unit(person: Person, day: date) -> Unit | None:
    """Where he is a client manager that day: his visits are of it, and from it upwards he is accompanied."""
    held = [one for one in person.posts_on(day) if one.post == Post.CLIENT_MANAGER]
    return max(held, key=lambda one: (one.starts_on, one.pk)).unit if held else None


class Want(NamedTuple):
    """A visit that somebody makes on a day, or may make; `path`: of his unit."""

    opportunity: Opportunity | None
    kind: str
    owner: int
    path: str
    day: date


def needs_of(wanted: Sequence[Want]) -> list[tuple[rules.Needed, Line]]:
    """Who has to come along to each, and the line of units it is asked of; nobody to a service visit or outside of an
    opportunity. Two queries, and the replay of those at level 4: their quarter may have had its manager."""
    if not wanted:
        return []
    days = [one.day for one in wanted]
    lines, books = lines_on({(one.path, one.day) for one in wanted}), books_between(min(days), max(days))
    fourth = {one.opportunity.pk for one in wanted if one.opportunity and one.opportunity.level == rules.FOURTH}
    quarters, found = accompanied(fourth), []
    for one in wanted:
        line = lines[one.path, one.day]
        settled = one.opportunity is not None and rules.quarter(one.day) in quarters.get(one.opportunity.pk, ())
        found.append((_needed(one, line, books[one.day], settled=settled), line))
    return found


def _needed(one: Want, line: Line, book: RuleBook, *, settled: bool) -> rules.Needed:
    if one.kind != Kind.DEVELOPMENT or one.opportunity is None:
        return rules.Needed(0)
    level = one.opportunity.level
    return rules.needed(level, line.held, one.owner, book.accompaniment, sections=line.sections, settled=settled)


def want_of(planned: PlannedVisit) -> Want:
    day = planned.starts_at.astimezone(SHANGHAI).date()
    return Want(planned.opportunity, planned.kind, planned.person_id, planned.unit.path, day)


def post_along(companion: Person, line: Line, owner: int) -> str:
    """His highest post in the owner's line of that day, "" for who may not come along."""
    found = {held.person: held.post for held in rules.may_accompany(line.held, owner)}
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


def offers(want: Want, *, at: datetime) -> tuple[rules.Needed, list[Offer]]:
    """Whom the visit needs, and all who may come: those first who have to, then by rank. 总经理室 and the leaders of
    the city are offered for major projects."""
    [(need, line)] = needs_of([want])
    major = want.opportunity is not None and want.opportunity.major == Opportunity.Major.CONFIRMED
    posts = {
        held.person: held.post
        for held in rules.may_accompany(line.held, want.owner)
        if major or held.person in need.people or held.post not in rules.LEADERS
    }
    people = [one for one in Person.objects.filter(pk__in=posts).order_by("employee_no") if one.employed_on(want.day)]
    days = next_days([one.pk for one in people], at.date(), at=at)
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
