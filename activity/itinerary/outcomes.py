"""What becomes of a planned item: done or missed with the entry that it became, moved, cancelled, and back again.

Whoever settles an item first wins, the other is refused and nothing of his stays: PlanItem has the steps, and each is
one compare-and-set.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, PlanItem
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.rules.days import ruled_days
from org.trace.actions import record
from org.week import Week
from org.workflow import Refused, Step, move
from org.working_days.rules import log_limits

State = PlanItem.State
SETTLES = {State.DONE: PlanItem.DO, State.MISSED: PlanItem.MISS}
UNDOES = {
    State.DONE: PlanItem.UNDO,
    State.MISSED: PlanItem.UNDO_MISS,
    State.MOVED: PlanItem.UNDO_MOVE,
    State.CANCELLED: PlanItem.UNDO_CANCEL,
}
OPENED = {"reason": "", "moved_to": None, "entry_type": "", "entry_id": None, "settled_at": None}
COPIED = ("part", "at", "kind", "visit_kind", "prospect_id", "client", "contact", "purpose", "place", "companion_id")


def own_item(person: Person, pk: UUID) -> PlanItem:
    """One of his own; another's is as if it did not exist."""
    found = PlanItem.objects.filter(person=person, pk=pk).select_related("itinerary", "prospect").first()
    if found is None:
        raise Refused(_("行事历里没有这一项，刷新看看。"))
    return found


def become(
    person: Person, pk: UUID, *, day: date, at: datetime, entry_type: str, entry_id: UUID, missed: bool = False
) -> None:
    """The item became that entry of the day's log; in the transaction that writes the entry."""
    item = own_item(person, pk)
    if item.day != day:
        raise Refused(_("这一项计划在 {month} 月 {day} 日。").format(month=item.day.month, day=item.day.day))
    step = SETTLES[State.MISSED if missed else State.DONE]
    _take(item, step, by=person, at=at, entry_type=entry_type, entry_id=entry_id, settled_at=at)


def follow(old: UUID, new: UUID, *, by: Person, at: datetime, missed: bool) -> None:
    """The entry was recorded anew: the item goes with it, and a call that was reached after all is done."""
    item = PlanItem.objects.filter(person=by, entry_id=old).first()
    if item is None:
        return
    state = State.MISSED if missed else State.DONE
    PlanItem.objects.filter(pk=item.pk, entry_id=old).update(entry_id=new, state=state)
    record(item, "follow", by=by, at=at, changes={"entry_id": new, "state": state.value})


def let_go(entry: UUID, *, by: Person, at: datetime) -> None:
    """The entry was taken back: what it had settled is open again."""
    item = PlanItem.objects.filter(person=by, entry_id=entry).first()
    if item is not None:
        _take(item, UNDOES[State(item.state)], by=by, at=at, **OPENED)


def cancel(person: Person, *, item: UUID, reason: str, at: datetime, key: UUID) -> Result:
    """取消 with the reason; nothing is recorded."""

    def effect() -> Result:
        found = _still(person, item, at)
        _take(found, PlanItem.CANCEL, by=person, at=at, reason=reason, settled_at=at)
        return {"item": str(found.pk)}

    asked = {"item": item, "reason": reason}
    return once(key, by=person, verb="cancel_item", at=at, parameters=asked, effect=effect)


def reschedule(person: Person, *, item: UUID, to: date, reason: str = "", at: datetime, key: UUID) -> Result:
    """改期 within the item's week or the one after it: a new item there, which knows where it came from."""

    def effect() -> Result:
        found = _still(person, item, at)
        if wrong := why_not_to(found, to, today=at.date()):
            raise Refused(wrong)
        plan = _itinerary_on(found, to, at)
        _take(found, PlanItem.MOVE, by=person, at=at, reason=reason, settled_at=at)
        there = PlanItem.objects.create(
            itinerary=plan, person=person, day=to, origin=PlanItem.Origin.MOVED,
            origin_id=str(found.pk), **{name: getattr(found, name) for name in COPIED},
        )  # fmt: skip
        PlanItem.objects.filter(pk=found.pk).update(moved_to=there)
        return {"item": str(found.pk), "moved_to": str(there.pk)}

    asked = {"item": item, "to": to, "reason": reason}
    return once(key, by=person, verb="move_item", at=at, parameters=asked, effect=effect)


