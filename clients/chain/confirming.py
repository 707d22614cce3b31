"""A held visit and who came along: both confirm, the companion writes his feedback, or denies (domain.md 3).

The visit itself is recorded on 今日 (activity/daily_log): there its owner says who came, which is his confirmation.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain import denials, following, rules
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.chain.seats import hold_places, leave_all, take_seat
from clients.chain.telling import ASKING, OF_THE_MISS, UNBLAMED, lapse, tell, tell_owner, unblame
from clients.chain.times import Times, times_of
from clients.chain.wanted import line_of, post_along
from clients.visits.models import Kind, Visit
from org.corrections import actions as corrections
from org.corrections.models import Correction
from org.days import in_words
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Person
from org.trace.actions import record
from org.workflow import Refused, move
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence

State, Outcome = Accompaniment.State, Accompaniment.Outcome
CONFIRM = "accompany_confirm"  # kind of the notice
ABOUT_THE_ROW = (*ASKING, "accompany_lapsed", *OF_THE_MISS)  # kinds whose link is the page of the row


class Facts(NamedTuple):
    """What a companion confirms of a visit; of another one he is asked anew."""

    prospect: UUID | None
    client: str
    starts_at: time
    kind: str
    opportunity: UUID | None

    @classmethod
    def of(cls, visit: Visit) -> Facts:
        return cls(visit.prospect_id, visit.client_key, visit.starts_at, str(visit.kind), visit.opportunity_id)

    def is_of_client(self, visit: Visit) -> bool:
        return self.client == visit.client_key or (self.prospect is not None and self.prospect == visit.prospect_id)


class Kept(NamedTuple):
    """What hangs on an entry that is taken away or written anew."""

    planned: UUID | None
    rows: tuple[UUID, ...]
    was: Facts | None = None
    companion: int | None = None  # whom it named

    def says_the_same(self, visit: Visit) -> bool:
        return self.was == Facts.of(visit) and self.companion == visit.companion_id


NOTHING = Kept(None, ())


def let_go(visit: UUID, *, by: Person, at: datetime) -> Kept:
    """Before the row goes: its plan and its companions stay, for the row that takes its place.

    Locked in the order of everybody: the opportunity, the plan, the rows.
    """
    hold_opportunity(visits=visit)
    plans = PlannedVisit.objects.select_for_update(of=("self",)).filter(visit=visit)
    planned = plans.values_list("pk", flat=True).first()
    along = Accompaniment.objects.select_for_update(of=("self",)).filter(visit=visit)
    rows = tuple(along.values_list("pk", flat=True))
    gone = Visit.objects.get(pk=visit)
    if gone.companion_confirmed and gone.companion_id is not None:
        spans = [(gone.companion_id, gone.day, gone.day)]
        corrections.note_all(Correction.Cause.LOG, spans, at=at, by=by, note=_("陪访确认有变"))
    if rows:
        Accompaniment.objects.filter(pk__in=rows).update(visit=None)
    return Kept(planned, rows, Facts.of(gone), gone.companion_id) if rows or planned else NOTHING


def hold_opportunity(**which: UUID) -> None:
    """Of a visit, before everything else of it: who follows it locks it first too, and its visits then."""
    list(Opportunity.objects.select_for_update(of=("self",)).filter(**which).values_list("pk"))


def take_back(kept: Kept, *, by: Person, at: datetime) -> None:
    """The entry is gone for good: the visit is to come again, if its time is still free; nobody was along.

    What a companion has answered stays, though there is no visit for it: a denial holds for the next entry.
    """
    rows = Accompaniment.objects.filter(pk__in=kept.rows)
    for kind in ABOUT_THE_ROW:
        notices.lapse(kind, *(reverse("accompaniment", args=[pk]) for pk in kept.rows), at=at)
    unasked = Q(planned=None) | Q(state=State.ASKED, asked_at=F("owner_confirmed_at"))
    rows.filter(unasked, denials.UNANSWERED).delete()
    rows.update(owner_confirmed_at=None, lapsed_at=None, **UNBLAMED)
    rows.exclude(outcome=Outcome.REFUSED).update(outcome=Outcome.NONE, companion_confirmed_at=None)
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
    plan = _held_plan(visit, kept.planned or planned, by=by, at=at)
    same = kept.was is not None and kept.was.is_of_client(visit)
    rows = denials.rows_of(visit, plan, at, stood=kept.rows, same_client=same)
    _as_agreed(visit, rows)
    for one in rows:
        if not kept.says_the_same(visit):
            unblame(one, at)
        _link(one, visit, at, anew=kept.was not in (None, Facts.of(visit)))
    if visit.companion_id and not any(one.companion_id == visit.companion_id for one in rows):
        _unasked(visit, plan, at)
    settle(visit, by=by, at=at)


def _held_plan(visit: Visit, planned: UUID | None, *, by: Person, at: datetime) -> PlannedVisit | None:
    if planned is None:
        return None
    plans = PlannedVisit.objects.select_for_update(of=("self",)).select_related("opportunity")
    plan = plans.filter(pk=planned, person=visit.person_id).first()
    if plan is None:
        raise Refused(_("这次拜访计划已经不在了，刷新看看。"))
    if plan.prospect_id != visit.prospect_id:
        raise Refused(_("记的客户不是约好的那一家，改回来或另记一次。"))
    day = plan.starts_at.astimezone(SHANGHAI).date()
    if day != visit.day:
        said = {"planned": in_words(day), "day": in_words(visit.day)}
        raise Refused(_("这次约的是 {planned}，记的是 {day}；在约好的那天记，或另记一次。").format(**said))
    opportunity = plan.opportunity  # as it is before the row is read again
    if plan.state == PlannedVisit.State.PLANNED:
        move(plan, PlannedVisit.HOLD, by=by, at=at, changes={"visit": visit, "changed_at": at})
    elif plan.state == PlannedVisit.State.HELD and plan.visit_id is None:
        PlannedVisit.objects.filter(pk=plan.pk).update(visit=visit)
    else:
        raise Refused(_("这次拜访{state}，刷新看看。").format(state=plan.get_state_display()))
    leave_all(plan)
    until = opportunity.closed_on if opportunity else None
    if opportunity and visit.kind == Kind.DEVELOPMENT and (until is None or visit.day <= until):
        visit.opportunity_id = opportunity.pk
        Visit.objects.filter(pk=visit.pk).update(opportunity=opportunity)
    return plan


def _as_agreed(visit: Visit, rows: Sequence[Accompaniment]) -> None:
    """Who has accepted came along, unless the owner says otherwise; of several the highest stands in the log."""
    agreed = [one for one in rows if one.state == State.ACCEPTED and one.outcome != Outcome.REFUSED]
    if visit.companion_id is None and not vars(visit).get("alone") and agreed:
        visit.companion = max(agreed, key=lambda one: rules.rank(one.post)).companion
        Visit.objects.filter(pk=visit.pk).update(companion=visit.companion)


_UNSAID = {"companion_confirmed_at": None, "reminded_at": None, "lapsed_at": None}


def _link(one: Accompaniment, visit: Visit, at: datetime, *, anew: bool) -> None:
    """He came by the owner's word, or did not; what he has said himself of this visit stays. `anew`: it is about
    another visit than that of which he said it, so that he is asked again: his text stays for him to send again. A
    denial stays a denial."""
    came = one.companion_id == visit.companion_id or one.reply == Accompaniment.Reply.AGREED
    is_new = came and (anew or one.owner_confirmed_at is None)
    changes: dict[str, object] = {"visit": visit, "outcome": Outcome.NONE, "owner_confirmed_at": None}
    if one.outcome == Outcome.REFUSED:
        changes = {"visit": visit, "outcome": Outcome.REFUSED}
    elif is_new:
        post = post_along(one.companion, line_of(visit.unit, visit.day), visit.person_id)
        changes |= {"outcome": Outcome.PENDING, "owner_confirmed_at": at, "post": post, **_UNSAID}
        if anew:
            changes |= {"feedback_at": None}
            record(one, "ask_again", by=visit.person, at=at, changes={"was": one.outcome, "feedback": one.feedback})
    elif came:
        changes |= {"outcome": one.outcome or Outcome.PENDING, "owner_confirmed_at": one.owner_confirmed_at}
    Accompaniment.objects.filter(pk=one.pk).update(**changes)
    lapse(one, at)
    if is_new:
        _ask_to_confirm(one, visit, at)


def _unasked(visit: Visit, plan: PlannedVisit | None, at: datetime) -> None:
    """Somebody came along whom nobody had asked beforehand."""
    who = Person.objects.filter(pk=visit.companion_id or 0).first()
    post = post_along(who, line_of(visit.unit, visit.day), visit.person_id) if who else ""
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
        denials.note(row, visit, by=by, at=at)
        lapse(row, at)
        tell_owner("accompany_refused", row, _("{name} 否认陪访「{client}」"), reason, at=at)
        if visit.companion_id == by.pk:
            Visit.objects.filter(pk=visit.pk).update(companion=None, companion_confirmed=False)
        following.follow([visit.opportunity_id])
        return {"accompaniment": str(row.pk)}

    asked = {"one": one.pk, "reason": reason}
    return once(key, by=by, verb="refuse", at=at, parameters=asked, effect=effect)


def _his(one: Accompaniment, by: Person) -> tuple[Accompaniment, Visit]:
    """The row, locked after its opportunity, and its visit; refused to everybody but the companion."""
    hold_opportunity(visits__companions=one.pk)
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
