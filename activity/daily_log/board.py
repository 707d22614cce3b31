"""晨间批阅 as it is read: a row for whoever owed a log that day in the reviewer's units, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from activity.daily_log.day import ITEMS, Item
from activity.daily_log.models import DailyLog
from activity.daily_log.rules import undo_until
from activity.daily_log.standing import Standing
from org.people.models import Person
from org.week import Week
from org.working_days.rules import LogLimits


@dataclass(frozen=True)
class Row:
    """One person of the list: the day's figures, the week's up to that day, and the last working days."""

    person: Person
    log: DailyLog | None
    items: list[Item]
    week: list[Item]
    days_in: int  # of the week so far
    days_due: int
    bars: list[int | None]
    away: str  # 上午公务; empty for a whole day
    away_halves: Mapping[str, str]  # the kind of absence by half of the day
    standing: Standing
    judged: int  # visits that a reviewer judged ineffective
    reminded: str  # when: 21:00, on another day 11.20 21:00; empty if nobody has yet
    unanswered: int  # of the counted calls; shown apart (domain.md, "What counts")

    @property
    def cells(self) -> list[tuple[int | None, float | int]]:
        """Done and due for the heat cells; nothing done is known of a log that is not in."""
        return [(item.done if self.log else None, item.due) for item in self.items]

    @property
    def lacking(self) -> list[Item]:
        return [item for item in self.items if item.is_short]

    @property
    def is_full(self) -> bool:
        return self.log is not None and not self.lacking

    @property
    def asks_help(self) -> bool:
        return self.log is not None and bool(self.log.help_needed) and not self.log.help_answer

    @property
    def said_bars(self) -> str:
        """The strip in words, for readers."""
        met = sum(bar == len(ITEMS) for bar in self.bars)
        return _("近 {days} 日四项都够 {met} 日").format(days=sum(bar is not None for bar in self.bars), met=met)

    @property
    def order(self) -> tuple[int, bool, str]:
        """What asks for a hand first; of the waiting, those who met everything last. A visit judged ineffective moves
        no log from its place while it is being read."""
        return self.standing.rank, self._was_full, self.person.employee_no

    @property
    def _was_full(self) -> bool:
        lacking = [item for item in self.items if 2 * self._handed_in(item) < item.due_doubled]
        return self.log is not None and not lacking

    def _handed_in(self, item: Item) -> int:
        return item.done + (self.judged if item.code == "visits" else 0)


@dataclass(frozen=True)
class Board:
    day: date
    works: bool  # a working day
    at: datetime
    limits: LogLimits
    review_due: datetime
    closes_at: datetime
    report_due: datetime | None
    previous: date
    next: date | None
    rows: list[Row]
    waiting_days: list[tuple[date, int]]  # the other days with logs still waiting, oldest first

    @property
    def week(self) -> Week:
        return Week.of(self.day)

    @property
    def is_today(self) -> bool:
        return self.day == self.at.date()

    @property
    def is_yesterday(self) -> bool:
        return self.day == self.at.date() - timedelta(days=1)

    def count(self, *codes: str) -> int:
        return sum(row.standing.code in codes for row in self.rows)

    @property
    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.standing.waits]

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if row.standing.code == "missing"]

    @property
    def rest(self) -> list[Row]:
        return [row for row in self.rows if not row.standing.waits and row.standing.code != "missing"]

    @property
    def passed(self) -> int:
        return self.count("passed")

    @property
    def away(self) -> int:
        return self.count("leave", "duty", "off")

    @property
    def handed_in(self) -> list[Row]:
        return [row for row in self.rows if row.log]

    def undo_until(self, decided_by: int | None, decided: datetime | None, person: Person) -> datetime | None:
        """Until when this person may take that verdict back; None when he may not, or not any more."""
        if decided is None or decided_by != person.pk:
            return None
        until = undo_until(decided, filter(None, [self.report_due, self.closes_at]))
        return until if self.at < until else None

    def just_decided(self, person: Person) -> list[tuple[Row, datetime]]:
        """The logs that he passed or returned in the last minutes, latest first, and until when he may undo it."""
        found = [
            (row, until)
            for row in self.rows
            if row.log and row.log.state != DailyLog.State.SUBMITTED
            if (until := self.undo_until(row.log.reviewed_by_id, row.log.reviewed_at, person))
        ]
        return sorted(found, key=lambda one: one[1], reverse=True)

    def row_of(self, employee_no: str) -> Row | None:
        return next((row for row in self.rows if row.person.employee_no == employee_no), None)

    def waiting_after(self, employee_no: str) -> Row | None:
        """The next log to review, round the list; None when this was the last."""
        waiting = self.waiting
        others = [row for row in waiting if row.person.employee_no != employee_no]
        here = next((n for n, row in enumerate(waiting) if row.person.employee_no == employee_no), 0)
        return others[here % len(others)] if others else None
