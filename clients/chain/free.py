"""Which half days of people are free: working, not away, nothing planned. Rooms above say what else they plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from clients.chain.models import Seat
from org.absences.models import Absence, AbsenceKind, Half
from org.working_days.calendar import calendar_between
from org.working_days.rules import NOON, SHANGHAI, HalfDay, WorkingCalendar, half_days, instant

Taken = set[tuple[int, date, str]]  # person_id, day, half
Engaged = Callable[[Collection[int], date, date], Iterable[tuple[int, date, str]]]
ENGAGED: list[Engaged] = []
SHOWN = 5  # working days offered
WORDS = {
    "": _("空"),
    "seat": _("有拜访"),
    "plan": _("有安排"),
    AbsenceKind.LEAVE.value: _("请假"),
    AbsenceKind.DUTY.value: _("公务"),
    "past": _("已过"),
}


def engaged(tell: Engaged) -> Engaged:
    """Declare half days on which somebody has something planned (the 行事历 of activity)."""
    ENGAGED.append(tell)
    return tell


class HalfOf(NamedTuple):
    """A half day of somebody; `why` is empty where it is free."""

    half: HalfDay
    why: str

    @property
    def is_free(self) -> bool:
        return not self.why

    @property
    def word(self) -> str:
        return str(WORDS[self.why])

    @property
    def part(self) -> str:
        return str(Half(self.half.half).label)


def halves_of(
    people: Collection[int], days: Collection[date], calendar: WorkingCalendar, *, at: datetime
) -> dict[int, list[HalfOf]]:
    """Every working half day of theirs among the days. Two queries, and one for each room that plans."""
    working = [day for day in sorted(days) if calendar.works(day)]
    if not working or not people:
        return {who: [] for who in people}
    why = _why(people, working[0], working[-1])
    now = HalfDay(at.date(), "am" if at.time() < NOON else "pm")
    return {
        who: [HalfOf(half, "past" if half < now else why.get((who, *half), "")) for half in half_days(working)]
        for who in people
    }


def _why(people: Collection[int], first: date, last: date) -> dict[tuple[int, date, str], str]:
    why = {key: "plan" for tell in ENGAGED for key in tell(people, first, last)}
    since, until = instant(first, NOON.min), instant(last + timedelta(days=1), NOON.min)
    seats = Seat.objects.filter(person__in=people, starts_at__lt=until, ends_at__gt=since)
    for who, starts_at, ends_at in seats.values_list("person", "starts_at", "ends_at"):
        why |= {(who, *half): "seat" for half in touched(starts_at, ends_at)}
    away = Absence.objects.filter(person__in=people, day__range=(first, last))
    return why | {(who, day, half): kind for who, day, half, kind in away.values_list("person", "day", "half", "kind")}


def touched(starts_at: datetime, ends_at: datetime) -> list[HalfDay]:
    """The half days in which some of that span lies; noon parts them."""
    starts, ends = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    first = HalfDay(starts.date(), "am" if starts.time() < NOON else "pm")
    last = HalfDay(ends.date(), "am" if ends.time() <= NOON else "pm")
    days = [starts.date() + timedelta(days=n) for n in range((ends.date() - starts.date()).days + 1)]
    return [half for half in half_days(days) if first <= half <= last]


class DayOf(NamedTuple):
    day: date
    halves: list[HalfOf]


def next_days(people: Collection[int], today: date, *, at: datetime, shown: int = SHOWN) -> dict[int, list[DayOf]]:
    """Their next working days, today among them, half by half."""
    calendar = calendar_between(today, today + timedelta(days=31))
    days = [today] if calendar.works(today) else []
    while len(days) < shown:
        days.append(calendar.next_working(days[-1] if days else today))
    found = halves_of(people, days, calendar, at=at)
    return {who: [DayOf(day, [one for one in found[who] if one.half.day == day]) for day in days] for who in people}
