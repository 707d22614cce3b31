"""A visit that was planned (约好的拜访), on its day: in 接下来, and on the sheet as it was agreed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clients.chain.models import Accompaniment, PlannedVisit
from clients.chain.seats import Span
from clients.chain.wanted import companions_of
from org.people.models import Person
from org.posts import Post
from org.working_days.rules import SHANGHAI, instant

ALONE = 0  # as the sheet says it: nobody came along
AS_PLANNED = ""


class Appointed(NamedTuple):
    """`who`: those who were asked, each with his answer."""

    visit: PlannedVisit
    who: list[Accompaniment]

    @property
    def span(self) -> str:
        return Span(self.visit.starts_at, self.visit.ends_at).said


def visits_of(person: Person, day: date) -> list[Appointed]:
    """Those of his day, in the order of the day. One query, one more where there are any."""
    since, until = instant(day, time(0)), instant(day + timedelta(days=1), time(0))
    rows = PlannedVisit.objects.filter(
        person=person, state=PlannedVisit.State.PLANNED, starts_at__gte=since, starts_at__lt=until
    ).select_related("prospect")
    withdrawn = Accompaniment.State.WITHDRAWN
    return [
        Appointed(one, [asked for asked in one.accompaniments.all() if asked.state != withdrawn])
        for one in rows.prefetch_related("accompaniments__companion")
    ]


def prefilled(planned: PlannedVisit, *, at: datetime) -> dict[str, Any]:
    """What the sheet need not ask; a time that has not come yet is now."""
    starts, ends = planned.starts_at.astimezone(SHANGHAI), planned.ends_at.astimezone(SHANGHAI)
    begun = starts <= at
    return {
        "client": planned.prospect.name,
        "contact": planned.contact,
        "kind": planned.kind,
        "purpose": planned.purpose,
        "starts_at": f"{starts if begun else at:%H:%M}",
        "ends_at": f"{ends:%H:%M}" if begun else None,
    }


def companion_choices(person: Person, day: date) -> list[tuple[str, str]]:
    """For the sheet of a visit: as it was agreed, nobody, or one of those who may."""
    offered = [(str(one.pk), f"{one.name} {Post(post).label}") for one, post in companions_of(person, day)]
    return [(AS_PLANNED, _("按约好的")), (str(ALONE), _("没有陪访")), *offered]
