"""The verbs of delegation: give a post for some days, take it back, and say to the delegate when it begins and ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from org.days import month_and_day
from org.delegations.models import Delegation, seat
from org.delegations.rules import DELEGABLE, LONGEST, dates_refused, may_stand_in
from org.idempotency.actions import once
from org.notices import actions as notices
from org.people.models import Appointment, Person
from org.periods.due import Sweep, afterwards
from org.trace.actions import record
from org.workflow import Refused

DATES: dict[str, Any] = {
    "past": gettext_lazy("代理从今天起，不能倒签。"),
    "order": gettext_lazy("止日在起日之前。"),
    "long": format_lazy(gettext_lazy("一次代理最长到起日后 {days} 天。"), days=LONGEST.days),
    "post": gettext_lazy("你的任职在这之前就到期了。"),
}


@transaction.atomic
def give(
    appointment: Appointment,
    *,
    to: Person,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: Person,
    at: datetime,
    key: UUID,
) -> Delegation:
    """Let somebody stand in, who is told so; the same form again finds the same delegation.

    Refused for another's post, for what is itself lent, and to whom the rules do not name. Appointments of a post are
    locked, so that of two forms at once the second hears of the first.
    """

    def effect() -> dict[str, Any]:
        _may_give(appointment, to, starts_on, ends_on, by, at.date())
        if not reason.strip():
            raise Refused(_("写明为什么请人代理。"))
        return {"pk": str(_kept(appointment, to, starts_on, ends_on, reason.strip(), at).pk)}

    given = {"appointment": appointment.pk, "to": to.pk, "days": [starts_on, ends_on], "reason": reason}
    done = once(key, by=by, verb="delegate", at=at, parameters=given, effect=effect)
    return Delegation.objects.named().get(pk=done["pk"])


def _may_give(appointment: Appointment, to: Person, starts_on: date, ends_on: date, by: Person, today: date) -> None:
    own = {held.pk for held in by.posts_on(today)}
    if appointment.person_id != by.pk or appointment.pk not in own or appointment.post not in DELEGABLE:
        raise Refused(_("只能请人代理自己现任的、有审批权的岗位。"))
    if to.pk == by.pk:
        raise Refused(_("不能请自己代理。"))
    if why := dates_refused(starts_on, ends_on, today=today, held_until=appointment.ends_on):
        raise Refused(str(DATES[why]))
    if not any(may_stand_in(seat(held), for_=seat(appointment)) for held in to.posts_on(starts_on)):
        raise Refused(_("代理人只能是全市同岗位的人，或本单位上一级。"))


def _kept(
    appointment: Appointment, to: Person, starts_on: date, ends_on: date, reason: str, at: datetime
) -> Delegation:
    Appointment.objects.select_for_update().get(pk=appointment.pk)
    others = appointment.delegations.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if other := others.select_related("delegate").first():
        days = f"{month_and_day(other.starts_on)} – {month_and_day(other.ends_on)}"
        raise Refused(_("{days} 已由 {name} 代理，先结束那一次。").format(days=days, name=other.delegate.name))
    made = Delegation.objects.create(
        appointment=appointment,
        delegator=appointment.person,
        delegate=to,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        created_at=at,
    )
    record(made, "delegate", by=made.delegator, at=at, changes={"to": to.employee_no, "post": appointment.post})
    _tell_start(made, at=at) if starts_on <= at.date() else _tell_plan(made, at=at)
    return made


@transaction.atomic
def end(delegation: Delegation, *, by: Person, at: datetime) -> Delegation:
    """Take it back before its last day: it has no effect at the delegate's next request. Only who gave it may."""
    if delegation.delegator_id != by.pk:
        raise Refused(_("由委托人本人结束代理。"))
    if not Delegation.objects.not_over(at.date()).filter(pk=delegation.pk).update(ended_at=at):
        raise Refused(_("这次代理已经结束了。"))
    delegation.refresh_from_db()
    record(delegation, "end_delegation", by=by, at=at)
    _tell_end(delegation, at=at)
    return delegation


def _post_of(one: Delegation) -> str:
    return _("{name} 的 {unit} {post}").format(
        name=one.delegator.name, unit=one.appointment.unit.name, post=one.appointment.get_post_display()
    )


def _tell(one: Delegation, cause: str, title: str, body: str, *, at: datetime) -> None:
    where = reverse("delegations")
    notices.post(f"delegation_{cause}", to=one.delegate, at=at, title=title, body=body, link=where, once=str(one.pk))


def _tell_plan(one: Delegation, *, at: datetime) -> None:
    days = f"{month_and_day(one.starts_on)} – {month_and_day(one.ends_on)}"
    _tell(one, "given", _("{days} 请你代理 {post}").format(days=days, post=_post_of(one)), one.reason, at=at)


def _tell_start(one: Delegation, *, at: datetime) -> None:
    title = _("从今天到 {last} 你代理 {post}").format(last=month_and_day(one.ends_on), post=_post_of(one))
    _tell(one, "starts", title, one.reason, at=at)


def _tell_end(one: Delegation, *, at: datetime) -> None:
    _tell(one, "ends", _("你不再代理 {post}").format(post=_post_of(one)), "", at=at)


@afterwards
def tell_of_today(sweep: Sweep) -> None:
    """Tell the delegates what begins today and what ended yesterday, once each however often this is asked."""
    today = sweep.at.date()
    for one in Delegation.objects.on(today).filter(starts_on=today).named():
        if one.lends_to(one.delegate.posts_on(today), on=today):
            _tell_start(one, at=sweep.at)
    for one in Delegation.objects.filter(ended_at=None, ends_on=today - timedelta(days=1)).named():
        _tell_end(one, at=sweep.at)
