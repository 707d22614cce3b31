"""An opportunity follows its visits: level, actual number and whose miss are replayed from them and kept beside them.

Called in the transaction of every change: a visit recorded, removed, judged, undone or imported, a companion who
denies, a major project confirmed. Two round trips, whatever the number of visits; the opportunities stay locked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from clients.chain.gathering import asked_together
from clients.chain.lines import POSTS, SECTIONS, Lines
from clients.chain.models import Accompaniment, Opportunity
from clients.chain.rules import RANKS, Asked, Chain, Did, VisitFact, answer_to, asked_in_time, take
from clients.visits.models import Kind
from org.reach import BRANCH_PATH, STEP
from org.rules.book import Books
from org.working_days.calendar import calendar_between
from org.working_days.rules import SHANGHAI, WorkingCalendar, instant

BATCH = 500

_LOCK = "SELECT FROM clients_opportunity AS one WHERE one.id = ANY(%(ids)s) ORDER BY one.id FOR UPDATE OF one"
_OPPORTUNITIES = """
    SELECT one.id, one.start_level, one.level, one.visits_made, one.major, one.decided_at, prospect.card_made_at,
        one.started_by_id IS NULL AND one.state = 'running' AND NOT EXISTS (
            SELECT 1 FROM clients_plannedvisit AS planned WHERE planned.opportunity_id = one.id
        ) AND (one.major = 'no' OR one.major_by_itself AND one.decided_at IS NULL) AS only_visits
    FROM clients_opportunity AS one JOIN clients_prospect AS prospect ON prospect.id = one.prospect_id
    WHERE one.id = ANY(%(ids)s) ORDER BY one.id
"""
_VISITS = """
    SELECT visit.opportunity_id, visit.id, visit.day, visit.starts_at, visit.person_id, unit.path, visit.kind,
        visit.counted, visit.companion_id, visit.chain_number, visit.chain_level, visit.chain_needs,
        visit.companion_missing, visit.missed_by_id, visit.card_missing
    FROM clients_visit AS visit JOIN org_unit AS unit ON unit.id = visit.unit_id
    WHERE visit.opportunity_id = ANY(%(ids)s)
    ORDER BY visit.day, visit.starts_at, visit.recorded_at, visit.id
"""
_ASKED = """
    WITH visit AS (SELECT id FROM clients_visit WHERE opportunity_id = ANY(%(ids)s))
    SELECT visit.id, asked.companion_id, asked.state, asked.asked_at, asked.answered_at, asked.outcome,
        planned.starts_at
    FROM visit JOIN clients_accompaniment AS asked ON asked.visit_id = visit.id
        LEFT JOIN clients_plannedvisit AS planned ON planned.id = asked.planned_id
    UNION
    SELECT visit.id, asked.companion_id, asked.state, asked.asked_at, asked.answered_at, asked.outcome,
        planned.starts_at
    FROM visit JOIN clients_plannedvisit AS planned ON planned.visit_id = visit.id
        JOIN clients_accompaniment AS asked ON asked.planned_id = planned.id
    ORDER BY 4, 2
"""
_DAYS = "SELECT {what}(visit.day) FROM clients_visit AS visit WHERE visit.opportunity_id = ANY(%(ids)s)"
_PATHS = """ARRAY(
    SELECT DISTINCT left(unit.path, %(step)s * above.depth)
    FROM clients_visit AS visit JOIN org_unit AS unit ON unit.id = visit.unit_id,
        generate_series(1, unit.depth) AS above (depth)
    WHERE visit.opportunity_id = ANY(%(ids)s)
)"""
_POSTS = POSTS.format(paths=_PATHS, first=f"({_DAYS.format(what='min')})", last=f"({_DAYS.format(what='max')})")
_RULES = "SELECT effective_from, sha256 FROM org_ruleset"
_SET = """
    UPDATE clients_visit AS visit SET chain_number = did.number, chain_level = did.level, chain_needs = did.needs,
        companion_missing = did.missing, missed_by_id = did.missed_by, card_missing = did.card_missing
    FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[], %s::boolean[], %s::bigint[], %s::boolean[])
        AS did (id, number, level, needs, missing, missed_by, card_missing)
    WHERE visit.id = did.id;
    UPDATE clients_opportunity AS one SET level = now.level, visits_made = now.visits
    FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS now (id, level, visits) WHERE one.id = now.id;
    DELETE FROM clients_opportunity WHERE id = ANY(%s::uuid[])
