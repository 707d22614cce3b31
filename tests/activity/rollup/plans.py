"""Plans of the week after, as they stand in the tables, whoever wrote them."""

from datetime import timedelta

from activity.itinerary.models import Itinerary, Target
from org.week import Week
from tests import factories as make

WEEK = Week(make.MONDAY)
NOON = make.at(WEEK.saturday, 12)
BEFORE = NOON - timedelta(seconds=1)


def plan(unit, *, submitted=None, approved=None, returned=False, week=WEEK.next, goals=(), by=None, version=1):
    """`goals`: person, visits, premium in yuan, cases."""
    state = "approved" if approved else "returned" if returned else "submitted" if submitted else "draft"
    given = {"version": 0}
    if submitted:
        given = {
            "person": make.person(),
            "version": version,
            "first_submitted_at": submitted,
            "submitted_at": submitted,
        }
    if approved:
        given |= {"approved_by": by or make.person(), "approved_at": approved}
    at = submitted or NOON - timedelta(days=1)
    made = Itinerary.objects.create(unit=unit, week=week.monday, state=state, created_at=at, changed_at=at, **given)
    for person, visits, premium, cases in goals:
        Target.objects.create(
            itinerary=made, person=person, visits=visits, premium=premium, cases=cases, key_work="续保", changed_at=at
        )
    return made


def approve(made, at, **goals):
    """As 分管总 would: the goals as amended."""
    made.targets.update(**goals)
    Itinerary.objects.filter(pk=made.pk).update(state="approved", approved_by=make.person(), approved_at=at)


def send_back(made, at):
    Itinerary.objects.filter(pk=made.pk).update(state="returned", returned_at=at)


def hand_in(made, at):
    Itinerary.objects.filter(pk=made.pk).update(
        state="submitted", person=make.person(), version=1, first_submitted_at=at, submitted_at=at
    )
