"""What stood before a reader's eyes: by this a reviewer's verdict is known to be about the log as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from activity.daily_log.day import EntryView, Row, entries_of
from activity.daily_log.models import Annotation, DailyLog

TEXTS = ("plan", "problems", "help_needed", "tomorrow_plan", "short_reason")  # the author's words in the header

VERDICTS = {"counted", "why_not", "ineffective_by", "ineffective_at", "ineffective_reason"}  # others' words on a row


def _written(row: Row) -> list[str]:
    return [f"{one.name}={one.value_from_object(row)}" for one in row._meta.concrete_fields if one.name not in VERDICTS]


def fingerprint(log: DailyLog, entries: Iterable[EntryView]) -> str:
    """32 hex digits of all that the author wrote; a verdict changes nothing."""
    rows = sorted(_written(entry.row) for entry in entries)
    return sha256(repr([*(getattr(log, name) for name in TEXTS), rows]).encode()).hexdigest()[:32]


def as_it_is(log: DailyLog) -> str:
    """The fingerprint of what the author has written by now; the header is locked by the caller."""
    return fingerprint(log, entries_of(log, log.person_id, log.day))


def notes_of_gone(log: DailyLog, entries: Iterable[EntryView]) -> list[Annotation]:
    """What readers wrote beside entries that their author has taken away since; one query."""
    kept = {entry.id for entry in entries}
    return list(log.annotations.exclude(entry_id__in=kept).select_related("by"))
