"""A person's day and week as they are read: entries with their verdict, done and due, and what may still be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activity.daily_log.due import Halves, days_read, due_halves
from activity.daily_log.flags import Flag
from activity.daily_log.limits import log_why_not, sentence_of
from activity.daily_log.models import Annotation, DailyLog, LogEntry
from activity.daily_log.reasons import sentence, still_missing
from activity.daily_log.rules import Tally
from activity.itinerary.models import PlanItem
from clients.prospects.models import Registration
from clients.visits.models import Visit
from org.people.models import Person
from org.rules.days import ruled_days
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import LogLimits, WorkingCalendar, log_limits

ITEMS = ("calls", "visits", "prospects", "studies")
ITEM_NAMES = {"calls": _("电话"), "visits": _("有效拜访"), "prospects": _("准客户积累"), "studies": _("学习")}
ITEM_OF_TYPE = {LogEntry.Type.CALL: "calls", LogEntry.Type.STUDY: "studies", LogEntry.Type.OTHER: "other"}

LOOK_BACK = timedelta(days=21)  # no log stays open longer: two working days round the longest holiday

Row = LogEntry | Visit | Registration


@dataclass(frozen=True)
class EntryView:
    """One row of a day, with why it does not count (empty when it does; other work never counts)."""

    row: Row
    item: str  # calls, visits, prospects, studies, other
    why_not: str  # the sentence
    annotations: tuple[Annotation, ...] = ()
    flags: tuple[Flag, ...] = ()  # for readers (flagging.py)
    planned: PlanItem | None = None  # of the 行事历, that it settled (from_plan.py)

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def counted(self) -> bool:
        return self.row.counted

    @property
    def at(self) -> time | None:
        if isinstance(self.row, Visit):
            return self.row.starts_at
        return self.row.at if isinstance(self.row, LogEntry) else None


def entries_of(log: DailyLog | None, person_id: int, day: date) -> list[EntryView]:
    """All rows of the day, latest first: four queries, of which two need a header."""
    notes: dict[UUID, list[Annotation]] = defaultdict(list)
    rows: list[tuple[str, Row]] = []
    if log is not None:
        for note in log.annotations.select_related("by"):
            notes[note.entry_id].append(note)
        rows += [(ITEM_OF_TYPE[LogEntry.Type(row.type)], row) for row in log.entries.select_related("prospect")]
    rows += [("visits", row) for row in Visit.objects.of(person_id, day).select_related("prospect")]
    rows += [("prospects", row) for row in Registration.objects.of(person_id, day)]
    return in_order(rows, notes)


def in_order(rows: Iterable[tuple[str, Row]], notes: Mapping[UUID, list[Annotation]]) -> list[EntryView]:
    """As they are read: latest first, each with what readers wrote beside it."""
    views = [EntryView(row, item, sentence(row.why_not), tuple(notes.get(row.pk, ()))) for item, row in rows]
    return sorted(views, key=lambda view: (view.at or view.row.recorded_at.time(), str(view.id)), reverse=True)


class Item(NamedTuple):
    """One of the four: done, and due doubled (half a day owes 1.5 visits)."""

    code: str
    name: Any
    done: int
    due_doubled: int

    @property
    def due(self) -> float | int:
        """For display only: 3 or 1.5."""
        return self.due_doubled // 2 if self.due_doubled % 2 == 0 else self.due_doubled / 2

    @property
    def is_short(self) -> bool:
        return 2 * self.done < self.due_doubled


def items(done: Iterable[int], standard: Iterable[int], half_days: int) -> list[Item]:
    return [
        Item(code, ITEM_NAMES[code], count, per_day * half_days)
        for code, count, per_day in zip(ITEMS, done, standard, strict=True)
    ]


@dataclass(frozen=True)
class DayMark:
    """One day of the week strip."""

    day: date
    code: str  # met, short, done_off (handed in on a day off), off, future, now, missing, hidden
    short: int  # how many of the four items are short
    is_working: bool
    is_make_up: bool
    log: DailyLog | None


@dataclass
class WeekView:
    """A person's week as far as it is shown: marks of its days, sums that count, what is due by the whole week."""

    person: Person
    week: Week
    at: datetime
    book: RuleBook
    calendar: WorkingCalendar
    logs: dict[date, DailyLog]
    halves: dict[tuple[int, date], Halves]
    shown: frozenset[date]  # of a moved person's week a reader sees the days spent within his reach
    is_own: bool
    limits: dict[date, LogLimits] = field(default_factory=dict)
    overdue: list[date] = field(default_factory=list)  # required, before today, not in, and still possible

    def half_days(self, day: date) -> int:
        return len(self.halves.get((self.person.pk, day), ())) if day in self.shown else 0

    def opens(self, day: date) -> bool:
        """Whether the entries of the day are shown: all of one's own, of others what is handed in and within reach."""
        return self.is_own or day in self.logs

    @cached_property
    def done(self) -> Tally:
        counting = [log for log in self.logs.values() if log.counts]
        return Tally(*(sum(getattr(log, code) for log in counting) for code in ITEMS))

    @cached_property
    def items(self) -> list[Item]:
        return items(self.done, self.book.targets.standard, sum(self.half_days(day) for day in self.week.days))

    def tally(self, day: date) -> Tally:
        log = self.logs.get(day)
        return Tally(*(getattr(log, code) for code in ITEMS)) if log else Tally()

    def mark(self, day: date) -> DayMark:
        log, half_days = self.logs.get(day), self.half_days(day)
        short = sum(bool(lack) for lack in self.tally(day).shortfall(self.book.targets.standard, half_days=half_days))
        handed_in = log is not None and log.handed_in_at is not None
        if day not in self.shown:
            code = "hidden"
        elif day > self.at.date():
            code = "future" if half_days else "off"
        elif handed_in:
            code = ("short" if short else "met") if half_days else "done_off"
        elif not half_days:
            code = "off"
        elif day == self.at.date() and self.at < self.limits[day].due:
            code = "now"
        else:
            code = "missing"
        works = self.calendar.works(day)
        return DayMark(day, code, short, works, self.calendar.is_make_up(day), log)

    @property
    def marks(self) -> list[DayMark]:
        return [self.mark(day) for day in self.week.days]


