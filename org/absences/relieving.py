"""The verbs of HQ's bulk relief (批量减免): half days on which units owe nothing (typhoon, outage)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from org.absences.models import Half, Relief
from org.absences.rules import LONGEST_RELIEF, Stretch, is_far
from org.absences.words import dated, spelled
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.leaders import leaders_of
from org.people.models import Appointment, Person
from org.periods.models import Period
from org.permissions import Permission
from org.posts import ASSESSED
from org.reach import city_path, reach
from org.trace.actions import record
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused
from org.working_days.calendar import calendar_between
from org.working_days.rules import HalfDay

REASON = 200  # characters


class Touched(NamedTuple):
    """What a relief would change: people, their half days together, and the working half days of the stretch; of
    these the weeks that are closed already, and the people who are assessed again for them."""

    people: int
    half_days: int
    working: int
    closed: int = 0
    assessed_again: int = 0


def topmost(units: Iterable[Unit]) -> list[Unit]:
    """Without those that lie below another one of them."""
    kept: list[Unit] = []
    for unit in sorted(units, key=lambda one: one.path):
        if not kept or not unit.path.startswith(kept[-1].path):
            kept.append(unit)
    return kept


def touched(units: Sequence[Unit], stretch: Stretch) -> Touched:
    """Who owes 6311 or 3111 in the units on the working half days of the stretch; two posts of one person are one."""
    calendar = calendar_between(stretch.first, stretch.last)
    working = [half for half in stretch.halves if calendar.works(half.day)]
    held = Appointment.objects.touching(stretch.first, stretch.last).filter(_within(units), post__in=ASSESSED)
    owed: dict[int, set[HalfDay]] = {}
    for person, starts, ends in held.values_list("person_id", "starts_on", "ends_on"):
        days = {half for half in working if starts <= half.day <= (ends or date.max)}
        owed.setdefault(person, set()).update(days)
    closed = _closed(units, stretch)
    again = sum(any(Week.of(half.day).monday in closed for half in days) for days in owed.values())
    return Touched(sum(map(bool, owed.values())), sum(map(len, owed.values())), len(working), len(closed), again)


def _closed(units: Sequence[Unit], stretch: Stretch) -> set[date]:
    """Mondays of the weeks of the stretch that have closed in a city of the units."""
    done = Period.objects.filter(kind=Period.Kind.CLOSE, unit__path__in={city_path(unit.path) for unit in units})
    weeks = {Week.of(stretch.first).monday, *(Week.of(day).monday for day in stretch.days)}
    return set(done.filter(week__in=weeks).exclude(done_at=None).values_list("week", flat=True))


def grant_relief(
    units: Sequence[Unit], stretch: Stretch, *, reason: str, by: Person, at: datetime, key: UUID
) -> Result:
    """减免 every half day of the stretch for the units and all below them; the result names the batch."""
    chosen = topmost(units)

    def effect() -> Result:
        _check(chosen, stretch, reason, by, at)
        _refuse_overlap(chosen, stretch, at)
        batch = uuid4()
        rows = [
            Relief(batch=batch, unit=unit, day=half.day, half=half.half, reason=reason.strip()[:REASON], by=by, at=at)
            for unit in chosen
            for half in stretch.halves
        ]
        Relief.objects.bulk_create(rows)
        _trace(chosen, "grant_relief", batch, stretch, by, at)
        said = _("{what}减免（{reason}），{by}批准")
        _correct(chosen, stretch, said.format(what=dated(stretch), reason=reason.strip(), by=by.name), by, at)
        title = _("{what}减免：{reason}").format(what=spelled(stretch, today=at.date()), reason=reason.strip())
        _tell(chosen, batch, title, _("这些半天不要求 6311 和 3111，已记的照样计入"), at=at)
        return {"batch": str(batch)}

    parameters = {"units": [unit.code for unit in chosen], "stretch": stretch, "reason": reason}
    return once(key, by=by, verb="grant_relief", at=at, parameters=parameters, effect=effect)


@transaction.atomic
def withdraw_relief(batch: UUID, *, by: Person, at: datetime) -> None:
    """撤回 one decision whole: its half days count again. Of two at once one finds nothing left."""
    rows = list(Relief.objects.standing().filter(batch=batch).select_related("unit").select_for_update(of=("self",)))
    if not rows:
        raise Refused(_("这一次减免已经撤回了，刷新看看。"))
    units = topmost({row.unit_id: row.unit for row in rows}.values())
    _within_reach(units, by, at)
    Relief.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_by=by, withdrawn_at=at)
    halves = sorted((row.day, row.half) for row in rows)
    stretch = Stretch(*halves[0], *halves[-1])
    _trace(units, "withdraw_relief", batch, stretch, by, at)
    said = _("{what}减免，{by}撤回").format(what=dated(stretch), by=by.name)
    _correct(units, stretch, said, by, at)
    title = _("{what}的减免已撤回").format(what=spelled(stretch, today=at.date()))
    _tell(units, batch, title, _("这些半天照常要求 6311 和 3111"), at=at)


def _within(units: Sequence[Unit], field: str = "unit__path") -> Q:
    within = Q(pk__in=[])
    for unit in units:
        within |= Q(**{f"{field}__startswith": unit.path})
    return within


def _check(units: Sequence[Unit], stretch: Stretch, reason: str, by: Person, at: datetime) -> None:
    if not units:
        raise Refused(_("选至少一个单位。"))
    _within_reach(units, by, at)
    owed = Appointment.objects.touching(stretch.first, stretch.last).filter(person=by)
    if any(owed.assessed_within(unit).exists() for unit in units):
        raise Refused(_("你自己那几天在这个单位考核，请由别人减免。"))
    if stretch.is_backwards:
        raise Refused(_("结束早于开始，改一下日期或时段。"))
    if is_far(stretch, at.date()):
        raise Refused(_("日期离今天超过一年，看看年份写对没有。"))
    if len(stretch.days) > LONGEST_RELIEF:
        raise Refused(_("一次最多减免 {days} 天，分几次做。").format(days=LONGEST_RELIEF))
    if not reason.strip():
        raise Refused(_("写明原因，例如：台风停工通知。"))


def _within_reach(units: Sequence[Unit], by: Person, at: datetime) -> None:
    within = reach(by, Permission.RELIEF_GRANT, on=at.date())
    if not all(within.covers(unit.path) for unit in units):
        raise Refused(_("批量减免由市公司团险业务部在本市办。"))


def _refuse_overlap(units: Sequence[Unit], stretch: Stretch, at: datetime) -> None:
    """The units stay locked, so that of two at once one is refused with a sentence."""
    locked = Unit.objects.filter(pk__in=[unit.pk for unit in units]).select_for_update(no_key=True)
    list(locked.order_by("pk"))
    near = Relief.objects.standing().filter(unit__in=units, day__range=(stretch.first, stretch.last))
    for one in near.select_related("unit").order_by("day", "half"):
        if HalfDay(one.day, "am" if one.half == Half.AM else "pm") in stretch.halves:
            half = spelled(Stretch(one.day, one.half, one.day, one.half), today=at.date())
            raise Refused(_("{unit} {half}已经减免过；改日期，或先撤回那一次。").format(unit=one.unit.name, half=half))


def _trace(units: Sequence[Unit], verb: str, batch: UUID, stretch: Stretch, by: Person, at: datetime) -> None:
    for unit in units:
        record(unit, verb, by=by, at=at, changes={"batch": str(batch), "what": dated(stretch)})


def _correct(units: Sequence[Unit], stretch: Stretch, said: str, by: Person, at: datetime) -> None:
    for unit in units:
        corrections.note(
            Correction.Cause.RELIEF, unit=unit, first=stretch.first, last=stretch.last, by=by, at=at, note=said
        )


def _tell(units: Sequence[Unit], batch: UUID, title: str, body: str, *, at: datetime) -> None:
    """The managers of the units tell their people."""
    told = leaders_of(units, on=at.date())
    notices.post("relief", to=told, at=at, title=title, body=body, once=f"{batch}:{at.isoformat()}")
