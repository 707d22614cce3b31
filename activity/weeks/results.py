"""What the week came to for the people of a unit: the short ones first, as recorded or, before the close, 暂计.

Units and people are listed by code and never by how much they lack; of fines nothing is shown here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from activity.assessment.figures import CLIENT_MANAGERS, Standard, parameters, statement
from activity.assessment.forecast import Verdict, asked, chained
from activity.assessment.models import WeekAssessment, WeekClose
from activity.assessment.rules import Four, Spared, Status, needed
from activity.daily_log.reasons import lacking
from activity.weeks import words
from activity.weeks.rates import Counts, Rate
from activity.weeks.words import Pill, pill_of
from org.people.models import Person
from org.permissions import Permission
from org.reach import STEP, Reach, branch_path, city_path, reach
from org.rules.book import book_of
from org.rules.days import ruled_days
from org.rules.schema import RuleBook
from org.units.models import Unit, UnitKind
from org.week import Week
from org.working_days.rules import WorkingCalendar, week_close

PAGE = 40
EVERYBODY = 1_000_000  # people of a download
SHEET = (
    _lazy("工号"), _lazy("姓名"), _lazy("单位"), _lazy("结果"), _lazy("电话"), _lazy("应做电话"), _lazy("拜访"),
    _lazy("应做拜访"), _lazy("准客户"), _lazy("应做准客户"), _lazy("学习"), _lazy("应做学习"),
    _lazy("还差"), _lazy("连续"),
)  # fmt: skip
ORDER = (Status.SHORT, Status.EXCUSED, Status.MET, Status.EXEMPT)

NAMED = """, placed AS (
    SELECT assessed.*, path, unit.name AS place, employee_no, person.name
    FROM assessed JOIN org_unit AS unit ON unit.id = unit_id JOIN org_person AS person ON person.id = person_id
)"""
# Counts by unit below and status, once beside the people of a page.
LISTED = f"""{NAMED}, counted AS (
    SELECT left(path, %(cut)s) AS path, status, count(*)::int AS people FROM placed GROUP BY 1, 2
), listed AS (
    SELECT * FROM placed ORDER BY array_position(%(order)s::text[], status), path, employee_no
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT (SELECT json_agg(counted) FROM counted) AS counts, listed.* FROM (SELECT 1) AS one LEFT JOIN listed ON true
"""  # noqa: S608

CountRows = Sequence[tuple[str, str, int]]  # path of the unit right below, status, people


class Named(NamedTuple):
    """A verdict with whom and where it is about."""

    verdict: Verdict
    employee_no: str
    name: str
    path: str
    place: str

    @classmethod
    def of_record(cls, row: Any, standard: Standard = CLIENT_MANAGERS) -> Self:
        person, unit = row.person, row.unit
        return cls(Verdict.recorded(row, standard), person.employee_no, person.name, unit.path, unit.name)

    @classmethod
    def of_forecast(cls, row: Mapping[str, Any], verdict: Verdict) -> Self:
        """From a row of `placed`."""
        return cls(verdict, row["employee_no"], row["name"], row["path"], row["place"])

    @property
    def order(self) -> tuple[int, str, str]:
        return ORDER.index(self.verdict.status), self.path, self.employee_no


class Line(NamedTuple):
    """A person of the list; `cells`: done and needed of each item."""

    named: Named
    link: str
    place: str
    cells: list[tuple[int, int]]
    lacks: str
    streak: str
    pill: Pill
    spared: str


class UnitLine(NamedTuple):
    code: str
    name: str
    link: str
    rate: Rate


@dataclass
class Results:
    unit: Unit
    week: Week
    trail: list[tuple[str, str]]
    calendar: WorkingCalendar
    book: RuleBook
    close: WeekClose | None = None
    is_assessed: bool = True
    given: dict[str, Any] = field(default_factory=dict)  # the values of the statement, of a running week
    why_none: str = ""
    rate: Rate = field(default_factory=lambda: Rate(Counter()))
    units: list[UnitLine] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    days_left: int = 0
    running: bool = False  # working days are still to come after today: nobody is short yet

    branches: dict[str, str] = field(default_factory=dict)  # of a city: path -> name

    def place_of(self, one: Named) -> str:
        """His unit below this one; in the list of a city with its branch."""
        branch = self.branches.get(branch_path(one.path), "")
        if one.path == self.unit.path:
            return ""
        return one.place if branch in ("", one.place) else f"{branch} {one.place}"

    @property
    def closes(self) -> str:
        at = self.close.due_at if self.close else week_close(self.week, self.calendar, self.book.times)
        return words.moment(at)


def address(unit: Unit, week: Week) -> str:
    return reverse("week-results", args=[week, unit.code])


class Asking(NamedTuple):
    """Who reads the results of which unit and week, and which page of the people."""

    reader: Person
    unit: Unit
    week: Week
    at: datetime
    page: int = 1
    size: int = PAGE

    @property
    def on(self) -> date:
        return self.at.date()

    @property
    def cut(self) -> int:
        """Characters of the path of a unit right below."""
        return STEP * (self.unit.depth + 1)

    @property
    def offset(self) -> int:
        return self.size * (self.page - 1)


def results_of(asking: Asking) -> Results:
    """The number of queries does not depend on the number of people."""
    reader, unit, week = asking.reader, asking.unit, asking.week
    books, calendar = ruled_days(week.monday, week.sunday)
    book = books[week.monday]
    within = reach(reader, Permission.ROLLUP_READ, on=asking.on)
    units = _units_round(unit)
    made = Results(unit, week, _trail(asking, units, within), calendar, book)
    if unit.kind == UnitKind.CITY:
        made.branches = {one.path: one.name for one in units if one.depth > unit.depth}
    made.close = (
        WeekClose.objects.filter(city__path=city_path(unit.path), week=week.monday).select_related("rules").first()
    )
    if made.close:
        made.book = book_of(made.close.rules)
        counts, people = _recorded(asking)
    elif book.effective_from is None or week.monday > asking.on:
        early, made.is_assessed = book.effective_from is None, False
        made.why_none = _("这一周早于第一版规则的生效日，不考核。") if early else _("这一周还没有开始。")
        return made
    else:
        made.given = parameters(CLIENT_MANAGERS, unit.path + "%", week, calendar=calendar, book=book)
        counts, people = _forecast(asking, made)
        made.days_left = sum(day >= asking.on for day in calendar.working_days(week))
        made.running = any(day > asking.on for day in calendar.working_days(week))
    by_unit = _by_unit(counts)
    made.rate = Rate(sum(by_unit.values(), Counter()))
    made.units = _unit_lines(asking, units, by_unit) if unit.kind not in (UnitKind.SECTION, UnitKind.TEAM) else []
    logs = reach(reader, Permission.LOG_READ, on=asking.on)
    made.lines = [_line(one, asking, made, logs) for one in sorted(people, key=lambda one: one.order)]
    if not made.rate.people:
        made.why_none = _("这个单位这一周没有客户经理。")
    return made


def sheet_of(made: Results) -> Iterator[Sequence[Any]]:
    """The lines of the page under SHEET."""
    for line in made.lines:
        one = line.named
        cells = [figure for pair in line.cells for figure in pair]
        yield one.employee_no, one.name, line.place or one.place, str(line.pill.word), *cells, line.lacks, line.streak


def _recorded(asking: Asking) -> tuple[CountRows, list[Named]]:
    """As the close has written it: two queries."""
    current = WeekAssessment.objects.current().filter(week=asking.week.monday, unit__path__startswith=asking.unit.path)
    counted = (
        current.order_by().annotate(below=Left("unit__path", asking.cut)).values_list("below", "status")
        .annotate(people=Count("pk"))
    )  # fmt: skip
    ranks = [When(status=status, then=Value(n)) for n, status in enumerate(ORDER)]
    listed = current.select_related("person", "unit").order_by(
        Case(*ranks, output_field=IntegerField()), "unit__path", "person__employee_no"
    )[asking.offset : asking.offset + asking.size]
    return list(counted), [Named.of_record(row) for row in listed]


def _forecast(asking: Asking, made: Results) -> tuple[CountRows, list[Named]]:
    """As the close would write it now: one query, and three for each week before that is open, too."""
    calendar, book = made.calendar, made.book
    more = {"cut": asking.cut, "order": list(ORDER), "limit": asking.size, "offset": asking.offset}
    rows = asked(f"{statement(CLIENT_MANAGERS, book.assessment.mode)}{LISTED}", {**made.given, **more})
    found = {row["person_id"]: Verdict.forecast(row) for row in rows if row["person_id"]}
    if found:
        *_before, (_week, found) = chained(found, asking.week, at=asking.at, calendar=calendar, book=book)
    people = [Named.of_forecast(row, found[row["person_id"]]) for row in rows if row["person_id"]]
    return [(one["path"], one["status"], one["people"]) for one in rows[0]["counts"] or ()], people


def _by_unit(counts: CountRows) -> Mapping[str, Counts]:
    found: defaultdict[str, Counts] = defaultdict(Counter)
    for path, status, people in counts:
        found[path][Status(status)] += people
    return found


def _units_round(unit: Unit) -> list[Unit]:
    """Those above it, itself and those right below, by code."""
    above = [unit.path[:end] for end in range(STEP, len(unit.path), STEP)]
    below = Q(path__startswith=unit.path, depth__lte=unit.depth + 1)
    return list(Unit.objects.filter(Q(path__in=above) | below).order_by("code"))


def _unit_lines(asking: Asking, units: Sequence[Unit], by_unit: Mapping[str, Counts]) -> list[UnitLine]:
    """The units right below that have people, by code."""
    return [
        UnitLine(one.code, one.name, address(one, asking.week), Rate(by_unit[one.path]))
        for one in units
        if one.depth > asking.unit.depth and one.path in by_unit
    ]


def _line(one: Named, asking: Asking, made: Results, logs: Reach) -> Line:
    verdict = one.verdict
    need = _need(verdict, made.book)
    opens = logs.covers(one.path) or (logs.own and verdict.person_id == asking.reader.pk)
    link = reverse("person-week", args=[one.employee_no, asking.week]) if opens else ""
    is_short = verdict.status == Status.SHORT
    return Line(
        one,
        link,
        made.place_of(one),
        list(zip(verdict.done, need, strict=True)),
        lacking(verdict.short) if is_short else "",
        _("第 {n} 周").format(n=verdict.streak) if is_short and not verdict.spared and not made.running else "",
        pill_of(verdict.status, running=made.running),
        str(words.SPARED[verdict.spared]) if verdict.spared != Spared.NO else "",
    )


def _need(verdict: Verdict, book: RuleBook) -> Four:
    return needed(book.standard, half_days=verdict.half_days, percent=verdict.percent)


def _trail(asking: Asking, units: Sequence[Unit], within: Reach) -> list[tuple[str, str]]:
    """全市 › 支公司 › 部门, as far up as he reads; the last is where he is."""
    above = sorted((one for one in units if one.depth < asking.unit.depth), key=lambda one: one.depth)
    steps = [one for one in above if within.covers(one.path) and one.kind != UnitKind.ROOT]
    return [*((_name(one), address(one, asking.week)) for one in steps), (_name(asking.unit), "")]


def _name(unit: Unit) -> str:
    return _("全市") if unit.kind == UnitKind.CITY else unit.name