def reopen(person: Person, *, item: UUID, at: datetime, key: UUID) -> Result:
    """Undo 改期 or 取消 on the day on which it was said. What became an entry opens when that is taken back."""

    def effect() -> Result:
        found = own_item(person, item)
        if found.is_open:
            raise Refused(_("这一项还没有办，不用撤销。"))
        if found.entry_id:
            raise Refused(_("这一项已经记进日志，删掉那一条就能重办。"))
        if found.settled_at is None or found.settled_at.astimezone(at.tzinfo).date() != at.date():
            raise Refused(_("只有当天能撤销。"))
        _refuse_locked(found, at)
        there = found.moved_to
        _take(found, UNDOES[State(found.state)], by=person, at=at, **OPENED)
        if there is not None and not PlanItem.objects.filter(pk=there.pk, state=State.PLANNED).delete()[0]:
            raise Refused(
                _("改到 {month} 月 {day} 日的那一项已经办了。").format(month=there.day.month, day=there.day.day)
            )
        return {"item": str(found.pk)}

    return once(key, by=person, verb="reopen_item", at=at, parameters={"item": item}, effect=effect)


def why_not_to(item: PlanItem, to: date, *, today: date) -> str:
    """Why the item cannot move to that day; empty when it can."""
    last = Week.of(item.day).next.sunday
    if to < today:
        return _("那一天已经过了，最早改到 {month} 月 {day} 日。").format(month=today.month, day=today.day)
    if to == item.day:
        return _("还是原来那一天，选另一天。")
    if to > last or to < Week.of(item.day).monday:
        return _("只能改到本周或下一周，最晚 {month} 月 {day} 日。").format(month=last.month, day=last.day)
    return ""


def _still(person: Person, pk: UUID, at: datetime) -> PlanItem:
    """His item, open, and its day not locked."""
    found = own_item(person, pk)
    _refuse_settled(found)
    _refuse_locked(found, at)
    return found


def _refuse_settled(item: PlanItem) -> None:
    if not item.is_open:
        raise Refused(_("这一项已经办过了（{state}），刷新看看。").format(state=item.get_state_display()))


def _refuse_locked(item: PlanItem, at: datetime) -> None:
    """What was planned for a day stands as it is once the day's log is locked."""
    books, calendar = ruled_days(item.day, item.day)
    lock = log_limits(item.day, calendar, books[item.day].times).lock_at
    if at >= lock:
        raise Refused(
            _(
                "{month} 月 {day} 日的日志已于 {lock_month} 月 {lock_day} 日 {lock:%H:%M} 锁定，那天的计划不能再改。"
            ).format(month=item.day.month, day=item.day.day, lock_month=lock.month, lock_day=lock.day, lock=lock)
        )


def _take(item: PlanItem, step: Step, *, by: Person, at: datetime, **changes: object) -> None:
    if step.source == State.PLANNED:
        _refuse_settled(item)
    move(item, step, by=by, at=at, changes=changes)


def _itinerary_on(item: PlanItem, day: date, at: datetime) -> Itinerary:
    """Of the same department in the week of that day, made on first need and locked: a version that is handed in or
    approved at this moment has the line or has it not."""
    of = {"unit_id": item.itinerary.unit_id, "week": Week.of(day).monday}
    Itinerary.objects.bulk_create([Itinerary(**of, changed_at=at, created_at=at)], ignore_conflicts=True)
    return Itinerary.objects.select_for_update().get(**of)
