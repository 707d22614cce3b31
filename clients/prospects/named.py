"""Workbooks about clients that are there already (档案卡, 转介绍, 客户活动, 十项资料): how a row names its client.

Of a client out of reach a row is refused in the words of one that does not exist, and before anything else is said of
it: a list is no way to find out who has a company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model, Q
from django.utils.translation import gettext as _

from clients.prospects.imported_columns import uscc
from clients.prospects.models import Prospect
from org.units.models import Unit
from org.workbooks.columns import Column, code, text
from org.workbooks.importing import Book, Importer, Row, Within
from org.workbooks.writing import Value
from org.workflow import Refused

CODE, NAME, OWNER = "统一社会信用代码", "单位名称", "负责人工号"
CLIENT: tuple[Column, ...] = (uscc(CODE), text(NAME, length=100, required=True), code(OWNER, required=True))
HEADER: list[Value] = [column.name for column in CLIENT]
Place = tuple[str, int]  # sheet, Excel's row
AT_ONCE = 1_000  # rows


def client_cells(one: Prospect) -> list[Value]:
    """As a row names it; with its owner."""
    return [one.uscc, one.name, one.owner.employee_no]


def everywhere(path: str, person_id: int | None = None) -> bool:
    """The operator's reach."""
    return True


class Several(LookupError):
    """A family has no code that would tell it from another."""

    def __init__(self, families: bool) -> None:
        self.families = families

    def words(self, column: str) -> str:
        if self.families:
            return _("名下有几个同名的家庭，表里分不出来：是同一家的先合并，不是的在页面上填")
        return _("名下有几家同名的，写上{column}").format(column=column)


class Clients:
    """Those in reach whom rows may mean, held by who is named: by code, else by name. Two statements at most."""

    def __init__(self, named: Iterable[tuple[str, str, str]], *, within: Within = everywhere, only: Q | None = None):
        asked = list(named)
        codes, names, owners = ({one[place] for one in asked} for place in range(3))
        self.by_code: dict[tuple[str, str], Prospect] = {}
        self.by_name: dict[tuple[str, str], list[Prospect]] = defaultdict(list)
        held = Prospect.objects.filter(Q(uscc__in=codes - {""}) | Q(name__in=names), only or Q(), released_at=None)
        for one in held.filter(owner__employee_no__in=owners).select_related("owner", "unit").order_by("pk"):
            if within(one.unit.path, one.owner_id):
                self.by_name[one.name, one.owner.employee_no].append(one)
                if one.uscc:
                    self.by_code[one.uscc, one.owner.employee_no] = one

    def __call__(self, code: str, name: str, owner: str) -> Prospect | None:
        """None: there is none. Raises `Several` where more than one has the name."""
        if code:
            return self.by_code.get((code, owner))
        same = self.by_name.get((name, owner), [])
        found = [one for one in same if not one.uscc] or same
        if len(found) > 1:
            raise Several(any(one.kind == Prospect.Kind.HOUSEHOLD for one in found))
        return found[0] if found else None


