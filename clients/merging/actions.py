"""Two cards of one client become one, and apart again for a day.

Whose the client is does not change here: what hung on the absorbed card is from now on with whoever holds the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from clients.chain.models import Opportunity, PlannedVisit
from clients.handover.models import HandedClient
from clients.merging import images, tables
from clients.merging.finding import are_alike
from clients.merging.joining import Case
from clients.merging.models import Merge
from clients.merging.reading import seen_as
from clients.merging.rules import UNDO_FOR, Wish, joined, undo_until
from clients.merging.telling import tell_merged, tell_undone
from clients.merging.who import allowed, holds
from clients.prospects.models import Prospect
from clients.prospects.rules import normalised
from clients.prospects.searched import find_people_again, words_of
from clients.protection.activity import since
from clients.protection.models import Conflict
from clients.visits.models import Visit
from org.idempotency.actions import Result, once
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person


def merge(wish: Wish, *, by: Person, at: datetime, key: UUID) -> Result:
    """Of two who merge the same pair at once, either way round, one does.

    Who holds both merges what looks alike; anything else somebody else looks at, or one active card would hold the
    names of many companies that nobody works.
    """

    def effect() -> Result:
        survivor, absorbed = _locked(wish)
        acting = allowed(by, (survivor, absorbed), at)
        own = holds(by, survivor, absorbed)
        _refuse(wish, survivor, absorbed, own=own, at=at)
        if own and not are_alike(survivor, absorbed, by, at.date()):
            raise Refused(_("名称和联系人手机都对不上，请团体部经理看过再合并。"))
        case = Case(survivor, absorbed, at, wish.people, by)
        case.images.watch(Prospect.everything.filter(pk__in=[survivor.pk, absorbed.pk]))
        names = survivor.name, absorbed.name
        made = Merge(survivor=survivor, absorbed=absorbed, unit=survivor.unit, by=by, at=at, own=own)
        made.reason, made.moved = wish.reason, tables.watch(case)
        changes = _one_card(survivor, absorbed, wish.facts)
        tables.move_all(case)
        find_people_again([survivor.pk])
        made.save(force_insert=True)
        case.images.keep(made)
        told = {"absorbed": absorbed.pk, "moved": made.moved, "facts": changes, "reason": wish.reason}
        record(survivor, "merge_client", by=by, at=at, changes=told, acting=acting)
        record(absorbed, "merged_away", by=by, at=at, changes={"into": survivor.pk}, acting=acting)
        tell_merged(made, *names)
        return {"merge": str(made.pk)}

    asked = {
        "survivor": wish.survivor, "absorbed": wish.absorbed, "facts": sorted(wish.facts), "reason": wish.reason,
        "people": sorted((str(contact), name) for contact, name in wish.people),
    }  # fmt: skip
    return once(key, by=by, verb="merge_client", at=at, parameters=asked, effect=effect)


def _locked(wish: Wish) -> tuple[Prospect, Prospect]:
    """In the order of their keys, so that nobody waits in a circle; those who only refer to them wait for nothing."""
    rows = Prospect.objects.filter(pk__in=[wish.survivor, wish.absorbed]).select_related("unit", "owner")
    found = {one.pk: one for one in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}
    if len(found) < 2:
        raise Refused(_("其中一家已经合并，刷新看看。"))
    return found[wish.survivor], found[wish.absorbed]


def _refuse(wish: Wish, survivor: Prospect, absorbed: Prospect, *, own: bool, at: datetime) -> None:
    both = [survivor, absorbed]
    if survivor.kind != absorbed.kind or survivor.city_id != absorbed.city_id:
        raise Refused(_("单位和家庭不能合并，不同市公司的客户也不能合并。"))
    if survivor.uscc and absorbed.uscc and survivor.uscc != absorbed.uscc:
        raise Refused(_("两家的统一社会信用代码不同，是两家单位，不能合并。"))
    if survivor.released_at and not absorbed.released_at:
        raise Refused(_("在公海的那家只能并入有人负责的那家，换一家保留。"))
    if Conflict.objects.open().filter(prospect__in=both).exists():
        raise Refused(_("撞单待裁定，先裁定再合并。"))
    fresh = HandedClient.objects.filter(prospect__in=both, handover__at__gt=at - UNDO_FOR)
    if fresh.filter(handover__undone_at=None).exists():
        raise Refused(_("刚交接不到 24 小时，还能撤销，过后再合并。"))
    if not own and not wish.reason:
        raise Refused(_("写一句为什么是同一家，负责人会看到。"))
    _refuse_promised(survivor, absorbed)
    if wish.seen != seen_as(both):
        raise Refused(_("你打开以后资料又有改动，刷新看看再合并。"))


def _refuse_promised(survivor: Prospect, absorbed: Prospect) -> None:
    """A visit that another promised is his to hold or call off: it is handed over with the client, not by a merge."""
    if survivor.owner_id == absorbed.owner_id or absorbed.released_at:
        return
    coming = PlannedVisit.objects.filter(prospect=absorbed, state=PlannedVisit.State.PLANNED)
    if coming.exclude(person=survivor.owner_id).exists():
        raise Refused(_("被并入的那家还有约好的拜访，先取消，或先把客户交接给同一个人。"))


def _one_card(survivor: Prospect, absorbed: Prospect, taken: frozenset[str]) -> dict[str, Any]:
    """The survivor as was chosen; the other keeps the name that was not. Answers what changed, for the trace.

    Protection neither begins anew nor gains a day by it: what counts is the older of both cards.
    """
    said = joined(survivor, absorbed, taken)
    told = {name: [str(getattr(survivor, name) or ""), str(value or "")] for name, value in said.items()}
    if "name" in said and said["name"] != survivor.name:
        absorbed.name, absorbed.name_key = survivor.name, survivor.name_key
    said |= _dates(survivor, absorbed)
    for name, value in said.items():
        setattr(survivor, name, value)
    survivor.name_key = normalised(survivor.name)
    for name, words in words_of(survivor.name, survivor.uscc, survivor.kind).items():
        setattr(survivor, name, words)
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["name", "name_key", "merged_into"])
    survivor.save()
    return told


def _dates(survivor: Prospect, absorbed: Prospect) -> Mapping[str, Any]:
    both = (survivor, absorbed)
    held = [one for one in both if one.released_at is None]
    begun: date | None = min(map(since, held)) if any(one.held_since for one in held) else None
    return {
        "registered_on": min(one.registered_on for one in both),
        "created_at": min(one.created_at for one in both),
        "held_since": begun,
        "warned_on": min((one.warned_on for one in held if one.warned_on), default=None),
        "look_again_on": None,
        "start_level": max(one.start_level for one in both),
        "card_made_at": min((one.card_made_at for one in both if one.card_made_at), default=None),
    }


@transaction.atomic
def undo(merge: Merge, *, by: Person, at: datetime) -> None:
    """撤销: every row as it was, for a day and while none of them has changed since."""
    found = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    both = Prospect.everything.filter(pk__in=[found.survivor_id, found.absorbed_id]).select_related("unit", "owner")
    cards = list(both.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if found.undone_at is not None:
        raise Refused(_("这次合并已经撤销过了。"))
    if at >= undo_until(found.at) or found.settled_at:
        raise Refused(_("合并已过 24 小时，不能撤销。"))
    acting = allowed(by, cards, at)
    _refuse_built_on(found)
    images.restore(found)
    Merge.objects.filter(pk=found.pk).update(undone_by=by, undone_at=at)
    images.erase([found.pk])
    for one in cards:
        record(one, "undo_merge", by=by, at=at, changes={"merge": found.pk}, acting=acting)
    tell_undone(found, by=by, at=at)


def _refuse_built_on(found: Merge) -> None:
    """A project that came with the absorbed card goes back with it: no visit planned or paid in it since may stay."""
    came = _noted(found, Opportunity, before__prospect_id=str(found.absorbed_id))
    for model, said in (
        (PlannedVisit, _("合并以后又约了拜访，不能撤销。")),
        (Visit, _("合并以后又记了拜访，不能撤销。")),
    ):
        since = model._base_manager.filter(opportunity__in=came, prospect=found.survivor_id)
        if since.exclude(pk__in=_noted(found, model)).exists():
            raise Refused(said)


def _noted(found: Merge, model: type[Model], **more: Any) -> list[UUID]:
    """The rows of a model that the merge wrote."""
    return [UUID(key) for key in found.rows.filter(model=model._meta.label, **more).values_list("key", flat=True)]
