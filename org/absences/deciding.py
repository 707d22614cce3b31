"""Who decides about a request: the manager or 分管总 of the branch; about a manager 分管总; about oneself nobody."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from org.absences.models import AbsenceRequest
from org.delegations.models import Delegation
from org.people.leaders import LEADERS, leaders_of
from org.people.models import Appointment, Person
from org.permissions import GRANTS, Permission
from org.posts import Post
from org.reach import reach
from org.workflow import Refused

ASKING = tuple(post for post, words in GRANTS.items() if Permission.ABSENCE_ASK in words)


def may_decide(request: AbsenceRequest, by: Person, at: datetime, *other: Permission) -> Delegation | None:
    """Refuse whoever decides nothing here: for himself, out of reach, or about a peer. `other` words do, too.

    The delegation (代) by which he decides; None by a post of his own.
    """
    if request.person_id == by.pk:
        raise Refused(_("自己的请假由别人批准。"))
    word = Permission.ABSENCE_GRANT_MANAGER if request.of_manager else Permission.ABSENCE_GRANT
    for one in (word, *other):
        if by.can(one, request, on=at.date()):
            return by.acting_for(one, request, on=at.date())
    if request.of_manager and by.can(Permission.ABSENCE_GRANT, request, on=at.date()):
        raise Refused(_("团体部经理的请假由分管总批准。"))
    raise Refused(_("这件事不归你办。"))


def decides(request: AbsenceRequest, by: Person, at: datetime, *other: Permission) -> bool:
    try:
        may_decide(request, by, at, *other)
    except Refused:
        return False
    return True


def took_down(request: AbsenceRequest, by: Person, *, on: date) -> bool:
    """Whether it is an entry of his own for somebody else, which he may take back."""
    return request.entered_by_id == by.pk and by.can(Permission.ABSENCE_RECORD, request, on=on)


def may_revoke(request: AbsenceRequest, by: Person, at: datetime) -> bool:
    if request.state != AbsenceRequest.State.GRANTED:
        return False
    his_entry = took_down(request, by, on=at.date())
    return decides(request, by, at, *([Permission.ABSENCE_RECORD] if his_entry else []))


def deciders(request: AbsenceRequest, *, on: date) -> list[Person]:
    """Whom to tell: the manager above in the own line, else 分管总 of the branch, and who stands in for them today."""
    held = Appointment.objects.on(on).filter(person__in=leaders_of([request.unit], on=on)).select_related("unit")
    above = [one for one in held.exclude(person=request.person_id) if request.unit.path.startswith(one.unit.path)]
    managers = {one.person_id for one in above if one.post == Post.DEPARTMENT_MANAGER and not request.of_manager}
    deputies = {one.person_id for one in above if one.post == Post.BRANCH_DEPUTY_GM}
    told = managers or deputies
    standing_in = Delegation.objects.on(on).filter(delegator__in=told).exclude(delegate=request.person_id)
    return list(Person.objects.filter(Q(pk__in=told) | Q(pk__in=standing_in.values("delegate"))))


def recordable(by: Person, *, on: date) -> list[Person]:
    """For whom he may enter an absence, by name: who owes 6311 or 3111 within his reach; not himself, not a peer."""
    recording = reach(by, Permission.ABSENCE_RECORD, Permission.ABSENCE_GRANT_MANAGER, on=on)
    granting = reach(by, Permission.ABSENCE_GRANT, on=on)
    held = Appointment.objects.on(on).filter(post__in=ASKING)
    managers = Appointment.objects.on(on).filter(post__in=LEADERS).values("person")
    anybody = held.filter(recording.q(person=None)).values("person")
    ordinary = held.filter(granting.q(person=None)).exclude(person__in=managers).values("person")
    found = Person.objects.filter(Q(pk__in=anybody) | Q(pk__in=ordinary)).exclude(pk=by.pk)
    return list(found.with_posts(on).order_by("pinyin", "employee_no"))
