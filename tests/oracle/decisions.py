"""What no workbook carries: calendar overrides, rule versions, trial runs, excused weeks, relief.

A test enters them through the product's own doors and hands the same `Decisions` to the oracle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from .rules import Rules


class Version(NamedTuple):
    """A rule set in force from a Monday; `overrides` is its JSON without what stays at the default."""

    monday: date
    overrides: Mapping[str, Any]


class Trial(NamedTuple):
    """A trial run of the unit and all below it, from a Monday to a Sunday, both inclusive."""

    unit: str
    monday: date
    sunday: date


class Excuse(NamedTuple):
    employee: str
    monday: date
    reason: str


class Relief(NamedTuple):
    """A half day ("am" or "pm") taken off the unit and all below it."""

    unit: str
    day: date
    half: str


ALWAYS_DEFAULT = Version(date.min, {})  # the first of January of the year 1 is a Monday


@dataclass(frozen=True)
class Decisions:
    """`corrections` maps a day to True (班) or False (休). Weeks before the first version are not assessed."""

    corrections: Mapping[date, bool] = field(default_factory=dict)
    versions: tuple[Version, ...] = (ALWAYS_DEFAULT,)
    trials: tuple[Trial, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    reliefs: tuple[Relief, ...] = ()

    @cached_property
    def read_versions(self) -> list[tuple[date, Rules]]:
        in_order = sorted(self.versions, key=lambda version: version.monday)
        return [(version.monday, Rules.of(version.overrides)) for version in in_order]

    def rules(self, day: date) -> Rules | None:
        """The rule set pinned to the week of that day; None before the first."""
        monday = day - timedelta(days=day.weekday())
        return next((rules for starts, rules in reversed(self.read_versions) if starts <= monday), None)

    def in_trial(self, line: Iterable[str], monday: date) -> bool:
        """`line` is the unit with all above it."""
        return any(trial.unit in line and trial.monday <= monday < trial.sunday for trial in self.trials)

    def relieved(self, line: Iterable[str], day: date, half: str) -> bool:
        return any(relief.unit in line and (relief.day, relief.half) == (day, half) for relief in self.reliefs)

    def excused(self, employee: str, monday: date) -> bool:
        return any((excuse.employee, excuse.monday) == (employee, monday) for excuse in self.excuses)
