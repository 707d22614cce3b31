"""A day's history from a list (workbooks.md, activity): 日志, 电话, 拜访, 积累, 学习, 其他.

Facts are taken as recorded. Entries join the log of that person and day; one without 提交时间 is a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from activity.daily_log.models import DailyLog, LogEntry
from activity.daily_log.rules import log_counts
from clients.chain.attaching import Opportunities, opportunities_for
from clients.prospects.matching import KnownProspects
from clients.prospects.models import Contact, Registration, Source
from clients.prospects.rules import normalised
from clients.visits.models import Kind, Visit
from org.people.directory import Directory, Held
from org.rules.book import book_on, books_between
from org.workbooks.columns import Table, choice, clock, code, day, moment, text, yes_no
from org.workbooks.importing import Book, Row, Tally
from org.workbooks.upserting import Upsert, create_new
from org.working_days.calendar import calendar_between
from org.working_days.rules import LogLimits, log_limits

Pair = tuple[int, date]
WHO_AND_WHEN = (code("工号", required=True), day("日期", required=True))
KIND = choice("类别", dict(Kind.choices), required=True)
CLIENT = text("客户", length=100, required=True)
CONTACT = text("联系人", length=40, required=True)
PURPOSE = text("目的", length=200, required=True)
OUTCOME = text("结果", length=200, required=True)

LOGS = Table("日志", (*WHO_AND_WHEN, moment("提交时间"), text("明日计划")), key=("工号", "日期"))
CALLS = Table(
    "电话",
    (
        *WHO_AND_WHEN,
        clock("时间", required=True),
        CLIENT,
        CONTACT,
        KIND,
        yes_no("接通", empty=True),
        PURPOSE,
        OUTCOME,
    ),
)
VISITS = Table(
    "拜访",
    (
        *WHO_AND_WHEN,
        clock("开始", required=True),
        clock("结束"),
        KIND,
        CLIENT,
        CONTACT,
        PURPOSE,
        text("内容"),
        OUTCOME,
        text("下一步", length=200),
        day("下一步日期"),
        code("陪访人工号"),
    ),
)
REGISTRATIONS = Table(
    "积累",
    (
        *WHO_AND_WHEN,
        text("单位名称", length=100, required=True),
        text("经办人", length=40, required=True),
        choice("来源", dict(Source.choices), required=True),
    ),
)
STUDIES = Table(
    "学习",
    (
        *WHO_AND_WHEN,
        choice("类别", dict(LogEntry.Topic.choices), required=True),
        text("题目", length=200, required=True),
        text("收获", required=True),
    ),
)
OTHERS = Table("其他", (*WHO_AND_WHEN, text("内容", required=True)))
TABLES = (LOGS, CALLS, VISITS, REGISTRATIONS, STUDIES, OTHERS)


class DayHistory:
    """Writes the six sheets. `touched`: the (person, day)s to count again; `registered`: the new names."""

    def __init__(self, book: Book, directory: Directory, city_of: dict[str, int], *, at: datetime) -> None:
        self.book = book
        self.directory = directory
        self.city_of = city_of
        self.at = at
        self.touched: set[Pair] = set()
        self.registered: set[str] = set()
        self.logs = self.known_logs()
        self.prospects = KnownProspects(
            row[column]
            for sheet, column in (("电话", "客户"), ("拜访", "客户"), ("积累", "单位名称"))
            for row in book.good(sheet)
        )
        marked = Contact.objects.exclude(do_not_disturb_since=None)
        self.quiet: dict[tuple[UUID, str], date] = {
            (prospect, name): since
            for prospect, name, since in marked.values_list("prospect_id", "name", "do_not_disturb_since")
            if since
        }
        asked = LogEntry.objects.filter(asks_for_quiet=True).order_by("-log__day")  # of clients who are no prospects
        self.asked: dict[tuple[int, str, str], date] = {
            (person, client, contact): day
            for person, client, contact, day in asked.values_list("log__person", "client_key", "contact", "log__day")
        }

    def write(self) -> Tally:
        tally = self.write_logs()
        self.known_opportunities = self.opportunities()
        for sheet, model, build in self.builders():
            for row, _made in create_new(model, self.book.good(sheet), build, tally=tally):
                self.touched.add(self.pair(row))
        return tally

    def builders(self) -> list[tuple[str, type[Any], Callable[[Row], Any]]]:
        return [
            ("电话", LogEntry, self.call),
            ("拜访", Visit, self.visit),
            ("积累", Registration, self.registration),
            ("学习", LogEntry, self.study),
            ("其他", LogEntry, self.other),
        ]

    def pair(self, row: Row) -> Pair:
        return self.directory.ids[row["工号"]], row["日期"]

    def held(self, row: Row) -> Held:
        return self.directory.home_on(*self.pair(row))

    def recorded_at(self, row: Row) -> datetime:
        """The import's hour; entries keep the order of the file."""
        return self.at + timedelta(microseconds=row.number)

    # the headers

    def known_logs(self) -> Upsert[DailyLog]:
        pairs = {self.pair(row) for table in TABLES for row in self.book.good(table.sheet)}
        people, days = {person for person, _day in pairs}, {day for _person, day in pairs}
        known = DailyLog.objects.filter(person__in=people, day__in=days)
        return Upsert(DailyLog, {(log.person_id, log.day): log for log in known})

    def write_logs(self) -> Tally:
        """Those that a 日志 row names, then drafts for the days that only entries name."""
        standing = Standing({row["日期"] for row in self.book.good("日志")})
        for row in self.book.good("日志"):
            changes = len(self.logs.changes)
            known = self.logs.existing.get(self.pair(row))
            self.logs.put(self.pair(row), header_values(row, known, standing), first=self.header(row))
            if known is None or len(self.logs.changes) > changes:
                self.touched.add(self.pair(row))
        for table in TABLES[1:]:
            for row in self.book.good(table.sheet):
                self.logs.ensure(self.pair(row), lambda row=row: self.header(row))  # type: ignore[misc]
        return self.logs.save(at=self.at, trace_new=False)

    def header(self, row: Row) -> dict[str, Any]:
        person_id, on = self.pair(row)
        unit_id = self.held(row).unit_id
        return {"person_id": person_id, "day": on, "unit_id": unit_id, "created_at": self.at}

    # the entries

    def prospect(self, row: Row) -> UUID | None:
        return self.prospects.match(row["客户"], self.pair(row)[0], self.held(row).path)

    def opportunities(self) -> Opportunities:
        """Each company has one running opportunity in history, from its first development visit on."""
        first: dict[UUID, date] = {}
        for row in self.book.good("拜访"):
            if row["类别"] == Kind.DEVELOPMENT and (prospect := self.prospect(row)):
                first[prospect] = min(row["日期"], first.get(prospect, row["日期"]))
        return opportunities_for(first, book_on(self.at.date()).major_projects, at=self.at)

    def client(self, row: Row) -> dict[str, Any]:
        return {
            "prospect_id": self.prospect(row),
            "client": row["客户"],
            "client_key": normalised(row["客户"]),
            "contact": row["联系人"],
            "kind": row["类别"],
            "purpose": row["目的"],
            "outcome": row["结果"],
            "recorded_at": self.recorded_at(row),
        }

    def call(self, row: Row) -> LogEntry:
        client = self.client(row)
        person_id, on = self.pair(row)
        asked = self.asked.get((person_id, client["client_key"], row["联系人"]))
        since = [one for one in (self.quiet.get((client["prospect_id"], row["联系人"])), asked) if one]
        return LogEntry(
            log=self.logs.existing[self.pair(row)],
            type=LogEntry.Type.CALL,
            at=row["时间"],
            answer=LogEntry.Answer.ANSWERED if row["接通"] else LogEntry.Answer.UNANSWERED,
            do_not_disturb=any(one <= on for one in since),
            **client,
        )

    def visit(self, row: Row) -> Visit:
        """陪访人工号 counts as confirmed by both, with feedback given; nobody accompanies himself."""
        person_id, on = self.pair(row)
        companion_id, client = self.directory.ids.get(row["陪访人工号"]), self.client(row)
        develops = row["类别"] == Kind.DEVELOPMENT and client["prospect_id"]
        return Visit(
            person_id=person_id,
            unit_id=self.held(row).unit_id,
            day=on,
            starts_at=row["开始"],
            ends_at=row["结束"],
            content=row["内容"],
            next_step=row["下一步"],
            next_step_on=row["下一步日期"],
            companion_id=companion_id,
            companion_confirmed=companion_id not in (None, person_id),
            opportunity_id=self.known_opportunities.take(client["prospect_id"], on) if develops else None,
            **client,
        )

    def registration(self, row: Row) -> Registration:
        person_id, on = self.pair(row)
        held = self.held(row)
        name_key = normalised(row["单位名称"])
        self.registered.add(name_key)
        return Registration(
            person_id=person_id,
            day=on,
            prospect_id=self.prospects.match(row["单位名称"], person_id, held.path),
            city_id=self.city_of[held.path],
            name=row["单位名称"],
            name_key=name_key,
            handler=row["经办人"],
            source=row["来源"],
            ordinal=row.number,
            recorded_at=self.recorded_at(row),
        )

    def study(self, row: Row) -> LogEntry:
        return LogEntry(
            log=self.logs.existing[self.pair(row)],
            type=LogEntry.Type.STUDY,
            topic=row["类别"],
            title=row["题目"],
            learnt=row["收获"],
            recorded_at=self.recorded_at(row),
        )

    def other(self, row: Row) -> LogEntry:
        return LogEntry(
            log=self.logs.existing[self.pair(row)],
            type=LogEntry.Type.OTHER,
            content=row["内容"],
            recorded_at=self.recorded_at(row),
        )