def week_view(
    person: Person, week: Week, at: datetime, *, reader: Person | None = None, since: date | None = None
) -> WeekView:
    """His own, or only what `reader` may see of it. Four queries (rules and calendar, logs, posts, absences),
    for a reader five. With `since` also the days from then on that can still be handed in."""
    if reader == person:
        reader = None
    first, last = min(since or week.monday, week.monday), max(at.date() if since else week.sunday, week.sunday)
    books, calendar = ruled_days(first, last)
    visible = DailyLog.objects.visible_to(reader, on=at.date()) if reader else DailyLog.objects.all()
    found = visible.filter(person=person).between(first, last).select_related("reviewed_by", "unit")
    every = {log.day: log for log in found}
    logs = {day: log for day, log in every.items() if day in week}
    halves = due_halves([person.pk], first, last, calendar)
    limits = {day: log_limits(day, calendar, books[day].times) for day in week.days}
    shown = frozenset(week.days) if reader is None else days_read(reader, person, week, at.date()) | frozenset(logs)
    overdue = [
        day
        for _person, day in sorted(halves)
        if since and since <= day < at.date()
        and not (day in every and every[day].handed_in_at)
        and at < log_limits(day, calendar, books[day].times).lock_at
    ]  # fmt: skip
    return WeekView(
        person, week, at, books[week.monday], calendar, logs, halves, shown, reader is None, limits, overdue
    )


@dataclass
class DayView:
    """A day in its week."""

    day: date
    week: WeekView
    entries: list[EntryView]

    @property
    def log(self) -> DailyLog | None:
        return self.week.logs.get(self.day)

    @property
    def limits(self) -> LogLimits:
        return self.week.limits[self.day]

    @cached_property
    def items(self) -> list[Item]:
        return items(self.week.tally(self.day), self.week.book.targets.standard, self.week.half_days(self.day))

    @property
    def missing(self) -> str:
        """还差 2 电话 1 拜访."""
        standard, half_days = self.week.book.targets.standard, self.week.half_days(self.day)
        return still_missing(self.week.tally(self.day).missing(standard, half_days=half_days))

    @property
    def state(self) -> str:
        return self.log.state if self.log else DailyLog.State.DRAFT

    @property
    def phase(self) -> str:
        """open, late, back or locked: by the clock alone."""
        limits, at = self.limits, self.week.at
        if at < limits.due:
            return "open"
        return "late" if at < limits.late_until else "back" if at < limits.lock_at else "locked"

    @property
    def nothing_due(self) -> str:
        """休息日，不用交; empty where the day owes something."""
        if self.week.half_days(self.day):
            return ""
        return str(_("这一天不用交") if self.week.calendar.works(self.day) else _("休息日，不用交"))

    @property
    def how(self) -> str:
        """按时, 迟报 or 补录 of what is handed in; nobody is late where nothing is due."""
        is_late = self.log is not None and self.log.timeliness == DailyLog.Timeliness.LATE
        return self.log.get_timeliness_display() if self.log and not (is_late and self.nothing_due) else ""

    @property
    def sentence(self) -> str:
        """Which rule holds now and until when."""
        is_in = self.log is not None and self.log.handed_in_at is not None
        if not self.nothing_due or is_in or self.phase == "locked":
            return sentence_of(self.log, self.limits, self.week.at)
        then = _("现在提交算补录，经理接受后才计入") if self.phase == "back" else _("提交了照样计入本周")
        return _("{nothing}；{then}").format(nothing=self.nothing_due, then=then)

    @property
    def why_not(self) -> str:
        return log_why_not(self.log)

    @property
    def may_write(self) -> bool:
        """Whether the author may still add or take away (actions decide again)."""
        if self.day > self.week.at.date() or self.phase == "locked" or self.state == DailyLog.State.PASSED:
            return False
        return self.state != DailyLog.State.SUBMITTED or self.phase == "open"

    @property
    def may_submit(self) -> bool:
        return self.may_write and self.state in (DailyLog.State.DRAFT, DailyLog.State.RETURNED)


def bare_day(person: Person, day: date, at: datetime) -> DayView:
    """His own day without its entries and without the rest of its week. Four queries (rules and calendar, log, posts,
    absences)."""
    books, calendar = ruled_days(day, day)
    logs = {log.day: log for log in DailyLog.objects.filter(person=person, day=day)}
    halves = due_halves([person.pk], day, day, calendar)
    limits = {day: log_limits(day, calendar, books[day].times)}
    return DayView(
        day, WeekView(person, Week.of(day), at, books[day], calendar, logs, halves, frozenset([day]), True, limits), []
    )


def day_view(person: Person, day: date, at: datetime, reader: Person | None = None) -> DayView:
    """Eight queries, whatever the number of entries."""
    is_near = reader is None and abs(at.date() - day) <= LOOK_BACK
    since = at.date() - LOOK_BACK if is_near else None
    week = week_view(person, Week.of(day), at, reader=reader, since=since)
    return DayView(day, week, entries_of(week.logs.get(day), person.pk, day))
