"""The flags of the entries that a page shows, from what the readers of the day have fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from uuid import UUID

from django.db.models import F, Q, QuerySet

from activity.daily_log.day import EntryView
from activity.daily_log.flags import Day, Elsewhere, Happened, flags_of
from activity.daily_log.models import DailyLog, LogEntry
from clients.chain.models import Accompaniment
from clients.visits.models import Visit
from org.absences.models import Absence

SAID = Q(companion_confirmed=True) | Q(
    companions__outcome=Accompaniment.Outcome.CONFIRMED, companions__companion=F("companion")
)  # by the companion himself, on the page or as history has it


def flagged(entries: Iterable[EntryView], log: DailyLog, *, works: bool, away: Mapping[str, str]) -> list[EntryView]:
    """The entries of a log with their flags; `works`: a working day, `away`: kind of absence by half."""
    entries = list(entries)
    day = Day(log.person_id, log.day, works, away, log.handed_in_at)
    along = _confirmed(log) if any(_came_along(entry) for entry in entries) else {}
    happened = [_happened(entry, along) for entry in entries]
    people = {log.person_id} | {one.companion for one in happened if one.companion is not None}
    found = flags_of(happened, day, _elsewhere(log, people))
    return [replace(entry, flags=tuple(found.get(entry.id, ()))) for entry in entries]


def flagged_together(
    entries: Mapping[int, Sequence[EntryView]],
    logs: Sequence[DailyLog],
    *,
    works: bool,
    away: Mapping[int, Mapping[str, str]],
) -> dict[int, list[EntryView]]:
    """`flagged` for the logs of one day, by person: two queries whatever their number."""
    day = logs[0].day
    along = _along(Visit.objects.filter(SAID, person__in=entries, day=day, companion__isnull=False))
    happened = {who: [_happened(entry, along) for entry in rows] for who, rows in entries.items()}
    people = {
        who: {who} | {one.companion for one in rows if one.companion is not None} for who, rows in happened.items()
    }
    visits = _visits_of(set[int]().union(*people.values()), day)
    found = {}
    for log in logs:
        who = log.person_id
        theirs = [
            Elsewhere(start, end, frozenset({owner, companion or owner} & people[who]))
            for start, end, owner, companion, said in visits
            if owner != who and (owner in people[who] or (said and companion in people[who]))
        ]
        flags = flags_of(happened[who], Day(who, day, works, away.get(who, {}), log.handed_in_at), theirs)
        found[who] = [replace(entry, flags=tuple(flags.get(entry.id, ()))) for entry in entries[who]]
    return found


def _came_along(entry: EntryView) -> bool:
    return isinstance(entry.row, Visit) and entry.row.companion_id is not None


def _confirmed(log: DailyLog) -> dict[UUID, int]:
    """Visit → who confirmed that he came along to it: one query."""
    return _along(Visit.objects.filter(SAID, person=log.person_id, day=log.day, companion__isnull=False))


def _along(visits: QuerySet[Visit]) -> dict[UUID, int]:
    return dict(visits.order_by().values_list("pk", "companion"))


def _visits_of(people: Collection[int], day: date) -> list[tuple[time, time | None, int, int | None, bool | None]]:
    """Visits at which one of these people was, as its owner or by his own word (the last of each): one query."""
    there = Q(person__in=people) | Q(SAID, companion__in=people)
    rows = Visit.objects.filter(there, day=day).annotate(said=SAID).order_by().distinct()
    return list(rows.values_list("starts_at", "ends_at", "person", "companion", "said"))


def _elsewhere(log: DailyLog, people: Collection[int]) -> list[Elsewhere]:
    """Visits of others at which one of these people was: one query."""
    there = Q(person__in=people) | Q(SAID, companion__in=people)
    rows = Visit.objects.filter(there, day=log.day).exclude(person=log.person_id).order_by().distinct()
    fields = rows.values_list("starts_at", "ends_at", "person", "companion")
    return [Elsewhere(start, end, frozenset({who, along} & set(people))) for start, end, who, along in fields]


def away_on(log: DailyLog) -> dict[str, str]:
    """The kind of absence by half of the log's day: one query."""
    return dict(Absence.objects.filter(person=log.person_id, day=log.day).values_list("half", "kind"))


def _happened(entry: EntryView, along: Mapping[UUID, int]) -> Happened:
    """Only of calls and visits the hour is that of what happened; of others it is when they were written."""
    row = entry.row
    written = None if row.import_key else row.recorded_at
    if isinstance(row, Visit):
        owner = row.prospect.owner_id if row.prospect else None
        return Happened(
            row.pk, row.starts_at, row.ends_at, is_visit=True, client=row.client, owner=owner, written=written,
            companion=along.get(row.pk),
        )  # fmt: skip
    if isinstance(row, LogEntry) and row.type == LogEntry.Type.CALL:
        owner = row.prospect.owner_id if row.prospect else None
        return Happened(row.pk, row.at, client=row.client, owner=owner, written=written)
    return Happened(row.pk, written=written)
