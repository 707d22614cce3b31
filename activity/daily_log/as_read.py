"""What stood before a reader's eyes: by this a reviewer's verdict is known to be about the log as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from activity.daily_log.day import EntryView, Row, entries_of
from activity.daily_log.models import Annotation, DailyLog

TEXTS = ("plan", "problems", "help_needed", "tomorrow_plan", "short_reason")  # the author's words in the header

VERDICTS = frozenset({"counted", "why_not", "ineffective_by", "ineffective_at", "ineffective_reason"})
# What is known of a row besides: the chain of its opportunity, who came along (he denies it, or says that he came),
# which card a typed name belongs to, whether others had it before.
CHAIN = frozenset(
    {"opportunity", "chain_number", "chain_level", "chain_needs", "companion_missing", "missed_by", "card_missing"}
)
KNOWN = frozenset({"companion", "companion_confirmed", "prospect", "do_not_disturb", "is_duplicate"})
NOT_HIS = VERDICTS | CHAIN | KNOWN
FORMERLY = VERDICTS  # all that fingerprints left out which are kept in traces of before 0.3.0


def _written(row: Row, without: frozenset[str]) -> list[str]:
    return [f"{one.name}={one.value_from_object(row)}" for one in row._meta.concrete_fields if one.name not in without]


def fingerprint(log: DailyLog, entries: Iterable[EntryView], *, without: frozenset[str] = NOT_HIS) -> str:
    """32 hex digits of all that the author wrote; what others decide, confirm or count of it changes nothing."""
    rows = sorted(_written(entry.row, without) for entry in entries)
    return sha256(repr([*(getattr(log, name) for name in TEXTS), rows]).encode()).hexdigest()[:32]


def as_it_is(log: DailyLog) -> str:
    """The fingerprint of what the author has written by now; the header is locked by the caller."""
    return fingerprint(log, entries_of(log, log.person_id, log.day))


def stands_as_read(log: DailyLog, read: str | None) -> bool:
    """Whether the author has changed nothing since a verdict whose trace keeps `read`; under the header's lock."""
    entries = entries_of(log, log.person_id, log.day)
    return read in (fingerprint(log, entries), fingerprint(log, entries, without=FORMERLY))


def notes_of_gone(log: DailyLog, entries: Iterable[EntryView]) -> list[Annotation]:
    """What readers wrote beside entries that their author has taken away since; one query."""
    kept = {entry.id for entry in entries}
    return list(log.annotations.exclude(entry_id__in=kept).select_related("by"))
