"""Who leads units: whom to tell what concerns everybody in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from org.people.models import Appointment, Person
from org.posts import Post
from org.reach import STEP
from org.units.models import Unit

LEADERS = (Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM)


def leaders_of(units: Iterable[Unit], *, on: date) -> list[Person]:
    """The 团体部经理 and 分管总 of that day in the units, below them and above them; each once."""
    in_line = Q(pk__in=[])
    for unit in units:
        above = [unit.path[:length] for length in range(STEP, len(unit.path), STEP)]
        in_line |= Q(unit__path__in=above) | Q(unit__path__startswith=unit.path)
    held = Appointment.objects.on(on).filter(in_line, post__in=LEADERS)
    return list(Person.objects.filter(pk__in=held.values("person")))
