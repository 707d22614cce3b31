"""The invitation to come along (陪访): asked, accepted, declined, another time proposed, withdrawn. One tap each.

The link of the message leads to the page with the three buttons; the address is the same in the app and in the mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.seats import Span, hold_places, leave_seat, own, shift, take_seat
from clients.chain.telling import lapse, tell, tell_owner, unblame
from clients.chain.wanted import needs_of, post_along, want_of
from org.days import in_words
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.trace.actions import record
from org.workflow import Refused, move
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from uuid import UUID

State = Accompaniment.State
WITHDRAWALS = {
    State.ACCEPTED: Accompaniment.WITHDRAW_ACCEPTED,
    State.PROPOSED: Accompaniment.WITHDRAW_PROPOSED,
    State.DECLINED: Accompaniment.WITHDRAW_DECLINED,
}
ASKED = "accompany_asked"  # kind of the notice


def when(planned: PlannedVisit) -> str:
    """11月26日 周四 10:00–11:00."""
    day = planned.starts_at.astimezone(SHANGHAI).date()
    return f"{in_words(day)} {Span(planned.starts_at, planned.ends_at).said}"


def invite(planned: PlannedVisit, companion: int, *, by: Person, at: datetime) -> Accompaniment:
    """Ask somebody of the owner's own line of units before the hour; once for a visit, again after he was withdrawn."""
    if at >= planned.starts_at:
        raise Refused(_("拜访已经开始，不能再请人陪访。"))
    who = Person.objects.filter(pk=companion).first()
    [(need, line)] = needs_of([want_of(planned)])
    post = post_along(who, line, planned.person_id) if who else ""
    if who is None or not post:
        raise Refused(_("这个人不能陪访这家客户，换一位。"))
    if planned.accompaniments.exclude(state=State.WITHDRAWN).filter(companion=who).exists():
        raise Refused(_("已经请过{name}了。").format(name=who.name))
    made = Accompaniment.objects.create(
        planned=planned, person=planned.person, unit=planned.unit, companion=who, post=post,
        required_level=need.level, asked_at=at,
    )  # fmt: skip
    record(made, "invite", by=by, at=at, changes={"companion": who.employee_no})
    _ask(made, planned, at)
    return made


def invite_one(planned: PlannedVisit, companion: int, *, by: Person, at: datetime, key: UUID) -> Result:
    def effect() -> Result:
        made = invite(own(planned, by), companion, by=by, at=at)
        return {"accompaniment": str(made.pk)}

    asked = {"planned": planned.pk, "companion": companion}
    return once(key, by=by, verb="invite", at=at, parameters=asked, effect=effect)


def _ask(asked: Accompaniment, planned: PlannedVisit, at: datetime) -> None:
    title = _("{name} 请你陪访「{client}」").format(name=planned.person.name, client=planned.prospect.name)
    body = "，".join(filter(None, (when(planned), planned.place, planned.purpose)))
    tell(ASKED, asked, title, body, at=at, mail=True)


def ask_again(planned: PlannedVisit, *, by: Person, at: datetime, but: UUID | None = None) -> None:
    """The time is another: whoever was asked is asked for the new one, from now on."""
    rows = planned.accompaniments.exclude(state__in=[State.WITHDRAWN, State.DECLINED])
    for one in rows.select_related("companion", "person"):
        if one.pk == but:
            continue
        lapse(one, at)
        unblame(one, at)
        Accompaniment.objects.filter(pk=one.pk).update(
            state=State.ASKED, asked_at=at, answered_at=None, reason="", proposed_starts_at=None, proposed_ends_at=None,
            reminded_at=None, outcome=Accompaniment.Outcome.NONE,
        )  # fmt: skip
        record(one, "ask_again", by=by, at=at)
        _ask(one, planned, at)


def call_off(planned: PlannedVisit, *, by: Person, at: datetime) -> None:
    """The visit will not be: who was asked need not come."""
    for one in planned.accompaniments.exclude(state__in=[State.WITHDRAWN, State.DECLINED]).select_related("companion"):
        _withdraw(one, planned, by=by, at=at, why=planned.reason)


def withdraw(asked: Accompaniment, *, by: Person, at: datetime, key: UUID) -> Result:
    """收回邀请 by the owner, before or after the answer."""

    def effect() -> Result:
        one, planned = _locked(asked)
        own(planned, by)
        _withdraw(one, planned, by=by, at=at, why="")
        return {"planned": str(planned.pk)}

    return once(key, by=by, verb="withdraw_invitation", at=at, parameters={"asked": asked.pk}, effect=effect)


def _withdraw(one: Accompaniment, planned: PlannedVisit, *, by: Person, at: datetime, why: str) -> None:
    move(one, WITHDRAWALS.get(State(one.state), Accompaniment.WITHDRAW), by=by, at=at)
    leave_seat(planned, one.companion)
    lapse(one, at)
    title = _("不用陪访「{client}」了").format(client=planned.prospect.name)
    tell("accompany_off", one, title, "，".join(filter(None, (when(planned), why))), at=at)


