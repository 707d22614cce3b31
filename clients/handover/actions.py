"""Hand a book over, and undo it for a day. All that hangs on a client goes along: its projects with their levels, its
promises and next actions are its own rows, and only the planned visits change hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.chain.handing import hand_on
from clients.chain.inviting import when
from clients.chain.models import Opportunity, PlannedVisit
from clients.handover.models import HandedClient, Handover
from clients.handover.rules import undo_until
from clients.handover.telling import lapse_left_behind, tell_handed, tell_undone
from clients.handover.worked import worked_with
from clients.prospects.models import Prospect
from clients.protection.actions import pass_to, unit_of
from clients.protection.models import Conflict
from org.idempotency.actions import Result, once
from org.idempotency.models import Once
from org.people.models import Person
from org.permissions import Permission
from org.reach import branch_path, city_path
from org.trace.actions import record
from org.workflow import Refused, deciding

if TYPE_CHECKING:
    from org.delegations.models import Delegation
    from org.units.models import Unit

Plan = Mapping[UUID, int]  # client -> the person who gets it
NAMED = 5
VERB = "hand_over"
WAS = ("held_since", "warned_on", "look_again_on")


def hand_over(giver: Person, plan: Plan, *, by: Person, at: datetime, key: UUID) -> Result:
    """All of the plan or nothing. Of several who hand over the same client one is first, the others are refused."""

    def effect() -> Result:
        prospects = _locked(giver, plan)
        people = {one.pk: one for one in Person.objects.filter(pk__in=set(plan.values()))}
        units = {pk: unit_of(person, at) for pk, person in people.items()}
        made = Handover(person=giver, unit=_common(prospects), by=by, at=at)
        acting = None
        for one in prospects:
            acting = _allowed(made, one, people[plan[one.pk]], units[plan[one.pk]], at)
        made.save(force_insert=True)
        rows = _pass_on(made, [(one, people[plan[one.pk]]) for one in prospects], units)
        count = {"clients": len(rows), "person": giver.employee_no}
        record(made, VERB, by=by, at=at, changes=count, acting=acting)
        tell_handed(made, rows)
        lapse_left_behind(giver, at)
        return {"handover": str(made.pk)}

    if not plan:
        raise Refused(_("没有选要交接的客户。"))
    asked = {"giver": giver.pk, "plan": sorted((str(one), to) for one, to in plan.items())}
    return once(key, by=by, verb=VERB, at=at, parameters=asked, effect=effect)


def made_with(key: UUID | None, by: Person) -> str:
    """The key of the hand-over that this form has made already; empty for none."""
    done = Once.objects.filter(key=key, person=by, verb=VERB).first() if key else None
    return str(done.result["handover"]) if done else ""


def _locked(giver: Person, plan: Plan) -> list[Prospect]:
    """In the order of their keys, so that nobody waits in a circle."""
    rows = Prospect.objects.filter(pk__in=plan, owner=giver, released_at=None).select_related("unit", "owner")
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(found) < len(plan):
        said = _("有 {n} 家已经不在{name}名下，可能刚被别人交接。刷新看看。")
        raise Refused(said.format(n=len(plan) - len(found), name=giver.name))
    disputed = Conflict.objects.open().filter(prospect__in=found).values_list("prospect__name", flat=True)
    if names := sorted(set(disputed)):
        raise Refused(_("{names}：撞单待裁定，先裁定再交接。").format(names=_some(names)))
    return found


def _common(prospects: list[Prospect]) -> Unit:
    """The unit of them all, or the 基层单位 or 市公司 above them: who may read it may read the hand-over."""
    units = {one.unit.pk: one.unit for one in prospects}
    first = min(units.values(), key=lambda unit: unit.path)
    if len(units) == 1:
        return first
    branches = {branch_path(unit.path) for unit in units.values()}
    path = branches.pop() if len(branches) == 1 else city_path(first.path)
    return type(first).objects.get(path=path)


def _allowed(made: Handover, client: Prospect, to: Person, unit: Unit, at: datetime) -> Delegation | None:
    """Never over himself: neither his own book, nor into his own hands, nor into those of whom he stands in for."""
    if to.pk == made.by_id:
        raise Refused(_("不能交接给自己，由别人办。"))
    if to.pk == made.person_id:
        raise Refused(_("{name} 本来就是负责人，换一位。").format(name=to.name))
    if city_path(client.unit.path) != city_path(unit.path):
        raise Refused(_("不能交接到别的市公司。"))
    row = Handover(person=made.person, unit=client.unit)
    inside = branch_path(client.unit.path) == branch_path(unit.path)
    word = Permission.PROSPECT_TRANSFER
    if inside and made.by.can(Permission.PROSPECT_REASSIGN, row, on=at.date()):
        word = Permission.PROSPECT_REASSIGN
    elif not inside and not made.by.can(word, row, on=at.date()):
        raise Refused(_("跨支公司交接由市公司团险业务部办。"))
    acting = deciding(row, word, by=made.by, at=at)
    if acting and acting.delegator_id == to.pk:
        raise Refused(_("不能代{name}办给本人的交接。").format(name=to.name))
    return acting


def _pass_on(made: Handover, pairs: list[tuple[Prospect, Person]], units: Mapping[int, Unit]) -> list[HandedClient]:
    """Each client with its visits, in the order of their locks."""
    running, coming = _running(one for one, _to in pairs), _coming((one for one, _to in pairs), made)
    rows = []
    for client, to in pairs:
        row = HandedClient(handover=made, prospect=client, to=to, was_unit=client.unit)
        row.running, row.level = running.get(client.pk, (0, 0))
        for name in WAS:
            setattr(row, f"was_{name}", getattr(client, name))
        pass_to(client, to, unit=units[to.pk], by=made.by, at=made.at, verb="hand_over_client")
        _hand_on_visits(row, coming[client.pk], units[to.pk])
        rows.append(row)
    return HandedClient.objects.bulk_create(rows)


def _hand_on_visits(row: HandedClient, visits: list[PlannedVisit], unit: Unit) -> None:
    """A visit for which the new owner is promised elsewhere stays, with the reason; nothing else waits for it."""
    for planned in visits:
        try:
            hand_on(planned, row.to, unit=unit, by=row.handover.by, at=row.handover.at)
        except Refused as refusal:
            row.stayed.append([when(planned), str(refusal)])
        else:
            row.visits.append(str(planned.pk))


def _running(clients: Iterable[Prospect]) -> dict[UUID, tuple[int, int]]:
    """How many projects run, and the highest level of them."""
    found: dict[UUID, tuple[int, int]] = {}
    rows = Opportunity.objects.filter(prospect__in=list(clients), state=Opportunity.State.RUNNING)
    for one in rows.order_by():
        count, level = found.get(one.prospect_id, (0, 0))
        found[one.prospect_id] = count + 1, max(level, one.level)
    return found


def _coming(clients: Iterable[Prospect], made: Handover) -> dict[UUID, list[PlannedVisit]]:
    """The giver's visits to them that are not over, locked."""
    rows = PlannedVisit.objects.filter(prospect__in=list(clients), person=made.person, ends_at__gt=made.at)
    ahead = rows.filter(state=PlannedVisit.State.PLANNED).select_related("prospect", "person")
    found: dict[UUID, list[PlannedVisit]] = defaultdict(list)
    for one in ahead.select_for_update(of=("self",)).order_by("prospect", "starts_at", "pk"):
        found[one.prospect_id].append(one)
    return found


