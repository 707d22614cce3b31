"""行事历 of next week in the demo: the accounts' department has drafts to merge, another branch has handed its plan in.

All through the product's own actions; the drafts follow what is usual for each, so the weeks are closed before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from activity.demo.people import BRANCH, CLIENT_MANAGER, RELIEVED, holder
from activity.itinerary.models import Itinerary, Target
from activity.planning import drafting, figures, merging
from activity.planning.candidates import candidates
from activity.planning.dates import times_of
from org.money import WAN
from org.people.models import Person
from org.posts import Post
from org.units.models import Unit, UnitKind
from org.week import Week

LINES = 9  # of the next steps that somebody takes over
KEY_WORK = (
    "续保名单逐户核对，先谈十二月到期的",
    "两个在谈项目交方案",
    "老客户回访，每天三户",
    "转介绍客户首访",
    "建材市场陌生拜访，做完一个片区",
    "体检团单报价",
    "工业园三期建档",
)
HALF = Decimal(5_000)


@transaction.atomic
def next_week(at: datetime) -> None:
    """Safe to repeat. Nobody hands in later than now, nor later than the drafts are due."""
    week = Week.of(at.date()).next
    times = times_of(week)
    until = min(at, times.drafts_due - timedelta(minutes=40)) if times.drafts_due else at
    here, other = _department(BRANCH), _department(RELIEVED)
    _drafts(here, week, until, missing=2)
    _drafts(other, week, until, missing=0)
    when = times.opens and times.opens + timedelta(hours=4, minutes=12)
    if when and when <= at:
        _hand_in(other, week, when)


def _department(branch: str) -> Unit:
    found: Unit = Unit.objects.within(Unit.objects.get(code=branch)).filter(kind=UnitKind.DEPARTMENT)[0]
    return found


def _drafts(unit: Unit, week: Week, until: datetime, *, missing: int) -> None:
    """Everybody drafts but the last; the printed account and one more have not handed theirs in."""
    staff = figures.active(unit, week)
    usual = figures.medians([one.person_id for one in staff], week, unit=unit)
    people = Person.objects.in_bulk([one.person_id for one in staff])
    silent = {one.employee_no for one in staff[-missing:]} if missing else set()
    for number, one in enumerate(staff):
        if one.employee_no in silent and one.employee_no != CLIENT_MANAGER:
            continue
        person, when = people[one.person_id], until - timedelta(minutes=7 * (len(staff) - number))
        found = candidates(person, week, today=when.date())
        tokens = [one.token for one in (*found[: LINES - number % 3], *(one for one in found[-2:] if one.expires_on))]
        drafting.save_draft(
            person, week, key=_key(f"draft {one.employee_no} {week}"), said=_said(usual.get(one.person_id), number),
            shown=None, ticked=tokens, hands_in=not missing or one.employee_no != CLIENT_MANAGER, at=when,
        )  # fmt: skip


def _said(usual: figures.Usual | None, number: int) -> dict[str, Any]:
    """A little more than usual; one in seven reaches too far."""
    visits, premium, cases, _weeks = usual or figures.Usual(Decimal(10), 3 * WAN, Decimal(1), 0)
    stretch = Decimal("1.9") if number % 7 == 2 else Decimal("1.1")
    halves = (premium * stretch / HALF).quantize(Decimal(1), ROUND_HALF_UP)
    return {
        "visits": max(8, round(visits * stretch)),
        "premium": max(halves, Decimal(2)) * HALF,
        "cases": max(1, round(cases * stretch)),
        "key_work": KEY_WORK[number % len(KEY_WORK)],
        "why": "名单已经核过，有三户口头确认" if number % 3 == 0 else "",
        "support": "雇主责任险费率测算" if number % 4 == 1 else "",
    }


def _hand_in(unit: Unit, week: Week, when: datetime) -> None:
    by = holder(Post.DEPARTMENT_MANAGER, unit.code, when)
    plan = Itinerary.objects.filter(unit=unit, week=week.monday).first()
    texts = {
        "summary": "续保名单核完九成，两个项目进到预算。短板是新人拜访，名单散、路上时间多。",
        "shortfall_reason": "",
        "feasibility": "目标的一半来自十二月到期的续保，其余靠在谈项目和老客户加保。",
        "support": "雇主责任险费率测算请市公司周三前回复。",
    }
    shown = plan.changed_at if plan else None
    merging.save_plan(
        unit, week, by=by, key=_key(f"merge {week}"), texts=texts, goals={}, shown=shown, goals_shown={}, at=when
    )
    if not Target.objects.filter(itinerary=plan, handed_in_at=None).exists():
        merging.submit(unit, week, by=by, key=_key(f"submit {week}"), at=when)


def _key(what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo plan:{what}")
