"""The roster: 单位, 人员, 任职 (workbooks.md). A parent may stand anywhere in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from org.people.models import Appointment, Person
from org.people.pinyin import spelled
from org.posts import Post
from org.roster import late, outside
from org.roster.late import posts_changed, service_changed
from org.roster.moving import Moves
from org.units.models import Unit, UnitKind
from org.workbooks import account
from org.workbooks.columns import Column, Table, brief, choice, code, day, text
from org.workbooks.importing import Book, Importer, Row, Tally, Within
from org.workbooks.reading import Cell
from org.workbooks.upserting import Upsert, trace_rows

KINDS = [UnitKind.CITY, UnitKind.BRANCH, UnitKind.DEPARTMENT, UnitKind.SECTION, UnitKind.TEAM]
RANK = {UnitKind.ROOT: -1, **{kind: rank for rank, kind in enumerate(KINDS)}}


def email(name: str) -> Column:
    def parse(cell: Cell) -> str:
        try:
            validate_email(str(cell))
        except ValidationError as error:
            raise ValueError(_("「%(cell)s」不是邮箱地址") % {"cell": brief(cell)}) from error
        return str(cell)

    return Column(name, parse, empty="")


UNITS = Table(
    "单位",
    (
        code("单位代码", required=True),
        text("名称", length=60, required=True),
        choice("类型", {kind: kind.label for kind in KINDS}, required=True),
        code("上级代码"),
        email("信箱"),
    ),
    key=("单位代码",),
)
PEOPLE = Table(
    "人员",
    (
        code("工号", required=True),
        text("姓名", length=40, required=True),
        text("手机", length=20),
        email("邮箱"),
        day("入司日期", required=True),
        day("离司日期"),
    ),
    key=("工号",),
)
APPOINTMENTS = Table(
    "任职",
    (
        code("工号", required=True),
        code("单位代码", required=True),
        choice("岗位", dict(Post.choices), required=True),
        day("起", required=True),
        day("止"),
    ),
    key=("工号", "单位代码", "岗位", "起"),
)


class RosterImporter(Importer):
    title = gettext_lazy("花名册")
    tables = (UNITS, PEOPLE, APPOINTMENTS)

    def check(self, book: Book) -> None:
        check_units(book)
        for row in book.good("人员"):
            if row["离司日期"] and row["离司日期"] < row["入司日期"]:
                book.refuse(row, "离司日期", _("早于入司日期"))
        check_references(book)
        check_overlaps(book)

    def refuse_outside(self, book: Book, within: Within) -> None:
        outside.refuse(book, within)

    def taking_back(self, rows: Iterable[Model], *, at: datetime) -> Callable[[], None]:
        return late.taken_back(rows, at=at)

    def write(self, book: Book, *, at: datetime) -> Tally:
        tally = Tally()
        tally += write_units(list(book.good("单位")), at=at)
        tally += write_people(book.good("人员"), at=at)
        tally += write_appointments(book.good("任职"), at=at)
        return tally


def check_units(book: Book) -> None:
    """A unit hangs below a higher kind, so there are no circles; below a refused one it is refused too."""
    known: dict[str, UnitKind] = {unit.code: UnitKind(unit.kind) for unit in Unit.objects.all()}
    for row in book.good("单位"):
        if known.get(row["单位代码"]) == UnitKind.ROOT:
            book.refuse(row, "单位代码", _("这是总公司的代码，不能导入"))
    before = -1
    while before != book.refused:
        before = book.refused
        kinds = known | {row["单位代码"]: row["类型"] for row in book.good("单位")}
        for row in list(book.good("单位")):
            if reason := why_not_below(row, kinds):
                book.refuse(row, "上级代码", reason)
    moves, wanted = Moves(), {row["单位代码"]: row["上级代码"] for row in book.good("单位")}
    for row in list(book.good("单位")):
        if moves.out_of_a_closed_city(row["单位代码"], wanted):
            book.refuse(row, "上级代码", _("已有关账的周，不能划到另一市公司；请新建单位，再调动人员"))


def why_not_below(row: Row, kinds: dict[str, UnitKind]) -> str:
    parent = row["上级代码"]
    if not parent:
        return "" if row["类型"] == UnitKind.CITY else _("市公司以外的单位都要有上级")
    if parent not in kinds:
        return _("没有代码为「%(code)s」的单位") % {"code": parent}
    if RANK[kinds[parent]] >= RANK[row["类型"]]:
        return _("「%(kind)s」不能是它的上级") % {"kind": kinds[parent].label}
    return ""


def check_references(book: Book) -> None:
    people = set(Person.objects.values_list("employee_no", flat=True))
    people |= {row["工号"] for row in book.good("人员")}
    units = set(Unit.objects.exclude(kind=UnitKind.ROOT).values_list("code", flat=True))
    units |= {row["单位代码"] for row in book.good("单位")}
    for row in list(book.good("任职")):
        if row["工号"] not in people:
            book.refuse(row, "工号", _("没有工号为「%(no)s」的人员") % {"no": row["工号"]})
        if row["单位代码"] not in units:
            book.refuse(row, "单位代码", _("没有代码为「%(code)s」的单位") % {"code": row["单位代码"]})
        if row["止"] and row["止"] < row["起"]:
            book.refuse(row, "止", _("早于起"))


def check_overlaps(book: Book) -> None:
    """One post in one unit is held once at a time; what the file does not name stands as it is."""
    rows = list(book.good("任职"))
    renewed = {appointment_key(row) for row in rows}
    taken: dict[tuple[str, str, str], list[tuple[date, date]]] = {}
    for number, unit, post, starts, ends in held_appointments():
        if (number, unit, post, starts) not in renewed:
            taken.setdefault((number, unit, post), []).append((starts, ends or date.max))
    for row in rows:
        number, unit, post, starts = appointment_key(row)
        ends = row["止"] or date.max
        others = taken.setdefault((number, unit, post), [])
        clash = next((other for other in others if other[0] <= ends and starts <= other[1]), None)
        if clash:
            book.refuse(row, "起", _("与同一岗位 %(first)s 起的任职重叠") % {"first": clash[0].isoformat()})
        else:
            others.append((starts, ends))


def appointment_key(row: Row) -> tuple[str, str, str, date]:
    return row["工号"], row["单位代码"], row["岗位"], row["起"]


def held_appointments() -> Iterator[tuple[str, str, str, date, date | None]]:
    return Appointment.objects.values_list(
        "person__employee_no", "unit__code", "post", "starts_on", "ends_on"
    ).iterator()


def write_units(rows: list[Row], *, at: datetime) -> Tally:
    """Higher kinds first, so that a parent is there before its child. A unit moves with all below it."""
    tally = Tally()
    traced: list[tuple[Unit, dict[str, Any]]] = []
    for row in sorted(rows, key=lambda row: RANK[row["类型"]]):
        values = {"name": row["名称"], "kind": row["类型"], "mailbox": row["信箱"]}
        parent = Unit.objects.get(code=row["上级代码"]) if row["上级代码"] else Unit.root()
        unit = Unit.objects.filter(code=row["单位代码"]).first()
        if unit is None:
            traced.append((parent.add_child(code=row["单位代码"], **values), {}))
            tally.created += 1
        elif changes := change_unit(unit, parent, values):
            traced.append((unit, changes))
            tally.updated += 1
        else:
            tally.unchanged += 1
    trace_rows(traced, at=at)
    for unit, changes in traced:
        if changes:
            account.current().altered(unit, changes)
        else:
            account.current().made([unit])
    return tally


def change_unit(unit: Unit, parent: Unit, values: dict[str, Any]) -> dict[str, Any]:
    """What was changed, as {field: [before, after]}."""
    changes = {name: [getattr(unit, name), value] for name, value in values.items() if getattr(unit, name) != value}
    above = unit.get_parent()
    if changes:
        Unit.objects.filter(pk=unit.pk).update(**{name: value for name, (_before, value) in changes.items()})
    if above is None or above.pk != parent.pk:
        unit.move(parent, "last-child")
        changes["parent"] = [above.code if above else "", parent.code]
    return changes


def write_people(rows: Iterator[Row], *, at: datetime) -> Tally:
    """Nobody gets a password here: a new person signs in with an activation code (ground.md, Accounts)."""
    people = Upsert(Person, {person.employee_no: person for person in Person.objects.all()})
    for row in rows:
        pinyin, initials = spelled(row["姓名"])
        values = {
            "name": row["姓名"],
            "pinyin": pinyin,
            "initials": initials,
            "phone": row["手机"],
            "email": row["邮箱"],
            "joined_on": row["入司日期"],
            "left_on": row["离司日期"],
        }
        first = {"employee_no": row["工号"]}
        if row["工号"] not in people.existing:
            first["password"] = make_password(None)
        people.put(row["工号"], values, first=first)
    tally = people.save(at=at)
    service_changed(people, at=at)
    return tally


def write_appointments(rows: Iterator[Row], *, at: datetime) -> Tally:
    people = dict(Person.objects.values_list("employee_no", "pk"))
    units = dict(Unit.objects.values_list("code", "pk"))
    held = Appointment.objects.all()
    appointments = Upsert(Appointment, {(one.person_id, one.unit_id, one.post, one.starts_on): one for one in held})
    for row in rows:
        key = {
            "person_id": people[row["工号"]],
            "unit_id": units[row["单位代码"]],
            "post": row["岗位"],
            "starts_on": row["起"],
        }
        appointments.put(tuple(key.values()), {"ends_on": row["止"]}, first=key)
    tally = appointments.save(at=at)
    posts_changed(appointments, at=at)
    return tally
