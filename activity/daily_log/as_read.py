"""What stood before a reader's eyes: by this a reviewer's verdict is known to be about the log as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from activity.daily_log.day import EntryView, entries_of
from activity.daily_log.models import Annotation, DailyLog

TEXTS = ("plan", "problems", "help_needed", "tomorrow_plan", "short_reason")  # the author's words in the header


def fingerprint(log: DailyLog, entries: Iterable[EntryView]) -> str:
    """32 hex digits of all that the author wrote; a changed entry is a new row, a verdict changes nothing."""
    rows = sorted(f"{entry.id} {entry.row.recorded_at.isoformat()}" for entry in entries)
    return sha256(repr([*(getattr(log, name) for name in TEXTS), rows]).encode()).hexdigest()[:32]


def is_as_read(log: DailyLog, shown: str) -> bool:
    """Whether the author has changed nothing since `shown` was on the page; the header is locked by the caller."""
    return fingerprint(log, entries_of(log, log.person_id, log.day)) == shown


def notes_of_gone(log: DailyLog, entries: Iterable[EntryView]) -> list[Annotation]:
    """What readers wrote beside entries that their author has taken away since; one query."""
    kept = {entry.id for entry in entries}
    return list(log.annotations.exclude(entry_id__in=kept).select_related("by"))
