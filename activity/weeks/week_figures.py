"""A figure of the week opened: every entry behind it, day by day, and the days that put nothing into it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activity.daily_log.day import WeekView
from activity.daily_log.figures import Figure, figure_of_week
from activity.daily_log.limits import log_why_not
from activity.weeks.items import ItemLine, lines_of
from activity.weeks.week_page import PersonWeek


@dataclass(frozen=True, slots=True)
class DayPart:
    """What a day brought into the figure; `why`: why it is nothing, or not all that was written."""

    day: date
    counted: int
    why: str
    half_days: int


@dataclass(frozen=True, slots=True)
class Opened:
    """`line`: the item as it is assessed, None where it is not, or not for this reader."""

    figure: Figure
    line: ItemLine | None
    days: list[DayPart]

    @property
    def hides(self) -> bool:
        """Whether the week counted more than is listed: entries of days outside the reader's units."""
        return self.line is not None and self.line.done > len(self.figure.counted)


def opened(page: PersonWeek, item: str) -> Opened:
    figure = figure_of_week(page.view, item)
    lines = lines_of(page.verdict, page.view, page.book) if page.verdict else []
    line = next((one for one in lines if one.code == item), None)
    return Opened(figure, line, _days(page.view, figure))


def _days(view: WeekView, figure: Figure) -> list[DayPart]:
    """The days that have passed and are shown: required ones, and others on which something was written."""
    found = []
    for day in view.week.days:
        if day > view.at.date() or day not in view.shown:
            continue
        counted = sum(line.counted for line in figure.lines if line.day == day)
        if view.half_days(day) or any(line.day == day for line in figure.lines):
            found.append(DayPart(day, counted, _why(view, day), view.half_days(day)))
    return found


def _why(view: WeekView, day: date) -> str:
    """Of a log that puts nothing into the week."""
    log = view.logs.get(day)
    if log is None or (log.handed_in_at is None and not any(view.tally(day))):
        return _("没有日志，算 0") if view.half_days(day) else ""
    return log_why_not(log)
