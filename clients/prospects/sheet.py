"""Clients as the workbook that an import reads (workbooks.md, prospects), without numbers of contacts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from clients.prospects.models import Contact, Prospect, ProspectQuerySet
from org.workbooks.writing import Value

HEADER: list[Value] = [
    "统一社会信用代码", "单位名称", "行业", "性质", "地址", "员工人数", "经办人", "经办人职务", "决策人", "来源",
    "现保险公司", "到期日", "预计保费", "等级", "负责人工号", "登记日期", "陪访级次", "类型",
    _("状态"), _("负责人"), _("单位"),
]  # fmt: skip
PEOPLE = Contact.objects.order_by("-is_handler", "-decides", "name")
LONG_AGO = 1900  # the year of a client whose day nobody knows


def rows_of(prospects: ProspectQuerySet) -> Iterator[list[Value]]:
    people = prospects.prefetch_related(Prefetch("contacts", PEOPLE))
    for one in people.iterator(chunk_size=1_000):
        yield _row(one)


def _row(one: Prospect) -> list[Value]:
    people = list(one.contacts.all())
    handler = next((each for each in people if each.is_handler), None)
    decides = next((each.name for each in people if each.decides), "")
    known = one.registered_on if one.registered_on.year > LONG_AGO else None
    return [
        one.uscc, one.name, one.industry, one.ownership, one.address, one.headcount, handler.name if handler else "",
        handler.title if handler else "", decides, one.get_source_display(), one.insurer, one.cover_expires_on,
        one.expected_premium, one.grade, one.owner.employee_no, known, one.start_level, one.get_kind_display(),
        one.get_status_display(), one.owner.name, one.unit.name,
    ]  # fmt: skip
