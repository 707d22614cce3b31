"""The weeks before one, as they stand beside it: met or short, or why they are skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activity.assessment.forecast import Verdict
from activity.assessment.models import WeekAssessment
from activity.assessment.reading import Excused
from activity.assessment.rules import Spared, Status
from activity.daily_log.reasons import lacking
from activity.weeks import words
from activity.weeks.words import SHORT_SO_FAR, Pill, pill_of
from org.rules.book import book_of
from org.rules.schema import RuleBook
from org.week import Week

PAST = 8  # weeks listed beside one


@dataclass(frozen=True, slots=True)
class PastWeek:
    """An earlier week beside this one. `why`: what it lacked, or why it is skipped."""

    week: Week
    verdict: Verdict
    pill: Pill
    why: str
    is_open: bool

    @property
    def said(self) -> list[str]:
        """还没关账; 连续第 2 周; 差 2 电话."""
        is_short = self.verdict.status == Status.SHORT and not self.verdict.spared
        streak = _("连续第 {n} 周").format(n=self.verdict.streak) if is_short else ""
        return [one for one in (_("还没关账") if self.is_open else "", streak, self.why) if one]

    @property
    def skipped(self) -> bool:
        return self.verdict.skipped


def past_weeks(
    book: RuleBook,
    rows: Iterable[WeekAssessment],
    open_weeks: Iterable[tuple[Week, Verdict]],
    excuses: Mapping[date, Excused],
) -> list[PastWeek]:
    """The weeks before, latest first; `book`: of those that are open, `excuses`: those that the reader is told."""
    found = {week.monday: (verdict, book, True) for week, verdict in open_weeks}
    for row in rows:
        found.setdefault(row.week, (Verdict.recorded(row), book_of(row.close.rules), False))
    listed = []
    for monday in sorted(found, reverse=True)[:PAST]:
        verdict, its_book, is_open = found[monday]
        why = _why(verdict, its_book, excuses.get(monday))
        so_far = is_open and verdict.status == Status.SHORT
        pill = SHORT_SO_FAR if so_far else pill_of(verdict.status)
        listed.append(PastWeek(Week(monday), verdict, pill, why, is_open))
    return listed


def _why(verdict: Verdict, book: RuleBook, excuse: Excused | None) -> str:
    """Of a week in the list: what it lacked, or why it is skipped."""
    if verdict.spared != Spared.NO:
        return str(words.SPARED[verdict.spared])
    if verdict.status == Status.EXCUSED:
        return excuse.reason if excuse else ""
    if verdict.status == Status.EXEMPT:
        return words.why_exempt(verdict, book)
    return _("差 {lacks}").format(lacks=lacking(verdict.short)) if verdict.status == Status.SHORT else ""
