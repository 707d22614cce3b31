"""The verbs of the owner on a visit that is to come: plan, move, cancel. Seats are taken in the same transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from clients.chain import inviting
from clients.chain.models import Opportunity, PlannedVisit
from clients.chain.seats import hold_places, leave_all, own, shift, take_seat
from clients.chain.wanted import own_unit
from clients.prospects.models import Prospect
from clients.visits.models import Kind
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.permissions import Permission
from org.trace.actions import record
from org.units.models import Unit
from org.workflow import Refused, move

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Wish:
    """When, with whom and what for."""

    starts_at: datetime
    ends_at: datetime
    kind: str = Kind.DEVELOPMENT.value
    opportunity: UUID | None = None
    contact: str = ""
    purpose: str = ""
    place: str = ""


def plan(
    person: Person, prospect: Prospect, wish: Wish, *, at: datetime, key: UUID, companions: Sequence[int] = ()
) -> Result:
    """约一次拜访 with one's own client, and who is asked to come along; the result names the planned visit."""

    def effect() -> Result:
        _refuse_past(wish.starts_at, at)
        planned = PlannedVisit.objects.create(
            prospect=prospect, opportunity=_opportunity(prospect, wish), person=person, unit=_unit(person, at),
            kind=wish.kind, starts_at=wish.starts_at, ends_at=wish.ends_at, contact=wish.contact,
            purpose=wish.purpose, place=wish.place, made_at=at, changed_at=at,
        )  # fmt: skip
        hold_places([person.pk])
        take_seat(planned, person, told=person, at=at)
        record(planned, "plan_visit", by=person, at=at, changes={"starts_at": wish.starts_at})
        for one in companions:
            inviting.invite(planned, one, by=person, at=at)
        return {"planned": str(planned.pk)}

    held = prospect.owner_id == person.pk and prospect.released_at is None
    if not held or not person.can(Permission.VISIT_PLAN, on=at.date()):
        raise Refused(_("只能约自己客户的拜访。"))
    asked = {"prospect": prospect.pk, "companions": list(companions), **asdict(wish)}
    return once(key, by=person, verb="plan_visit", at=at, parameters=asked, effect=effect)


def reschedule(
    planned: PlannedVisit, *, starts_at: datetime, ends_at: datetime, by: Person, at: datetime, key: UUID
) -> Result:
    """改期: who was to come along is asked anew for the new time."""

    def effect() -> Result:
        found = own(planned, by)
        _refuse_past(starts_at, at)
        before = found.starts_at
        shift(found, starts_at, ends_at, by=by, at=at)
        record(found, "move_visit", by=by, at=at, changes={"starts_at": [str(before), str(starts_at)]})
        inviting.ask_again(found, by=by, at=at)
        return {"planned": str(found.pk)}

    asked = {"planned": planned.pk, "starts_at": starts_at, "ends_at": ends_at}
    return once(key, by=by, verb="move_visit", at=at, parameters=asked, effect=effect)


def cancel(planned: PlannedVisit, *, reason: str, by: Person, at: datetime, key: UUID) -> Result:
    """取消: whoever was asked is told, with the reason."""

    def effect() -> Result:
        found = own(planned, by)
        move(found, PlannedVisit.CANCEL, by=by, at=at, changes={"reason": reason, "changed_at": at})
        leave_all(found)
        inviting.call_off(found, by=by, at=at)
        return {"planned": str(found.pk)}

    asked = {"planned": planned.pk, "reason": reason}
    return once(key, by=by, verb="cancel_visit", at=at, parameters=asked, effect=effect)


def _opportunity(prospect: Prospect, wish: Wish) -> Opportunity | None:
    """Of development visits only: service stays outside of the chain."""
    if wish.kind != Kind.DEVELOPMENT or wish.opportunity is None:
        return None
    found = Opportunity.objects.filter(pk=wish.opportunity, prospect=prospect, state=Opportunity.State.RUNNING)
    if (one := found.first()) is None:
        raise Refused(_("这个开拓项目已经结束，换一个。"))
    return one


def _unit(person: Person, at: datetime) -> Unit:
    unit = own_unit(person, at.date())
    if unit is None:
        raise Refused(_("今天你不是客户经理，不能约拜访。"))
    return unit


def _refuse_past(starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise Refused(_("这个时间已经过了，选一个以后的时间；已经拜访过的在今日里记。"))
