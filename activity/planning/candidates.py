"""从「下一步」带出: lines for the plan from what is agreed for the week, what was promised last, and policies that
expire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from activity.itinerary.models import PlanItem
from clients.visits.models import Kind as VisitKind
from org.days import month_and_day
from org.people.models import Person
from org.week import Week
from org.working_days.rules import NOON, instant

LOOK_BACK = timedelta(days=30)  # a promise older than that has lapsed
AGREED = (PlanItem.Origin.APPOINTED, PlanItem.Origin.EVENT)  # on their day, whatever day it is
RENEWALS = timedelta(days=60)  # ahead of the week's Monday
MOST = {"appointed": 40, "event": 8, "next_step": 16, "renewal": 8}  # of each origin, the nearest first

# Visits that are agreed, each with who comes along or was asked to, and client events have their day. Of each client
# without such a visit the last word, a visit's next step or the next contact of a call; what was promised for after the
# week waits. A policy counts until one of the same holder and line runs longer.
FOUND = """
WITH said AS (
    SELECT v.id::text AS id, 'visit' AS kind, v.kind AS visit_kind, v.prospect_id, v.client, v.client_key, v.contact,
        v.next_step AS purpose, v.next_step_on AS day, v.day AS said_on, v.recorded_at
    FROM clients_visit AS v WHERE v.person_id = %(person)s AND v.day BETWEEN %(since)s AND %(today)s
    UNION ALL
    SELECT e.id::text, 'call', e.kind, e.prospect_id, e.client, e.client_key, e.contact,
        e.purpose, e.next_contact_on, l.day, e.recorded_at
    FROM activity_logentry AS e JOIN activity_dailylog AS l ON l.id = e.log_id
    WHERE l.person_id = %(person)s AND l.day BETWEEN %(since)s AND %(today)s AND e.type = 'call'
        AND NOT e.asks_for_quiet
), latest AS (
    SELECT DISTINCT ON (client_key, contact) * FROM said
    WHERE purpose <> '' AND kind = 'visit' OR day IS NOT NULL
    ORDER BY client_key, contact, said_on DESC, recorded_at DESC
), agreed AS (
    SELECT planned.*, (planned.starts_at AT TIME ZONE 'Asia/Shanghai') AS begins, along.*
    FROM clients_plannedvisit AS planned LEFT JOIN LATERAL (
        SELECT asked.companion_id, companion.name AS companion
        FROM clients_accompaniment AS asked JOIN org_person AS companion ON companion.id = asked.companion_id
        WHERE asked.planned_id = planned.id AND asked.state IN ('accepted', 'asked', 'proposed')
        ORDER BY asked.state = 'accepted' DESC, asked.asked_at LIMIT 1
    ) AS along ON true
    WHERE planned.person_id = %(person)s AND planned.state = 'planned'
        AND planned.starts_at >= %(begins)s AND planned.starts_at < %(ends)s
), expiring AS (
    SELECT p.id::text, 'visit' AS kind, 'service' AS visit_kind, p.prospect_id, p.holder, p.line, p.expires_on
    FROM clients_policy AS p
    WHERE p.seller_id = %(person)s AND p.expires_on BETWEEN %(monday)s AND %(until)s AND NOT EXISTS (
        SELECT FROM clients_policy AS later
        WHERE (later.seller_id, later.holder, later.line) = (p.seller_id, p.holder, p.line)
            AND later.expires_on > p.expires_on
    )
)
SELECT 'next_step', id, kind, visit_kind, prospect_id, client, contact, purpose, day, NULL::date, NULL::time, '',
    NULL::bigint, ''
FROM latest WHERE (day IS NULL OR day <= %(sunday)s)
    AND NOT (kind = 'visit' AND prospect_id IS NOT NULL AND prospect_id IN (SELECT agreed.prospect_id FROM agreed))
UNION ALL
SELECT 'renewal', id, kind, visit_kind, prospect_id, holder, '', line, NULL, expires_on, NULL, '', NULL, ''
FROM expiring
UNION ALL
SELECT 'appointed', agreed.id::text, 'visit', agreed.kind, prospect.id, prospect.name, agreed.contact, agreed.purpose,
    agreed.begins::date, NULL, agreed.begins::time, agreed.place, agreed.companion_id, coalesce(agreed.companion, '')
