"""开拓项目 of two cards: those of one line of business that both run are one, and every chain is replayed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from clients.chain.following import follow
from clients.chain.models import Opportunity, PlannedVisit
from clients.merging.joining import Case, Table, move
from clients.merging.rules import MAJOR_RANK
from clients.visits.models import Visit

MAJOR = (
    "major", "major_by_itself", "major_reason", "declared_by", "declared_at", "decided_by", "decided_at", "decision",
    "leader", "leader_when",
)  # fmt: skip


def watch(case: Case) -> None:
    """Locked first, in the order in which those who follow visits lock them."""
    both = Opportunity.objects.filter(prospect__in=[case.survivor, case.absorbed])
    case.images.watch(both)
    chained = Q(opportunity__in=both)
    case.images.watch(Visit.objects.filter(chained))
    case.images.watch(PlannedVisit.objects.filter(chained))


def opportunities(case: Case, table: Table) -> None:
    running = {one.line: one for one in _running(case.survivor)}
    for one in _running(case.absorbed):
        if (kept := running.get(one.line)) is not None:
            _one_chain(kept, one)
    move(case, table)


def replay(case: Case) -> None:
    """Once all visits are where they belong: the numbers are those of visits to one client, by whomever."""
    follow(list(Opportunity.objects.filter(prospect=case.survivor).values_list("pk", flat=True)))


def _running(client: Any) -> Any:
    return Opportunity.objects.filter(prospect=client, state=Opportunity.State.RUNNING).order_by("pk")


def _one_chain(kept: Opportunity, gone: Opportunity) -> None:
    Visit.objects.filter(opportunity=gone).update(opportunity=kept)
    PlannedVisit.objects.filter(opportunity=gone).update(opportunity=kept)
    said: dict[str, Any] = {
        "started_on": min(kept.started_on, gone.started_on),
        "started_by": kept.started_by or gone.started_by,
        "start_level": max(kept.start_level, gone.start_level),
        "created_at": min(kept.created_at, gone.created_at),
    }
    for name in ("expected_premium", "insured"):
        said[name] = getattr(kept, name) if getattr(kept, name) is not None else getattr(gone, name)
    if MAJOR_RANK[gone.major] > MAJOR_RANK[kept.major]:
        said |= {name: getattr(gone, name) for name in MAJOR}
    for name, value in said.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(said))
    gone.delete()
