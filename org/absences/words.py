"""How a stretch of half days is said: 11月19日 下午; 11月19日 下午 至 11月20日 上午."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from org.absences.models import Half
from org.absences.rules import Stretch
from org.days import month_and_day


def spelled(stretch: Stretch, *, today: date) -> str:
    """For people; the year where it is not this one."""
    first, last = _day(stretch.first, today), _day(stretch.last, today)
    return _between(first, last, stretch)


def dated(stretch: Stretch) -> str:
    """With the year, for what is kept."""
    return _between(_with_year(stretch.first), _with_year(stretch.last), stretch)


def _between(first: str, last: str, stretch: Stretch) -> str:
    starts, ends = Half(stretch.first_half).label, Half(stretch.last_half).label
    if stretch.first == stretch.last:
        return f"{first} {starts}" if stretch.first_half == stretch.last_half else _("{day} 全天").format(day=first)
    if (stretch.first_half, stretch.last_half) == ("am", "pm"):
        return _("{first} 至 {last}").format(first=first, last=last)
    return _("{first} 至 {last}").format(first=f"{first} {starts}", last=f"{last} {ends}")


def _day(day: date, today: date) -> str:
    return month_and_day(day) if day.year == today.year else _with_year(day)


def _with_year(day: date) -> str:
    return _("{year}年{day}").format(year=day.year, day=month_and_day(day))
