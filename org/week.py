"""The week as a value: Monday 00:00 to Sunday 24:00, Asia/Shanghai (domain.md, "Weeks and clocks")."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.utils.translation import gettext

CODE = re.compile(r"(2[01][0-9]{2})-W([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """One week, known by its Monday. Any other day, or an instant instead of a day, is a ValueError."""

    monday: date

    def __post_init__(self) -> None:
        if isinstance(self.monday, datetime):
            raise ValueError("a week is made of a local date, not of an instant")
        if self.monday.weekday() != 0:
            raise ValueError(f"{self.monday} is not a Monday")

    @classmethod
    def of(cls, day: date) -> Self:
        """The week in which a local date lies; an instant must be turned into a Shanghai date first."""
        if isinstance(day, datetime):
            raise ValueError("a week is made of a local date, not of an instant")
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def from_code(cls, code: str) -> Self:
        """Read an ISO code as in URLs, 2026-W47 (years 2000 to 2199); anything else is a ValueError."""
        match = CODE.fullmatch(code)
        if match is None:
            raise ValueError(f"{code!r} is not a week such as 2026-W47")
        return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))

    @property
    def code(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def label(self) -> str:
        """As pages write it: 11.16–11.22（第 47 周）."""
        first, last = self.monday, self.sunday
        number = gettext("（第 {number} 周）").format(number=self.number)
        return f"{first.month}.{first.day}–{last.month}.{last.day}{number}"

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    @property
    def saturday(self) -> date:
        return self.monday + timedelta(days=5)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def next(self) -> Self:
        return type(self)(self.monday + timedelta(days=7))

    @property
    def previous(self) -> Self:
        return type(self)(self.monday - timedelta(days=7))

    def __contains__(self, day: date) -> bool:
        return self.monday <= day <= self.sunday

    def __str__(self) -> str:
        return self.code
