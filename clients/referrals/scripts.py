"""The writers of the script library: a new script, its next version, out of use. Who may is HQ."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.referrals.models import TalkTrack, TalkTrackVersion
from clients.referrals.rules import Script
from org.idempotency.actions import Result, once
from org.permissions import Permission
from org.reach import reach
from org.trace.actions import OPERATOR, record
from org.units.models import Unit, UnitKind
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person


# Our own words for the way that the seed describes: thank, remember, grow, be short of time, friends of friends, ask.
FIRST = {
    "title": "老客户转介绍：从感谢到开口",
    "occasion": "服务刚办好、客户满意的时候，面谈或电话都行",
    "steps": (
        "先说这家客户对你有多重要：您是我很看重的一位老客户",
        "回忆怎么认识的：从第一次上门到今天，谢谢您一直信任",
        "说说现在服务着多少家：这几年信任我的单位越来越多",
        "说时间不够用：想把每家都照顾好，陌生拜访的时间就少了",
        "说新客户多是老客户的朋友：介绍来的，彼此都放心",
        "开口请他介绍：您身边有没有一两位同行或朋友，也该把员工保障理一理？",
    ),
}


@transaction.atomic
def add(script: Script, *, by: Person, at: datetime, key: UUID) -> Result:
    """A new script for the library of his city, with its first version."""

    def effect() -> Result:
        track = TalkTrack.objects.create(city=_city_of(by, at), created_at=at)
        return {"track": str(track.pk), "version": _publish(track, script, by=by, at=at).number}

    return once(key, by=by, verb="add_script", at=at, parameters=_said(script), effect=effect)


@transaction.atomic
def revise(track: TalkTrack, script: Script, *, by: Person, at: datetime, key: UUID) -> Result:
    """The next version; the old ones stay with the requests that used them."""

    def effect() -> Result:
        kept = _locked(track, by=by, at=at)
        return {"track": str(track.pk), "version": _publish(kept, script, by=by, at=at).number}

    asked = {"track": track.pk, **_said(script)}
    return once(key, by=by, verb="revise_script", at=at, parameters=asked, effect=effect)


@transaction.atomic
def retire(track: TalkTrack, *, by: Person, at: datetime) -> None:
    """Nobody is offered it any more; what was asked with it keeps its words."""
    kept = _locked(track, by=by, at=at)
    kept.retired_at, kept.retired_by = at, by
    kept.save(update_fields=["retired_at", "retired_by"])
    record(kept, "retire_script", by=by, at=at, changes={"title": current(kept, at.date()).title})


@transaction.atomic
def supply_first(*, at: datetime) -> int:
    """The first script for each city that has none yet; safe to repeat. Returns how many."""
    bare = Unit.objects.filter(kind=UnitKind.CITY).exclude(pk__in=TalkTrack.objects.values("city"))
    for city in bare:
        track = TalkTrack.objects.create(city=city, created_at=at)
        _publish(track, Script(**FIRST, effective_from=at.date()), by=None, at=at)  # type: ignore[arg-type]
    return len(bare)


def current(track: TalkTrack, on: date) -> TalkTrackVersion:
    """What is said on that day: the latest version in effect, before the first one the first."""
    versions = track.versions.order_by("-number")
    return versions.filter(effective_from__lte=on).first() or versions.last()  # type: ignore[return-value]


def _city_of(by: Person, at: datetime) -> Unit:
    within = reach(by, Permission.SCRIPT_WRITE, on=at.date())
    city = Unit.objects.filter(within.q(unit="", person=None), kind=UnitKind.CITY).first()
    if city is None:
        raise Refused(_("这件事不归你办。"))
    return city


def _locked(track: TalkTrack, *, by: Person, at: datetime) -> TalkTrack:
    kept = TalkTrack.objects.editable_by(by, at.date()).select_for_update(of=("self",)).filter(pk=track.pk).first()
    if kept is None:
        raise Refused(_("这件事不归你办。"))
    if kept.retired_at:
        raise Refused(_("这份话术已经停用，不能再改。"))
    return kept


def _publish(track: TalkTrack, script: Script, *, by: Person | None, at: datetime) -> TalkTrackVersion:
    last = track.versions.order_by("-number").first()
    if last and script.effective_from < max(last.effective_from, at.date()):
        first = max(last.effective_from, at.date())
        raise Refused(_("新版最早从 {day:%Y-%m-%d} 起生效：不能早于今天，也不能早于上一版。").format(day=first))
    made = TalkTrackVersion.objects.create(
        track=track, number=last.number + 1 if last else 1, effective_from=script.effective_from, title=script.title,
        occasion=script.occasion, steps=list(script.steps), made_by=by, made_at=at,
    )  # fmt: skip
    noted = {"title": made.title, "version": made.number, "effective_from": made.effective_from}
    record(track, "publish_script", by=by, at=at, changes=noted, actor=OPERATOR)
    return made


def _said(script: Script) -> dict[str, object]:
    return {**vars(script), "steps": list(script.steps)}
