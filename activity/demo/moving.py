"""The recorded weeks, moved to end today: working day by working day, so that every log keeps its lateness."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from org.week import Week
from org.workbooks.reading import Cell, Sheet
from org.working_days.rules import SHANGHAI, WorkingCalendar

FIRST, LAST = date(2026, 9, 14), date(2026, 11, 20)  # the first and last day of the recorded weeks
OF_THE_DAY = {"日期", "提交时间"}  # of the other columns with dates only the distance to today matters
HOURS = ("时间", "开始")


class Move:
    """Recorded days onto the working days that end with the last one up to now."""

    def __init__(self, now: datetime, calendar: WorkingCalendar) -> None:
        self.now = now.astimezone(SHANGHAI)
        today = self.now.date()
        end = today if calendar.works(today) else calendar.previous_working(today)
        self.shift = end - LAST
        recorded = [day for day in _days(FIRST, LAST) if calendar.works(day)]
        self.moved: dict[date, date] = {}
        for day in reversed(recorded):
            self.moved[day] = end
            end = calendar.previous_working(end)

    @property
    def first_monday(self) -> date:
        return Week.of(min(self.moved.values())).monday

    def day(self, recorded: date) -> date:
        """Where a recorded day went; a day off keeps its distance to the working day before it."""
        known = recorded
        while known not in self.moved and known > FIRST:
            known -= timedelta(days=1)
        return self.moved.get(known, FIRST + self.shift) + (recorded - known)

    def sheet(self, sheet: Sheet) -> Sheet:
        """The sheet with its dates moved; what would lie ahead of now is left out."""
        rows = [(number, self._row(sheet.header, cells)) for number, cells in sheet.rows]
        return Sheet(sheet.name, sheet.header, [(number, cells) for number, cells in rows if self._past(sheet, cells)])

    def _row(self, header: list[str], cells: list[Cell]) -> list[Cell]:
        return [self._cell(name, cell) for name, cell in zip(header, cells, strict=False)]

    def _cell(self, name: str, cell: Cell) -> Cell:
        if name in OF_THE_DAY and isinstance(cell, str) and cell:
            moved = f"{self.day(date.fromisoformat(cell[:10]))}{cell[10:]}"
            return "" if name == "提交时间" and _instant(moved) > self.now else moved
        if name in {"下一步日期", "登记日期", "到期日", "承保日期"} and isinstance(cell, str) and cell:
            return str(date.fromisoformat(cell) + self.shift)
        return cell

    def _past(self, sheet: Sheet, cells: list[Cell]) -> bool:
        if "日期" not in sheet.header:
            return True
        values = dict(zip(sheet.header, cells, strict=False))
        hour = next((values[name] for name in HOURS if values.get(name)), "00:00")
        return sheet.name == "请假" or _instant(f"{values['日期']} {hour}") <= self.now


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _instant(text: str) -> datetime:
    day, _space, hour = text.partition(" ")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), SHANGHAI)
