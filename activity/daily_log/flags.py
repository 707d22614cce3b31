"""What a reader should see of an entry besides whether it counts: facts are taken as recorded, these are flags and
never refusals (workbooks.md, "How history is read"). Pure; the half day ends at noon.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from org.absences.models import AbsenceKind, Half
from org.working_days.rules import SHANGHAI

NOON = time(12)


class Flag(StrEnum):
    OVERLAP = "overlap"
    COMPANION_OVERLAP = "companion_overlap"
    DAY_OFF = "day_off"
    LEAVE = "leave"
    DUTY = "duty"
    AFTER_HAND_IN = "after_hand_in"
    ADDED_LATER = "added_later"
    UNKNOWN_CLIENT = "unknown_client"
    COLLEAGUES_CLIENT = "colleagues_client"

    @property
    def word(self) -> str:
        return str(WORDS[self])


WORDS = {
    Flag.OVERLAP: _("时间重叠"),
    Flag.COMPANION_OVERLAP: _("陪访人时间重叠"),
    Flag.DAY_OFF: _("休息日"),
    Flag.LEAVE: _("请假"),
    Flag.DUTY: _("公务"),
    Flag.AFTER_HAND_IN: _("提交之后"),
    Flag.ADDED_LATER: _("提交后补记"),
    Flag.UNKNOWN_CLIENT: _("未登记客户"),
    Flag.COLLEAGUES_CLIENT: _("同事的客户"),
}


class Happened(NamedTuple):
    """An entry: `start` is None where no hour is known of what happened; `client` is empty where there is none."""

    key: Hashable
    start: time | None = None
    end: time | None = None
    is_visit: bool = False
    client: str = ""
    owner: int | None = None  # of the prospect that the client is; None: nobody's
    written: datetime | None = None  # when it was recorded on a page; None for imported history
    companion: int | None = None  # who confirmed that he was along


class Elsewhere(NamedTuple):
    """A visit of somebody else, and who was there by his own word or as its owner."""

    start: time
    end: time | None
    people: frozenset[int]


class Day(NamedTuple):
    """Whose day it was, whether it was a working day, the kind of absence by half, and when the log came in."""

    person: int
    day: date
    works: bool = True
    away: Mapping[str, str] = {}
    handed_in_at: datetime | None = None


def flags_of(entries: Sequence[Happened], day: Day, elsewhere: Sequence[Elsewhere] = ()) -> dict[Hashable, list[Flag]]:
    """The flags of the entries that have any, in the order of Flag."""
    found = defaultdict(set)
    for key in _overlapping(entry for entry in entries if entry.is_visit):
        found[key].add(Flag.OVERLAP)
    for entry in entries:
        found[entry.key] |= _in_two_places(entry, day, elsewhere)
        found[entry.key] |= {flag for flag in _of_the_day(entry, day) + _of_the_client(entry, day) if flag}
    return {key: [flag for flag in Flag if flag in flags] for key, flags in found.items() if flags}


def _overlapping(visits: Iterable[Happened]) -> set[Hashable]:
    """Of visits sorted by start, whoever starts before an earlier one has ended; without an end it is an instant."""
    found: set[Hashable] = set()
    timed = sorted((one.start, one.end or one.start, str(one.key), one.key) for one in visits if one.start)
    for place, (start, end, _order, key) in enumerate(timed):
        for later, _end, _later_order, other in timed[place + 1 :]:
            if later < end or later == start:
                found |= {key, other}
    return found


def _in_two_places(entry: Happened, day: Day, elsewhere: Iterable[Elsewhere]) -> set[Flag]:
    """He, or who came along with him, was at another's visit at that time."""
    if not entry.is_visit or entry.start is None:
        return set()
    there = set[int]()
    for other in elsewhere:
        first, second = sorted([(entry.start, entry.end), (other.start, other.end)], key=lambda span: span[0])
        if second[0] < (first[1] or first[0]) or second[0] == first[0]:
            there |= other.people
    found = {Flag.OVERLAP} if day.person in there else set()
    return found | ({Flag.COMPANION_OVERLAP} if entry.companion in there else set())


def _of_the_day(entry: Happened, day: Day) -> list[Flag | None]:
    late = entry.start and day.handed_in_at and datetime.combine(day.day, entry.start, SHANGHAI) > day.handed_in_at
    added = entry.written and day.handed_in_at and entry.written > day.handed_in_at
    return [
        None if day.works else Flag.DAY_OFF,
        Flag.AFTER_HAND_IN if late else None,
        Flag.ADDED_LATER if added else None,
        *_away(entry, day),
    ]


def _away(entry: Happened, day: Day) -> list[Flag | None]:
    """By the half of its hour; an entry without an hour only when the whole day was away."""
    if entry.start:
        kinds = {day.away.get(Half.AM if entry.start < NOON else Half.PM)}
    else:
        kinds = set(day.away.values()) if len(day.away) == len(Half) else set()
    return [
        Flag.LEAVE if AbsenceKind.LEAVE in kinds else None,
        Flag.DUTY if AbsenceKind.DUTY in kinds else None,
    ]


def _of_the_client(entry: Happened, day: Day) -> list[Flag | None]:
    if not entry.client or entry.owner == day.person:
        return []
    return [Flag.UNKNOWN_CLIENT if entry.owner is None else Flag.COLLEAGUES_CLIENT]
