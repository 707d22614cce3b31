"""Nobody is promised to two places: seats, which the database keeps apart, and the sentence when it does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.chain.models import PlannedVisit, Seat
from org.days import in_words
from org.workflow import Refused
from org.working_days.rules import SHANGHAI, instant

if TYPE_CHECKING:
    from org.people.models import Person

OPENS, CLOSES = time(8, 30), time(18)  # between which free times are offered
ONE_PLACE = "nobody_is_planned_in_two_places"


class Span(NamedTuple):
    """From one instant until before another."""

    starts_at: datetime
    ends_at: datetime

    @property
    def said(self) -> str:
        """10:00–11:00."""
        return f"{self.starts_at.astimezone(SHANGHAI):%H:%M}–{self.ends_at.astimezone(SHANGHAI):%H:%M}"


def hold_places(people: Iterable[int]) -> None:
    """Who takes seats for the same people waits here for the other, instead of in a deadlock of the constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('seat', who)) FROM unnest(%s::bigint[]) AS who ORDER BY who",
            [sorted(set(people))],
        )


def take_seat(planned: PlannedVisit, who: Person, *, told: Person, at: datetime) -> None:
    """He is promised to be there; refused in words when he is elsewhere then. `told`: who reads the words, for a
    stranger's client is none of his business."""
    span = {"starts_at": planned.starts_at, "ends_at": planned.ends_at}
    try:
        with transaction.atomic():
            Seat.objects.update_or_create(planned=planned, person=who, defaults=span)
    except IntegrityError as clash:
        if ONE_PLACE not in str(clash):
            raise
        raise Refused(clash_of(planned, who, told=told, at=at)) from clash


def leave_seat(planned: PlannedVisit, who: Person) -> None:
    Seat.objects.filter(planned=planned, person=who).delete()


def leave_all(planned: PlannedVisit) -> None:
    """The visit is over, or will not be: nobody is kept from another."""
    Seat.objects.filter(planned=planned).delete()


def shift(planned: PlannedVisit, starts_at: datetime, ends_at: datetime, *, by: Person, at: datetime) -> None:
    """Only the owner's seat moves along; who comes along takes his by saying yes."""
    hold_places([planned.person_id])
    planned.starts_at, planned.ends_at, planned.changed_at = starts_at, ends_at, at
    planned.save(update_fields=["starts_at", "ends_at", "changed_at"])
    planned.seats.exclude(person=planned.person_id).delete()
    take_seat(planned, planned.person, told=by, at=at)


def own(planned: PlannedVisit, by: Person) -> PlannedVisit:
    """The row, locked; refused to all but its owner, and when it is no longer to come."""
    row = PlannedVisit.objects.select_for_update().get(pk=planned.pk)  # alone: see inviting.py
    if row.person_id != by.pk:
        raise Refused(_("这次拜访由约的人改。"))
    if row.state != PlannedVisit.State.PLANNED:
        raise Refused(_("这次拜访{state}，不能再改。").format(state=row.get_state_display()))
    return row


def clash_of(planned: PlannedVisit, who: Person, *, told: Person, at: datetime) -> str:
    """周婷 11月20日 周五 10:00–11:00 已约「瑞丰食品」，这天还空着 08:30–10:00、11:00–18:00。"""
    wanted = Span(planned.starts_at, planned.ends_at)
    other = (
        Seat.objects.filter(person=who, starts_at__lt=wanted.ends_at, ends_at__gt=wanted.starts_at)
        .exclude(planned=planned)
        .select_related("planned__prospect")
        .first()
    )
    day = wanted.starts_at.astimezone(SHANGHAI).date()
    what = _("已有安排")
    if other and told.pk in (who.pk, other.planned.person_id):
        what = _("已约「{client}」").format(client=other.planned.prospect.name)
    when = Span(other.starts_at, other.ends_at).said if other else wanted.said
    free = "、".join(span.said for span in free_times(who, day, wanted.ends_at - wanted.starts_at, at=at))
    rest = _("这天还空着 {free}。").format(free=free) if free else _("这天没有空了，换一天。")
    whose = _("你") if who.pk == told.pk else who.name
    return _("{who} {day} {when} {what}，{rest}").format(who=whose, day=in_words(day), when=when, what=what, rest=rest)


def free_times(who: Person, day: date, length: timedelta, *, at: datetime) -> list[Span]:
    """The gaps of his day between planned visits into which one of that length fits. One query."""
    opens, closes = instant(day, OPENS), instant(day, CLOSES)
    taken = Seat.objects.filter(Q(starts_at__lt=closes, ends_at__gt=opens), person=who).order_by("starts_at")
    found, free_from = [], max(opens, at)
    for starts_at, ends_at in taken.values_list("starts_at", "ends_at"):
        found.append(Span(free_from, starts_at))
        free_from = max(free_from, ends_at)
    found.append(Span(free_from, closes))
    return [span for span in found if span.ends_at - span.starts_at >= length]