@transaction.atomic
def undo(handover: Handover, *, by: Person, at: datetime) -> None:
    """撤销: everything back as it was, for a day and while nobody has built upon it."""
    found = Handover.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=handover.pk)
    if found.undone_at is not None:
        raise Refused(_("这次交接已经撤销过了。"))
    if at >= undo_until(found.at):
        raise Refused(_("交接已过 24 小时，不能撤销；要改就再交接一次。"))
    acting = _may_undo(found, by, at)
    rows = _unchanged(found)
    for row in rows:
        _give_back(row, found, by=by, at=at)
    Handover.objects.filter(pk=found.pk).update(undone_by=by, undone_at=at)
    record(found, "undo_hand_over", by=by, at=at, changes={"clients": len(rows)}, acting=acting)
    tell_undone(found, rows, by=by, at=at)


def _may_undo(found: Handover, by: Person, at: datetime) -> Delegation | None:
    for word in (Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER):
        if by.can(word, found, on=at.date()):
            return deciding(found, word, by=by, at=at)
    raise Refused(_("这件事不归你办。"))


def _unchanged(found: Handover) -> list[HandedClient]:
    """The rows with their clients locked; refused with the names of those that have moved on."""
    rows = list(found.clients.select_related("to", "was_unit").order_by("prospect_id"))
    clients = Prospect.objects.select_for_update(of=("self",)).select_related("unit")
    held = {one.pk: one for one in clients.filter(pk__in=[row.prospect_id for row in rows]).order_by("pk")}
    by_owner: dict[Person, list[UUID]] = defaultdict(list)
    for row in rows:
        row.prospect = held[row.prospect_id]
        by_owner[row.to].append(row.prospect_id)
    begun = {pk for to, ids in by_owner.items() for pk in worked_with(ids, to, found.at)}
    disputed = set(Conflict.objects.open().filter(prospect__in=held).values_list("prospect_id", flat=True))
    gone = [row.prospect.name for row in rows if _has_moved(row, begun) or row.prospect_id in disputed]
    if gone:
        raise Refused(_("{names}：接手后已有新的记录或又换了人，不能撤销。").format(names=_some(gone)))
    return rows


def _has_moved(row: HandedClient, begun: set[str]) -> bool:
    one = row.prospect
    return one.owner_id != row.to_id or one.released_at is not None or str(one.pk) in begun


def _give_back(row: HandedClient, found: Handover, *, by: Person, at: datetime) -> None:
    client = row.prospect
    pass_to(client, found.person, unit=row.was_unit, by=by, at=at, verb="undo_hand_over_client")
    for name in WAS:
        setattr(client, name, getattr(row, f"was_{name}"))
    client.save(update_fields=list(WAS))
    visits = PlannedVisit.objects.filter(pk__in=row.visits, state=PlannedVisit.State.PLANNED)
    for planned in visits.select_related("prospect", "person").select_for_update(of=("self",)).order_by("pk"):
        hand_on(planned, found.person, unit=row.was_unit, by=by, at=at)


def _some(names: list[str]) -> str:
    listed = "、".join(names[:NAMED])
    return _("{names} 等 {n} 家").format(names=listed, n=len(names)) if len(names) > NAMED else listed
