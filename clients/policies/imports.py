"""承保 from the core system's lists (workbooks.md), by 保单号: the source of premium."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.policies.models import Policy
from clients.prospects.imports import cities
from clients.prospects.matching import KnownProspects
from clients.prospects.models import Prospect
from org.people.directory import Directory, Held
from org.workbooks.columns import Table, choice, code, day, integer, money, text
from org.workbooks.importing import Book, Importer, Row, Tally, Within
from org.workbooks.upserting import Upsert

POLICIES = Table(
    "承保",
    (
        text("保单号", length=40, required=True),
        text("投保单位", length=100, required=True),
        text("统一社会信用代码", length=18),
        text("险种", length=60, required=True),
        choice("新保续保", {False: gettext_lazy("新保"), True: gettext_lazy("续保")}, required=True),
        money("保费", required=True),
        money("实收"),
        day("承保日期", required=True),
        day("到期日"),
        integer("被保险人数"),
        code("工号", required=True),
    ),
    key=("保单号",),
)
FIELDS = {
    "holder": "投保单位",
    "uscc": "统一社会信用代码",
    "line": "险种",
    "is_renewal": "新保续保",
    "premium": "保费",
    "received": "实收",
    "issued_on": "承保日期",
    "expires_on": "到期日",
    "insured": "被保险人数",
}


class PoliciesImporter(Importer):
    title = gettext_lazy("承保清单")
    tables = (POLICIES,)

    def __init__(self) -> None:
        self.directory = Directory()

    def check(self, book: Book) -> None:
        for row in list(book.good("承保")):
            seller = self.directory.ids.get(row["工号"])
            if seller is None:
                book.refuse(row, "工号", _("没有工号为「%(no)s」的人员") % {"no": row["工号"]})
            elif self.directory.unit_on(seller, row["承保日期"]) is None:
                book.refuse(row, "工号", _("工号「%(no)s」没有任职，不知算在哪个单位") % {"no": row["工号"]})

    def refuse_outside(self, book: Book, within: Within) -> None:
        """Neither for a seller out of reach, nor over a policy of a unit out of reach."""
        numbers = {row["保单号"] for row in book.good("承保")}
        stored = Policy.objects.filter(number__in=numbers).values_list("number", "unit__path", "seller_id")
        known = {number: (path, seller) for number, path, seller in stored}
        for row in list(book.good("承保")):
            seller = self.directory.ids[row["工号"]]
            held = self.directory.home_on(seller, row["承保日期"])
            if not within(held.path, seller):
                book.refuse(row, "工号", _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["工号"]})
            elif row["保单号"] in known and not within(*known[row["保单号"]]):
                book.refuse(row, "保单号", _("这张保单在别的单位名下，不能由你导入"))

    def write(self, book: Book, *, at: datetime) -> Tally:
        rows = list(book.good("承保"))
        numbers = {row["保单号"] for row in rows}
        policies = Upsert(Policy, {one.number: one for one in Policy.objects.filter(number__in=numbers)})
        match = Matching(rows)
        for row in rows:
            seller = self.directory.ids[row["工号"]]
            held = self.directory.home_on(seller, row["承保日期"])
            values = {field: row[column] for field, column in FIELDS.items()}
            values |= {"seller_id": seller, "unit_id": held.unit_id, "prospect_id": match(row, seller, held)}
            policies.put(row["保单号"], values, first={"number": row["保单号"]})
        return policies.save(at=at)


class Matching:
    """Whose policy it is: the prospect with that code in the seller's city, else by exact name."""

    def __init__(self, rows: list[Row]) -> None:
        codes = {row["统一社会信用代码"] for row in rows} - {""}
        found = Prospect.objects.filter(uscc__in=codes).values_list("uscc", "city_id", "pk")
        self.by_code: dict[tuple[str, int], UUID] = {(code, city): pk for code, city, pk in found}
        self.by_name = KnownProspects(row["投保单位"] for row in rows)
        self.city_of = cities()

    def __call__(self, row: Row, seller: int, held: Held) -> UUID | None:
        same_code = self.by_code.get((row["统一社会信用代码"], self.city_of.get(held.path, 0)))
        return same_code or self.by_name.match(row["投保单位"], seller, held.path)
