"""What keeps a client: effective activities, as the rooms above tell them, and the policies that need none.

Effective are, of whoever in the company, a counted visit, a counted call and a counted enrichment of a day whose log
counts, and the registration itself (`Prospect.registered_on`). Rows of drafts and empty calls keep nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from clients.chain.models import Opportunity
from clients.policies.models import Policy
from clients.prospects.models import Prospect
from clients.protection.rules import Term, term
from org.clock import SHANGHAI
from org.rules.schema import Protection

Ids = Collection[UUID]
Source = Callable[[Ids], QuerySet[Any]]  # rows with `prospect` and `day`
SOURCES: list[Source] = []
A_YEAR = timedelta(days=365)


def effective(source: Source) -> Source:
    """Declare rows that are effective activities of prospects; asked when it matters, so a saved day costs nothing."""
    SOURCES.append(source)
    return source


def last_activities(prospects: Ids) -> dict[UUID, date]:
    """The day of the last effective activity of each that has one. One query."""
    found: dict[UUID, date] = {}
    first, *more = [
        source(prospects).order_by().values("prospect").annotate(last=Max("day")).values_list("prospect_id", "last")
        for source in SOURCES
    ]
    for prospect, day in first.union(*more, all=True):
        found[prospect] = max(day, found.get(prospect, day))
    return found


def kept_anyway(prospects: Ids, today: date) -> set[UUID]:
    """Those with a policy in force, or an opportunity won within a year whose policy no list may have brought yet."""
    running = Q(expires_on__gte=today) | Q(expires_on=None, issued_on__gt=today - A_YEAR)
    insured = Policy.objects.filter(running, prospect__in=prospects).order_by()
    won = Opportunity.objects.filter(
        prospect__in=prospects, state=Opportunity.State.WON, closed_on__gt=today - A_YEAR
    ).order_by()
    both = insured.values_list("prospect_id").union(won.values_list("prospect_id"))
    return {prospect for (prospect,) in both}


def since(prospect: Prospect) -> date:
    """From when it is his: by claim or decision, else by its registration; an old one of a list from the import on."""
    entered = prospect.created_at.astimezone(SHANGHAI).date()
    return prospect.held_since or max(prospect.registered_on, entered)


def term_of(prospect: Prospect, last: date | None, today: date, rules: Protection) -> Term:
    return term(since(prospect), last, today, days=rules.days)