"""


class _Kept(NamedTuple):
    """What a visit keeps of what it did."""

    number: int | None = None
    level: int | None = None
    needs: str = ""
    missing: bool = False
    missed_by: int | None = None
    card_missing: bool = False


class _Visit(NamedTuple):
    id: UUID
    day: date
    starts_at: time
    person: int
    path: str
    kind: str
    counted: bool
    companion: int | None
    kept: _Kept


class _Invited(NamedTuple):
    person: int
    state: str
    asked_at: datetime
    answered_at: datetime | None
    outcome: str
    planned_at: datetime | None


class _One(NamedTuple):
    id: UUID
    start_level: int
    level: int
    visits_made: int
    major: str
    decided_at: datetime | None
    card_made_at: datetime | None
    only_visits: bool  # started by a visit, and nothing else rests on it

    def major_on(self, day: date) -> bool:
        return self.major == Opportunity.Major.CONFIRMED and _by(self.decided_at, day)

    def card_on(self, day: date) -> bool:
        return _by(self.card_made_at, day)


Changed = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]  # rows of visits, rows of opportunities


def follow(opportunities: Collection[UUID | None]) -> None:
    """Replay these, and write what differs from what is kept. Nothing for none. One that a visit started goes with
    its last visit."""
    for ids in _batches({one for one in opportunities if one is not None}):
        read = _Read(ids)
        visits, ones = read.changes()
        gone = read.without_visits()
        if visits or ones or gone:
            with connection.cursor() as cursor:
                cursor.execute(_SET, [*_columns(visits, 7), *_columns(ones, 3), gone])


def compare(opportunities: Collection[UUID]) -> list[UUID]:
    """Those that keep something else than their visits say; they stay locked."""
    wrong: set[UUID] = set()
    for ids in _batches(opportunities):
        read = _Read(ids)
        visits, ones = read.changes()
        wrong |= {row[0] for row in ones} | {read.of[row[0]] for row in visits}
    return sorted(wrong)


def accompanied(opportunities: Collection[UUID]) -> dict[UUID, set[tuple[int, int]]]:
    """The quarters that have had their manager, of each; only read, so that a page holds up nobody."""
    reads = (_Read(ids, lock="") for ids in _batches(opportunities))
    return {one: chain.accompanied for read in reads for one, chain in read.chains()}


def _batches(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def _by(done_at: datetime | None, day: date) -> bool:
    return done_at is not None and done_at.astimezone(SHANGHAI).date() <= day


def _at(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


class _Read:
    """Opportunities, locked, with all that their replay asks for, in one round trip."""

    def __init__(self, ids: Iterable[UUID], lock: str = _LOCK) -> None:
        self.visits: dict[UUID, list[_Visit]] = defaultdict(list)
        self.invited: dict[UUID, list[_Invited]] = defaultdict(list)
        self.of: dict[UUID, UUID] = {}
        given: dict[str, Any] = {"ids": list(ids), "posts": list(RANKS), "branch": BRANCH_PATH, "step": STEP}
        ones, visits, invited, posts, sections, rules = asked_together(
            _OPPORTUNITIES, _VISITS, _ASKED, _POSTS, SECTIONS, _RULES, given=given, first=lock
        )
        self.ones = [_One(*(UUID(key), *row, _at(decided), _at(card), only)) for key, *row, decided, card, only in ones]
        for one, key, day, starts_at, *row in visits:
            when = date.fromisoformat(day), time.fromisoformat(starts_at)
            visit = _Visit(*(UUID(key), *when, *row[:5], _Kept(*row[5:])))
            self.visits[UUID(one)].append(visit)
            self.of[visit.id] = UUID(one)
        for key, person, state, asked_at, answered_at, outcome, planned_at in invited:
            times = datetime.fromisoformat(asked_at), _at(answered_at)
            asked = _Invited(person, state, *times, outcome, _at(planned_at))
            self.invited[UUID(key)].append(asked)
        self.lines = Lines(posts, sections)
        self.books = Books((date.fromisoformat(monday), sha256) for monday, sha256 in rules)
        self.calendar = self._calendar()

    def _calendar(self) -> WorkingCalendar:
        """One more query where anybody was asked."""
        days = [visit.day for visits in self.visits.values() for visit in visits if visit.id in self.invited]
        return calendar_between(min(days), max(days)) if days else WorkingCalendar({})

    def changes(self) -> Changed:
        visits: list[tuple[Any, ...]] = []
        ones: list[tuple[Any, ...]] = []
        for one in self.ones:
            chain = Chain(level=one.start_level)
            for visit in self.visits[one.id]:
                kept = _kept(self._did(chain, visit, one))
                if kept != visit.kept:
                    visits.append((visit.id, *kept))
            if (chain.level, chain.visits) != (one.level, one.visits_made):
                ones.append((one.id, chain.level, chain.visits))
        return visits, ones

    def chains(self) -> Iterator[tuple[UUID, Chain]]:
        for one in self.ones:
            chain = Chain(level=one.start_level)
            for visit in self.visits[one.id]:
                self._did(chain, visit, one)
            yield one.id, chain

    def without_visits(self) -> list[UUID]:
        return [one.id for one in self.ones if one.only_visits and not self.visits[one.id]]

    def _did(self, chain: Chain, visit: _Visit, one: _One) -> Did:
        line = self.lines[visit.path, visit.day]
        fact = VisitFact(
            visit.id, visit.day, visit.person, line.held, tuple(self._came(visit)), tuple(self._asked(visit)),
            development=visit.kind == Kind.DEVELOPMENT, counts=visit.counted, sections=line.sections,
            major=one.major_on(visit.day),
            card=one.card_on(visit.day),
        )  # fmt: skip
        return take(chain, fact, self.books[visit.day].accompaniment)

    def _came(self, visit: _Visit) -> Iterator[int]:
        """Pending counts until it is refused."""
        denied = {one.person for one in self.invited[visit.id] if one.outcome == Accompaniment.Outcome.REFUSED}
        along = {one.person for one in self.invited[visit.id] if one.outcome != Accompaniment.Outcome.NONE}
        if visit.companion is not None:
            along.add(visit.companion)
        yield from sorted(along - denied)

    def _asked(self, visit: _Visit) -> Iterator[Asked]:
        """By the hour that was agreed, or by that of the visit where it came before."""
        held_at, rules = instant(visit.day, visit.starts_at), self.books[visit.day].accompaniment
        for one in self.invited[visit.id]:
            starts_at = min(held_at, one.planned_at or held_at)
            answer = answer_to(one.state, one.answered_at, starts_at)
            if answer is not None and one.outcome != Accompaniment.Outcome.REFUSED and one.asked_at < starts_at:
                day = starts_at.astimezone(SHANGHAI).date()
                in_time = asked_in_time(one.asked_at, day, self.calendar, rules)
                yield Asked(one.person, answer, in_time)


def _kept(did: Did) -> _Kept:
    if not did.number:
        return _Kept(needs=did.needs, card_missing=did.card_missing)
    return _Kept(did.number, did.after, did.needs, did.missing, did.missed_by, did.card_missing)
