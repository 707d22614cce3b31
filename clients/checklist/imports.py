"""The ten items of one's own families from a workbook, in the columns of its export.

What is told of an item joins what is known; a sheet's rows are the list of a family, and what is known of a child
stays in it. Traces say that it was done and never what was said.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.checklist.forms import MOST_ROWS
from clients.checklist.models import Answer, ConsultationChecklist
from clients.checklist.rules import Item
from clients.checklist.sheets import CHECKLISTS, HEAD, LISTS, TABLES, about_a_child, stored
from clients.prospects.models import Prospect
from clients.prospects.named import NAME, AboutClients
from org.line_ends import folded
from org.trace.models import Trace
from org.workbooks import account
from org.workbooks.importing import Book, Row, Tally, refuse_second
from org.workbooks.upserting import trace_line

Told = dict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [])
HELD = LISTS["已购保险"]


class ChecklistsImporter(AboutClients):
    title = gettext_lazy("十项资料")
    tables = TABLES
    only = Q(kind=Prospect.Kind.HOUSEHOLD)
    dropping = gettext_lazy(
        "家庭成员、收入、目标、已购保险、社保按家庭整张表换：弃掉的行会从这个家庭的表里删去，要留就改好再导入"
    )

    def check_rows(self, book: Book) -> None:
        rows = self.known_rows(book, CHECKLISTS.sheet)
        refuse_second(book, ((self.of(row).pk, row) for row in rows), "单位名称")
        for sheet, rows_of in LISTS.items():
            for row in list(book.good(sheet)):
                _check_row(book, row, rows_of.item)
        self._check_known(book)

    def _check_known(self, book: Book) -> None:
        """Beside what is known; said once more before writing, when it can change no more."""
        families = {one.pk for one in self.found.values()}
        own = Answer.objects.filter(
            checklist__prospect__in=families, checklist__person=F("checklist__prospect__owner")
        ).values_list("checklist__prospect", "item", "value")
        known: dict[tuple[UUID, str], Told] = {(pk, item): value for pk, item, value in own}
        self._refuse_none(book, known)
        for sheet in LISTS:
            self._refuse_many(book, sheet, known)
            self._refuse_parts(book, sheet)

    def _refuse_none(self, book: Book, known: dict[tuple[UUID, str], Told]) -> None:
        told = {self.of(row).pk for row in self.known_rows(book, "已购保险")}
        for row in list(book.good(CHECKLISTS.sheet)):
            pk = self.of(row).pk
            if row["没有买过保险"] and pk in told:
                book.refuse(row, "没有买过保险", _("「已购保险」表里写了保单，这里不能是「是」"))
            elif row["没有买过保险"] and known.get((pk, HELD.item), {}).get(HELD.name):
                book.refuse(row, "没有买过保险", _("这个家庭已记有保单，不能是「是」；确实没有就先在页面上删去保单"))

    def _refuse_many(self, book: Book, sheet: str, known: dict[tuple[UUID, str], Told]) -> None:
        """The page has boxes for so many; what stays of a child takes its own."""
        item, name = LISTS[sheet].item, LISTS[sheet].name
        count: dict[UUID, int] = defaultdict(int)
        for row in list(book.good(sheet)):
            pk = self.of(row).pk
            count[pk] += 1
            kept = sum(about_a_child(item, one) for one in known.get((pk, item), {}).get(name) or ())
            if count[pk] + kept > MOST_ROWS:
                also = _("，页面上孩子的 {n} 行也算").format(n=kept) if kept else ""
                book.refuse(row, "", _("一个家庭最多 {n} 行").format(n=MOST_ROWS) + also)

    def _refuse_parts(self, book: Book, sheet: str) -> None:
        """The rows are the list of a family: without those that have to be corrected first they would erase them."""
        wrong = {self.of(row).pk for row in self.known_rows(book, sheet) if row.refused}
        nobodys = [row for row in book.rows.get(sheet, ()) if (sheet, row.number) not in self.found]
        names = {row.values.get(NAME) for row in nobodys}
        for row in list(book.good(sheet)):
            if self.of(row).pk in wrong or row[NAME] in names:
                book.refuse(row, "", _("同一家庭这张表有一行要改，先不导入"))

    def write(self, book: Book, *, at: datetime) -> Tally:
        self.hold(book)
        self._check_known(book)
        told = self._told(book)
        families = {one.pk: one for one in self.found.values() if one.pk in told}
        checklists = _checklists(families, at)
        known = {(one.checklist_id, one.item): one for one in Answer.objects.filter(checklist__in=checklists.values())}
        kept = _Kept(at)
        fate: dict[tuple[UUID, str], str] = {}
        for pk, items in told.items():
            for item, (head, rows) in items.items():
                fate[pk, item] = kept.keep(checklists[pk], item, head, rows, known)
        kept.save()
        return self._tally(book, fate)

    def _told(self, book: Book) -> dict[UUID, dict[str, tuple[Told, list[Told] | None]]]:
        """Family → item → what its row says, and its list where the file has one."""
        told: dict[UUID, dict[str, tuple[Told, list[Told] | None]]] = defaultdict(dict)
        for row in book.good(CHECKLISTS.sheet):
            for field in HEAD:
                value = stored(row[field.column.name])
                if value not in EMPTY:
                    told[self.of(row).pk].setdefault(field.item.value, ({}, None))[0][field.name] = value
        for sheet, rows_of in LISTS.items():
            for row in book.good(sheet):
                items = told[self.of(row).pk]
                head, rows = items.get(rows_of.item.value, ({}, None))
                items[rows_of.item.value] = head, [*(rows or []), _line(row)]
        return told

    def _tally(self, book: Book, fate: dict[tuple[UUID, str], str]) -> Tally:
        """A row by what became of its answers."""
        tally = Tally()
        for table in TABLES:
            for row in book.good(table.sheet):
                pk = self.of(row).pk
                items = {LISTS[table.sheet].item.value} if table.sheet in LISTS else {one.item.value for one in HEAD}
                became = {fate[pk, item] for item in items if (pk, item) in fate}
                word = next((one for one in ("updated", "created") if one in became), "unchanged")
                setattr(tally, word, getattr(tally, word) + 1)
        return tally


def _check_row(book: Book, row: Row, item: Item) -> None:
    told = _line(row)
    if about_a_child(item, told):
        column = "年龄" if told.get("age") is not None else "是谁"
        book.refuse(row, column, _("孩子的资料不能导入，请在页面上先由监护人同意再填"))
    elif not told:
        book.refuse(row, "", _("这一行没有内容"))


def _line(row: Row) -> Told:
    columns = LISTS[row.table.sheet].columns
    told = {name: stored(row[column.name]) for name, column in columns.items()}
    return {name: value for name, value in told.items() if value not in (None, "")}


def _checklists(families: dict[UUID, Prospect], at: datetime) -> dict[UUID, ConsultationChecklist]:
    """Of each family that of its owner, unsaved where there is none."""
    own = ConsultationChecklist.objects.filter(prospect__in=families, person=F("prospect__owner"))
    found = {one.prospect_id: one for one in own.select_for_update(of=("self",)).order_by("pk")}
    for pk, family in families.items():
        if pk not in found:
            found[pk] = ConsultationChecklist(prospect_id=pk, person_id=family.owner_id, created_at=at, changed_at=at)
    return found


class _Kept:
    """The answers that become other."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.new: list[Answer] = []
        self.changed: list[tuple[Answer, dict[str, Any]]] = []
        self.touched: dict[UUID, ConsultationChecklist] = {}

    def keep(
        self, one: ConsultationChecklist, item: str, head: Told, rows: list[Told] | None, known: dict[Any, Answer]
    ) -> str:
        """What the client told himself stays his (actions.py)."""
        answer = known.get((one.pk, item))
        value = joined(Item(item), dict(answer.value) if answer else {}, head, rows)
        if answer is None and not value:
            return "unchanged"
        if answer is None:
            self.new.append(Answer(checklist=one, item=item, value=value, source=Answer.Source.TOLD, at=self.at))
        elif folded(value) != folded(answer.value):
            self.changed.append((answer, {"value": [answer.value, value], "at": [answer.at, self.at]}))
            answer.value, answer.at = value, self.at
        else:
            return "unchanged"
        self.touched[one.pk] = one
        return "updated" if answer else "created"

    def save(self) -> None:
        mine, new = account.current(), [one for one in self.touched.values() if one._state.adding]
        fresh = {one.pk for one in new}
        ConsultationChecklist.objects.bulk_create(new)
        mine.made(new)
        for one in self.touched.values():
            if one.pk not in fresh:
                mine.altered(one, {"changed_at": [one.changed_at, self.at]})
        ConsultationChecklist.objects.filter(pk__in=set(self.touched) - fresh).update(changed_at=self.at)
        Answer.objects.bulk_create(self.new)
        mine.made(self.new)
        Answer.objects.bulk_update([answer for answer, _changes in self.changed], ["value", "at"], batch_size=500)
        for answer, changes in self.changed:
            mine.altered(answer, changes)
        label = ConsultationChecklist._meta.label_lower
        Trace.objects.bulk_create(
            trace_line(label, str(pk), {}, at=self.at, verb="import_checklist") for pk in self.touched
        )


def joined(item: Item, before: Told, head: Told, rows: list[Told] | None) -> Told:
    """What is known of an item with what a file tells of it."""
    after = {**before, **head}
    name = next((one.name for one in LISTS.values() if one.item == item), "")
    if rows is not None:
        told: list[Told] = before.get(name) or []
        if rows != [one for one in told if not about_a_child(item, one)]:
            after[name] = rows + [one for one in told if about_a_child(item, one)]
        after.pop("none", None)
    elif not after.get("none", True):
        del after["none"]
    return after
