"""免责 (F2): 分管总 excuses a week below 6311, with a reason; before or after its close."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activity.assessment.models import WeekAssessment, WeekExcuse
from activity.assessment.reading import Excusing, assessing_unit
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.idempotency.actions import once
from org.notices import actions as notices
from org.people.models import Person
from org.permissions import Permission
from org.trace.actions import record
from org.week import Week
from org.workflow import Refused, deciding

if TYPE_CHECKING:
    from org.delegations.models import Delegation


def excuse(person: Person, week: Week, *, by: Person, at: datetime, key: UUID, reason: str) -> None:
    """The week no longer counts as short; what its close has proposed is taken back at the next sweep.

    Refused for himself, without a reason, for a week to come, and where an assessed week is not short.
    """
    if not reason.strip():
        raise Refused(_("免责要写明理由。"))
    acting = _may(person, week, by, at)

    def effect() -> dict[str, str]:
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # of two at once the second hears of the first
        _refuse_needless(person, week, at)
        row = WeekExcuse.objects.create(person=person, week=week.monday, reason=reason.strip(), by=by, at=at)
        _note(row, _("{by}准予免责：{reason}").format(by=_signed(by, acting), reason=reason.strip()), by, at)
        signed = {"signed": acting.signed} if acting else {}
        changes = {"person": person.employee_no, "week": week.monday, **signed}
        record(row, "excuse", by=by, at=at, changes=changes, acting=acting)
        title = _("{week}已免责").format(week=week.label)
        notices.post("week_excused", to=person, at=at, title=title, body=reason.strip(), about=row)
        return {"excuse": str(row.pk)}

    with transaction.atomic():
        given = {"person": person.pk, "week": week.monday, "reason": reason}
        once(key, by=by, verb="excuse", at=at, parameters=given, effect=effect)


def _refuse_needless(person: Person, week: Week, at: datetime) -> None:
    if week.monday > at.date():
        raise Refused(_("这一周还没有开始。"))
    if WeekExcuse.objects.filter(person=person, week=week.monday, withdrawn_at=None).exists():
        raise Refused(_("这一周已经免责。"))
    result = WeekAssessment.objects.current().filter(person=person, week=week.monday).first()
    if result and result.status != WeekAssessment.Status.SHORT:
        raise Refused(_("这一周的结果是{status}，不用免责。").format(status=result.get_status_display()))


def withdraw_excuse(row: WeekExcuse, *, by: Person, at: datetime, key: UUID) -> None:
    """撤回免责: the week counts again as it came out, and its author is told. The same tap again does nothing more."""
    week = Week(row.week)
    acting = _may(row.person, week, by, at)

    def effect() -> dict[str, str]:
        if not WeekExcuse.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at):
            raise Refused(_("已被别人办理，刷新看看。"))
        _note(row, _("{by}撤回免责").format(by=_signed(by, acting)), by, at)
        record(row, "withdraw_excuse", by=by, at=at, acting=acting)
        title, said = _("{week}的免责已撤回"), _("{by}撤回了免责，这一周按原来的数核算。")
        body = said.format(by=_signed(by, acting))
        notices.post(
            "excuse_withdrawn", to=row.person, at=at, title=title.format(week=week.label), body=body, about=row
        )
        return {"excuse": str(row.pk)}

    with transaction.atomic():
        once(key, by=by, verb="withdraw_excuse", at=at, parameters={"excuse": row.pk}, effect=effect)


def _note(row: WeekExcuse, said: str, by: Person, at: datetime) -> None:
    week = Week(row.week)
    corrections.note(
        Correction.Cause.EXCUSE, first=week.monday, last=week.sunday, at=at, by=by, note=said, person=row.person
    )


def _signed(by: Person, acting: Delegation | None) -> str:
    return acting.signed if acting else by.name


def _may(person: Person, week: Week, by: Person, at: datetime) -> Delegation | None:
    """分管总 of the branch that assesses the week, or by the delegation that is returned; never over oneself."""
    if person.pk == by.pk:
        raise Refused(_("自己的一周由别人免责。"))
    unit = assessing_unit(person, week)
    if unit is None:
        raise Refused(_("这件事不归你办。"))
    return deciding(Excusing(person.pk, unit), Permission.WEEK_EXCUSE, by=by, at=at)