def accept(asked: Accompaniment, *, by: Person, at: datetime, key: UUID) -> Result:
    """接受: he has a seat from now on; refused where he is promised elsewhere."""

    def effect() -> Result:
        one, planned = _to_answer(asked, by, at)
        step = {State.PROPOSED: Accompaniment.THINK_BETTER, State.DECLINED: Accompaniment.COME_AFTER_ALL}
        move(one, step.get(State(one.state), Accompaniment.ACCEPT), by=by, at=at, changes=_answered(at))
        hold_places([by.pk])
        take_seat(planned, by, told=by, at=at)
        lapse(one, at)
        tell_owner("accompany_accepted", one, _("{name} 接受陪访「{client}」"), when(planned), at=at)
        return {"accompaniment": str(one.pk)}

    return once(key, by=by, verb="accept", at=at, parameters={"asked": asked.pk}, effect=effect)


def decline(asked: Accompaniment, *, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """谢绝, also after having accepted; the reason is his to give."""

    def effect() -> Result:
        one, planned = _to_answer(asked, by, at)
        step = {State.ACCEPTED: Accompaniment.BACK_OUT, State.PROPOSED: Accompaniment.GIVE_UP}
        move(one, step.get(State(one.state), Accompaniment.DECLINE), by=by, at=at, changes=_answered(at, reason))
        leave_seat(planned, by)
        lapse(one, at)
        tell_owner("accompany_declined", one, _("{name} 不能陪访「{client}」"), reason, at=at)
        return {"accompaniment": str(one.pk)}

    asked_for = {"asked": asked.pk, "reason": reason}
    return once(key, by=by, verb="decline", at=at, parameters=asked_for, effect=effect)


def propose(asked: Accompaniment, span: Span, *, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """提议改时间: the owner moves the visit there with one tap, or not."""

    def effect() -> Result:
        if span.starts_at <= at:
            raise Refused(_("这个时间已经过了，提一个以后的时间。"))
        one, planned = _to_answer(asked, by, at)
        step = {State.ACCEPTED: Accompaniment.PROPOSE_LATER, State.DECLINED: Accompaniment.PROPOSE_INSTEAD}
        changes = _answered(at, reason) | {"proposed_starts_at": span.starts_at, "proposed_ends_at": span.ends_at}
        move(one, step.get(State(one.state), Accompaniment.PROPOSE), by=by, at=at, changes=changes)
        leave_seat(planned, by)
        lapse(one, at)
        told = f"{in_words(span.starts_at.astimezone(SHANGHAI).date())} {span.said}"
        title = _("{name} 提议改时间陪访「{client}」")
        tell_owner("accompany_proposed", one, title, "，".join(filter(None, (told, reason))), at=at)
        return {"accompaniment": str(one.pk)}

    asked_for = {"asked": asked.pk, "span": list(span), "reason": reason}
    return once(key, by=by, verb="propose", at=at, parameters=asked_for, effect=effect)


def admit(asked: Accompaniment, *, by: Person, at: datetime, key: UUID) -> Result:
    """The owner takes the proposed time: the visit and both seats move there; the others are asked anew."""

    def effect() -> Result:
        one, planned = _locked(asked)
        own(planned, by)
        if one.state != State.PROPOSED or one.proposed_starts_at is None or one.proposed_ends_at is None:
            raise Refused(_("这个提议已经不在了，刷新看看。"))
        if one.proposed_starts_at <= at:
            raise Refused(_("提议的时间已经过了，另约一个。"))
        hold_places([by.pk, one.companion_id])
        shift(planned, one.proposed_starts_at, one.proposed_ends_at, by=by, at=at)
        move(one, Accompaniment.ADMIT, by=by, at=at)
        take_seat(planned, one.companion, told=by, at=at)
        ask_again(planned, by=by, at=at, but=one.pk)
        tell("accompany_moved", one, _("{name} 同意改时间").format(name=by.name), when(planned), at=at)
        return {"planned": str(planned.pk)}

    return once(key, by=by, verb="admit", at=at, parameters={"asked": asked.pk}, effect=effect)


def _answered(at: datetime, reason: str = "") -> dict[str, object]:
    return {"answered_at": at, "reason": reason, "proposed_starts_at": None, "proposed_ends_at": None}


def _locked(asked: Accompaniment) -> tuple[Accompaniment, PlannedVisit]:
    """The visit first, then the row: the order in which everybody locks them. Each without what it names: who waited
    for a hand-over would join the owner of before, and find no row at all."""
    if asked.planned_id is None:
        raise Refused(_("这次陪访没有约过，不用答复。"))
    planned = PlannedVisit.objects.select_for_update().get(pk=asked.planned_id)
    return Accompaniment.objects.select_for_update().get(pk=asked.pk), planned


def _to_answer(asked: Accompaniment, by: Person, at: datetime) -> tuple[Accompaniment, PlannedVisit]:
    one, planned = _locked(asked)
    if one.companion_id != by.pk:
        raise Refused(_("请的不是你，由本人答复。"))
    if one.state == State.WITHDRAWN or planned.state == PlannedVisit.State.CANCELLED:
        raise Refused(_("{name} 已收回邀请，不用去了。").format(name=one.person.name))
    if planned.state != PlannedVisit.State.PLANNED or at >= planned.starts_at:
        raise Refused(_("拜访已经开始，不用再答复。"))
    return one, planned
