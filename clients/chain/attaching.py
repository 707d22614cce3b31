"""A development visit belongs to an opportunity: the one that was chosen, the running one, or one started by it.

It is the visit that was planned for the day where their hours are near: they overlap, or less than NEAR is between
them (our tolerance; no source names one). Anything else the owner ties to its plan himself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from clients.chain.gathering import Answer, asked_together
from clients.chain.opportunities import tell_of_declared
from clients.visits.models import Kind, Visit
from org.rules.schema import MajorProjects
from org.working_days.rules import instant

NEAR = timedelta(hours=1)

# The first of a client goes on from the start level that an imported one brings; by premium it declares itself.
_START = """
    INSERT INTO clients_opportunity (id, prospect_id, line, state, started_on, closed_reason, expected_premium,
        start_level, visits_made, level, major, major_by_itself, major_reason, declared_at, decision, leader_when,
        created_at)
    SELECT gen_random_uuid(), prospect.id, '', 'running', wanted.day, '', prospect.expected_premium,
        began.level, 0, began.level, CASE WHEN big.declared THEN 'declared' ELSE 'no' END, big.declared, '',
        CASE WHEN big.declared THEN %(at)s::timestamptz END, '', '', %(at)s
    FROM unnest(%(prospects)s::uuid[], %(days)s::date[]) AS wanted (id, day)
        JOIN clients_prospect AS prospect ON prospect.id = wanted.id,
        LATERAL (SELECT coalesce(prospect.expected_premium >= %(premium)s, false)) AS big (declared),
        LATERAL (SELECT CASE WHEN EXISTS (SELECT 1 FROM clients_opportunity AS old WHERE old.prospect_id = prospect.id)
            THEN 0 ELSE prospect.start_level END) AS began (level)
    WHERE NOT EXISTS (
        SELECT 1 FROM clients_opportunity AS old WHERE old.prospect_id = prospect.id
            AND (old.state = 'running' OR old.started_on <= wanted.day AND old.closed_on >= wanted.day)
    )
    ON CONFLICT DO NOTHING
"""
# The last column: declared with this very visit.
_FOUND = """
    SELECT prospect_id, id, started_on, closed_on, major_by_itself AND declared_at = %(at)s AS now
    FROM clients_opportunity
    WHERE prospect_id = ANY(%(prospects)s::uuid[]) ORDER BY started_on DESC, created_at DESC, id
"""
# Whoever follows or removes one of their visits waits: locked before plans and rows, in the order of following.py.
_LOCKED = """
    SELECT prospect_id, id, started_on, closed_on, major_by_itself AND declared_at = %(at)s AS now
    FROM (
        SELECT * FROM clients_opportunity WHERE prospect_id = ANY(%(prospects)s::uuid[]) ORDER BY id FOR UPDATE
    ) AS locked ORDER BY started_on DESC, created_at DESC, id
"""
_PLANNED = """
    SELECT prospect_id, id, starts_at, ends_at FROM clients_plannedvisit
    WHERE person_id = ANY(%(people)s) AND state = 'planned' AND prospect_id = ANY(%(prospects)s::uuid[])
        AND (starts_at AT TIME ZONE 'Asia/Shanghai')::date = ANY(%(days)s::date[])
    ORDER BY starts_at
"""


class _Found(NamedTuple):
    id: UUID
    started_on: date
    closed_on: date | None

    def on(self, day: date) -> bool:
        return self.started_on <= day and (self.closed_on is None or day <= self.closed_on)


class _Planned(NamedTuple):
    id: UUID
    starts_at: datetime
    ends_at: datetime


class Opportunities:
    """Those of some prospects; each has at least one that takes a visit of its day."""

    def __init__(self, found: Answer, planned: Answer) -> None:
        self._of: dict[UUID, list[_Found]] = defaultdict(list)
        self._planned: dict[UUID, list[_Planned]] = defaultdict(list)
        for prospect, one, *span in planned:
            self._planned[UUID(prospect)].append(_Planned(UUID(one), *map(datetime.fromisoformat, span)))
        for prospect, one, started_on, closed_on, _now in found:
            until = date.fromisoformat(closed_on) if closed_on else None
            self._of[UUID(prospect)].append(_Found(UUID(one), date.fromisoformat(started_on), until))

    def take(self, prospect: UUID, day: date, chosen: UUID | None = None) -> UUID | None:
        """The chosen one if it is the prospect's and runs, now or on that day; else the latest that
        ran on that day, else one that runs now."""
        mine = self._of[prospect]
        for fits in (
            [one for one in mine if one.id == chosen and (one.closed_on is None or one.on(day))],
            [one for one in mine if one.closed_on is None and one.on(day)],
            [one for one in mine if one.on(day)],
            [one for one in mine if one.closed_on is None],
        ):
            if fits:
                return fits[0].id
        return None

    def plan_of(self, visit: Visit) -> UUID | None:
        """The nearest that it may have been, for no other visit any more."""
        if visit.prospect_id is None:
            return None
        mine, begun = self._planned[visit.prospect_id], instant(visit.day, visit.starts_at)
        over = instant(visit.day, visit.ends_at or visit.starts_at)
        near = [one for one in mine if begun < one.ends_at + NEAR and over > one.starts_at - NEAR]
        if not near:
            return None
        nearest = min(near, key=lambda one: abs(one.starts_at - begun))
        mine.remove(nearest)
        return nearest.id


def opportunities_for(
    first_days: Mapping[UUID, date],
    rules: MajorProjects,
    *,
    at: datetime,
    people: Collection[int] = (),
    found: str = _FOUND,
) -> Opportunities:
    """Of these prospects, started where none ran: prospect → the first day of its visits. With what `people` had
    planned for those days. One round trip, or none."""
    if not first_days:
        return Opportunities([], [])
    given: dict[str, Any] = {
        "prospects": list(first_days),
        "days": list(first_days.values()),
        "premium": rules.premium_yuan,
        "at": at,
        "people": list(people),
    }
    known, planned = asked_together(found, _PLANNED, given=given, first=_START)
    tell_of_declared([UUID(one) for _prospect, one, *_days, now in known if now], at)
    return Opportunities(known, planned)


def attach(visits: Sequence[Visit], rules: MajorProjects, *, at: datetime, anew: bool = False) -> None:
    """Give each development visit to a known client its opportunity, and as `planned_for` the plan that it may have
    been; the rows are not saved here. `anew`: it stands for an entry that has found its plan, or has none."""
    wanted = [visit for visit in visits if visit.kind == Kind.DEVELOPMENT and visit.prospect_id is not None]
    first: dict[UUID, date] = {}
    for visit in wanted:
        if visit.prospect_id is not None:
            first[visit.prospect_id] = min(visit.day, first.get(visit.prospect_id, visit.day))
    people = set() if anew else {visit.person_id for visit in wanted}
    known = opportunities_for(first, rules, at=at, people=people, found=_LOCKED)
    for visit in visits:
        chosen, visit.opportunity_id = visit.opportunity_id, None
        if visit.kind == Kind.DEVELOPMENT and visit.prospect_id is not None:
            visit.opportunity_id = known.take(visit.prospect_id, visit.day, chosen)
            told = vars(visit).get("planned_for")
            vars(visit)["planned_for"] = told or known.plan_of(visit)
