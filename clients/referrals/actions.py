"""The writers of 转介绍: asking, the names that agreed, what became of them, the thanks; by the owner of the client.

A name is registered through 今日 (activity/daily_log/referred.py), which calls `become` in its own transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.limits.actions import note_phone
from clients.prospects.models import Prospect
from clients.referrals.models import Referral, ReferredName, TalkTrack, TalkTrackVersion, Thanks
from clients.referrals.rules import NewName, NewReferral
from clients.referrals.scripts import current
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person


@transaction.atomic
def ask(prospect: Prospect, track: TalkTrack, new: NewReferral, *, by: Person, at: datetime, key: UUID) -> Result:
    """What was asked today, with the script as it stands today."""

    def effect() -> Result:
        _own(prospect, by)
        script = _offered(track, by, at)
        made = Referral.objects.create(
            prospect=prospect, person=by, unit_id=prospect.unit_id, script=script, asked_on=at.date(),
            contact=new.contact, steps_done=sorted(set(new.steps_done) & set(range(len(script.steps)))),
            result=new.result, note=new.note, again_on=new.again_on, withheld=new.withheld, recorded_at=at,
        )  # fmt: skip
        _give(made, new.names, at)
        noted = {"names": len(new.names), "withheld": new.withheld, "script": str(script)}
        record(made, "ask_referral", by=by, at=at, changes=noted)
        notices.lapse("ask_again", reverse("referral-ask", args=[prospect.pk]), at=at)
        return {"referral": str(made.pk)}

    said = {**vars(new), "steps_done": list(new.steps_done), "names": [vars(one) for one in new.names]}
    asked = {"prospect": prospect.pk, "track": track.pk, **said}
    return once(key, by=by, verb="ask_referral", at=at, parameters=asked, effect=effect)


@transaction.atomic
def add_name(referral: Referral, new: NewName, *, by: Person, at: datetime, key: UUID) -> Result:
    """Another one who agreed, named later."""

    def effect() -> Result:
        _own(referral.prospect, by)
        kept = Referral.objects.select_for_update().get(pk=referral.pk)  # two at once would give the same name twice
        _give(kept, [new], at)
        if kept.result != Referral.Result.NAMES:
            kept.result = Referral.Result.NAMES
            kept.save(update_fields=["result"])
        record(kept, "add_referred_name", by=by, at=at)
        return {"referral": str(referral.pk)}

    asked = {"referral": referral.pk, **vars(new)}
    return once(key, by=by, verb="add_referred_name", at=at, parameters=asked, effect=effect)


@transaction.atomic
def thank(referral: Referral, *, day: date, told: str, by: Person, at: datetime, key: UUID) -> Result:
    """The referrer knows what came of it."""

    def effect() -> Result:
        _own(referral.prospect, by)
        if not referral.asked_on <= day <= at.date():
            raise Refused(_("致谢日期在请他介绍那天到今天之间。"))
        made = Thanks.objects.create(referral=referral, day=day, told=told, by=by, recorded_at=at)
        record(referral, "thank", by=by, at=at, changes={"day": day})
        notices.lapse("thanks_overdue", reverse("referral", args=[referral.pk]), at=at)
        return {"thanks": str(made.pk)}

    asked = {"referral": referral.pk, "day": day, "told": told}
    return once(key, by=by, verb="thank", at=at, parameters=asked, effect=effect)


@transaction.atomic
def become(name: UUID, *, prospect_id: UUID, by: Person, at: datetime) -> ReferredName:
    """The name is a prospect now; refused when it was already, or was let go meanwhile."""
    found = _locked_name(name, by)
    if not found.is_open:
        raise Refused(_("{name} 已经登记或不再跟进，刷新看看。").format(name=found.name))
    found.prospect_id, found.registered_at, found.phone = prospect_id, at, ""  # his number is with the client now
    found.save(update_fields=["prospect", "registered_at", "phone"])
    record(found, "register_referred", by=by, at=at, changes={"prospect": prospect_id})
    return found


@transaction.atomic
def close(name: UUID, *, reason: str, by: Person, at: datetime) -> None:
    """Nothing will come of it; the number is not needed any more."""
    found = _locked_name(name, by)
    if not found.is_open:
        raise Refused(_("{name} 已经登记或不再跟进，刷新看看。").format(name=found.name))
    found.closed_on, found.closed_reason, found.phone = at.date(), reason, ""
    found.save(update_fields=["closed_on", "closed_reason", "phone"])
    record(found, "close_referred", by=by, at=at, changes={"reason": reason})


@transaction.atomic
def forget(name: UUID, *, by: Person, at: datetime) -> None:
    """He takes back that he agreed: the name goes, a count stays."""
    found = _locked_name(name, by)
    if found.prospect_id:
        raise Refused(_("{name} 已登记成客户，请在客户资料里标勿扰。").format(name=found.name))
    referral = found.referral
    Referral.objects.filter(pk=referral.pk).update(withheld=F("withheld") + 1)
    record(referral, "forget_referred", by=by, at=at)
    found.delete()


@transaction.atomic
def see_phone(name: ReferredName, *, by: Person, at: datetime) -> None:
    """Who had the number shown, and when: kept with the looks at the numbers of contacts. It is of one's own client,
    so there is no limit to it."""
    if not name.is_open:
        raise Refused(_("{name} 已经登记或不再跟进，刷新看看。").format(name=name.name))
    note_phone(name.referral.prospect, name, by=by, at=at)
    record(name, "see_phone", by=by, at=at)


def _own(prospect: Prospect, by: Person) -> None:
    """His at this instant, and held so: a hand-over at the same time comes before or after."""
    held = Prospect.objects.select_for_update(of=("self",)).get(pk=prospect.pk)
    if held.owner_id != by.pk or held.released_at:
        raise Refused(_("这家客户现在不归你，不能再写。"))


def _offered(track: TalkTrack, by: Person, at: datetime) -> TalkTrackVersion:
    kept = TalkTrack.objects.visible_to(by, at.date()).filter(pk=track.pk, retired_at=None).first()
    if kept is None:
        raise Refused(_("这份话术已经停用，请换一份。"))
    return current(kept, at.date())


def _give(referral: Referral, names: Sequence[NewName], at: datetime) -> None:
    known = {(one.name, one.company) for one in referral.names.all()}
    for one in names:
        if (one.name, one.company) in known:
            raise Refused(_("{company} {name} 已经在这次的名单里。").format(company=one.company, name=one.name))
        known.add((one.name, one.company))
    ReferredName.objects.bulk_create(
        ReferredName(referral=referral, agreed_on=at.date(), recorded_at=at, **vars(one)) for one in names
    )


def _locked_name(name: UUID, by: Person) -> ReferredName:
    """Of a client that is his."""
    mine = ReferredName.objects.owned_by(by).select_for_update(of=("self",)).select_related("referral__prospect")
    found = mine.filter(pk=name).first()
    if found is None:
        raise Refused(_("这个名字已经不在了，刷新看看。"))
    return found
