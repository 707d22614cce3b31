"""What falls due of 报备: holders are warned, then their silent clients go back to the pool of the branch (公海).

Rung by `run_due`; a client is looked at when its turn comes (`look_again_on`), so a round with nothing due is a glance
at an index. Late is no harm: a warning always comes first, and leaves its days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.letting import call_off_visits
from clients.prospects.models import Prospect, ProspectQuerySet
from clients.protection.activity import kept_anyway, last_activities, term_of
from clients.protection.models import Release
from clients.protection.rules import Look, Verdict, look
from org.clock import SHANGHAI
from org.notices import actions as notices
from org.notices.actions import Message
from org.periods.due import Sweep, afterwards
from org.periods.locks import claimed
from org.rules.book import book_on
from org.rules.schema import Protection
from org.trace.actions import lines
from org.trace.models import Trace
from org.units.models import Unit

BATCH = 1_000
NAMED = 5  # clients named in one message


class _Seen(NamedTuple):
    prospect: Prospect
    until: date
    look: Look


def due(today: date) -> ProspectQuerySet:
    """Held companies whose turn it is. Households are nobody's to take over, so they are never released."""
    turn = Q(look_again_on=None) | Q(look_again_on__lte=today)
    held = Prospect.objects.filter(turn, released_at=None, kind=Prospect.Kind.ORGANISATION)
    return held.order_by()


@afterwards
def release_due(sweep: Sweep) -> None:
    """City by city, each batch in a transaction of its own."""
    today = sweep.at.astimezone(SHANGHAI).date()
    cities = due(today).values("city").distinct()
    for city in Unit.objects.filter(pk__in=cities).order_by("path"):
        if city.path not in sweep.left:
            sweep.isolated("protection", city, partial(look_after, city, at=sweep.at))


def look_after(city: Unit, *, at: datetime) -> None:
    while _batch(city, at) == BATCH:
        pass


@transaction.atomic
def _batch(city: Unit, at: datetime) -> int:
    """How many it looked at; 0 when another worker has the city. A client that somebody is changing waits a round."""
    if not claimed(city):
        return 0
    today = at.astimezone(SHANGHAI).date()
    ours = due(today).filter(city=city).select_for_update(skip_locked=True, of=("self",))
    prospects = list(ours.order_by("pk")[:BATCH])
    if prospects:
        seen = _looked_at(prospects, today, book_on(today).protection)
        _keep_turns(seen, today)
        _warn([one for one in seen if one.look.verdict == Verdict.WARN], today, at)
        _release([one for one in seen if one.look.verdict == Verdict.RELEASE], at)
    return len(prospects)


def _looked_at(prospects: Sequence[Prospect], today: date, rules: Protection) -> list[_Seen]:
    ids = [one.pk for one in prospects]
    last, kept = last_activities(ids), kept_anyway(ids, today)
    seen = []
    for one in prospects:
        until = term_of(one, last.get(one.pk), today, rules).until
        found = look(until, one.warned_on, today, warn_days=rules.warn_days, kept=one.pk in kept)
        seen.append(_Seen(one, until, found))
    return seen


def _keep_turns(seen: Iterable[_Seen], today: date) -> None:
    for one in seen:
        one.prospect.look_again_on = one.look.again_on
        if one.look.verdict == Verdict.WARN:
            one.prospect.warned_on = today
        elif one.look.verdict == Verdict.HELD:
            one.prospect.warned_on = None
    Prospect.objects.bulk_update([one.prospect for one in seen], ["look_again_on", "warned_on"], batch_size=BATCH)


def _warn(seen: Sequence[_Seen], today: date, at: datetime) -> None:
    """One message a holder, with the day; the page lists them all."""
    notices.post_each("protection_ends", _warnings(seen, today), at=at)


def _warnings(seen: Sequence[_Seen], today: date) -> Iterator[Message]:
    for owner, some in _by_owner(seen).items():
        first = min(one.look.again_on for one in some)
        title = _("{count} 家客户快回到公海，最早 {day:%-m月%-d日}").format(count=len(some), day=first)
        body = _("{names}：到期前记一次有效的拜访或电话并提交日志，就接着保护。").format(names=_names(some))
        yield Message(owner, f"{some[0].prospect.pk}:{today}", title, body, reverse("protection"))


def _release(seen: Sequence[_Seen], at: datetime) -> None:
    gone = [one.prospect for one in seen]
    for one in gone:
        one.released_at, one.warned_on, one.look_again_on = at, None, None
    Prospect.objects.bulk_update(gone, ["released_at", "warned_on", "look_again_on"], batch_size=BATCH)
    Release.objects.bulk_create(
        Release(prospect=one.prospect, person_id=one.prospect.owner_id, at=at, protected_until=one.until)
        for one in seen
    )
    Trace.objects.bulk_create(lines(gone, "release_client", by=None, at=at))
    call_off_visits([one.pk for one in gone], by=None, at=at)
    notices.post_each("protection_ended", _endings(seen, at), at=at)


def _endings(seen: Sequence[_Seen], at: datetime) -> Iterator[Message]:
    for owner, some in _by_owner(seen).items():
        title = _("{count} 家客户已回到公海").format(count=len(some))
        body = _("{names}：保护期内没有有效的拜访或电话。").format(names=_names(some))
        yield Message(owner, f"{some[0].prospect.pk}:{at.isoformat()}", title, body, reverse("protection-pool"))


def _by_owner(seen: Sequence[_Seen]) -> dict[int, list[_Seen]]:
    found: dict[int, list[_Seen]] = defaultdict(list)
    for one in seen:
        found[one.prospect.owner_id].append(one)
    return found


def _names(some: Sequence[_Seen]) -> str:
    names = "、".join(one.prospect.name for one in some[:NAMED])
    return _("{names} 等").format(names=names) if len(some) > NAMED else names
