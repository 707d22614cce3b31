"""客户活动 as a workbook in the columns of the import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.events.models import ClientEvent, ClientEventQuerySet, Guest
from clients.events.sheets import EVENTS, GUESTS
from clients.prospects.named import client_cells
from org.permissions import Permission
from org.reach import reach
from org.workbooks.listings import Takeaway
from org.workbooks.writing import SheetOut, Value

if TYPE_CHECKING:
    from org.people.models import Person

AT_ONCE = 1_000
MARK_IN = len(EVENTS.columns) + 1


def sheets(found: ClientEventQuerySet) -> Iterator[SheetOut]:
    header: list[Value] = [*(column.name for column in EVENTS.columns), _("客户经理")]
    rows = found.select_related("person").order_by("-day", "pk").iterator(AT_ONCE)
    yield SheetOut(EVENTS.sheet, header, (_event(one) for one in rows), [18] * len(header))
    guests = Guest.objects.filter(event__in=found.order_by().values("pk")).select_related(
        "event__person", "prospect__owner"
    )
    listed = guests.order_by("-event__day", "event_id", "prospect__name", "name", "pk").iterator(AT_ONCE)
    header = [*(column.name for column in GUESTS.columns), _("客户经理")]
    yield SheetOut(GUESTS.sheet, header, (_guest(one) for one in listed), [18] * len(header))


def _key(one: ClientEvent) -> list[Value]:
    return [one.person.employee_no, one.day, one.title]


def _event(one: ClientEvent) -> list[Value]:
    return [
        *_key(one), one.get_kind_display(), one.starts_at, one.place, one.host, one.budget, one.note,
        one.get_state_display(), one.reason, one.person.name,
    ]  # fmt: skip


def _guest(one: Guest) -> list[Value]:
    return [
        *_key(one.event), one.event.starts_at, *client_cells(one.prospect), one.name, one.get_state_display(),
        one.follow_up, one.follow_up_on, one.followed_on, one.event.person.name,
    ]  # fmt: skip


def exportable(person: Person, on: date) -> ClientEventQuerySet:
    """Of what he exports, not of all that he reads."""
    within = reach(person, Permission.PROSPECT_EXPORT, on=on)
    return ClientEvent.objects.visible_to(person, on).filter(within.q(unit="unit", person="person"))


def every_event(person: Person, on: date) -> Iterable[SheetOut]:
    return sheets(exportable(person, on))


EVENTS_BOOK = Takeaway(gettext_lazy("客户活动"), Permission.PROSPECT_EXPORT, every_event, MARK_IN)
