"""What falls due of merges: after a day they stand. How rows looked is erased (a family may have taken its answers
back meanwhile), and what was written down for the absorbed card in the moment of the merge follows the others."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from clients.merging import images, tables
from clients.merging.joining import Case
from clients.merging.models import Merge
from clients.merging.rules import UNDO_FOR
from clients.prospects.models import Prospect
from org.periods.due import Sweep, afterwards
from org.reach import CITY_PATH
from org.units.models import Unit

AT_ONCE = 100


@afterwards
def settle_due(sweep: Sweep) -> None:
    """A glance at an index where nothing is due."""
    due = Merge.objects.filter(settled_at=None, at__lte=sweep.at - UNDO_FOR).select_related("unit").order_by("at", "pk")
    for one in due[:AT_ONCE]:
        city = Unit.objects.get(path=one.unit.path[:CITY_PATH])
        if city.path not in sweep.left:
            sweep.isolated("merging", city, partial(settle, one, at=sweep.at))


@transaction.atomic
def settle(merge: Merge, *, at: datetime) -> None:
    """Who comes second finds it done."""
    found = Merge.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=merge.pk, settled_at=None).first()
    if found is None:
        return
    if found.undone_at is None:
        _gather(found, at)
    images.erase([found.pk])
    Merge.objects.filter(pk=found.pk).update(settled_at=at)


def _gather(merge: Merge, at: datetime) -> None:
    """To the client that the survivor is by now."""
    absorbed = Prospect.everything.select_related("merged_into__owner").get(pk=merge.absorbed_id)
    if absorbed.merged_into is not None:
        case = Case(absorbed.merged_into, absorbed, at)
        if any(table.of(absorbed).exists() for table, _how in tables.moving()):
            tables.move_all(case)
