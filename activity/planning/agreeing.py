"""Lines of a plan that were taken over from what is agreed, a visit or a client event, when that has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.translation import gettext as _

from activity.itinerary.models import Itinerary, PlanItem
from activity.planning.candidates import AGREED, Candidate
from clients.chain.models import PlannedVisit
from clients.events.models import ClientEvent
from org.days import month_and_day, weekday
from org.people.models import Person
from org.week import Week
from org.working_days.rules import NOON, SHANGHAI

CANCELLED = "cancelled"  # of both
Agreement = tuple[str, str]  # origin and its key


class Now(NamedTuple):
    """What is agreed by now."""

    person: int
    state: str
    day: date
    at: time | None


def follow(plan: Itinerary, person: Person, found: Iterable[Candidate]) -> int:
    """Put his lines where what was agreed is by now; under the plan's lock. What was called off or left the week
    stays, marked (`mark`), until he takes it out."""
    lines = {(one.origin, one.origin_id): one for one in plan.items.filter(person=person) if _is_agreed(one)}
    changed = [line for one in found if (line := lines.get((one.origin, one.origin_id))) and _put(line, one)]
    PlanItem.objects.bulk_update(changed, ["day", "part", "at", "place", "companion"])
    return len(changed)


def _put(line: PlanItem, one: Candidate) -> bool:
    """As it is agreed; of an event nobody says who comes along, and without an hour its half day stays."""
    part = line.part if one.at is None else PlanItem.Part.AM if one.at < NOON else PlanItem.Part.PM
    companion = one.companion_id if line.origin == PlanItem.Origin.APPOINTED else line.companion_id
    agreed = (one.day or line.day, part, one.at, one.place, companion)
    if agreed == (line.day, line.part, line.at, line.place, line.companion_id):
        return False
    line.day, line.part, line.at, line.place, line.companion_id = agreed
    return True


def mark(items: Iterable[PlanItem]) -> None:
    """Beside each line that says another time than is agreed by now: `otherwise`, in words. Two queries at most."""
    lines = [one for one in items if _is_agreed(one)]
    now = _agreed_now(lines)
    for line in lines:
        vars(line)["otherwise"] = _otherwise(line, now.get((line.origin, line.origin_id)))


def _is_agreed(item: PlanItem) -> bool:
    return item.is_open and item.origin in AGREED and bool(item.origin_id)


def _agreed_now(lines: Iterable[PlanItem]) -> Mapping[Agreement, Now]:
    found: dict[Agreement, Now] = {}
    keys = [{one.origin_id for one in lines if one.origin == origin} for origin in AGREED]
    if keys[0]:
        for visit in PlannedVisit.objects.filter(pk__in=keys[0]).only("person", "state", "starts_at"):
            begins: datetime = visit.starts_at.astimezone(SHANGHAI)
            now = Now(visit.person_id, visit.state, begins.date(), begins.time())
            found[PlanItem.Origin.APPOINTED.value, str(visit.pk)] = now
    if keys[1]:
        for event in ClientEvent.objects.filter(pk__in=keys[1]).only("person", "state", "day", "starts_at"):
            now = Now(event.person_id, event.state, event.day, event.starts_at)
            found[PlanItem.Origin.EVENT.value, str(event.pk)] = now
    return found


def _otherwise(line: PlanItem, now: Now | None) -> str:
    what = _("约访") if line.origin == PlanItem.Origin.APPOINTED else _("客户活动")
    if now is None or now.state == CANCELLED:
        return _("{what}已取消").format(what=what)
    if now.person != line.person_id:
        return _("{what}已交给同事").format(what=what)
    if (now.day, now.at) == (line.day, line.at):
        return ""
    day = weekday(now.day) if now.day in Week.of(line.day) else month_and_day(now.day)
    return _("{what}已改到 {when}").format(what=what, when=f"{day} {now.at:%H:%M}" if now.at else day)
