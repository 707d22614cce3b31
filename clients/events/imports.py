"""客户活动 and their guests from a workbook, in the columns of its export. An empty cell erases nothing, and nothing
that is over is changed (actions.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.events.meant import Events, Key, Known, Name
from clients.events.models import ClientEvent, ClientEventQuerySet, Guest, GuestQuerySet
from clients.events.sheets import EVENT, EVENTS, FIELDS, GUESTS, TABLES, TOLD
from clients.prospects.models import Contact
from clients.prospects.named import AboutClients, said
from org import clock
from org.line_ends import folded
from org.people.directory import Directory
from org.workbooks.importing import Book, Row, Tally, refuse_second
from org.workbooks.upserting import Upsert

State = ClientEvent.State


class EventsImporter(AboutClients):
    title = gettext_lazy("客户活动")
    tables = TABLES

    def __init__(self) -> None:
        super().__init__()
        self.directory = Directory()
        self.of_row: dict[tuple[str, int], Known] = {}

    def key(self, row: Row) -> Key:
        return Key(Name(self.directory.ids[row["工号"]], row["日期"], row["主题"]), row["开始"])

    def meant(self, row: Row) -> Known:
        return self.of_row[row.table.sheet, row.number]

    def check_rows(self, book: Book) -> None:
        """Those who hold them first: of an event out of reach nothing is said."""
        for table in TABLES:
            for row in list(book.good(table.sheet)):
                person = self.directory.ids.get(row["工号"])
                held = self.directory.unit_on(person, row["日期"]) if person else None
                if person is None or held is None or not self.within(held.path, person):
                    book.refuse(row, "工号", _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["工号"]})
        events = self._find(book, list(self._stored(book)))
        self._check_events(book, events)
        refuse_second(book, self._keyed(book, events), "姓名")
        self._check_guests(book, events, list(self._guests_of(events)))

    def _stored(self, book: Book) -> ClientEventQuerySet:
        names = {self.key(row).name for table in TABLES for row in book.good(table.sheet)}
        return ClientEvent.objects.filter(
            person__in={name.person_id for name in names},
            day__in={name.day for name in names},
            title__in={name.title for name in names},
        )

    def _find(self, book: Book, stored: list[ClientEvent]) -> Events:
        """Which event each row of 客户活动 is about; none: one that it makes."""
        rows = list(book.good(EVENTS.sheet))
        events, self.of_row = Events(stored, map(self.key, rows)), {}
        for row in rows:
            try:
                one = events.told_of(self.key(row))
            except LookupError:
                _refuse_several(book, row)
            else:
                key = self.key(row)
                self.of_row[EVENTS.sheet, row.number] = one or Known(key, key.starts_at, row["状态"])
        keyed = ((self.meant(row).place, row) for row in list(book.good(EVENTS.sheet)))
        refuse_second(book, keyed, "工号")
        return events

    def _guests_of(self, events: Events) -> GuestQuerySet:
        stored = [one.stored.pk for several in events.named.values() for one in several if one.stored]
        return Guest.objects.filter(event__in=stored)

    def _check_events(self, book: Book, events: Events) -> None:
        for row in list(book.good(EVENTS.sheet)):
            one = self.meant(row)
            if one.stored and one.stored.state != State.PLANNED and (column := _differing(one.stored, row)):
                wrong = _("状态不能再改") if column == "状态" else _("不能再改")
                book.refuse(row, column, _("这场活动已经举办或取消，") + wrong)
            else:
                _check_event(book, row, clock.today())
        for row in book.good(EVENTS.sheet):
            one, key = self.meant(row), self.key(row)
            if not one.stored:
                events.named[key.name].append(one)
            one.starts_at, one.state = key.starts_at or one.starts_at, row["状态"]

    def _check_guests(self, book: Book, events: Events, guests: list[Guest]) -> None:
        left_alone = self._left_alone(book)
        known: set[tuple[Any, ...]] = {(one.event_id, one.prospect_id, one.name) for one in guests}
        for row in list(book.good(GUESTS.sheet)):
            try:
                one = events.meant(self.key(row))
            except LookupError:
                _refuse_several(book, row)
                continue
            name = (self.of(row).pk, row["姓名"])
            over = one and one.stored and one.stored.state == State.CANCELLED
            if one is None:
                book.refuse(row, "主题", _("没有这一天的这场活动，先在「客户活动」表里写一行"))
            elif over and (one.place, *name) not in known:
                book.refuse(row, "姓名", _("活动已经取消，不能再邀请"))
            elif one.state == State.PLANNED and name in left_alone:
                book.refuse(row, "姓名", _("标了勿扰，不能邀请"))
            else:
                self.of_row[GUESTS.sheet, row.number] = one
                _check_guest(book, row, one.state, clock.today())

    def _keyed(self, book: Book, events: Events) -> Iterator[tuple[Any, Row]]:
        columns = {*(column.name for column in EVENT), "开始", "姓名"}
        for row in self.known_rows(book, GUESTS.sheet):
            if columns <= row.values.keys() and row["工号"] in self.directory.ids:
                try:
                    one = events.meant(self.key(row))
                except LookupError:
                    continue  # refused below
                yield (one.place if one else self.key(row), self.of(row).pk, row["姓名"]), row

    def _left_alone(self, book: Book) -> set[tuple[Any, str]]:
        ids = {one.pk for one in self.found.values()}
        quiet = Contact.objects.filter(prospect__in=ids).exclude(do_not_disturb_since=None)
        return set(quiet.values_list("prospect_id", "name"))

    def write(self, book: Book, *, at: datetime) -> Tally:
        """Held in the order of who invites (event, client) and who merges clients (client, guest), and checked as they
        stand then."""
        found = self._find(book, list(self._stored(book).select_for_update(of=("self",)).order_by("pk")))
        self.hold(book)
        known = list(self._guests_of(found).select_for_update(of=("self",)).order_by("pk"))
        self._check_events(book, found)
        self._check_guests(book, found, known)
        stored = (one.stored for several in found.named.values() for one in several if one.stored)
        events = Upsert(ClientEvent, {one.pk: one for one in stored})
        for row in book.good(EVENTS.sheet):
            place, name = self.meant(row).place, self.key(row).name
            home = self.directory.home_on(name.person_id, name.day)
            first = {**name._asdict(), "unit_id": home.unit_id, "made_at": at, "changed_at": at}
            events.put(place, said({field: row[column] for field, column in FIELDS.items()}), first=first)
            if place in events.changed and events.changed[place].changed_at != at:
                events.change(place, events.changed[place], {"changed_at": at})
        tally = events.save(at=at)
        tally += self._guests(book, events.existing, known, at)
        return tally

    def _guests(self, book: Book, events: dict[Any, ClientEvent], known: list[Guest], at: datetime) -> Tally:
        guests = Upsert(Guest, {(one.event_id, one.prospect_id, one.name): one for one in known})
        for row in book.good(GUESTS.sheet):
            event, client = events[self.meant(row).place], self.of(row)
            first = {"event_id": event.pk, "prospect_id": client.pk, "name": row["姓名"], "invited_at": at}
            told = said({field: row[column] for field, column in TOLD.items()})
            guests.put((event.pk, client.pk, row["姓名"]), told, first=first)
        return guests.save(at=at)


def _refuse_several(book: Book, row: Row) -> None:
    book.refuse(row, "开始", _("这一天有几场同名的活动，写上开始的时间；开始也一样的在页面上改"))


def _differing(one: ClientEvent, row: Row) -> str:
    """The first column that says something else than what is stored."""
    told = said({field: row[column] for field, column in FIELDS.items()})
    wrong = [FIELDS[field] for field, value in told.items() if folded(getattr(one, field)) != folded(value)]
    return "状态" if "状态" in wrong else next(iter(wrong), "")


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
