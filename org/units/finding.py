"""Units in the search box: those whose report the reader may open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from org.people.pinyin import spelled
from org.permissions import Permission
from org.reach import reach
from org.search.kinds import Hit, Kind, searched
from org.units.models import Unit, UnitKind
from org.units.naming import with_branch

if TYPE_CHECKING:
    from org.people.models import Person

WORDS = (Permission.ROLLUP_READ,)


def find(reader: Person, on: date, text: str) -> list[Unit]:
    """By part of the name or of the code, or the beginning of the pinyin or its initials: a city has some hundred
    units, and one question asks for them all."""
    typed = text.strip().lower()
    within = Unit.objects.filter(reach(reader, *WORDS, on=on).q(unit="", person=None)).exclude(kind=UnitKind.ROOT)
    return [unit for unit in within if typed and _is_called(unit, typed)]


def _is_called(unit: Unit, typed: str) -> bool:
    if typed in unit.name.lower() or typed in unit.code.lower():
        return True
    return typed.isascii() and typed.isalpha() and any(one.startswith(typed) for one in spelled(unit.name))


def tell(reader: Person, on: date, units: Sequence[Unit]) -> list[Hit]:
    names = with_branch(units)
    return [
        Hit(names[unit.pk], f"{unit.code} · {unit.get_kind_display()}", reverse("unit", args=[unit.code]))
        for unit in units
    ]


searched(Kind("units", _("单位"), "building-2", _("名称、拼音首字母或单位代码"), WORDS, find, tell))
