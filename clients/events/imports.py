"""客户活动 and their guests from a workbook, in the columns of its export. An empty cell erases nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.events.models import ClientEvent, Guest
from clients.events.sheets import EVENTS, FIELDS, GUESTS, TABLES, TOLD
from clients.prospects.models import Contact
from clients.prospects.named import AboutClients, said
from org import clock
from org.people.directory import Directory
from org.workbooks.importing import Book, Row, Tally, refuse_second
from org.workbooks.upserting import Upsert

State = ClientEvent.State


class Key(NamedTuple):
    person_id: int
    day: date
    title: str


class EventsImporter(AboutClients):
    title = gettext_lazy("客户活动")
    tables = TABLES

    def __init__(self) -> None:
        super().__init__()
        self.directory = Directory()

    def key(self, row: Row) -> Key:
        return Key(self.directory.ids[row["工号"]], row["日期"], row["主题"])

    def check_rows(self, book: Book) -> None:
        """Those who hold them first: of an event out of reach nothing is said."""
        for table in TABLES:
            for row in list(book.good(table.sheet)):
                person = self.directory.ids.get(row["工号"])
                held = self.directory.unit_on(person, row["日期"]) if person else None
                if person is None or held is None or not self.within(held.path, person):
                    book.refuse(row, "工号", _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["工号"]})
        states = {key: str(one.state) for key, one in self._stored(book).items()}
        for row in list(book.good(EVENTS.sheet)):
            if states.get(self.key(row), State.PLANNED) not in (State.PLANNED, row["状态"]):
                book.refuse(row, "状态", _("这场活动已经举办或取消，状态不能再改"))
            else:
                _check_event(book, row, clock.today())
        states |= {self.key(row): row["状态"] for row in book.good(EVENTS.sheet)}
        self._check_guests(book, states)

    def _check_guests(self, book: Book, states: dict[Key, str]) -> None:
        refuse_second(book, self._keyed(book), "姓名")
        left_alone = self._left_alone(book)
        for row in list(book.good(GUESTS.sheet)):
            state = states.get(self.key(row))
            if state is None:
                book.refuse(row, "主题", _("没有这一天的这场活动，先在「客户活动」表里写一行"))
            elif state == State.PLANNED and (self.of(row).pk, row["姓名"]) in left_alone:
                book.refuse(row, "姓名", _("标了勿扰，不能邀请"))
            else:
                _check_guest(book, row, state, clock.today())

    def _keyed(self, book: Book) -> Iterator[tuple[Any, Row]]:
        for row in self.known_rows(book, GUESTS.sheet):
            if {"工号", "日期", "主题", "姓名"} <= row.values.keys() and row["工号"] in self.directory.ids:
                yield (*self.key(row), self.of(row).pk, row["姓名"]), row

    def _left_alone(self, book: Book) -> set[tuple[Any, str]]:
        ids = {one.pk for one in self.found.values()}
        quiet = Contact.objects.filter(prospect__in=ids).exclude(do_not_disturb_since=None)
        return set(quiet.values_list("prospect_id", "name"))

    def _stored(self, book: Book) -> dict[Key, ClientEvent]:
        keys = {self.key(row) for table in TABLES for row in book.good(table.sheet)}
        stored = ClientEvent.objects.filter(
            person__in={key.person_id for key in keys}, title__in={key.title for key in keys}
        )
        found = {Key(one.person_id, one.day, one.title): one for one in stored.order_by("made_at", "pk")}
        return {key: one for key, one in found.items() if key in keys}

    def write(self, book: Book, *, at: datetime) -> Tally:
        self.hold(book)
        events = Upsert(ClientEvent, self._stored(book))
        for row in book.good(EVENTS.sheet):
            key = self.key(row)
            home = self.directory.home_on(key.person_id, key.day)
            first = {**key._asdict(), "unit_id": home.unit_id, "made_at": at, "changed_at": at}
            events.put(key, said({field: row[column] for field, column in FIELDS.items()}), first=first)
            if key in events.changed and events.changed[key].changed_at != at:
                events.change(key, events.changed[key], {"changed_at": at})
        tally = events.save(at=at)
        tally += self._guests(book, events.existing, at)
        return tally

    def _guests(self, book: Book, events: dict[Key, ClientEvent], at: datetime) -> Tally:
        rows = [row for row in book.good(GUESTS.sheet) if self.key(row) in events]
        stored = Guest.objects.filter(event__in={events[self.key(row)].pk for row in rows})
        guests = Upsert(Guest, {(one.event_id, one.prospect_id, one.name): one for one in stored})
        for row in rows:
            event, client = events[self.key(row)], self.of(row)
            first = {"event_id": event.pk, "prospect_id": client.pk, "name": row["姓名"], "invited_at": at}
            told = said({field: row[column] for field, column in TOLD.items()})
            guests.put((event.pk, client.pk, row["姓名"]), told, first=first)
        return guests.save(at=at)


def _check_event(book: Book, row: Row, today: date) -> None:
    if row["状态"] == State.HELD and row["日期"] > today:
        book.refuse(row, "状态", _("活动的日子还没到，不能是已举办"))
    elif row["状态"] == State.CANCELLED and not row["取消原因"]:
        book.refuse(row, "取消原因", _("写一句为什么取消"))
    elif row["状态"] != State.CANCELLED and row["取消原因"]:
        book.refuse(row, "取消原因", _("只有已取消的活动有取消原因"))


def _check_guest(book: Book, row: Row, state: str, today: date) -> None:
    if state != State.HELD and (row["到场"] != Guest.State.INVITED or row["跟进"] or row["跟进日期"] or row["已跟进"]):
        book.refuse(row, "到场", _("活动举办以后才能写到场和跟进"))
    elif bool(row["跟进"]) != bool(row["跟进日期"]):
        book.refuse(row, "跟进日期", _("跟进什么和哪天跟进要一起写"))
    elif row["已跟进"] and (not row["跟进"] or row["已跟进"] > today):
        book.refuse(row, "已跟进", _("先写跟进什么；已跟进的日期不晚于今天"))
