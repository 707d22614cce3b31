"""Writing rows of a day: one entry or the whole of 6-3-1-1 in the same few statements, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from activity.daily_log import chained
from activity.daily_log.counting import (
    Pair,
    Rows,
    count_all,
    header_of,
    later_enriched,
    recount_days,
    rows_of,
    set_counters,
)
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.daily_log.opening import ruled_day, writable_day
from activity.daily_log.quiet import Quiet, Whom, lift, mark_contacts
from activity.daily_log.rules import Counted
from activity.itinerary import outcomes
from clients.chain.attaching import attach
from clients.prospects import actions as prospects
from clients.prospects.collisions import collisions_counted
from clients.prospects.matching import KnownProspects
from clients.prospects.models import Registration
from clients.prospects.rules import normalised
from clients.visits.models import Visit
from org.idempotency.actions import Kept, Result, keeping, once
from org.inserting import insert
from org.people.models import Person
from org.prepared import Statement
from org.rules.schema import RuleBook
from org.trace.actions import record
from org.workflow import Refused


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """`do_not_disturb`: the contact wants no more calls; this one still counts, later ones do not."""

    client: str
    contact: str
    kind: str
    answer: str
    purpose: str
    outcome: str
    at: time
    next_contact_on: date | None = None
    do_not_disturb: bool = False


@dataclass(frozen=True, kw_only=True)
class NewVisit:
    client: str
    contact: str
    kind: str
    purpose: str
    outcome: str
    starts_at: time
    ends_at: time | None = None
    content: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    opportunity_id: UUID | None = None
    companion_id: int | None = None
    alone: bool = False  # nobody came along, whoever was asked; else without a companion: as it was agreed
    missing_reason: str = ""
    planned_for: UUID | None = None  # the planned visit that it was, where it is known


@dataclass(frozen=True, kw_only=True)
class NewStudy:
    topic: str
    title: str
    learnt: str


@dataclass(frozen=True, kw_only=True)
class NewOther:
    content: str


New = NewCall | NewVisit | NewStudy | NewOther | prospects.NewProspect
Row = LogEntry | Visit | Registration


def record_day(
    person: Person,
    *,
    day: date,
    at: datetime,
    key: UUID,
    entries: Sequence[New],
    replaces: UUID | None = None,
    item: UUID | None = None,
) -> Result:
    """Record entries of an open day, once for the key; `replaces` is an entry that the first of them stands for,
    `item` the planned one that it settles."""

    def effect() -> Result:
        log, book = ruled_day(person, day, at)
        gone = take_away(log, replaces, by=person, at=at) if replaces is not None else None
        making = _Making(log, at, gone, book)
        made = making.rows(entries)
        visits = [row for row in made if isinstance(row, Visit)]
        attach(visits, book.major_projects, at=at, anew=gone is not None)
        result = Kept(entry=str(made[0].pk), entries=[str(row.pk) for row in made], log=str(log.pk))
        changed = _save(log, made, making.cards, book, at, keeping(result, key, by=person))
        chained.recorded(visits, gone, changed, by=person, at=at)
        first, missed = made[0], is_missed(made[0])
        if item is not None:
            outcomes.become(person, item, day=day, at=at, entry_type=type_of(first), entry_id=first.pk, missed=missed)
        if gone is not None and replaces is not None:  # what was said beside the old one stands beside the new one
            Annotation.objects.filter(log=log, entry_id=replaces).update(entry_id=made[0].pk)
            recount_days(let_go(gone, by=person, at=at))
            outcomes.follow(replaces, first.pk, by=person, at=at, missed=missed)
        return result

    asked = {"day": day, "replaces": replaces, "entries": [[type(one).__name__, vars(one)] for one in entries]}
    asked |= {"item": item} if item else {}
    with collisions_counted(person, at):
        return once(key, by=person, verb="record", at=at, parameters=asked, effect=effect)


def type_of(row: Row) -> str:
    """As a planned item names the table of its entry."""
    return row.type if isinstance(row, LogEntry) else row._meta.model_name or ""


def is_missed(row: Row) -> bool:
    """A call that nobody took."""
    return isinstance(row, LogEntry) and row.type == LogEntry.Type.CALL and row.answer != LogEntry.Answer.ANSWERED


class _Making:
    """New rows of a log, not yet saved; what is known of their clients is read once for all of them."""

    def __init__(self, log: DailyLog, at: datetime, gone: Row | None, book: RuleBook) -> None:
        """`gone`: the row that the first new one stands for. `cards`: of new prospects, for whoever saves the rows."""
        self.log, self.at, self.gone, self.book = log, at, gone, book
        self.cards: list[Model] = []

    def rows(self, entries: Sequence[New]) -> list[Row]:
        whom = [one for one in entries if isinstance(one, (NewCall, NewVisit))]
        self.known = KnownProspects.of(self.log.person_id, self.log.unit.path, {one.client for one in whom})
        called = [self._whom(one) for one in whom if isinstance(one, NewCall)]
        self.quiet = Quiet(self.log.person_id, called, self.gone)
        new = [one for one in entries if isinstance(one, prospects.NewProspect)]
        registered = iter(self._registered(new) if new else ())
        return [next(registered) if isinstance(one, prospects.NewProspect) else self._row(one) for one in entries]

    def _registered(self, new: Sequence[prospects.NewProspect]) -> list[Registration]:
        log = self.log
        registrations, self.cards = prospects.register(
            log.person, unit=log.unit, day=log.day, at=self.at, new=new, rules=self.book.protection
        )
        return registrations

    def _prospect(self, client: str) -> UUID | None:
        return self.known.match(client, self.log.person_id, self.log.unit.path)

    def _whom(self, call: NewCall) -> Whom:
        return Whom.of(call.client, call.contact, self._prospect(call.client))

    def _row(self, one: NewCall | NewVisit | NewStudy | NewOther) -> Row:
        if isinstance(one, NewVisit):
            fields = {name: value for name, value in vars(one).items() if name not in ("alone", "planned_for")}
            visit = Visit(
                person_id=self.log.person_id, unit_id=self.log.unit_id, day=self.log.day,
                prospect_id=self._prospect(one.client), client_key=normalised(one.client), recorded_at=self.at,
                **fields,
            )  # fmt: skip
            if isinstance(self.gone, Visit) and not visit.content:  # no sheet asks for what an import has brought
                visit.content = self.gone.content
            vars(visit).update(alone=one.alone, planned_for=one.planned_for)
            return visit
        if isinstance(one, NewCall):
            return self._call(one)
        kind = LogEntry.Type.STUDY if isinstance(one, NewStudy) else LogEntry.Type.OTHER
        return LogEntry(log_id=self.log.pk, type=kind, at=self.at.time(), recorded_at=self.at, **vars(one))

    def _call(self, one: NewCall) -> LogEntry:
        whom = self._whom(one)
        fields = vars(one) | {"do_not_disturb": self.quiet.marked(whom, self.log.day)}
        if one.do_not_disturb:
            self.quiet.asked(whom, self.log.day)
        return LogEntry(
            log_id=self.log.pk, type=LogEntry.Type.CALL, prospect_id=whom.prospect, client_key=whom.client,
            asks_for_quiet=one.do_not_disturb, recorded_at=self.at, **fields,
        )  # fmt: skip


def _save(
    log: DailyLog, made: Sequence[Row], cards: Sequence[Model], book: RuleBook, at: datetime, kept: Statement
) -> set[UUID]:
    """Insert the rows with their verdicts, and what they rest on; older rows and the header follow where they change.

    One statement for all new rows, whatever their number. Answers the opportunities of older visits that changed.
    """
    pair = log.person_id, log.day
    old = Rows([], [], []) if getattr(log, "is_new", False) else rows_of(log)
    new = Rows(
        [row for row in made if isinstance(row, LogEntry)],
        [row for row in made if isinstance(row, Visit)],
        [row for row in made if isinstance(row, Registration)],
    )
    counted = count_all({pair: old.with_more(new)}, {log.day: book})[pair]
    _judge(new, counted)
    insert([*cards, *made], then=[header_of(log, counted), kept])
    mark_contacts(new.entries, by=log.person, at=at)
    return set_counters({pair: log}, {pair: old}, {pair: counted}, headers_too=False)


def _judge(rows: Rows, counted: Counted) -> None:
    verdicts = {**counted.calls, **counted.studies, **counted.visits, **counted.registrations}
    every: list[Row] = [*rows.entries, *rows.visits, *rows.registrations]
    for row in every:
        why = verdicts.get(row.pk, "")
        row.counted, row.why_not = why is None, str(why or "")


def take_away(log: DailyLog, entry: UUID, *, by: Person, at: datetime) -> Row:
    """Delete one row of the day, whichever table it is in; what was taken away stays in the trace.

    Answers the row; what it has kept from counting is set free by `let_go`, once what replaces it is there.
    """
    own = {"person_id": log.person_id, "day": log.day, "pk": entry}
    for rows in (log.entries.filter(pk=entry), Visit.objects.filter(**own)):
        if row := rows.first():
            if isinstance(row, Visit) and row.ineffective_at is not None:
                raise Refused(_("经理已判为无效，不能改或删；可以另记一次。"))
            record(row, "remove", by=by, at=at, changes={"was": str(row), "day": log.day})
            if isinstance(row, Visit):
                chained.loosen(row, by=by, at=at)
            rows.delete()
            return row
    if registration := Registration.objects.filter(**own).first():
        if not registration.made_card:
            record(registration, "remove", by=by, at=at, changes={"was": registration.name, "day": log.day})
        return registration
    raise Refused(_("这一条已经不在了，刷新看看。"))


def let_go(gone: Row, *, by: Person, at: datetime) -> set[Pair]:
    """The other days that count differently without that row: of namesakes, and of calls after its 勿扰."""
    if isinstance(gone, Registration):
        freed = prospects.withdraw(gone, by=by, at=at)
        return freed | set(later_enriched(gone.person_id, gone.day))
    if isinstance(gone, LogEntry) and gone.asks_for_quiet:
        return lift(gone, by=by, at=at)
    return set()


def remove_entry(person: Person, *, day: date, at: datetime, key: UUID, entry: UUID) -> Result:
    """Take back one entry of an open day."""

    def effect() -> Result:
        log = writable_day(person, day, at)
        gone = take_away(log, entry, by=person, at=at)
        others = let_go(gone, by=person, at=at)
        outcomes.let_go(entry, by=person, at=at)
        chained.recorded([], gone, set(), by=person, at=at)
        recount_days([(person.pk, day), *others, *later_enriched(person.pk, day)])
        return {"log": str(log.pk)}

    asked = {"day": day, "entry": entry}
    return once(key, by=person, verb="remove_entry", at=at, parameters=asked, effect=effect)
