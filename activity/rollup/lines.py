"""A line of 全市周报: a unit or a person, in figures and as the page prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.rollup.board import Extra
from activity.rollup.models import Figures
from activity.rollup.rules import ITEMS, due_of, overall, rates, tenths_of_percent
from org.units.models import Unit, UnitKind
from org.week import Week

Standard = tuple[int, int, int, int]


class Cell(NamedTuple):
    """完成率 of an item in whole percent, cut; None where nothing is due."""

    percent: int | None
    said: str  # 312 / 360
    link: str = ""  # to the entries, of a person whose logs the reader opens


@dataclass(frozen=True, slots=True)
class Line:
    """`link` is "" where the reader may not go on; `figure` is the address of what stands behind its sums."""

    code: str
    name: str
    link: str
    figures: Figures
    cells: list[Cell]
    overall: int | None
    people: int | None = None
    place: str = ""  # a person's unit
    extra: Extra = field(default_factory=Extra)
    results: str = ""  # 周考核 of a unit


def address(unit: Unit, week: Week) -> str:
    """Where the table of a unit stands."""
    if unit.kind == UnitKind.CITY:
        return reverse("city", args=[week])
    return reverse("report-unit", args=[week, unit.code])


def name_of(unit: Unit) -> str:
    return _("全市") if unit.kind == UnitKind.CITY else unit.name


def cells_of(row: Figures, standard: Standard, *, of: tuple[str, Week] | None = None) -> list[Cell]:
    """`of`: the 工号 and the week whose entries open."""
    done, half_days = done_of(row), row.due_half_days
    shares = zip(ITEMS, done, standard, rates(done, standard, half_days), strict=True)
    return [
        Cell(_percent(share), f"{count} / {float(due_of(target, half_days)):g}", _opened(item, of))
        for item, count, target, share in shares
    ]


def overall_of(row: Figures, standard: Standard) -> int | None:
    return _percent(overall(done_of(row), standard, row.due_half_days))


def done_of(row: Figures) -> tuple[int, int, int, int]:
    return row.calls, row.visits, row.prospects, row.studies


def _opened(item: str, of: tuple[str, Week] | None) -> str:
    return reverse("person-figure", args=[*of, item]) if of else ""


def _percent(share: Fraction | None) -> int | None:
    """Whole, cut: 100 means reached."""
    tenths = tenths_of_percent(share)
    return None if tenths is None else tenths // 10
