"""What the database knows under the keys of a list of 准客户, and no more of it than a check asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from clients.prospects.models import Prospect, ProspectQuerySet
from org.workbooks.importing import Row


class Known(NamedTuple):
    pk: UUID
    name: str
    uscc: str
    city_id: int
    unit_id: int
    owner_id: int
    released_at: datetime | None
    registered_on: date
    start_level: int

    @classmethod
    def of(cls, found: ProspectQuerySet) -> Iterator[Known]:
        return map(cls._make, found.values_list(*cls._fields).iterator())


def under(rows: list[Row]) -> tuple[ProspectQuerySet, ProspectQuerySet]:
    codes, names = codes_and_names(rows)
    by_name = Prospect.objects.filter(uscc="", name__in=names).order_by("-created_at", "-pk")
    return by_name, Prospect.objects.filter(uscc__in=codes).order_by()


def codes_and_names(rows: list[Row]) -> tuple[set[str], set[str]]:
    """The codes, and the names of the rows without one."""
    codes = {row["统一社会信用代码"] for row in rows} - {""}
    return codes, {row["单位名称"] for row in rows if not row["统一社会信用代码"]}
