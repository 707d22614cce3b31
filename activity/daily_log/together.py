"""The logs of a day that wait, one under the other: read whole on one page and passed together.

The number of queries does not depend on the number of logs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from activity.daily_log.as_read import fingerprint
from activity.daily_log.board import Board, Row
from activity.daily_log.day import ITEM_OF_TYPE, EntryView, in_order
from activity.daily_log.flagging import flagged_together
from activity.daily_log.flags import Flag
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.daily_log.sheets import KIND_OF_ITEM
from clients.prospects.models import Registration
from clients.visits.models import Visit

COMMON = {Flag.UNKNOWN_CLIENT}  # said beside the entry, and no reason to look twice


@dataclass(frozen=True)
class Read:
    """A log that waits, with all that was written in it."""

    row: Row
    log: DailyLog
    entries: list[EntryView]

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


def read_together(team: Board, rows: Sequence[Row]) -> list[Read]:
    """Six queries."""
    logs = [row.log for row in rows if row.log]
    if not logs:
        return []
    entries = flagged_together(
        entries_together(logs), logs, works=team.works, away={row.person.pk: row.away_halves for row in rows}
    )
    return [Read(row, row.log, entries[row.person.pk]) for row in rows if row.log]


def entries_together(logs: Sequence[DailyLog]) -> dict[int, list[EntryView]]:
    """`entries_of` for logs of one day, by person: four queries."""
    person_of = {log.pk: log.person_id for log in logs}
    notes: dict[UUID, list[Annotation]] = defaultdict(list)
    for note in Annotation.objects.filter(log__in=person_of).select_related("by"):
        notes[note.entry_id].append(note)
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
