"""Late corrections: a leave entered afterwards, a week excused, a visit marked ineffective after the close.

A closed week is assessed again under the rules that it was closed with. What comes out otherwise is a new version,
the streak is followed forward, fines that are no longer called for are reversed and those that now are, proposed
(domain.md 3, "Fines are proposals"; reliability.md F16).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from activity.assessment.actions import Reasons, Why, assess_again
from activity.assessment.models import WeekAssessment, WeekClose
from activity.discipline.chain import locked_ledger
from activity.discipline.models import Ledger
from activity.discipline.proposing import propose, reverse
from org.corrections.actions import NOTE
from org.corrections.models import Correction
from org.people.models import Appointment
from org.periods.due import Sweep, afterwards, beforehand
from org.periods.locks import hold_cities
from org.posts import ASSESSED
from org.units.models import Unit
from org.week import Week

Touched = dict[date, dict[int, Why]]  # Monday -> person id -> why
BATCH = 10_000  # corrections a transaction
GAPS = (Correction.Cause.ROSTER, Correction.Cause.CALENDAR)  # may open or close a gap that the next week begins after


@beforehand
@afterwards
def settle_waiting(sweep: Sweep) -> None:
    """Every correction that is waiting, batch by batch; of a batch that breaks each by itself.

    One that breaks is told to the administrators, holds up no other, and is tried again.
    """
    last = 0
    while batch := list(Correction.objects.waiting().filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        if not _settled(batch, sweep):
            for one in batch:
                if sweep.trouble:
                    return
                _settled([one], sweep)
        last = batch[-1]


def _settled(batch: list[int], sweep: Sweep) -> bool:
    """Whether it went through; trouble of the server is kept in the sweep."""
    finished: list[int] = []
    sweep.isolated("corrections", Unit.root(), lambda: finished.append(settle(batch, at=sweep.at)))
    return bool(finished)


@transaction.atomic
def settle(only: Collection[int] | None = None, *, at: datetime) -> int:
    """Apply what is waiting (of these); returns how many fines were proposed or reversed.

    Holds all cities: no week closes meanwhile, so a correction of an open week may be dropped (its close will see
    the fact, which is committed), and one of a closed week finds every row.
    """
    hold_cities()
    waiting = Correction.objects.waiting().select_related("unit")
    found = list(waiting if only is None else waiting.filter(pk__in=only))
    moved = adjust(_touched(found), at=at) if found else 0
    Correction.objects.filter(pk__in=[one.pk for one in found]).update(done_at=at)
    return moved


def adjust(touched: Touched, *, at: datetime) -> int:
    """Assess these people's closed weeks again, the older first, and follow whom the next week may concern."""
    moved, following = 0, dict[int, Why]()
    for week, closes in _closed_since(min(touched, default=None)):
        own = touched.get(week, {})
        if asked := {**following, **own}:
            changed = set[int]().union(*(assess_again(close, asked, at=at) for close in closes))
            moved += _set_right(closes, asked, at=at)
            gaps = {person for person, why in own.items() if why.cause in GAPS}
            concerned = changed | gaps | _resting(asked, week)
            following = {person: asked[person] for person in asked if person in concerned}
    return moved


def _closed_since(first: date | None) -> Iterable[tuple[date, list[WeekClose]]]:
    """The closed weeks from `first` on, older first, each with the closes of all cities."""
    weeks: defaultdict[date, list[WeekClose]] = defaultdict(list)
    if first is not None:
        for close in WeekClose.objects.filter(week__gte=first).select_related("city", "rules").order_by("week", "city"):
            weeks[close.week].append(close)
    return weeks.items()


def _resting(people: Iterable[int], week: date) -> set[int]:
    """Who has no assessment in that week: his streak is looked for in the next one."""
    found = WeekAssessment.objects.current().filter(week=week, person__in=list(people))
    return set(people) - set(found.values_list("person", flat=True))


def _set_right(closes: list[WeekClose], reasons: Reasons, *, at: datetime) -> int:
    """The fines of one week and these people as the assessments in force call for them."""
    whys = _columns(reasons)
    moved = 0
    for ledger in Ledger.objects.order_by("pk").select_related("city"):
        moved += reverse(locked_ledger(ledger.city), closes[0], whys, at=at)
    for close in closes:
        moved += propose(close, at=at, people=reasons)
    return moved


def _columns(reasons: Reasons) -> dict[str, Any]:
    return {
        "people": list(reasons),
        "causes": [why.cause.value for why in reasons.values()],
        "notes": [why.note for why in reasons.values()],
        "bys": [why.by_id for why in reasons.values()],
    }


def _touched(waiting: Iterable[Correction]) -> Touched:
    """Who is concerned in which weeks, up to the last closed one, and why: every reason, those of the week first."""
    reasons: defaultdict[date, defaultdict[int, list[Correction]]] = defaultdict(lambda: defaultdict(list))
    last_closed = WeekClose.objects.order_by("-week").values_list("week", flat=True).first()
    for one in waiting:
        week, people, last = Week.of(one.first), list[int](), _last_day(one)
        while last_closed and week.monday <= min(last_closed, last):
            if not people:
                people = _people_of(one)
            for person in people:
                reasons[week.monday][person].append(one)
            week = week.next
    return {week: {who: _why(week, found) for who, found in people.items()} for week, people in reasons.items()}


def _why(week: date, found: list[Correction]) -> Why:
    """One answer for several corrections: what lies in the week itself goes before what only its month's duty links.

    The person named is theirs together; of several people nobody alone.
    """
    own = [one for one in found if one.first <= Week(week).sunday and one.last >= week] or found
    notes = dict.fromkeys(one.note for one in own if one.note)
    actors = {one.by_id for one in own}
    return Why(Correction.Cause(own[0].cause), "；".join(notes)[:NOTE], actors.pop() if len(actors) == 1 else None)


def _last_day(one: Correction) -> date:
    """Where more or less of a month's duty (**C**) may be used up now, to the end of that month."""
    if one.cause not in (Correction.Cause.LEAVE, Correction.Cause.IMPORT, Correction.Cause.CALENDAR):
        return one.last
    return one.last.replace(day=monthrange(one.last.year, one.last.month)[1])


def _people_of(one: Correction) -> list[int]:
    """The person; or everybody with a post in the unit or below it in those days, or assessed there.

    Of the calendar everybody who ever had a post there: a day may lie in a gap between two posts.
    """
    if one.unit is None:
        return [one.person_id] if one.person_id else []
    within = {"unit__path__startswith": one.unit.path}
    if one.cause == Correction.Cause.CALENDAR:
        assessed_posts = Appointment.objects.filter(**within, post__in=ASSESSED)
        return list(assessed_posts.values_list("person", flat=True).distinct())
    held = Appointment.objects.touching(one.first, one.last).filter(**within)
    assessed = WeekAssessment.objects.filter(**within, week__range=(Week.of(one.first).monday, one.last))
    return list(held.values_list("person", flat=True).union(assessed.values_list("person", flat=True)))
