"""What the close of a week would write now: the same statement, asked and written nowhere.

Where the week before has not closed either, the streak goes on from what its close would write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import connection

from activity.assessment.figures import CLIENT_MANAGERS, FOUR, MANAGERS, Standard, parameters, statement
from activity.assessment.models import Assessed
from activity.assessment.rules import FULL, Four, Link, Spared, Status, proposes, streak
from org.rules.book import books_between
from org.rules.schema import RuleBook
from org.week import Week
from org.working_days.rules import WorkingCalendar, week_close

EVERYWHERE = "%"
CLOSES_AFTER = 2  # working days after the week; the hour is the rule set's


class Verdict(NamedTuple):
    """A person's week, recorded at its close or as the close would record it now; of 3111 without the streak."""

    person_id: int
    unit_id: int
    half_days: int
    done: Four
    short: Four  # whole entries missing
    status: Status
    percent: int = FULL
    spared: Spared = Spared.NO
    starts_anew: bool = False
    streak: int = 0
    proposes: bool = False

    @property
    def link(self) -> Link:
        return Link(self.status, self.spared, self.starts_anew)

    @property
    def skipped(self) -> bool:
        """Whether the streak passes over the week, or breaks at it."""
        return bool(self.spared) or self.status in (Status.EXEMPT, Status.EXCUSED)

    @classmethod
    def recorded(cls, row: Assessed, standard: Standard = CLIENT_MANAGERS) -> Self:
        """What a close has written."""
        told: dict[str, Any] = {
            "done": tuple(getattr(row, item) for item in standard.items),
            "short": tuple(getattr(row, f"short_{item}") for item in standard.items),
            "status": Status(row.status),
        }
        if standard is not MANAGERS:
            told |= {name: getattr(row, name) for name in ("percent", "starts_anew", "streak", "proposes")}
            told["spared"] = Spared(getattr(row, "spared"))  # noqa: B009 (of 6311 alone)
        return cls(row.person_id, row.unit_id, row.required_half_days, **told)

    @classmethod
    def forecast(cls, row: Mapping[str, Any], standard: Standard = CLIENT_MANAGERS) -> Self:
        """From a row of `assessed`."""
        told: dict[str, Any] = {
            "done": tuple(row[f"done_{n}"] for n in FOUR),
            "short": tuple(row[f"short_{n}"] for n in FOUR),
            "status": Status(row["status"]),
        }
        if standard is not MANAGERS:
            told |= {name: row[name] for name in ("percent", "starts_anew", "streak", "proposes")}
            told["spared"] = Spared(row["spared"])
        return cls(row["person_id"], row["unit_id"], row["half_days"], **told)

    def following(self, before: Verdict, book: RuleBook) -> Verdict:
        """The same with the streak that goes on from a week that is open, too."""
        reached = streak(before.streak, self.link, book.assessment)
        ends = proposes(reached, self.link, book.assessment, yuan=book.fines.two_short_weeks_yuan)
        return self._replace(streak=reached, proposes=ends)


class OpenWeek(NamedTuple):
    """A week that has begun to be worked and has not closed."""

    week: Week
    book: RuleBook


def open_before(week: Week, calendar: WorkingCalendar, at: datetime) -> list[OpenWeek]:
    """The weeks before this one that have not closed yet, the older first: at most one query, mostly none."""
    if at.date() > calendar.next_working(week.previous.sunday, CLOSES_AFTER):
        return []
    first = week.previous
    while at.date() <= calendar.next_working(first.previous.sunday, CLOSES_AFTER):
        first = first.previous
    books, found = books_between(first.monday, week.monday), list[OpenWeek]()
    while first < week:
        book = books[first.monday]
        is_assessed = book.effective_from is not None and first.monday <= at.date()
        if is_assessed and at < week_close(first, calendar, book.times):
            found.append(OpenWeek(first, book))
        first = first.next
    return found


def asked(sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def forecast(
    week: Week,
    *,
    calendar: WorkingCalendar,
    book: RuleBook,
    within: str = EVERYWHERE,
    people: Collection[int] | None = None,
    standard: Standard = CLIENT_MANAGERS,
) -> dict[int, Verdict]:
    """Of these people, or of everybody in units whose path is LIKE `within`, by person id. Three queries."""
    sql = f"{statement(standard, book.assessment.mode)} SELECT * FROM assessed"  # noqa: S608
    given = parameters(standard, within, week, calendar=calendar, book=book, people=people)
    return {row["person_id"]: Verdict.forecast(row, standard) for row in asked(sql, given)}


def chained(
    verdicts: dict[int, Verdict], week: Week, *, at: datetime, calendar: WorkingCalendar, book: RuleBook
) -> list[tuple[Week, dict[int, Verdict]]]:
    """These people's open weeks up to this one, each streak going on from the week before; the last is `week`.

    Three queries for every other open week.
    """
    found: list[tuple[Week, dict[int, Verdict]]] = []
    last: dict[int, Verdict] = {}
    for earlier in open_before(week, calendar, at):
        asked_now = forecast(earlier.week, calendar=calendar, book=earlier.book, people=list(verdicts))
        last = {**last, **followed(asked_now, last, earlier.book)}
        found.append((earlier.week, {person: last[person] for person in asked_now}))
    return [*found, (week, followed(verdicts, last, book))]


def followed(now: dict[int, Verdict], before: Mapping[int, Verdict], book: RuleBook) -> dict[int, Verdict]:
    return {person: one.following(before[person], book) if person in before else one for person, one in now.items()}
