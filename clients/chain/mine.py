"""谁这周需要我: what waits for a companion, and what he has agreed to for this week and the next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from clients.chain.free import next_days
from clients.chain.models import Accompaniment, AccompanimentQuerySet, PlannedVisit
from clients.chain.objecting import blamed
from clients.chain.reading import all_asked
from clients.chain.rules import WRITE_FEEDBACK
from org.pages import waiting as menu
from org.pages.navigation import of_use, waiting
from org.people.models import Person
from org.posts import Post
from org.week import Week
from org.working_days.rules import instant

if TYPE_CHECKING:
    from clients.chain.reading import Asked

State, Outcome = Accompaniment.State, Accompaniment.Outcome
LATELY = timedelta(days=14)  # for which a missing feedback is still named, here and in the menu
SHOWN = 60  # rows
MINE = (Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM)

_WAITING = """
    SELECT count(*) FROM clients_accompaniment AS one
        LEFT JOIN clients_plannedvisit AS planned ON planned.id = one.planned_id
    WHERE one.companion_id = %s AND (
        one.state = 'asked' AND one.outcome = '' AND planned.state = 'planned' AND planned.starts_at > org_now()
        OR one.outcome = 'pending' AND one.lapsed_at IS NULL
        OR one.outcome = 'confirmed' AND one.feedback_at IS NULL AND one.post = ANY(%s)
            AND one.owner_confirmed_at > %s
    )
"""


@waiting("accompany")
def to_answer(person: Person, day: date) -> menu.Asked:
    """Invitations, confirmations and feedback that wait for him."""
    return menu.Asked(_WAITING, [person.pk, list(WRITE_FEEDBACK), _lately(day)])


def _lately(day: date) -> datetime:
    return instant(day, time(0)) - LATELY


@of_use("accompany")
def comes_along(person: Person, day: date) -> bool:
    """To whom chains lead by their post, and to whoever was ever asked."""
    regular = any(one.post in MINE for one in person.seats_on(day))
    return regular or Accompaniment.objects.filter(companion=person).exists()


def context_of(person: Person, *, at: datetime) -> dict[str, Any]:
    """Four lists: to answer, to confirm or to write about, agreed, and lately said to be his miss. A query each, and
    his free half days."""
    week = Week.of(at.date())
    until = instant(week.next.sunday + timedelta(days=1), time(0))
    his = Accompaniment.objects.filter(companion=person).select_related(
        "planned__prospect", "planned__opportunity", "visit", "person", "unit"
    )
    coming = his.filter(planned__state=PlannedVisit.State.PLANNED, planned__starts_at__gt=at, outcome=Outcome.NONE)
    to_answer = coming.filter(state=State.ASKED).order_by("planned__starts_at")
    agreed = coming.filter(state__in=[State.ACCEPTED, State.PROPOSED], planned__starts_at__lt=until)
    return {
        "to_answer": _shown(to_answer, at),
        "to_confirm": _shown(_unfinished(his, at), at),
        "agreed": _shown(agreed.order_by("planned__starts_at"), at),
        "missed": _shown(his.filter(pk__in=blamed(), blamed_at__gt=_lately(at.date())).order_by("-blamed_at"), at),
        "days": next_days([person.pk], at.date(), at=at)[person.pk],
        "week": week,
    }


def _unfinished(his: AccompanimentQuerySet, at: datetime) -> AccompanimentQuerySet:
    """Held visits without his word, or without the feedback that his post owes."""
    silent = Q(outcome=Outcome.PENDING, lapsed_at=None)
    wordless = Q(outcome=Outcome.CONFIRMED, feedback_at=None, post__in=WRITE_FEEDBACK)
    return his.filter(silent | wordless & Q(owner_confirmed_at__gt=_lately(at.date()))).order_by("owner_confirmed_at")


def _shown(rows: AccompanimentQuerySet, at: datetime) -> list[Asked]:
    return all_asked(list(rows[:SHOWN]), at=at)
