"""What the pages of 转介绍 tell: names that wait, thanks that are owed, the first ten clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils.translation import gettext_lazy as _

from clients.chain.models import Opportunity
from clients.policies.models import Policy
from clients.prospects.models import Prospect
from clients.referrals.models import Referral, ReferralQuerySet, ReferredName, TalkTrack, TalkTrackVersion, Thanks
from clients.referrals.moments import Ready
from clients.referrals.rules import Milestone, Occasion, first_clients, thanks_due
from clients.visits.models import Kind, Visit
from org.days import month_and_day
from org.people.models import Person
from org.rules.schema import Referrals

WORDS = {
    Occasion.CLAIM: _("{day}办好了理赔"),
    Occasion.WON: _("{day}新承保"),
    Occasion.RENEWED: _("{day}续保"),
    Occasion.SERVED: _("{day}上门服务过"),
    Occasion.CAME: _("{day}来参加了活动"),
}


def reason(occasion: Occasion, day: date) -> str:
    """11月16日续保."""
    return str(WORDS[occasion]).format(day=month_and_day(day))


def counted(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """Each with how many names it gave and became prospects, and when the referrer was thanked last."""
    told = referrals.annotate(
        given=Count("names", distinct=True),
        came=Count("names__prospect", distinct=True),
        thanked_on=Max("thanks__day"),
    )
    return told.select_related("prospect", "person", "script").order_by("-asked_on", "-recorded_at", "pk")


class Owed(NamedTuple):
    """A referrer who has not been thanked; `due`: the last day on which that is in time."""

    referral: Referral
    due: date
    late: bool


def owed(person: Person, *, today: date, rules: Referrals) -> list[Owed]:
    """Of his clients, the longest waiting first. One query."""
    given = Exists(ReferredName.objects.filter(referral=OuterRef("pk")))
    waiting = Referral.objects.owned_by(person).filter(given, thanks=None)
    found = []
    for one in counted(waiting).order_by("asked_on", "pk"):
        due = thanks_due(one.asked_on, names=1, thanked=False, within_days=rules.thanks_within_days)
        if due is not None:
            found.append(Owed(one, due, today > due))
    return found


def overdue(city_path: str, *, today: date, rules: Referrals) -> list[Referral]:
    """Of a city: thanks that went overdue yesterday or before and of which nobody was told (due.py)."""
    last = today - timedelta(days=rules.thanks_within_days + 1)
    given = ReferredName.objects.filter(referral=OuterRef("pk"))
    thanked = Thanks.objects.filter(referral=OuterRef("pk"))
    late = Referral.objects.filter(
        ~Exists(thanked), Exists(given), asked_on__lte=last, prospect__unit__path__startswith=city_path
    )
    return list(late.filter(prospect__released_at=None).select_related("prospect").order_by("asked_on"))


def first_ten(person: Person, *, rules: Referrals) -> Milestone:
    """His own first clients. Three queries."""
    won = won_on([person.pk]).get(person.pk, {})
    visited = Visit.objects.filter(person=person, kind=Kind.SERVICE, counted=True, prospect__in=won)
    served = {str(pk) for pk in visited.order_by().values_list("prospect_id", flat=True).distinct()}
    return first_clients({str(pk): day for pk, day in won.items()}, served, wanted=rules.first_clients)


def won_on(people: Iterable[int]) -> dict[int, dict[UUID, date]]:
    """Of each person the clients that he won, with the first day: by a policy of his or a project won. Two queries."""
    wanted = list(people)
    policies = Policy.objects.filter(seller__in=wanted).exclude(prospect=None).order_by()
    projects = Opportunity.objects.filter(prospect__owner__in=wanted, state=Opportunity.State.WON).order_by()
    found: dict[int, dict[UUID, date]] = {}
    for rows in (
        policies.values_list("seller_id", "prospect_id").annotate(first=Min("issued_on")),
        projects.values_list("prospect__owner_id", "prospect_id").annotate(first=Min("closed_on")),
    ):
        for who, prospect, day in rows:
            mine = found.setdefault(who, {})
            mine[prospect] = min(day, mine.get(prospect, day))
    return found


class Step(NamedTuple):
    text: str
    done: bool


def steps_of(referral: Referral) -> list[Step]:
    """The script as it stood that day, with what was said of it."""
    done = set(referral.steps_done)
    return [Step(text, place in done) for place, text in enumerate(referral.script.steps)]


def contacts_of(prospect: Prospect) -> list[str]:
    """Whom one can ask there; without those who want to be left alone."""
    able = prospect.contacts.filter(do_not_disturb_since=None).order_by("-decides", "-is_handler", "name")
    return list(able.values_list("name", flat=True))


def offered(person: Person, on: date) -> list[TalkTrackVersion]:
    """The scripts that one may ask with today, each as it stands today. One query."""
    library = TalkTrack.objects.visible_to(person, on).filter(retired_at=None).order_by()
    usable = TalkTrackVersion.objects.filter(track__in=library, effective_from__lte=on)
    latest = usable.order_by("track_id", "-number").distinct("track_id").select_related("track")
    return sorted(latest, key=lambda one: (one.track.created_at, one.title))


class Reason(NamedTuple):
    """A client to be asked now, in words."""

    prospect: Prospect
    text: str


def told(rows: Iterable[Ready]) -> list[Reason]:
    return [Reason(one.prospect, _why(one)) for one in rows]


def _why(one: Ready) -> str:
    if one.moment is None:
        return str(_("上次约好今天起再问"))
    said = reason(one.moment.occasion, one.moment.day)
    return f"{said} · {_last(one)}"


def _last(one: Ready) -> str:
    if one.asked is None:
        return str(_("还没请过"))
    return str(_("{day}请过")).format(day=month_and_day(one.asked.day))


class Named(NamedTuple):
    """A name with the client that came of it, where the reader may see that."""

    row: ReferredName
    prospect: Prospect | None


def names_of(referral: Referral, *, reader: Person, on: date) -> list[Named]:
    """Two queries."""
    rows = list(referral.names.all())
    ids = [one.prospect_id for one in rows if one.prospect_id]
    seen = Prospect.objects.visible_to(reader, on).in_bulk(ids) if ids else {}
    return [Named(one, seen.get(one.prospect_id) if one.prospect_id else None) for one in rows]


class Listed(NamedTuple):
    """A script of the library: what it says today, how often it was used, and what is announced."""

    now: TalkTrackVersion
    used: int
    coming: TalkTrackVersion | None


def library(person: Person, on: date) -> list[Listed]:
    """In use first. Two queries."""
    seen = TalkTrack.objects.visible_to(person, on).annotate(used=Count("versions__referrals"))
    found = []
    for track in seen.prefetch_related("versions"):
        versions = list(track.versions.all())
        now = next((one for one in versions if one.effective_from <= on), versions[-1])
        now.track = track
        found.append(Listed(now, track.used, versions[0] if versions[0].effective_from > on else None))
    return sorted(found, key=lambda one: one.now.track.retired_at is not None)
