"""陪访看板: the visits of a week with whom they need, whether those have time, and what is not planned yet.

Read before the week is approved: a need that meets no free half day is better moved on Friday than missed on Tuesday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from clients.chain import rules
from clients.chain.free import HalfOf, halves_of
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.chain.wanted import Want, needs_of, want_of
from clients.visits.models import Kind
from org.people.models import Person
from org.permissions import Permission
from org.posts import Post
from org.reach import Reach, reach
from org.week import Week
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, instant

WORDS = (Permission.PLAN_SUBMIT, Permission.PLAN_APPROVE)
A_PAGE = 50
State = Accompaniment.State


class Row(NamedTuple):
    """A planned visit, whom it needs by name, and who was asked."""

    planned: PlannedVisit
    need: rules.Needed
    names: str
    asked: list[Accompaniment]

    @property
    def day(self) -> date:
        return self.planned.starts_at.astimezone(SHANGHAI).date()

    @property
    def post(self) -> str:
        return str(Post(self.need.post).label) if self.need.post else ""

    @property
    def coming(self) -> list[Accompaniment]:
        return [one for one in self.asked if one.state == State.ACCEPTED]

    @property
    def is_met(self) -> bool:
        """Nobody is needed, or one of those who are has agreed."""
        return not self.need.people or any(rules.rank(one.post) >= rules.rank(self.need.least) for one in self.coming)

    @property
    def waits(self) -> bool:
        """For the answer of somebody who is high enough."""
        open_ones = [one for one in self.asked if one.state in (State.ASKED, State.PROPOSED)]
        return any(rules.rank(one.post) >= rules.rank(self.need.least) for one in open_ones)


class Capacity(NamedTuple):
    """What the week asks of a companion against his free half days; an agreed visit has already taken its own."""

    person: Person
    post: str
    needed: int
    agreed: int
    halves: list[HalfOf]

    @property
    def label(self) -> str:
        return str(Post(self.post).label) if self.post else ""

    @property
    def free(self) -> int:
        return sum(one.is_free for one in self.halves)

    @property
    def is_short(self) -> bool:
        return self.needed - self.agreed > self.free


class Unplanned(NamedTuple):
    opportunity: Opportunity
    post: str
    names: str


def board_of(reader: Person, week: Week, *, at: datetime, page: str | None = None) -> dict[str, Any]:
    """Twelve queries at most, whatever the number of visits."""
    today = at.date()
    within = reach(reader, *WORDS, on=today)
    planned = list(_planned(reader, within, week, today))
    pages = Paginator(_unplanned(reader, within, today, at), A_PAGE).get_page(page)
    to_come = [Want(one, Kind.DEVELOPMENT, one.prospect.owner_id, one.prospect.unit.path, today) for one in pages]
    found = [need for need, _line in needs_of([*map(want_of, planned), *to_come])]
    needs, open_needs = found[: len(planned)], found[len(planned) :]
    ids = {who for need in [*needs, *open_needs] for who in need.people}
    ids |= {asked.companion_id for one in planned for asked in one.accompaniments.all()}
    people = {one.pk: one for one in Person.objects.filter(pk__in=ids)}
    rows = [
        Row(one, need, _names(need, people), list(one.accompaniments.all()))
        for one, need in zip(planned, needs, strict=True)
    ]
    return {
        "week": week,
        "rows": rows,
        "capacities": _capacities(rows, people, week, at),
        "page": pages,
        "unplanned": [
            Unplanned(one, str(Post(need.post).label) if need.post else "", _names(need, people))
            for one, need in zip(pages, open_needs, strict=True)
        ],
    }


def _names(need: rules.Needed, people: dict[int, Person]) -> str:
    return "、".join(people[who].name for who in need.people if who in people)


def _planned(reader: Person, within: Reach, week: Week, today: date) -> QuerySet[PlannedVisit]:
    since, until = instant(week.monday, time(0)), instant(week.sunday + timedelta(days=1), time(0))
    asked = Accompaniment.objects.exclude(state=State.WITHDRAWN).select_related("companion")
    rows = PlannedVisit.objects.visible_to(reader, today).filter(
        within.q(unit="unit", person=None),
        state=PlannedVisit.State.PLANNED, starts_at__gte=since, starts_at__lt=until,
    )  # fmt: skip
    rows = rows.select_related("prospect", "opportunity", "person", "unit").order_by("starts_at", "pk")
    return rows.prefetch_related(Prefetch("accompaniments", asked))


def _unplanned(reader: Person, within: Reach, today: date, at: datetime) -> QuerySet[Opportunity]:
    """Running ones without a visit to come, the furthest in their chain first."""
    to_come = PlannedVisit.objects.filter(
        opportunity=OuterRef("pk"), state=PlannedVisit.State.PLANNED, starts_at__gte=at
    )
    rows = Opportunity.objects.visible_to(reader, today).filter(
        ~Exists(to_come), within.q(unit="prospect__unit", person=None), state=Opportunity.State.RUNNING
    )
    return rows.select_related("prospect__owner", "prospect__unit").order_by("-level", "-started_on", "pk")


def _capacities(rows: Sequence[Row], people: dict[int, Person], week: Week, at: datetime) -> list[Capacity]:
    """Of everybody whom a visit of the week needs or asks. The need falls on who was asked, else on the first."""
    needed, agreed, posts = Counter[int](), Counter[int](), dict[int, str]()
    for row in rows:
        agreed += Counter(one.companion_id for one in row.coming)
        posts |= {one.companion_id: one.post for one in row.asked}
        if row.need.people:
            who = _falls_on(row.need.people, row.asked)
            needed[who] += 1
            posts[who] = row.need.post
    ids = sorted(needed.keys() | agreed.keys())
    halves = halves_of(ids, week.days, calendar_between(week.monday, week.sunday), at=at)
    found = [Capacity(people[who], posts[who], needed[who], agreed[who], halves[who]) for who in ids if who in people]
    return sorted(found, key=lambda one: (rules.rank(one.post), one.person.employee_no))


def _falls_on(people: Sequence[int], asked: Iterable[Accompaniment]) -> int:
    invited = [one.companion_id for one in asked if one.state != State.DECLINED and one.companion_id in people]
    return invited[0] if invited else people[0]
