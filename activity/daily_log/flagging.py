"""The flags of the entries that a page shows, from what the readers of the day have fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from activity.daily_log.day import EntryView
from activity.daily_log.flags import Day, Happened, flags_of
from activity.daily_log.models import DailyLog, LogEntry
from clients.visits.models import Visit
from org.absences.models import Absence


def flagged(entries: Iterable[EntryView], log: DailyLog, *, works: bool, away: Mapping[str, str]) -> list[EntryView]:
    """The entries of a log with their flags; `works`: a working day, `away`: kind of absence by half."""
    entries = list(entries)
    day = Day(log.person_id, log.day, works, away, log.handed_in_at)
    found = flags_of([_happened(entry) for entry in entries], day)
    return [replace(entry, flags=tuple(found.get(entry.id, ()))) for entry in entries]


def away_on(log: DailyLog) -> dict[str, str]:
    """The kind of absence by half of the log's day: one query."""
    return dict(Absence.objects.filter(person=log.person_id, day=log.day).values_list("half", "kind"))


def _happened(entry: EntryView) -> Happened:
    """Only of calls and visits the hour is that of what happened; of others it is when they were written."""
    row = entry.row
    written = None if row.import_key else row.recorded_at
    if isinstance(row, Visit):
        owner = row.prospect.owner_id if row.prospect else None
        return Happened(
            row.pk, row.starts_at, row.ends_at, is_visit=True, client=row.client, owner=owner, written=written
        )
    if isinstance(row, LogEntry) and row.type == LogEntry.Type.CALL:
        owner = row.prospect.owner_id if row.prospect else None
        return Happened(row.pk, row.at, client=row.client, owner=owner, written=written)
    return Happened(row.pk, written=written)
