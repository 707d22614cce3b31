"""A person's week as its page tells it: what was required, done and is missing, what the close does or has written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.assessment.forecast import Verdict, chained, forecast
from activity.assessment.models import WeekAssessment
from activity.assessment.reading import NOTHING, Confided, Excused, confided, excuses_of, may_excuse, reads
from activity.assessment.rules import FULL, PARTS, Status, total
from activity.daily_log.day import Item, WeekView, week_view
from activity.daily_log.models import DailyLog
from activity.daily_log.reasons import lacking
from activity.discipline.models import Fine
from activity.weeks import words
from activity.weeks.items import ItemLine, lines_of
from activity.weeks.past_weeks import PastWeek, past_weeks
from activity.weeks.required import Required, required_of
from activity.weeks.versions import Corrected, corrected
from activity.weeks.words import Pill, pill_of
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.rules.book import book_of
from org.rules.schema import RuleBook
from org.units.models import Unit
from org.week import Week
from org.working_days.rules import week_close

LOOK_BACK = timedelta(weeks=26)


@dataclass
class PersonWeek:
    """`verdict` None: `why_none` says why the week is not assessed, or not for this reader."""

    view: WeekView
    book: RuleBook
    closes_at: datetime
    verdict: Verdict | None = None
    row: WeekAssessment | None = None  # of record
    why_none: str = ""
    required: Required | None = None
    past: list[PastWeek] = field(default_factory=list)
    versions: list[Corrected] = field(default_factory=list)
    excuse: Excused | None = None
    may_excuse: bool = False
    unit: Unit | None = None  # that assesses the week; None also where nobody does
    told: Confided = NOTHING
    fines: list[Fine] = field(default_factory=list)
    open_before: Week | None = None  # short so far and not closed either: this week's streak goes on from it

    @property
    def begun(self) -> bool:
        return self.view.week.monday <= self.view.at.date()

    @property
    def running(self) -> bool:
        """Whether days that require something are still to come after today."""
        return self.row is None and any(day > self.view.at.date() for _person, day in self.view.halves)

    @property
    def pill(self) -> Pill | None:
        return pill_of(self.verdict.status, running=self.running) if self.verdict and self.begun else None

    @property
    def stage(self) -> words.Stage:
        earlier = self.open_before
        last = _("上周") if earlier == self.view.week.previous else earlier.label if earlier else ""
        return words.Stage(self.begun, self.running, last)

    @cached_property
    def lines(self) -> list[ItemLine]:
        return lines_of(self.verdict, self.view, self.book) if self.verdict else []

    def due_of(self, item: Item) -> str:
        """What the days that are shown owe of an item, with a newcomer's share: 13.5."""
        percent = self.verdict.percent if self.verdict else FULL
        return words.plain(Fraction(item.due_doubled * percent, PARTS))

    @property
    def hidden_days(self) -> int:
        return 7 - len(self.view.shown)

    @property
    def days(self) -> str:
        return words.days(self.verdict.half_days) if self.verdict else ""

    @property
    def closes(self) -> str:
        return words.moment(self.row.close.due_at if self.row else self.closes_at)

    @property
    def why_fewer(self) -> list[str]:
        """请假 半天: what of the working days is not required."""
        spared = self.required.spared if self.required else []
        return [f"{what} {words.days(halves)}" for what, halves in spared]

    @property
    def said(self) -> list[str]:
        """What the close would do, or has done, in sentences."""
        if self.verdict is None:
            return []
        if self.row is None:
            told = words.outlook(self.verdict, self.book, self.closes_at, self.stage, fines=self.told.fines)
        else:
            told = self._recorded(self.verdict)
        spared = words.spared_of(self.verdict.spared, self.book, fines=self.told.fines)
        more = (spared, self._skipped(self.verdict), self._pending())
        return [*told, *(one for one in more if one)]

    def _pending(self) -> str:
        """What is written and may still count: drafts (one's own alone), and 补录 that nobody has accepted yet."""
        logs = self.view.logs.values() if self.row is None else ()
        waiting = [log for log in logs if not log.counts and log.timeliness != DailyLog.Timeliness.TOO_LATE]
        done = total((log.calls, log.visits, log.prospects, log.studies) for log in waiting)
        if not any(done):
            return ""
        return _("还没提交或没被接受的日志里另有 {done}，提交、接受后才计入").format(done=lacking(done))

    def _recorded(self, verdict: Verdict) -> list[str]:
        """Of a closed week."""
        if verdict.status == Status.EXEMPT:
            return [words.why_exempt(verdict, self.book)]
        if verdict.status == Status.EXCUSED:
            return [self._excused(self.excuse)] if self.excuse else []
        if verdict.status == Status.MET:
            return [_("四项都够")] if not any(verdict.short) else [_("加权得分够了")]
        lacks = lacking(verdict.short)
        return [*([_("差 {lacks}").format(lacks=lacks)] * bool(lacks)), *words.consequence(
            verdict, self.book, recorded=True, fines=self.told.fines
        )]  # fmt: skip

    def _excused(self, excuse: Excused) -> str:
        if not self.told.excuses:
            return _("分管总已准予免责")
        return _("{by}准予免责：{reason}").format(by=excuse.by, reason=excuse.reason)

    def _skipped(self, verdict: Verdict) -> str:
        """Which weeks lie between the short ones of a streak, and why they are skipped."""
        found, left = list[str](), verdict.streak - 1
        for past in self.past:
            if verdict.status != Status.SHORT or left <= 0:
                break
            if past.skipped:
                found.append(f"{past.week.label}{_('（{why}）').format(why=past.why or past.pill.word)}")
            else:
                left -= 1
        return _("其间跳过 {weeks}，不算也不断开").format(weeks="、".join(found)) if found else ""

    @property
    def waits(self) -> str:
        """What happened after the close that the next sweep carries out."""
        if self.row is None:
            return ""
        if self.excuse and self.row.status == Status.SHORT:
            return _("已准予免责，这一周马上重新核算，过一分钟再看")
        if not self.excuse and self.row.status == Status.EXCUSED:
            return _("免责已撤回，这一周马上重新核算，过一分钟再看")
        if not self.hidden_days and self._stands_otherwise(self.row):
            return _("关账后有更正，这一周马上重新核算，过一分钟再看")
        return ""

    def _stands_otherwise(self, row: WeekAssessment) -> bool:
        """Whether the facts of now are others than those that the result rests on."""
        half_days = sum(self.view.half_days(day) for day in self.view.week.days)
        return (half_days, *self.view.done) != (row.required_half_days, *Verdict.recorded(row).done)

    @property
    def offers_excuse(self) -> bool:
        if not self.may_excuse or self.excuse or not self.begun:
            return False
        return self.verdict is not None and self.verdict.status == Status.SHORT


