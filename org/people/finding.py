"""People in the search box: those whose logs or whose posts the reader may look up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from org.people.models import Appointment, Person
from org.permissions import Permission
from org.posts import ASSESSED
from org.reach import Reach, reach
from org.search.kinds import Hit, Kind, searched
from org.units.naming import with_branch
from org.week import Week

WORDS = (Permission.LOG_READ, Permission.PEOPLE_READ)


def find(reader: Person, on: date, text: str) -> QuerySet[Person]:
    """By part of a name or 工号, or the beginning of the pinyin or its initials."""
    held = Appointment.objects.on(on).filter(reach(reader, *WORDS, on=on).q(unit="unit", person="person"))
    return Person.objects.filter(pk__in=held.values("person")).matching(text).with_posts(on)


def tell(reader: Person, on: date, people: Sequence[Person]) -> list[Hit]:
    logs, posts = (reach(reader, word, on=on) for word in WORDS)
    places = with_branch(held.unit for person in people for held in person.held)  # type: ignore[attr-defined]
    hits = []
    for person in people:
        seats: list[Appointment] = person.held  # type: ignore[attr-defined]
        said = [f"{places[one.unit_id]} {one.get_post_display()}" for one in seats]
        hits.append(Hit(person.name, " · ".join([person.employee_no, *said]), _page(person, seats, logs, posts, on)))
    return hits


def _page(person: Person, seats: list[Appointment], logs: Reach, posts: Reach, on: date) -> str:
    """The week of somebody who is assessed; else his posts, where the reader may look them up."""
    looked_up = any(posts.covers(one.unit.path) for one in seats)
    read = any(logs.covers(one.unit.path) for one in seats) or (logs.own and logs.person_id == person.pk)
    if looked_up and not (read and any(one.post in ASSESSED for one in seats)):
        return reverse("people-person", args=[person.employee_no])
    return reverse("person-week", args=[person.employee_no, Week.of(on)])


searched(Kind("people", _("人员"), "users", _("姓名、拼音首字母或工号"), WORDS, find, tell))
