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
    """With ISO dates, for what is kept."""
    return _between(stretch.first.isoformat(), stretch.last.isoformat(), stretch)


def _between(first: str, last: str, stretch: Stretch) -> str:
    starts, ends = Half(stretch.first_half).label, Half(stretch.last_half).label
    if stretch.first == stretch.last:
        return f"{first} {starts}" if stretch.first_half == stretch.last_half else _("{day} 全天").format(day=first)
    if (stretch.first_half, stretch.last_half) == ("am", "pm"):
        return _("{first} 至 {last}").format(first=first, last=last)
    return _("{first} 至 {last}").format(first=f"{first} {starts}", last=f"{last} {ends}")


def _day(day: date, today: date) -> str:
    said = month_and_day(day)
    return said if day.year == today.year else _("{year}年{day}").format(year=day.year, day=said)
