"""重要日期提醒: renewals 90, 60 and 30 days before (**C**), birthdays and the client's other days.

Once a day and 市公司. After silence only the reminder that stands is given; one that nobody read lapses when the next
comes or the day is past.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.policies.models import Policy
from clients.profiles.models import Cover, KeyDate, ReminderRound
from clients.profiles.rules import due_step, next_time
from clients.prospects.models import Prospect
from org.notices import actions as notices
from org.notices.actions import Message
from org.periods.due import Sweep, afterwards
from org.rules.book import book_on
from org.rules.schema import KeyDates
from org.units.models import Unit, UnitKind

if TYPE_CHECKING:
    from uuid import UUID

KIND = "key_date"
AT_ONCE = 2_000
KEPT = timedelta(days=7)


class Occasion(NamedTuple):
    """A day of a client. `place` names its row, also on the page of the card."""

    place: str
    owner: int
    prospect: UUID
    client: str
    what: str
    on: date
    is_renewal: bool = True

    @property
    def link(self) -> str:
        return f"{reverse('client-card', args=[self.prospect])}#{self.place}"


@afterwards
def remind_due(sweep: Sweep) -> None:
    """Each 市公司 whose round of today is not out."""
    out = ReminderRound.objects.filter(day=sweep.at.date()).values("city")
    for city in Unit.objects.filter(kind=UnitKind.CITY).exclude(pk__in=out).order_by("path"):
        sweep.isolated("key dates", city, partial(remind, city, at=sweep.at))


@transaction.atomic
def remind(city: Unit, *, at: datetime) -> bool:
    """The round of that day; of two at once the second finds it out."""
    today = at.date()
    earlier = ReminderRound.objects.filter(city=city, day__lt=today).order_by("-day").first()
    _round, is_first = ReminderRound.objects.get_or_create(city=city, day=today)
    if not is_first:
        return False
    if earlier is not None:
        over = _occasions(city, earlier.day, today - timedelta(days=1))
        notices.lapse(KIND, *{one.link for one in over}, at=at)
    notices.replace_each(KIND, _messages(city, today, book_on(today).key_dates), at=at)
    ReminderRound.objects.filter(city=city, day__lt=today - KEPT).delete()
    return True


def _messages(city: Unit, today: date, steps: KeyDates) -> Iterator[Message]:
    """What stands at one of its steps; the key of the notice tells each step of each day once."""
    last = today + timedelta(days=max((*steps.renewal_days, *steps.other_days), default=0))
    for one in _occasions(city, today, last):
        step = due_step(one.on, today, steps.renewal_days if one.is_renewal else steps.other_days)
        if step is not None:
            left = (one.on - today).days
            when = _("还有 {n} 天").format(n=left) if left else _("今天")
            title = f"{one.client[:60]} {one.what[:30]} {one.on:%m-%d}，{when}"
            yield Message(one.owner, f"{one.place}:{one.on}:{step}", title, "", one.link)


def _occasions(city: Unit, first: date, last: date) -> Iterator[Occasion]:
    """Days within [first, last]: ends of what others and we cover, and what the owner wrote down."""
    held = {"prospect__city": city, "prospect__released_at": None}  # what is in the pool is nobody's
    ends = {"expires_on__range": (first, last), **held}
    for cover in _each(Cover.objects.filter(standing=Cover.Standing.HELD, **ends)):
        yield _of(cover.prospect, f"covers-{cover.pk}", _("{what} 到期").format(what=cover), cover.expires_on)
    for policy in _each(Policy.objects.filter(**ends)):
        yield _of(
            policy.prospect, f"policies-{policy.pk}", _("{what} 续保").format(what=policy.line), policy.expires_on
        )
    known = Prospect.objects.filter(city=city, released_at=None, cover_expires_on__range=(first, last))
    for prospect in known.order_by("pk").iterator(AT_ONCE):
        if prospect.cover_expires_on:
            yield _of(prospect, f"facts-{prospect.pk}", _("现有保险到期"), prospect.cover_expires_on)
    for row in _each(_key_dates(first, last).filter(**held)):
        on = next_time(row.on, first) if row.yearly else row.on
        if on <= last:
            found = _of(row.prospect, f"dates-{row.pk}", row.what, on)
            yield found._replace(is_renewal=row.kind == KeyDate.Kind.RENEWAL)


def _of(prospect: Prospect, place: str, what: str, on: date) -> Occasion:
    return Occasion(place, prospect.owner_id, prospect.pk, prospect.name, what, on)


def _each(rows: QuerySet) -> Iterator:  # type: ignore[type-arg]
    return rows.select_related("prospect").order_by("pk").iterator(AT_ONCE)


def _key_dates(first: date, last: date) -> QuerySet[KeyDate]:
    """Those of the stretch, and the yearly ones of its months."""
    months = {(first + timedelta(days=n)).month for n in range((last - first).days + 1)}
    near = Q(yearly=False, on__range=(first, last)) | Q(yearly=True, on__month__in=months)
    return KeyDate.objects.filter(near)