class OpenVerdict(NamedTuple):
    """What the close of an open week would give, and the unit that it would count for."""

    week: Week
    verdict: Verdict
    unit: Unit


class _Of(NamedTuple):
    """Who reads about whom."""

    person: Person
    week: Week
    reader: Person
    at: datetime

    def rows(self) -> QuerySet[WeekAssessment]:
        """All versions of this week and of those before it."""
        first = self.week.monday - LOOK_BACK
        found = WeekAssessment.objects.filter(person=self.person, week__range=(first, self.week.monday))
        return found.select_related("close__rules", "unit", "by").order_by("week", "version")

    def fines(self) -> list[Fine]:
        """What was proposed of this week, where he may read it."""
        seen = Fine.objects.visible_to(self.reader, self.at.date())
        return list(seen.filter(person=self.person, week=self.week.monday).select_related("rules").order_by("round"))

    def reads(self, unit: Unit) -> bool:
        """What the unit's people come to."""
        return reads(reach(self.reader, Permission.ROLLUP_READ, on=self.at.date()), self.person.pk, unit.path)

    def told(self, unit: Unit | None) -> Confided:
        """None: a week that nobody assesses."""
        return confided(self.reader, self.person.pk, unit.path if unit else "", on=self.at.date())


def person_week_of(person: Person, week: Week, *, reader: Person, at: datetime) -> PersonWeek:
    """The page of a week. Its number of queries depends on nothing that is in it."""
    of = _Of(person, week, reader, at)
    view = week_view(person, week, at, reader=reader)
    page = PersonWeek(view, view.book, week_close(week, view.calendar, view.book.times))
    rows, excuses = list(of.rows()), excuses_of(person, week.monday - LOOK_BACK, week.monday)
    current = {row.week: row for row in rows}
    page.row, page.told = current.pop(week.monday, None), of.told(None)
    open_weeks = list[OpenVerdict]()
    if page.row:
        _recorded(page, page.row, [row for row in rows if row.week == week.monday], of)
        page.fines = of.fines()
    else:
        open_weeks = _forecast(page, of)
    page.excuse = excuses.get(week.monday)
    if page.unit and not of.reads(page.unit):
        _hide(page)
    elif page.unit:
        page.may_excuse = may_excuse(reader, person, page.unit, on=at.date())
    seen = [row for row in current.values() if of.reads(row.unit) and not row.void]
    open_weeks = [one for one in open_weeks if page.verdict and of.reads(one.unit)]
    units = {row.week: row.unit for row in seen} | {one.week.monday: one.unit for one in open_weeks}
    known = {monday: one for monday, one in excuses.items() if monday in units and of.told(units[monday]).excuses}
    page.past = past_weeks(page.book, seen, [(one.week, one.verdict) for one in open_weeks], known)
    if page.verdict and (page.verdict.half_days < 2 * len(view.calendar.working_days(week)) or _has_make_up(view)):
        page.required = required_of(view)
    return page


