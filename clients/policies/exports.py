"""承保 as the operator lists it by the week of issue, and as a workbook in the columns of the import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.policies.imports import FIELDS
from clients.policies.imports import POLICIES as TABLE
from clients.policies.models import Policy
from org.permissions import Permission
from org.reach import reach
from org.workbooks.listings import Listing, Takeaway
from org.workbooks.writing import SheetOut, Value

if TYPE_CHECKING:
    from org.people.models import Person

COLUMNS = (
    "issued_on", "number", "holder", "uscc", "line", "is_renewal", "premium", "received", "expires_on", "insured",
    "employee", "unit",
)  # fmt: skip
RENEWAL = {False: gettext_lazy("新保"), True: gettext_lazy("续保")}


def rows(first: date, last: date) -> Iterator[Sequence[Any]]:
    """Issued in the weeks whose Monday lies in [first, last]; amounts in yuan."""
    monday = first + timedelta(days=-first.weekday() % 7)
    until = last - timedelta(days=last.weekday()) + timedelta(days=6)
    found = Policy.objects.filter(issued_on__range=(monday, until)).order_by("issued_on", "number")
    return found.values_list(*COLUMNS[:-2], "seller__employee_no", "unit__code").iterator(chunk_size=2_000)


def every_policy(person: Person, on: date) -> Iterable[SheetOut]:
    """The table gives R and X together to headquarters (reliability.md 2.1): the word is that of the clients."""
    within = reach(person, Permission.PROSPECT_EXPORT, on=on)
    found = Policy.objects.visible_to(person, on).filter(within.q(unit="unit", person="seller"))
    header: list[Value] = [*(column.name for column in TABLE.columns), _("销售人员"), _("单位")]
    listed = found.select_related("seller", "unit").order_by("-issued_on", "number").iterator(1_000)
    yield SheetOut(TABLE.sheet, header, (_row(one) for one in listed))


def _row(one: Policy) -> list[Value]:
    told: dict[str, Value] = {"保单号": one.number, "工号": one.seller.employee_no}
    told |= {column: getattr(one, field) for field, column in FIELDS.items()}
    told["新保续保"] = RENEWAL[one.is_renewal]
    return [*(told[column.name] for column in TABLE.columns), one.seller.name, one.unit.name]


POLICIES = Listing(COLUMNS, rows)
POLICIES_BOOK = Takeaway(gettext_lazy("承保清单"), Permission.PROSPECT_EXPORT, every_policy, len(TABLE.columns) + 2)
