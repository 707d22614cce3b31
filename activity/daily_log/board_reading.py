"""Reading the board of a day: rows come from posts (who owed) and from logs (who handed in), figures from headers.

The number of queries does not depend on the number of people.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from activity.daily_log.board import Board, Row
from activity.daily_log.day import ITEMS, Item, items
from activity.daily_log.due import Halves, due_and_away
from activity.daily_log.models import Annotation, DailyLog, DailyLogQuerySet, LogEntry
from activity.daily_log.rules import Tally
from activity.daily_log.standing import hour_of, standing_of
from clients.visits.models import Visit
from org.absences.models import AbsenceKind, Half
from org.notices.models import Notice
from org.pages.drawings import MISSING
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import Post
from org.reach import Reach, reach
from org.rules.book import Books
from org.rules.days import ruled_days
from org.week import Week
from org.working_days.rules import WorkingCalendar, log_limits, report_due, review_due, week_close

WAITING = "waiting_logs"
BARS = 10  # working days drawn beside a name

Pair = tuple[int, date]


class Past(NamedTuple):
    """The header of a day in the strip, as far as figures need it."""

    tally: Tally
    counts: bool


def day_to_review(at: datetime, calendar: WorkingCalendar, books: Books) -> date:
    """The last working day before today; today itself once its logs are due."""
    today = at.date()
    if calendar.works(today) and at >= log_limits(today, calendar, books[today].times).due:
        return today
    return calendar.previous_working(today)


def to_review(reviewer: Person, on: date) -> QuerySet[DailyLog]:
    """The logs that wait for him, of any day."""
    within = reach(reviewer, Permission.LOG_REVIEW, on=on).q(unit="unit", person=None, about="person")
    return DailyLog.objects.waiting().filter(within).exclude(person=reviewer)


def waiting_logs(reviewer: Person, on: date) -> int:
    """How many wait for him; known when the board was read for this request."""
    known = vars(reviewer).get(WAITING)
    return known if known is not None else to_review(reviewer, on).count()


def board(reviewer: Person, day: date | None, at: datetime) -> Board:
    """Of that day, or of the one to review now. Ten queries."""
    week = Week.of(day or at.date())
    books, calendar = ruled_days(week.monday, week.sunday)
    return _Reading(reviewer, day or day_to_review(at, calendar, books), at, calendar, books).board()


class _Reading:
    """What is fetched once for all rows."""

    def __init__(self, reviewer: Person, day: date, at: datetime, calendar: WorkingCalendar, books: Books) -> None:
        self.reviewer, self.day, self.at, self.calendar, self.books = reviewer, day, at, calendar, books
        self.week = Week.of(day)
        self.strip = self._working_days_up_to(day)
        self.first = min(self.strip[0], self.week.monday)
        times = self.books[day].times
        self.limits = log_limits(day, self.calendar, times)
        self.closes_at = week_close(self.week, self.calendar, times)
        self.report_due = report_due(self.week, self.calendar, times)
        self.review_due = review_due(day, self.calendar, times)
        within = reach(reviewer, Permission.LOG_REVIEW, on=at.date())
        people, self.mine = self._in_post(within)
        self.logs = self._logs_of_the_day(within, set(people))
        self.people = people | {log.person_id: log.person for log in self.logs.values()}
        self.due: dict[Pair, Halves]
        self.due, kinds = due_and_away(list(self.people), self.first, day, self.calendar)
        self.past = self._past()
        self.away = {person: halves for (person, away_on), halves in kinds.items() if away_on == day}
        self.reminded, self.waiting_days = self._reminded(), self._waiting_days()

    def _working_days_up_to(self, day: date) -> list[date]:
        days = [day] if self.calendar.works(day) else []
        while len(days) < BARS:
            days.append(self.calendar.previous_working(days[-1] if days else day))
        return days[::-1]

    def _in_post(self, within: Reach) -> tuple[dict[int, Person], set[Pair]]:
        """The client managers of that day in his units, and the days of the strip on which they were there."""
        held = (
            Appointment.objects.touching(self.first, self.day)
            .filter(within.q(unit="unit", person=None, about="person"), post=Post.CLIENT_MANAGER)
            .exclude(person=self.reviewer)
            .select_related("person")
        )
        people: dict[int, Person] = {}
        days: set[Pair] = set()
        span = [self.first + timedelta(days=n) for n in range((self.day - self.first).days + 1)]
        for one in held:
            there = {day for day in span if one.starts_on <= day <= (one.ends_on or date.max)}
            days |= {(one.person_id, day) for day in there}
            if self.day in there and one.person.joined_on <= self.day <= (one.person.left_on or date.max):
                people[one.person_id] = one.person
        return people, days

    def _visible(self) -> DailyLogQuerySet:
        handed_in = DailyLog.objects.visible_to(self.reviewer, on=self.at.date())
        return handed_in.exclude(state=DailyLog.State.DRAFT).exclude(person=self.reviewer)

    def _logs_of_the_day(self, within: Reach, people: set[int]) -> dict[int, DailyLog]:
        """By the unit that the log was written in, and of the people found; drafts are their authors'."""
        of_his = within.q(unit="unit", person=None, about="person") | Q(person__in=people)
        missed = Q(
            entries__type=LogEntry.Type.CALL,
            entries__counted=True,
            entries__answer__in=(LogEntry.Answer.UNANSWERED, LogEntry.Answer.BUSY),
        )
        found = self._visible().filter(of_his, day=self.day).select_related("person", "unit", "reviewed_by")
        judged = Visit.objects.filter(person=OuterRef("person"), day=OuterRef("day"), ineffective_at__isnull=False)
        found = found.annotate(
            unanswered=Count("entries", filter=missed),
            judged=_count(judged),
            has_notes=Exists(Annotation.objects.filter(log=OuterRef("pk"))),
        )
        return {log.person_id: log for log in found}

    def _past(self) -> dict[Pair, Past]:
        columns = ("person", "day", "counts", *ITEMS)
        logs = self._visible().filter(person__in=self.people).between(self.first, self.day).values_list(*columns)
        return {
            (person, day): Past(Tally(*figures), counts)
            for person, day, counts, *figures in logs
            if (person, day) in self.mine or day == self.day
        }

    def _reminded(self) -> dict[int, str]:
        """When the day's reminder was sent, by person."""
        missing = self.people.keys() - self.logs.keys()
        told = Notice.objects.filter(to__in=missing, kind="log_missing", link=reverse("day", args=[self.day]))
        sent = told.values_list("to", "at")
        return {person: hour_of(when.astimezone(self.at.tzinfo), self.at) for person, when in sent}

    def _waiting_days(self) -> list[tuple[date, int]]:
        """Of the other days, working or not. The menu shows the sum of all: it need not ask again (`waiting_logs`)."""
        waiting = to_review(self.reviewer, self.at.date())
        days = list(waiting.order_by("day").values_list("day").annotate(count=Count("pk")))
        vars(self.reviewer)[WAITING] = sum(count for _day, count in days)
        return [(day, count) for day, count in days if day != self.day]

    def _previous(self) -> date:
        """The working day before, or a day in between with logs that wait."""
        working = self.calendar.previous_working(self.day)
        return max([working, *(day for day, _count in self.waiting_days if working < day < self.day)])

    def _next(self) -> date | None:
        working = self.calendar.next_working(self.day)
        following = min([working, *(day for day, _count in self.waiting_days if self.day < day < working)])
        return following if following <= self.at.date() else None

    def board(self) -> Board:
        return Board(
            day=self.day,
            works=self.calendar.works(self.day),
            at=self.at,
            limits=self.limits,
            review_due=self.review_due,
            closes_at=self.closes_at,
            report_due=self.report_due,
            previous=self._previous(),
            next=self._next(),
            rows=sorted((self._row(person) for person in self.people.values()), key=lambda row: row.order),
            waiting_days=self.waiting_days,
        )

    def _half_days(self, person: Person, day: date) -> int:
        return len(self.due.get((person.pk, day), ())) if (person.pk, day) in self.mine else 0

    def _row(self, person: Person) -> Row:
        log, half_days = self.logs.get(person.pk), self._half_days(person, self.day)
        away = self.away.get(person.pk, {})
        tally = Tally(*(getattr(log, code) for code in ITEMS)) if log else Tally()
        week = [day for day in self.week.days if day <= self.day]
        due = [day for day in week if self._half_days(person, day)]
        return Row(
            person=person,
            log=log,
            items=items(tally, self.books[self.day].targets.standard, half_days),
            week=self._week_items(person, week),
            days_in=sum((person.pk, day) in self.past for day in week),
            days_due=len(due),
            bars=[self._bar(person, day) for day in self.strip],
            away=_half_away(away),
            away_halves=away,
            standing=standing_of(
                log,
                half_days=half_days,
                away=set(away.values()),
                limits=self.limits,
                closes_at=self.closes_at,
                at=self.at,
            ),
            unanswered=getattr(log, "unanswered", 0),
            judged=getattr(log, "judged", 0),
            reminded=self.reminded.get(person.pk, ""),
        )

    def _week_items(self, person: Person, week: list[date]) -> list[Item]:
        pasts = [self.past[person.pk, day] for day in week if (person.pk, day) in self.past]
        done = Tally.total(past.tally for past in pasts if past.counts)
        half_days = sum(self._half_days(person, day) for day in week)
        return items(done, self.books[self.day].targets.standard, half_days)

    def _bar(self, person: Person, day: date) -> int | None:
        """How many of the four were met; MISSING without a log, None when nothing was due or it is still open."""
        half_days, past = self._half_days(person, day), self.past.get((person.pk, day))
        if not half_days:
            return None
        if past is None:
            return None if day == self.day and self.at < self.limits.due else MISSING
        lacking = past.tally.shortfall(self.books[day].targets.standard, half_days=half_days)
        return sum(not lack for lack in lacking)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many there are beside each row of the outer query."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _half_away(away: dict[str, str]) -> str:
    """上午公务, when only half of the day is away."""
    if len(away) != 1:
        return ""
    ((half, kind),) = away.items()
    return f"{Half(half).label}{AbsenceKind(kind).label}"
