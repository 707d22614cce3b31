"""不是同一家: somebody looked at two clients that seemed one. The pair is shown to nobody, until it is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clients.merging.joining import Case
from clients.merging.models import Distinct
from clients.merging.who import allowed
from clients.prospects.models import Prospect
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person


@transaction.atomic
def tell_apart(one: Prospect, other: Prospect, *, by: Person, at: datetime) -> None:
    acting = allowed(by, (one, other), at)
    first, second = sorted((one, other), key=lambda client: client.pk)
    row, is_new = Distinct.objects.get_or_create(first=first, second=second, defaults={"by": by, "at": at})
    if is_new:
        record(row, "tell_apart", by=by, at=at, changes=_clients(row), acting=acting)


@transaction.atomic
def take_back(one: Prospect, other: Prospect, *, by: Person, at: datetime) -> None:
    """By whoever may decide about the pair, not only by who told them apart."""
    acting = allowed(by, (one, other), at)
    first, second = sorted((one, other), key=lambda client: client.pk)
    row = Distinct.objects.select_for_update(of=("self",)).filter(first=first, second=second).first()
    if row is None:
        raise Refused(_("已经撤回了，刷新看看。"))
    record(row, "take_back_apart", by=by, at=at, changes=_clients(row), acting=acting)
    row.delete()


def _clients(row: Distinct) -> dict[str, list[str]]:
    return {"clients": [str(row.first_id), str(row.second_id)]}


def watch(case: Case) -> None:
    case.images.watch(_about(case.survivor, case.absorbed))


def carry_over(case: Case) -> None:
    """Who is not the absorbed one is not the one that stays either, or the pair would be offered again."""
    for row in _about(case.absorbed).order_by("pk"):
        other = row.second_id if row.first_id == case.absorbed.pk else row.first_id
        if other == case.survivor.pk:
            continue
        first, second = sorted((other, case.survivor.pk))
        if Distinct.objects.filter(first=first, second=second).exists():
            row.delete()
        else:
            Distinct.objects.filter(pk=row.pk).update(first=first, second=second)


def _about(*clients: Prospect) -> QuerySet[Distinct]:
    return Distinct.objects.filter(Q(first__in=clients) | Q(second__in=clients))