class AboutClients(Importer):
    """An importer each of whose rows names a client. `only`: the clients that its sheets can be about."""

    only = Q()

    def __init__(self) -> None:
        self.within: Within = everywhere
        self.found: dict[Place, Prospect] = {}

    def reaching(self, within: Within) -> None:
        self.within = within

    def check(self, book: Book) -> None:
        self.find(book)
        self.check_rows(book)

    def check_rows(self, book: Book) -> None:
        """What is wrong with rows whose client is known."""

    def find(self, book: Book) -> None:
        rows = [row for rows in book.rows.values() for row in rows if {CODE, NAME, OWNER} <= row.values.keys()]
        clients = Clients(((row[CODE], row[NAME], row[OWNER]) for row in rows), within=self.within, only=self.only)
        for row in rows:
            try:
                one = clients(row[CODE], row[NAME], row[OWNER])
            except Several as several:
                book.refuse(row, NAME, several.words(CODE))
                continue
            if one is None:
                book.refuse(row, NAME, nobody())
            else:
                self.found[row.table.sheet, row.number] = one

    def of(self, row: Row) -> Prospect:
        return self.found[row.table.sheet, row.number]

    def known_rows(self, book: Book, sheet: str) -> Iterator[Row]:
        """Those with a client, whatever else is wrong with them: what stands twice in a file stands twice."""
        return (row for row in book.rows.get(sheet, ()) if (sheet, row.number) in self.found)

    def keyed(self, book: Book, sheet: str, *columns: str) -> Iterator[tuple[tuple[Any, ...], Row]]:
        """Its client and what else names a row."""
        for row in self.known_rows(book, sheet):
            if all(column in row.values for column in columns):
                yield (self.of(row).pk, *(row[column] for column in columns)), row

    def hold(self, book: Book) -> None:
        """Before writing: no client of theirs changes hands until the end, and who has since is refused."""
        wanted = sorted({one.pk for one in self.found.values()})
        rows = Prospect.objects.filter(pk__in=wanted, released_at=None).order_by("pk").select_for_update()
        owners: dict[UUID, int] = dict(rows.values_list("pk", "owner_id"))
        for sheet in list(book.rows):
            for row in list(book.good(sheet)):
                one = self.found.get((sheet, row.number))
                if one and owners.get(one.pk) != one.owner_id:
                    book.refuse(row, NAME, nobody())

    def taking_back(self, rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
        """Of clients that he could write now: who was handed on or let go since keeps what was imported for it."""
        paths = dict(Unit.objects.values_list("pk", "path"))
        wanted, gone = sorted(_clients_of(rows)), 0
        for start in range(0, len(wanted), AT_ONCE):
            held = Prospect.everything.filter(pk__in=wanted[start : start + AT_ONCE]).order_by("pk").select_for_update()
            told = held.values_list("owner_id", "unit_id", "released_at", "merged_into_id")
            for owner, unit, released_at, merged_into in told:
                gone += bool(released_at or merged_into or not self.within(paths[unit], owner))
        if gone:
            said = _("不能撤回：{n} 家客户已回到公海、已合并或不在你可以导入的范围内。要改的请逐条改")
            raise Refused(said.format(n=gone))
        return lambda: None


@cache
def _above(model: type[Model]) -> ForeignKey[Any, Any] | None:
    """What leads from a row to the client that it is about: what it cannot be without (a name's own client is not)."""
    fields = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey) and not one.null]
    direct = next((one for one in fields if one.related_model is Prospect), None)
    inside = (one for one in fields if one.related_model._meta.app_label == Prospect._meta.app_label)
    return direct or next((one for one in inside if _above(one.related_model)), None)


def _clients_of(rows: Iterable[Model]) -> set[UUID]:
    """The clients that rows are about, and those among the rows."""
    found: dict[type[Model], set[Any]] = defaultdict(set)
    for row in rows:
        if isinstance(row, Prospect):
            found[Prospect].add(row.pk)
        elif above := _above(type(row)):
            found[above.related_model].add(getattr(row, above.attname))
    for between in [one for one in found if one is not Prospect]:
        found[Prospect] |= _led_to(between, found.pop(between))
    return found[Prospect]


def _led_to(model: type[Model], keys: Iterable[Any]) -> set[UUID]:
    while model is not Prospect and (above := _above(model)):
        wanted, keys = list(keys), set()
        for start in range(0, len(wanted), AT_ONCE):
            some = model._base_manager.filter(pk__in=wanted[start : start + AT_ONCE])
            keys.update(some.values_list(above.attname, flat=True))
        model = above.related_model
    return set(keys)


def nobody() -> str:
    return _("没有这家客户，或者它不在你可以导入的范围内")


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what a row leaves open: an empty cell erases nothing that is known."""
    return {name: value for name, value in values.items() if value is not None and value != ""}
