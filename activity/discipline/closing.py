"""The close of a week (F2, F3): assess everybody, then the fine calculation, in one transaction with the period."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.assessment import actions as assessments
from activity.discipline.proposing import propose
from org.periods.due import handles
from org.periods.models import Period
from org.rules.book import rules_on
from org.units.models import Unit
from org.week import Week


@handles(Period.Kind.CLOSE, name="close")
@transaction.atomic
def close_week(city: Unit, week: Week, *, due_at: datetime, at: datetime) -> bool:
    """A week before the first rule set is not assessed; one that is closed stays as it is."""
    rules = rules_on(week.monday)
    if rules is None:
        return False
    close = assessments.close_week(city, week, rules=rules, due_at=due_at, at=at)
    if close is None:
        return False
    propose(close, at=at)
    return True
