"""Half days of a week that are asked for and not decided: required as long as nobody has granted them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.daily_log.day import WeekView
from org.absences.models import AbsenceRequest
from org.people.models import Person


class Pending(NamedTuple):
    """另有 4 个半天公务待批, with the page of the request."""

    said: str
    link: str


def pending_of(view: WeekView, reader: Person, *, on: date) -> list[Pending]:
    """Those that the reader may read, his own included. One query."""
    asked = AbsenceRequest.objects.visible_to(reader, on).filter(
        person=view.person, state=AbsenceRequest.State.ASKED, first__lte=view.week.sunday, last__gte=view.week.monday
    )
    found = []
    for request in asked.order_by("first", "first_half"):
        owed = sum(half in view.halves.get((view.person.pk, day), ()) for day, half in request.stretch.halves)
        if owed:
            said = _("另有 {n} 个半天{kind}待批").format(n=owed, kind=request.get_kind_display())
            found.append(Pending(said, reverse("absence", args=[request.pk])))
    return found