def _hide(page: PersonWeek) -> None:
    """From who does not read what the unit of the assessment comes to."""
    page.verdict, page.row, page.excuse, page.versions = None, None, None, []
    page.why_none = _("这一周由别的单位考核，这里只列出在你负责的单位的日子。")


def _has_make_up(view: WeekView) -> bool:
    return any(view.calendar.is_make_up(day) for day in view.week.days)


def _recorded(page: PersonWeek, row: WeekAssessment, versions: list[WeekAssessment], of: _Of) -> None:
    page.book, page.unit, page.told = book_of(row.close.rules), row.unit, of.told(row.unit)
    page.versions = corrected(versions, page.told)
    if row.void:
        page.row, page.why_none = None, _("这一周不任客户经理，不考核。")
    else:
        page.verdict = Verdict.recorded(row)


def _forecast(page: PersonWeek, of: _Of) -> list[OpenVerdict]:
    """The verdict that the close would give; returns what it would give of the weeks before that are open, too."""
    view, person = page.view, page.view.person
    if page.book.effective_from is None:
        page.why_none = _("这一周早于第一版规则的生效日，不考核。")
        return []
    found = forecast(view.week, calendar=view.calendar, book=page.book, people=[person.pk])
    every = [
        (week, verdicts[person.pk])
        for week, verdicts in chained(found, view.week, at=view.at, calendar=view.calendar, book=page.book)
        if person.pk in verdicts
    ]
    units = Unit.objects.in_bulk([verdict.unit_id for _week, verdict in every])
    weeks = [OpenVerdict(week, verdict, units[verdict.unit_id]) for week, verdict in every]
    if weeks and weeks[-1].week == view.week:
        _week, page.verdict, page.unit = weeks.pop()
        page.told = of.told(page.unit)
        counted = [one for one in weeks if not one.verdict.skipped]
        page.open_before = counted[-1].week if counted and counted[-1].verdict.status == Status.SHORT else None
    else:
        page.why_none = _("这一周不任客户经理，不考核。")
    return weeks


def figure_address(person: Person, week: Week, item: str, *, is_own: bool) -> str:
    """Where a figure opens its facts."""
    if is_own:
        return reverse("week-figure", args=[week, item])
    return reverse("person-figure", args=[person.employee_no, week, item])
