"""A figure opened: every entry behind it, which ones count and why the others do not. Counted + excluded = all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from activity.daily_log.day import ITEM_NAMES, DayView, EntryView, Item, Row, WeekView
from activity.daily_log.limits import log_why_not
from activity.daily_log.models import LogEntry
from activity.daily_log.reasons import sentence
from clients.prospects.models import Registration
from clients.visits.models import Visit

TYPES = {"calls": LogEntry.Type.CALL, "studies": LogEntry.Type.STUDY}


def is_unanswered(row: Row) -> bool:
    """A call that nobody took, or that found the line busy."""
    return isinstance(row, LogEntry) and row.type == LogEntry.Type.CALL and row.answer != LogEntry.Answer.ANSWERED


@dataclass(frozen=True)
class Line:
    """An entry in a figure; `why_not` is its own reason, or that of its log."""

    day: date
    entry: EntryView
    why_not: str

    @property
    def counted(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Figure:
    item: Item
    name: Any
    lines: list[Line]

    @property
    def counted(self) -> list[Line]:
        return [line for line in self.lines if line.counted]

    @property
    def unanswered(self) -> int:
        """Of the counted calls; they are shown apart (domain.md, "What counts")."""
        rows = [line.entry.row for line in self.counted]
        return sum(is_unanswered(row) for row in rows)

    @property
    def excluded(self) -> list[Line]:
        return [line for line in self.lines if not line.counted]


def figure_of_day(view: DayView, item: str) -> Figure:
    """The ring of the day: what will count once the log is handed in and stands."""
    lines = [Line(view.day, one, one.why_not) for one in view.entries if one.item == item]
    return Figure(_item(view.items, item), ITEM_NAMES[item], lines)


def figure_of_week(view: WeekView, item: str) -> Figure:
    """The sum of the week over the days that are shown: one query."""
    of_log = {day: log_why_not(view.logs.get(day)) for day in view.week.days}
    lines = [Line(day, entry, of_log[day] or entry.why_not) for day, entry in _entries(view, item) if view.opens(day)]
    return Figure(_item(view.items, item), ITEM_NAMES[item], lines)


def _item(items: Iterable[Item], code: str) -> Item:
    return next(item for item in items if item.code == code)


def _entries(view: WeekView, item: str) -> list[tuple[date, EntryView]]:
    person, first, last = view.person, view.week.monday, view.week.sunday
    if item == "visits":
        visits = Visit.objects.filter(person=person, day__range=(first, last))
        return [(row.day, EntryView(row, item, sentence(row.why_not))) for row in visits]
    if item == "prospects":
        found = Registration.objects.filter(person=person, day__range=(first, last)).order_by(
            "day", "recorded_at", "pk"
        )
        return [(row.day, EntryView(row, item, sentence(row.why_not))) for row in found]
    rows = LogEntry.objects.filter(log__in=[log.pk for log in view.logs.values()], type=TYPES[item])
    days = {log.pk: day for day, log in view.logs.items()}
    listed = [(days[row.log_id], EntryView(row, item, sentence(row.why_not))) for row in rows]
    return sorted(listed, key=lambda one: one[0])
