"""A held visit and who came along: both confirm, the companion writes his feedback, or denies (domain.md 3).

The visit itself is recorded on 今日 (activity/daily_log): there its owner says who came, which is his confirmation.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from clients.chain import following, rules
from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.seats import hold_places, leave_all, take_seat
from clients.chain.telling import lapse, tell, tell_owner
from clients.chain.times import Times, times_of
from clients.chain.wanted import post_along
from clients.visits.models import Visit
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.idempotency.actions import Result, once
from org.trace.actions import record
from org.workflow import Refused, move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from org.people.models import Person

State, Outcome = Accompaniment.State, Accompaniment.Outcome
CONFIRM = "accompany_confirm"  # kind of the notice


class Kept(NamedTuple):
    """What hangs on an entry that is taken away or written anew."""

    planned: UUID | None
    rows: tuple[UUID, ...]


NOTHING = Kept(None, ())


def let_go(visit: UUID, *, by: Person, at: datetime) -> Kept:
    """Before the row goes: its plan and its companions stay, for the row that takes its place."""
    rows = tuple(Accompaniment.objects.filter(visit=visit).values_list("pk", flat=True))
    counted = Visit.objects.filter(pk=visit, companion_confirmed=True).values_list("companion_id", "day")
    spans = [(who, day, day) for who, day in counted if who is not None]
    corrections.note_all(Correction.Cause.LOG, spans, at=at, by=by, note=_("陪访确认有变"))
    planned = PlannedVisit.objects.filter(visit=visit).values_list("pk", flat=True).first()
    if rows:
        Accompaniment.objects.filter(pk__in=rows).update(visit=None)
    return Kept(planned, rows)


def take_back(kept: Kept, *, by: Person, at: datetime) -> None:
    """The entry is gone for good: the visit is to come again, if its time is still free; nobody was along."""
    unasked = Q(planned=None) | Q(state=State.ASKED, asked_at=F("owner_confirmed_at"))
    Accompaniment.objects.filter(unasked, pk__in=kept.rows).delete()
    Accompaniment.objects.filter(pk__in=kept.rows).update(
        outcome=Outcome.NONE, owner_confirmed_at=None, companion_confirmed_at=None, refused_at=None, lapsed_at=None
    )
    found = PlannedVisit.objects.select_for_update(of=("self",)).select_related("person")
    planned = found.filter(pk=kept.planned).first() if kept.planned else None
    if planned is None or planned.state != PlannedVisit.State.HELD:
        return
    move(planned, PlannedVisit.UNDO_HOLD, by=by, at=at, changes={"visit": None, "changed_at": at})
    along = planned.accompaniments.filter(state=State.ACCEPTED).select_related("companion")
    hold_places([planned.person_id, *(one.companion_id for one in along)])
    try:
        for who in (planned.person, *(one.companion for one in along)):
            take_seat(planned, who, told=by, at=at)
    except Refused:
        leave_all(planned)
        reason = _("拜访记录已删除，这段时间另有安排")
        move(planned, PlannedVisit.CANCEL, by=by, at=at, changes={"reason": reason, "changed_at": at})


def hold(visit: Visit, *, kept: Kept = NOTHING, planned: UUID | None = None, by: Person, at: datetime) -> None:
    """The visit took place as its owner records it, with its companion or without. In the record's transaction."""
    plan = _held_plan(visit, planned or kept.planned, by=by, at=at)
    here = Q(pk__in=kept.rows) | (Q(planned=plan) & ~Q(state=State.WITHDRAWN) if plan else Q(pk__in=[]))
    rows = list(Accompaniment.objects.filter(here).select_related("companion", "person", "unit"))
    _as_agreed(visit, rows)
    for one in rows:
        _link(one, visit, at)
    if visit.companion_id and not any(one.companion_id == visit.companion_id for one in rows):
        _unasked(visit, plan, at)
    settle(visit, by=by, at=at)


def _held_plan(visit: Visit, planned: UUID | None, *, by: Person, at: datetime) -> PlannedVisit | None:
    if planned is None:
        return None
    plan = PlannedVisit.objects.select_for_update(of=("self",)).filter(pk=planned, person=visit.person_id).first()
    if plan is None:
        raise Refused(_("这次拜访计划已经不在了，刷新看看。"))
    if plan.prospect_id != visit.prospect_id:
        raise Refused(_("记的客户不是约好的那一家，改回来或另记一次。"))
    if plan.state == PlannedVisit.State.PLANNED:
        move(plan, PlannedVisit.HOLD, by=by, at=at, changes={"visit": visit, "changed_at": at})
    elif plan.state == PlannedVisit.State.HELD and plan.visit_id is None:
        PlannedVisit.objects.filter(pk=plan.pk).update(visit=visit)
    else:
        raise Refused(_("这次拜访{state}，刷新看看。").format(state=plan.get_state_display()))
    leave_all(plan)
    if plan.opportunity_id:
        visit.opportunity_id = plan.opportunity_id
        Visit.objects.filter(pk=visit.pk).update(opportunity=plan.opportunity_id)
    return plan


def _as_agreed(visit: Visit, rows: Sequence[Accompaniment]) -> None:
    """Who has accepted came along, unless the owner says otherwise; of several the highest stands in the log."""
    agreed = [one for one in rows if one.state == State.ACCEPTED and one.outcome != Outcome.REFUSED]
    if visit.companion_id is None and not vars(visit).get("alone") and agreed:
        visit.companion = max(agreed, key=lambda one: rules.rank(one.post)).companion
        Visit.objects.filter(pk=visit.pk).update(companion=visit.companion)


