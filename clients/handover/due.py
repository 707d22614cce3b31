"""A leaver's clients do not wait unseen: on the day after 离司日期 the managers of the branch are told, once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.prospects.models import Prospect, ProspectQuerySet
from clients.protection.conflicts import managers
from org.clock import SHANGHAI
from org.notices import actions as notices
from org.people.models import Person
from org.periods.due import Sweep, afterwards
from org.reach import branch_path
from org.units.models import Unit


def of_leavers(today: date) -> ProspectQuerySet:
    return Prospect.objects.filter(owner__left_on__lt=today, released_at=None).order_by()


@afterwards
def tell_left_behind(sweep: Sweep) -> None:
    """One query a round where nobody has left."""
    today = sweep.at.astimezone(SHANGHAI).date()
    for city in Unit.objects.filter(pk__in=of_leavers(today).values("city")):
        sweep.isolated("handover", city, partial(_tell, city, today, sweep.at))


@transaction.atomic
def _tell(city: Unit, today: date, at: datetime) -> None:
    """Told again each round, which the key of the notice makes once for a leaver, his day and his branch."""
    held = of_leavers(today).filter(city=city).values_list("owner", "unit__path")
    counts = Counter((owner, branch_path(path)) for owner, path in held)
    people = Person.objects.in_bulk({owner for owner, _branch in counts})
    for (owner, branch), count in counts.items():
        gone = people[owner]
        title = _("{name}已离司，{n} 家客户待交接").format(name=gone.name, n=count)
        notices.post(
            "left_behind", to=managers(branch, at), at=at, title=title,
            body=_("选好接手的人，项目级次、约好的拜访和下一步都接着走"),
            link=reverse("handover-new", args=[gone.employee_no]), once=f"{owner}:{branch}:{gone.left_on}",
        )  # fmt: skip