class Standing:
    """How logs of these days stand when handed in at an instant: the calendar once, the rules once a week."""

    def __init__(self, days: Iterable[date]) -> None:
        self.limits: dict[date, LogLimits] = {}
        if days := sorted(days):
            calendar, books = calendar_between(days[0], days[-1]), books_between(days[0], days[-1])
            self.limits = {day: log_limits(day, calendar, books[day].times) for day in days}

    def values(self, on: date, handed_in_at: datetime) -> dict[str, Any]:
        """补录 in time is taken as accepted; from the lock on the log is kept and does not count."""
        standing = log_counts(handed_in_at, self.limits[on], back_accepted=True)
        timeliness = DailyLog.Timeliness(str(standing.timeliness or ""))
        return {
            "handed_in_at": handed_in_at,
            "timeliness": timeliness,
            "back_accepted_at": handed_in_at if timeliness == DailyLog.Timeliness.BACK else None,
            "counts": standing.counts,
        }


def header_values(row: Row, known: DailyLog | None, standing: Standing) -> dict[str, Any]:
    """What a 日志 row sets. An empty 提交时间 never takes back what was handed in, a full one no review."""
    plan = {"tomorrow_plan": row["明日计划"]}
    if row["提交时间"] is None:
        return {} if known and known.handed_in_at else plan
    state = {} if known and known.handed_in_at else {"state": DailyLog.State.SUBMITTED}
    return plan | state | standing.values(row["日期"], row["提交时间"])