FROM agreed JOIN clients_prospect AS prospect ON prospect.id = agreed.prospect_id
UNION ALL
SELECT 'event', event.id::text, 'client_event', '', NULL, '', '', event.title, event.day, NULL, event.starts_at,
    event.place, NULL, ''
FROM clients_clientevent AS event
WHERE event.person_id = %(person)s AND event.state = 'planned' AND event.day BETWEEN %(monday)s AND %(sunday)s
ORDER BY 9 NULLS LAST, 11 NULLS LAST, 10 NULLS LAST, 6, 2
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that the plan may take over; `day` None: nobody has said when."""

    origin: str
    origin_id: str
    kind: str
    visit_kind: str
    prospect_id: UUID | None
    client: str
    contact: str
    purpose: str
    day: date | None
    expires_on: date | None
    at: time | None = None
    place: str = ""
    companion_id: int | None = None
    companion: str = ""

    @property
    def token(self) -> str:
        return f"{self.origin}:{self.origin_id}"

    @property
    def why(self) -> str:
        """Where it comes from: 维护 · 12月8日到期."""
        kind = str(VisitKind(self.visit_kind).label) if self.visit_kind else ""
        if self.expires_on:
            said = _("{day}到期").format(day=month_and_day(self.expires_on))
            return " · ".join(filter(None, (kind, self.purpose, said)))
        along = _("{name}陪同").format(name=self.companion) if self.companion else ""
        agreed = _("已约") if self.origin == PlanItem.Origin.APPOINTED else ""
        return " · ".join(filter(None, (kind, str(PlanItem.Kind(self.kind).label), agreed, along)))

    @property
    def what(self) -> str:
        return _("续保") if self.expires_on else self.purpose

    def row(self, days: list[date], load: Counter[date]) -> dict[str, Any]:
        """As a plan item of the week with these days; without a day of its own there it goes where least is planned."""
        is_fixed = self.origin in AGREED and self.day is not None
        day = self.day if self.day and (is_fixed or self.day in days) else min(days, key=lambda one: load[one])
        load[day] += day != self.day
        part = "am" if load[day] % 2 else "pm"
        return {
            "day": day,
            "part": ("am" if self.at < NOON else "pm") if self.at else part,
            "at": self.at,
            "place": self.place,
            "companion_id": self.companion_id,
            "kind": self.kind,
            "visit_kind": self.visit_kind,
            "prospect_id": self.prospect_id,
            "client": self.client,
            "contact": self.contact,
            "purpose": self.what,
            "origin": self.origin,
            "origin_id": self.origin_id,
        }


def candidates(person: Person, plan: Week, *, today: date) -> list[Candidate]:
    """What he may take over, by day; without a day, and renewals, last. One statement."""
    given: dict[str, Any] = {
        "person": person.pk,
        "since": today - LOOK_BACK,
        "today": today,
        "monday": plan.monday,
        "sunday": plan.sunday,
        "until": plan.monday + RENEWALS,
        "begins": instant(plan.monday, time(0)),
        "ends": instant(plan.next.monday, time(0)),
    }
    with connection.cursor() as cursor:
        cursor.execute(FOUND, given)
        found = [Candidate(*row) for row in cursor.fetchall()]
    return [one for origin, most in MOST.items() for one in [one for one in found if one.origin == origin][:most]]


def open_ones(found: Iterable[Candidate], items: Iterable[PlanItem]) -> list[Candidate]:
    """Those that the plan has not taken over yet; a visit that is agreed is there, too, as a visit of that day."""
    items = list(items)
    taken = {(item.origin, item.origin_id) for item in items if item.origin_id}
    visited = {(item.prospect_id, item.day) for item in items if item.prospect_id and item.kind == PlanItem.Kind.VISIT}
    return [
        one for one in found
        if (one.origin, one.origin_id) not in taken
        and not (one.origin == PlanItem.Origin.APPOINTED and (one.prospect_id, one.day) in visited)
    ]  # fmt: skip
