"""准客户 as the operator lists them by the week of registration, and as a workbook of who may take them along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from clients.prospects.models import Prospect, ProspectQuerySet
from clients.prospects.sheet import HEADER, rows_of
from org.permissions import Permission
from org.reach import reach
from org.workbooks.listings import Listing, Takeaway
from org.workbooks.writing import SheetOut

if TYPE_CHECKING:
    from org.people.models import Person

COLUMNS = ("registered_on", "uscc", "name", "kind", "source", "grade", "status", "employee", "unit", "start_level")


def rows(first: date, last: date) -> Iterator[Sequence[Any]]:
    """Registered in the weeks whose Monday lies in [first, last]."""
    monday = first + timedelta(days=-first.weekday() % 7)
    until = last - timedelta(days=last.weekday()) + timedelta(days=6)
    found = Prospect.objects.filter(registered_on__range=(monday, until)).order_by("registered_on", "name", "pk")
    listed = found.values_list(
        "registered_on", "uscc", "name", "kind", "source", "grade", "status", "owner__employee_no", "unit__code",
        "start_level",
    )  # fmt: skip
    return listed.iterator(chunk_size=2_000)


def exportable(person: Person, on: date) -> ProspectQuerySet:
    """Of what he exports, not of all that he reads."""
    within = reach(person, Permission.PROSPECT_EXPORT, on=on)
    return Prospect.objects.visible_to(person, on).filter(within.q(unit="unit", person="owner"))


def every_prospect(person: Person, on: date) -> Iterable[SheetOut]:
    """Without numbers."""
    found = exportable(person, on).select_related("owner", "unit").order_by("name", "pk")
    yield SheetOut("准客户", HEADER, rows_of(found))


PROSPECTS = Listing(COLUMNS, rows)
PROSPECTS_BOOK = Takeaway(gettext_lazy("准客户"), Permission.PROSPECT_EXPORT, every_prospect, len(HEADER))
