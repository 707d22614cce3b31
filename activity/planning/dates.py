"""The instants of a plan: it is made while the week before runs, and handed in with that week's report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from activity.planning.rules import draft_due
from org.rules.book import Books
from org.rules.days import ruled_days
from org.rules.schema import PlanHints
from org.week import Week
from org.working_days.rules import WorkingCalendar, report_due, report_opens


class Times(NamedTuple):
    """Of one planned week. All three are None where that week or the one before has no working day:
    nothing is due then."""

    opens: datetime | None
    drafts_due: datetime | None
    due: datetime | None
    calendar: WorkingCalendar
    standard: tuple[int, int, int, int]
    hints: PlanHints

    def is_open(self, at: datetime) -> bool:
        return self.opens is None or at >= self.opens

    def draft_late(self, handed_in_at: datetime | None, at: datetime) -> bool:
        return self.drafts_due is not None and (handed_in_at or at) >= self.drafts_due


def times_of(plan: Week) -> Times:
    """One query."""
    return times_of_weeks([plan])[plan]


def times_of_weeks(plans: Collection[Week]) -> dict[Week, Times]:
    """One query for all of them."""
    mondays = [plan.monday for plan in plans]
    books, calendar = ruled_days(Week(min(mondays)).previous.monday, Week(max(mondays)).sunday)
    return {plan: _times(plan, books, calendar) for plan in plans}


def _times(plan: Week, books: Books, calendar: WorkingCalendar) -> Times:
    report = plan.previous
    book = books[report.monday]
    due = report_due(report, calendar, book.times) if calendar.working_days(plan) else None
    if due is None:
        return Times(None, None, None, calendar, book.standard, book.plan_hints)
    drafts = draft_due(due, calendar, book.deadlines.plan_draft_due)
    opens = report_opens(report, calendar, book.times)
    return Times(opens, drafts, due, calendar, book.standard, book.plan_hints)


def days_of(plan: Week, calendar: WorkingCalendar) -> list[date]:
    """The days that a plan lays out: Monday to Friday and whatever else works."""
    return [day for day in plan.days if day.weekday() < 5 or calendar.works(day)]
