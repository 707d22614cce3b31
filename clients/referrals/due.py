"""The morning of 转介绍: overdue thanks, the days that clients named themselves, and the first ten clients.

Once a day and city, by whoever rings first after eight; a day on which nobody rang is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.models import Opportunity
from clients.policies.models import Policy
from clients.referrals.models import MorningRound, Referral
from clients.referrals.reading import first_ten, overdue, won_on
from clients.referrals.rules import first_clients
from clients.referrals.scripts import supply_first
from org.clock import SHANGHAI
from org.notices import actions as notices
from org.notices.actions import Message
from org.people.models import Person
from org.periods.due import Sweep, afterwards
from org.rules.book import book_on
from org.rules.schema import Referrals
from org.units.models import Unit, UnitKind

BEGINS = time(8)  # nobody is rung before


@afterwards
def morning(sweep: Sweep) -> None:
    """One query a minute when the round is made."""
    local = sweep.at.astimezone(SHANGHAI)
    if local.time() < BEGINS:
        return
    made = MorningRound.objects.filter(day=local.date()).values("city")
    for city in Unit.objects.filter(kind=UnitKind.CITY).exclude(pk__in=made):
        sweep.isolated("referrals", city, lambda city=city: _round(city, local.date(), sweep.at))  # type: ignore[misc]


@transaction.atomic
def _round(city: Unit, day: date, at: datetime) -> None:
    _row, is_first = MorningRound.objects.get_or_create(city=city, day=day)
    if not is_first:
        return
    rules = book_on(day).referrals
    supply_first(at=at)
    notices.post_each("thanks_overdue", _unthanked(city, day, rules), at=at)
    notices.post_each("ask_again", _named_days(city, day, rules), at=at)
    notices.post_each("first_clients", _celebrated(city, day, rules), at=at)


def _unthanked(city: Unit, day: date, rules: Referrals) -> Iterator[Message]:
    """The owner of the client, once for each request."""
    for one in overdue(city.path, today=day, rules=rules):
        yield Message(
            one.prospect.owner_id,
            str(one.pk),
            _("还没有向 {name} 致谢").format(name=one.prospect.name),
            _("{day:%Y-%m-%d} 介绍了新客户，告诉对方结果，谢谢一声。").format(day=one.asked_on),
            reverse("referral", args=[one.pk]),
        )


def _named_days(city: Unit, day: date, rules: Referrals) -> Iterator[Message]:
    """以后再说: the day that the client named has come; not when it came while he had been asked again."""
    came = Referral.objects.filter(
        again_on__range=(day - timedelta(days=rules.good_moment_days), day),
        prospect__released_at=None,
        prospect__unit__path__startswith=city.path,
    )
    for one in came.select_related("prospect"):
        if not one.prospect.referrals.filter(recorded_at__gt=one.recorded_at).exists():
            yield Message(
                one.prospect.owner_id,
                str(one.pk),
                _("约好今天再请 {name} 介绍").format(name=one.prospect.name),
                _("上次说以后再说，约的是 {day:%Y-%m-%d}。").format(day=one.again_on),
                reverse("referral-ask", args=[one.prospect_id]),
            )


def _celebrated(city: Unit, day: date, rules: Referrals) -> Iterator[Message]:
    """Who reached the milestone of late; the key of the notice tells each of them once in his life."""
    since = day - timedelta(days=rules.good_moment_days)
    lately = Policy.objects.filter(unit__path__startswith=city.path, issued_on__range=(since, day)).values("seller")
    won = Opportunity.objects.filter(closed_on__range=(since, day), prospect__unit__path__startswith=city.path)
    winners = Person.objects.filter(pk__in=lately) | Person.objects.filter(pk__in=won.values("prospect__owner"))
    people = {one.pk: one for one in winners.distinct()}
    for pk, won_by_him in won_on(people).items():
        reached = first_clients({str(one): on for one, on in won_by_him.items()}, (), wanted=rules.first_clients)
        if reached.reached_on and since <= reached.reached_on <= day:
            reached = first_ten(people[pk], rules=rules)
            yield Message(
                pk,
                "reached",
                _("前 {n} 个客户做成了").format(n=reached.wanted),
                _("其中服务过 {served} 个。服务好他们，请他们介绍下一个。").format(served=reached.served),
                reverse("referrals"),
            )
