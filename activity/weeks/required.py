"""Which half days a week requires of a person, and of every other one why it does not (domain.md 3, "Below 6311").

What is required is said by `due_halves` alone; here the others get their reason. Required + not required = all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from activity.daily_log.day import WeekView
from activity.weeks.words import days
from org.absences.models import Absence, AbsenceKind, Half, Relief
from org.days import month_and_day
from org.people.models import Appointment
from org.posts import Post


@dataclass(frozen=True, slots=True)
class HalfDay:
    """`what`: the reason in one word, counted together; `more`: what else there is to know."""

    half: str
    is_owed: bool
    what: str = ""
    more: str = ""

    @property
    def label(self) -> str:
        return str(Half(self.half).label)


@dataclass(frozen=True, slots=True)
class DayOwed:
    """`rest`: why the day is off; "" on a working day. A day that is `hidden` lies outside the reader's units."""

    day: date
    halves: tuple[HalfDay, ...] = ()
    rest: str = ""
    is_make_up: bool = False
    hidden: bool = False

    @property
    def parts(self) -> list[tuple[str, HalfDay]]:
        """上午 and 下午, or 全天 where both are the same."""
        if len({replace(half, half="") for half in self.halves}) == 1:
            return [(_("全天"), self.halves[0])]
        return [(half.label, half) for half in self.halves]

    @property
    def owed(self) -> str:
        """1 天, 半天; "" where nothing is required."""
        count = sum(half.is_owed for half in self.halves)
        return days(count) if count else ""


@dataclass(frozen=True, slots=True)
class Required:
    days: list[DayOwed]

    @property
    def halves(self) -> list[HalfDay]:
        return [half for day in self.days for half in day.halves]

    @property
    def owed(self) -> int:
        return sum(half.is_owed for half in self.halves)

    @property
    def not_owed(self) -> int:
        return len(self.halves) - self.owed

    @property
    def spared(self) -> list[tuple[str, int]]:
        """(请假, 2): half days of working days that are not required, by their reason."""
        return list(Counter(half.what for half in self.halves if not half.is_owed).items())

    @property
    def make_ups(self) -> list[date]:
        return [day.day for day in self.days if day.is_make_up]


def required_of(view: WeekView) -> Required:
    """The half days of a week that is shown. Three queries."""
    facts = _Facts(view)
    return Required([facts.day(day) for day in view.week.days])


class _Facts:
    """What may spare a half day: posts, absences of the person, relief of units."""

    def __init__(self, view: WeekView) -> None:
        self.view, person, week = view, view.person, view.week
        span = (week.monday, week.sunday)
        away = Absence.objects.filter(person=person, day__range=span).values_list("day", "half", "kind")
        self.away = {(day, half): AbsenceKind(kind) for day, half, kind in away}
        held = Appointment.objects.touching(*span).filter(person=person, post=Post.CLIENT_MANAGER)
        self.held = list(held.values_list("starts_on", "ends_on", "unit__path"))
        relief = Relief.objects.standing().filter(day__range=span).values_list("day", "half", "unit__path", "reason")
        self.relief = list(relief)

    def day(self, day: date) -> DayOwed:
        calendar = self.view.calendar
        if day not in self.view.shown:
            return DayOwed(day, hidden=True)
        if not calendar.works(day):
            return DayOwed(day, rest=calendar.holiday(day) or _("休息日"))
        owed = self.view.halves.get((self.view.person.pk, day), frozenset())
        halves = tuple(self._half(day, half, is_owed=half in owed) for half in Half.values)
        return DayOwed(day, halves, is_make_up=calendar.is_make_up(day))

    def _half(self, day: date, half: str, *, is_owed: bool) -> HalfDay:
        away = self.away.get((day, half))
        if is_owed:
            return HalfDay(half, is_owed, more=self._beyond_cap() if away == AbsenceKind.DUTY else "")
        if gone := self._gone(day):
            return HalfDay(half, is_owed, *gone)
        if away is not None and not (away == AbsenceKind.DUTY and self._reason_of_relief(day, half)):
            return HalfDay(half, is_owed, str(away.label))
        return HalfDay(half, is_owed, _("批量减免"), self._reason_of_relief(day, half))

    def _beyond_cap(self) -> str:
        cap = self.view.book.assessment.duty_half_days_a_month
        return _("有公务，但本月公务已满 {n} 个半天，仍要求").format(n=cap)

    def _gone(self, day: date) -> tuple[str, str] | None:
        """Not of the house, or not in the post, on that day."""
        person = self.view.person
        if day < person.joined_on:
            return _("入职前"), _("{day}入职").format(day=month_and_day(person.joined_on))
        if person.left_on and day > person.left_on:
            return _("离职后"), _("{day}离职").format(day=month_and_day(person.left_on))
        if not self._paths(day):
            return _("不任客户经理"), ""
        return None

    def _paths(self, day: date) -> list[str]:
        return [path for starts, ends, path in self.held if starts <= day and (ends is None or day <= ends)]

    def _reason_of_relief(self, day: date, half: str) -> str:
        paths = self._paths(day)
        return next(
            (
                reason
                for when, which, above, reason in self.relief
                if (when, which) == (day, half) and any(path.startswith(above) for path in paths)
            ),
            "",
        )
