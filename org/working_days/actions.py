"""The writers of the working-day table: the yearly list from the package, and HQ's corrections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from org import clock
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.permissions import Permission
from org.rules.book import book_on
from org.trace.actions import OPERATOR, SYSTEM, record
from org.units.models import Unit, UnitKind
from org.workflow import Refused
from org.working_days.calendar import known
from org.working_days.models import WorkingDay
from org.working_days.package import announced
from org.working_days.rules import instant, ordinary

if TYPE_CHECKING:
    from org.people.models import Person


def _rows(first: date, last: date) -> list[WorkingDay]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    rows = []
    for day in days:
        said = announced(day)
        works, holiday = said or ordinary(day)
        source = WorkingDay.Source.PACKAGE if said else WorkingDay.Source.GUESS
        rows.append(WorkingDay(day=day, works=works, holiday=holiday, source=source))
    return rows


@transaction.atomic
def sync(years: range) -> int:
    """Fill or refresh the years from the package; what HQ corrected stays. Returns the number of days that changed."""
    wanted = _rows(date(years.start, 1, 1), date(years.stop - 1, 12, 31))
    kept = {row.day: row for row in WorkingDay.objects.filter(day__gte=wanted[0].day, day__lte=wanted[-1].day)}
    changed = [
        row
        for row in wanted
        if (old := kept.get(row.day)) is None
        or (
            old.source != WorkingDay.Source.HQ
            and (old.works, old.holiday, old.source) != (row.works, row.holiday, row.source)
        )
    ]
    WorkingDay.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["works", "holiday", "source"],
        batch_size=2000,
    )
    turned = [row for row in changed if row.day in kept and kept[row.day].works != row.works]
    if turned:
        _correct(turned, at=clock.now())
    return len(changed)


def may_still_turn(day: date, at: datetime) -> bool:
    """Before the first cut-off that the day itself may be: until then yesterday's logs are in time, by its rules."""
    return day > at.date() or (day == at.date() and at < instant(day, book_on(day).times.log_late_until))


@transaction.atomic
def correct(day: date, *, works: bool, note: str, by: Person | None, at: datetime) -> WorkingDay:
    """HQ makes a day 班 or 休, with a reason; a day of rest so made is an announced holiday (domain.md section 3).

    What is over stays, and today from its first cut-off on, else deadlines that have passed would come again and open
    what is locked or closed; only the operator (None) may. A stoppage in the middle of the day is relief.
    """
    if by is not None and not by.can(Permission.CALENDAR_CORRECT, on=at.date()):
        raise Refused(_("工作日历由市公司更正。"))
    if by is not None and not may_still_turn(day, at):
        raise Refused(_("这一天已经过去，或今天的截止已经开始，不再变动。今天停工，请用批量减免。"))
    if not note.strip():
        raise Refused(_("写明更正的依据，例如文件名。"))
    before = WorkingDay.objects.select_for_update().filter(day=day).first() or known(day)
    holiday = "" if works else note.strip()[:30]
    row, _created = WorkingDay.objects.update_or_create(
        day=day,
        defaults={"works": works, "holiday": holiday, "source": WorkingDay.Source.HQ, "note": note.strip()[:100]},
    )
    record(row, "correct", by=by, at=at, changes={"works": works, "note": note}, actor=OPERATOR)
    if before.works != works:
        _correct([row], by=by, at=at, actor=OPERATOR)
    return row


def _correct(days: Iterable[WorkingDay], *, at: datetime, by: Person | None = None, actor: str = SYSTEM) -> None:
    """One calendar is all cities': each looks at the weeks of those days again."""
    cities = list(Unit.objects.filter(kind=UnitKind.CITY))
    for row in days:
        said = _("{day} 改为{word}：{note}").format(day=row.day, word=_("班") if row.works else _("休"), note=row.note)
        for city in cities:
            corrections.note(
                Correction.Cause.CALENDAR, unit=city, first=row.day, last=row.day, by=by, at=at, note=said, actor=actor
            )


def unknown_years(today: date) -> list[int]:
    """Of this year and, from November on, the next: those that the package does not know yet."""
    years = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    return [year for year in years if announced(date(year, 1, 1)) is None]
