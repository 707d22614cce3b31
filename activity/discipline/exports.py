"""`export fines`: what was proposed and what became of it; amounts in yuan as proposed, before any cap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from activity.discipline.models import Fine
from org.workbooks.listings import Listing

COLUMNS = ("week", "employee", "kind", "amount", "state")


def rows(first: date, last: date) -> Iterator[Sequence[Any]]:
    found = Fine.objects.filter(week__range=(first, last)).order_by("week", "person__employee_no", "kind", "round")
    return found.values_list("week", "person__employee_no", "kind", "yuan", "state").iterator(chunk_size=2_000)


FINES = Listing(COLUMNS, rows)
