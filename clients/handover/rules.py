"""When a hand-over can be undone, and how far it goes beyond the cap. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

UNDO_FOR = timedelta(hours=24)


def undo_until(handed_at: datetime) -> datetime:
    """Exclusive: at this instant it is too late."""
    return handed_at + UNDO_FOR


def beyond(holds: int, more: int, cap: int) -> int:
    """How many above the cap he would hold. It warns: the cap binds what one takes oneself (domain.md 3), while the
    clients of a leaver have to be somebody's."""
    return max(0, holds + more - cap)
