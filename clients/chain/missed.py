"""应陪未陪: how many of the effective development visits lacked their companion, by unit and person. Service visits and
those that are not effective are in neither number; every number opens its visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, F, Q

from clients.visits.models import Visit, VisitQuerySet
from org.reach import branch_path
from org.units.models import Unit

if TYPE_CHECKING:
    from org.people.models import Person

HUNDRED = 100
HANDED_IN: list[Callable[[], Exists]] = []


class Figures(NamedTuple):
    """`by_companion`: of the missed, those where whoever was asked in time did not come."""

    visits: int = 0
    missed: int = 0
    by_companion: int = 0

    @property
    def share(self) -> int | None:
        """In whole percent, rounded half up; None of nothing."""
        return (2 * HUNDRED * self.missed + self.visits) // (2 * self.visits) if self.visits else None

    def plus(self, other: Figures) -> Figures:
        return Figures(*(mine + his for mine, his in zip(self, other, strict=True)))


class OfPerson(NamedTuple):
    employee_no: str
    name: str
    figures: Figures


class OfUnit(NamedTuple):
    code: str
    name: str
    figures: Figures
    people: list[OfPerson]


def handed_in(tell: Callable[[], Exists]) -> Callable[[], Exists]:
    """Declare which visits are of a log that enters figures (the 工作日志 of activity)."""
    HANDED_IN.append(tell)
    return tell


def chained(reader: Person, on: date, first: date, last: date) -> VisitQuerySet:
    """The development visits of these days that are in a chain, as far as he reads visits; of submitted logs only, as
    every figure, though the chain itself has moved before (docs/adr/0011)."""
    visits = Visit.objects.visible_to(reader, on).filter(*(tell() for tell in HANDED_IN), day__range=(first, last))
    return visits.exclude(chain_number=None)


def shares(visits: VisitQuerySet) -> tuple[Figures, list[OfUnit]]:
    """Of all, and of each 基层单位 with its people. Two queries."""
    theirs = Q(companion_missing=True) & ~Q(missed_by=F("person"))
    rows = visits.order_by().values("unit__path", "person__employee_no", "person__name").annotate(
        visits=Count("pk"), missed=Count("pk", filter=Q(companion_missing=True)), theirs=Count("pk", filter=theirs)
    )  # fmt: skip
    people: dict[str, dict[tuple[str, str], Figures]] = {}
    for row in rows:
        of = people.setdefault(branch_path(row["unit__path"]), {})
        who = row["person__employee_no"], row["person__name"]
        of[who] = of.get(who, Figures()).plus(Figures(row["visits"], row["missed"], row["theirs"]))
    units = Unit.objects.filter(path__in=people).order_by("path")
    found = [
        OfUnit(unit.code, unit.name, total(people[unit.path].values()), _people(people[unit.path])) for unit in units
    ]
    return total(one.figures for one in found), found


def _people(figures: dict[tuple[str, str], Figures]) -> list[OfPerson]:
    return [OfPerson(number, name, one) for (number, name), one in sorted(figures.items())]


def total(figures: Iterable[Figures]) -> Figures:
    found = Figures()
    for one in figures:
        found = found.plus(one)
    return found


def narrowed(visits: VisitQuerySet, chosen: dict[str, Any]) -> VisitQuerySet:
    """Those behind one number: of a unit, of a person, or all; only the missed unless all are asked for."""
    if unit := chosen.get("unit"):
        paths = Unit.objects.filter(code=unit).values_list("path", flat=True)
        visits = visits.filter(unit__path__startswith=paths[0]) if paths else visits.none()
    if person := chosen.get("person"):
        visits = visits.filter(person__employee_no=person)
    if chosen.get("which") == "all":
        return visits
    missed = visits.filter(companion_missing=True)
    return missed.exclude(missed_by=F("person")) if chosen.get("which") == "companion" else missed
