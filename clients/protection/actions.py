"""Clients change hands: given back to the pool, claimed from it, passed on by a decision. The only writers of that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from clients.chain.letting import call_off_visits
from clients.limits.actions import spend
from clients.limits.models import Spent
from clients.prospects.models import Prospect
from clients.prospects.taken import HOLDS, holder_lock
from clients.protection.activity import kept_anyway, last_activities, term_of
from clients.protection.models import Release
from clients.protection.rules import may_claim_from
from org.clock import SHANGHAI
from org.idempotency.actions import Result, once
from org.permissions import Permission
from org.posts import Post
from org.reach import branch_path
from org.rules.book import book_on
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person
    from org.units.models import Unit

GONE = "已被别人领取，刷新看看还有哪些。"


def unit_of(person: Person, at: datetime) -> Unit:
    """Where he is a client manager; refused to all others."""
    held = [one for one in person.posts_on(at.date()) if one.post == Post.CLIENT_MANAGER]
    if not held:
        raise Refused(_("只有客户经理可以名下有客户。"))
    return max(held, key=lambda one: (one.starts_on, one.pk)).unit


@transaction.atomic
def pass_to(prospect: Prospect, to: Person, *, unit: Unit, by: Person, at: datetime, verb: str) -> None:
    """The client is his from now on, with everything that hangs on it; the protection begins anew."""
    was = prospect.owner_id
    prospect.owner, prospect.unit, prospect.held_since = to, unit, at.astimezone(SHANGHAI).date()
    prospect.released_at = prospect.warned_on = prospect.look_again_on = None
    prospect.save(update_fields=["owner", "unit", "held_since", "released_at", "warned_on", "look_again_on"])
    prospect.releases.filter(claimed_at=None).update(claimed_by=to, claimed_at=at)
    record(prospect, verb, by=by, at=at, changes={"from": was, "to": to.pk})


def claim(prospect: UUID, *, by: Person, at: datetime, key: UUID) -> Result:
    """领取: a client of the branch's pool becomes his. Of many at once one is first."""

    def effect() -> Result:
        if not by.can(Permission.POOL_CLAIM, on=at.date()):
            raise Refused(_("这件事不归你办。"))
        unit = unit_of(by, at)
        _hold_still(by, unit)
        locked = Prospect.objects.select_for_update(of=("self",)).select_related("unit")
        found = locked.filter(pk=prospect).first()  # none: merged into another a moment ago
        if found is None or found.released_at is None:
            raise Refused(_(GONE))
        if branch_path(found.unit.path) != branch_path(unit.path):
            raise Refused(_("只能领取本支公司公海里的客户。"))
        _refuse_claim(found, by, at)
        call_off_visits([found.pk], by=by, at=at)
        pass_to(found, by, unit=unit, by=by, at=at, verb="claim_client")
        return {"prospect": str(found.pk), "name": found.name}

    return once(key, by=by, verb="claim_client", at=at, parameters={"prospect": prospect}, effect=effect)


def _hold_still(person: Person, unit: Unit) -> None:
    """Neither registers nor claims he anything else until the transaction ends, so the cap is the cap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, id)) FROM org_unit WHERE path = left(%s, 10)",
            [holder_lock(person.pk), unit.path],
        )


def _refuse_claim(found: Prospect, by: Person, at: datetime) -> None:
    """Refused to who let it go a short while ago, beyond the cap, and beyond so many a day."""
    today, rules = at.astimezone(SHANGHAI).date(), book_on(at.date()).protection
    gone = found.releases.filter(claimed_at=None).order_by("-at").first()
    if gone and gone.person_id == by.pk:
        again = may_claim_from(gone.at.astimezone(SHANGHAI).date(), rules.claim_back_days)
        if today < again:
            said = _("这家是从你名下回到公海的，{day:%-m月%-d日}起你才能再领取，之前留给同事。")
            raise Refused(said.format(day=again))
    with connection.cursor() as cursor:
        cursor.execute(HOLDS, {"person": by.pk})
        holds = cursor.fetchone()[0]
    if holds >= rules.clients_per_person:
        said = _("你名下已登记和领取 {n} 家，上限 {most} 家。先把不再跟进的放回公海。")
        raise Refused(said.format(n=holds, most=rules.clients_per_person))
    if not spend(by, Spent.Kind.CLAIM, day=today, limit=rules.claims_a_day):
        raise Refused(_("今天已领取 {n} 家，到了上限，明天再领。").format(n=rules.claims_a_day))


@transaction.atomic
def give_back(prospect: UUID, *, by: Person, at: datetime) -> None:
    """放回公海: the holder lets a client go before its time. Letting go: he waits as long to claim it back."""
    found = Prospect.objects.select_for_update().filter(pk=prospect, owner=by, released_at=None).first()
    if found is None or found.kind != Prospect.Kind.ORGANISATION:
        raise Refused(_("只能放回自己名下的单位。"))
    today = at.astimezone(SHANGHAI).date()
    if kept_anyway([found.pk], today):
        raise Refused(_("这家单位有在保保单或一年内成交的项目，不放回公海；要换人请找团体部经理交接。"))
    last = last_activities([found.pk]).get(found.pk)
    until = term_of(found, last, today, book_on(today).protection).until
    Release.objects.create(prospect=found, person=by, at=at, protected_until=until)
    found.released_at, found.warned_on, found.look_again_on = at, None, None
    found.save(update_fields=["released_at", "warned_on", "look_again_on"])
    record(found, "give_back_client", by=by, at=at)
    call_off_visits([found.pk], by=by, at=at)
