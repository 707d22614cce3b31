"""The logs of a day that wait, one under the other: read whole on one page and passed together.

The number of queries does not depend on the number of logs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from activity.daily_log.as_read import fingerprint
from activity.daily_log.board import Board, Row
from activity.daily_log.day import ITEM_OF_TYPE, EntryView, in_order
from activity.daily_log.flagging import flagged_together
from activity.daily_log.flags import Flag
from activity.daily_log.from_plan import DayPlan
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.daily_log.sheets import KIND_OF_ITEM
from activity.itinerary.day_items import items_of_day
from activity.itinerary.models import PlanItem
from clients.prospects.models import Registration
from clients.visits.models import Visit
from org.people.models import Person

COMMON = {Flag.UNKNOWN_CLIENT}  # said beside the entry, and no reason to look twice

Notes = Mapping[UUID, list[Annotation]]


@dataclass(frozen=True)
class Read:
    """A log that waits, with all that the page of one log shows of it."""

    row: Row
    log: DailyLog
    entries: list[EntryView]
    plan: DayPlan
    gone: list[Annotation]  # beside entries that their author has taken away since

    @property
    def shown(self) -> str:
        return fingerprint(self.log, self.entries)

    @property
    def value(self) -> str:
        """What a tick sends: which log, and what of it was read."""
        return f"{self.log.pk}:{self.shown}"

    @property
    def kinds(self) -> list[tuple[str, EntryView]]:
        return [(KIND_OF_ITEM[entry.item], entry) for entry in self.entries]

    @property
    def is_plain(self) -> bool:
        """Nothing about it asks for a word: ticked from the start."""
        asks = self.row.asks_help or self.row.standing.code == "back" or self.log.excluded
        return self.row.is_full and not asks and not any(set(entry.flags) - COMMON for entry in self.entries)


def read_together(team: Board, rows: Sequence[Row], *, reader: Person, on: date) -> list[Read]:
    """Seven queries."""
    logs = [row.log for row in rows if row.log]
    if not logs:
        return []
    notes = notes_together(logs)
    away = {row.person.pk: row.away_halves for row in rows}
    entries = flagged_together(entries_together(logs, notes), logs, works=team.works, away=away)
    planned = items_of_day(PlanItem.objects.visible_to(reader, on), entries.keys(), team.day)
    return [_read(row, row.log, entries, DayPlan(planned[row.person.pk]), notes) for row in rows if row.log]


def _read(row: Row, log: DailyLog, entries: Mapping[int, list[EntryView]], plan: DayPlan, notes: Notes) -> Read:
    theirs = plan.marked(entries[row.person.pk])
    kept = {entry.id for entry in theirs}
    gone = [note for entry, said in notes.items() for note in said if note.log_id == log.pk and entry not in kept]
    return Read(row, log, theirs, plan, gone)


def notes_together(logs: Sequence[DailyLog]) -> Notes:
    """What readers wrote, by entry; one query."""
    notes: dict[UUID, list[Annotation]] = defaultdict(list)
    for note in Annotation.objects.filter(log__in=[log.pk for log in logs]).select_related("by"):
        notes[note.entry_id].append(note)
    return notes


def entries_together(logs: Sequence[DailyLog], notes: Notes = MappingProxyType({})) -> dict[int, list[EntryView]]:
    """`entries_of` for logs of one day, by person: three queries."""
    person_of = {log.pk: log.person_id for log in logs}
    rows: dict[int, list[tuple[str, LogEntry | Visit | Registration]]] = {log.person_id: [] for log in logs}
    for entry in LogEntry.objects.filter(log__in=person_of).select_related("prospect"):
        rows[person_of[entry.log_id]].append((ITEM_OF_TYPE[LogEntry.Type(entry.type)], entry))
    of_day = {"person__in": rows, "day": logs[0].day}
    for visit in Visit.objects.filter(**of_day).select_related("prospect"):
        rows[visit.person_id].append(("visits", visit))
    for registration in Registration.objects.filter(**of_day):
        rows[registration.person_id].append(("prospects", registration))
    return {who: in_order(theirs, notes) for who, theirs in rows.items()}


def as_they_are(logs: Iterable[DailyLog]) -> dict[UUID, str]:
    """The fingerprints of what the authors have written by now; the headers are locked by the caller."""
    logs = list(logs)
    entries = entries_together(logs) if logs else {}
    return {log.pk: fingerprint(log, entries[log.person_id]) for log in logs}