def _link(one: Accompaniment, visit: Visit, at: datetime) -> None:
    """He came by the owner's word, or did not; what he has said himself of this visit stays."""
    came = one.companion_id == visit.companion_id
    outcome = (one.outcome or Outcome.PENDING) if came else Outcome.NONE
    is_new = came and one.owner_confirmed_at is None
    post = post_along(one.companion, visit.unit, visit.person_id, visit.day) if is_new else one.post
    told_at = (one.owner_confirmed_at or at) if came else None
    Accompaniment.objects.filter(pk=one.pk).update(
        visit=visit,
        outcome=outcome,
        owner_confirmed_at=told_at,
        post=post,
        reminded_at=None if is_new else one.reminded_at,
    )
    lapse(one, at)
    if is_new:
        _ask_to_confirm(one, visit, at)


def _unasked(visit: Visit, plan: PlannedVisit | None, at: datetime) -> None:
    """Somebody came along whom nobody had asked beforehand."""
    who = visit.companion
    post = post_along(who, visit.unit, visit.person_id, visit.day) if who else ""
    if who is None or not post:
        raise Refused(_("这个人不能陪访，换一位或选「没有陪访」。"))
    made = Accompaniment.objects.create(
        planned=plan, visit=visit, person=visit.person, unit=visit.unit, companion=who, post=post, asked_at=at,
        outcome=Outcome.PENDING, owner_confirmed_at=at,
    )  # fmt: skip
    _ask_to_confirm(made, visit, at)


def _ask_to_confirm(one: Accompaniment, visit: Visit, at: datetime) -> None:
    title = _("请确认陪访：{name} 拜访「{client}」").format(name=visit.person.name, client=visit.client)
    body = _("{month}月{day}日 {start:%H:%M}").format(month=visit.day.month, day=visit.day.day, start=visit.starts_at)
    tell(CONFIRM, one, title, body, at=at, mail=True)


def confirm(one: Accompaniment, *, feedback: str, by: Person, at: datetime, key: UUID) -> Result:
    """确认陪访 with one tap, with the feedback or before it."""

    def effect() -> Result:
        row, visit = _his(one, by)
        if row.outcome == Outcome.REFUSED:
            raise Refused(_("你已否认这次陪访。"))
        if row.outcome == Outcome.PENDING:
            row.outcome, row.companion_confirmed_at, row.reminded_at = Outcome.CONFIRMED, at, None
            record(row, "confirm", by=by, at=at)
            tell_owner("accompany_confirmed", row, _("{name} 确认了陪访「{client}」"), feedback, at=at)
        if feedback:
            row.feedback, row.feedback_at = feedback, row.feedback_at or at
            record(row, "feedback", by=by, at=at, changes={"feedback": feedback})
        row.save(update_fields=["outcome", "companion_confirmed_at", "reminded_at", "feedback", "feedback_at"])
        lapse(row, at)
        settle(visit, by=by, at=at)
        return {"accompaniment": str(row.pk)}

    asked = {"one": one.pk, "feedback": feedback}
    return once(key, by=by, verb="confirm", at=at, parameters=asked, effect=effect)


def refuse(one: Accompaniment, *, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """没有陪访: the chain is counted again without him, back to that visit."""

    def effect() -> Result:
        row, visit = _his(one, by)
        if row.outcome != Outcome.PENDING:
            raise Refused(_("这次陪访{state}，不能再改。").format(state=row.get_outcome_display()))
        row.outcome, row.refused_at, row.reason = Outcome.REFUSED, at, reason
        row.save(update_fields=["outcome", "refused_at", "reason"])
        record(row, "refuse", by=by, at=at, changes={"reason": reason})
        lapse(row, at)
        tell_owner("accompany_refused", row, _("{name} 否认陪访「{client}」"), reason, at=at)
        if visit.companion_id == by.pk:
            Visit.objects.filter(pk=visit.pk).update(companion=None, companion_confirmed=False)
        following.follow([visit.opportunity_id])
        return {"accompaniment": str(row.pk)}

    asked = {"one": one.pk, "reason": reason}
    return once(key, by=by, verb="refuse", at=at, parameters=asked, effect=effect)


def _his(one: Accompaniment, by: Person) -> tuple[Accompaniment, Visit]:
    """The row, locked, and its visit; refused to everybody but the companion."""
    rows = Accompaniment.objects.select_for_update(of=("self",)).select_related("companion", "person")
    row = rows.get(pk=one.pk)
    if row.companion_id != by.pk:
        raise Refused(_("陪访由本人确认。"))
    if row.visit_id is None or row.outcome == Outcome.NONE:
        raise Refused(_("这次拜访还没有记下你陪访。"))
    return row, Visit.objects.select_related("person").get(pk=row.visit_id)


def settle(visit: Visit, *, by: Person, at: datetime) -> None:
    """Whether the accompaniment counts for 3111: both confirmed before silence did, and the feedback was in time.

    The week of the companion may be closed, so a change is noted for those who assess it.
    """
    row = Accompaniment.objects.filter(visit=visit, companion=visit.companion_id).first()
    is_effective = row is not None and counts(row, times_of(row))
    if is_effective == visit.companion_confirmed:
        return
    Visit.objects.filter(pk=visit.pk).update(companion_confirmed=is_effective)
    visit.companion_confirmed = is_effective
    if visit.companion_id is not None:
        pair = (visit.companion_id, visit.day, visit.day)
        corrections.note_all(Correction.Cause.LOG, [pair], at=at, by=by, note=_("陪访确认有变"))


def counts(row: Accompaniment, times: Times) -> bool:
    """An effective accompaniment (domain.md 3, "What counts")."""
    confirmed = row.outcome == Outcome.CONFIRMED and row.companion_confirmed_at is not None
    if not confirmed or row.companion_confirmed_at >= times.silent_from:  # type: ignore[operator]
        return False
    return not times.writes or (row.feedback_at is not None and row.feedback_at < times.feedback_before)
