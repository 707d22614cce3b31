"""撞单: raised with reasons by who says that a held client is his, decided with reasons, told to both sides.

Inside a branch the manager decides, between branches headquarters; a side never does. Neither side learns from the
system who the other is: it says the branch, as the question about a company does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.letting import call_off_visits
from clients.prospects.models import Prospect
from clients.protection.actions import pass_to, unit_of
from clients.protection.asking import FREE, POOL, counted, find
from clients.protection.models import Conflict
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.people.models import Person
from org.permissions import Permission
from org.posts import Post
from org.reach import branch_path, city_path
from org.trace.actions import record
from org.workflow import Refused, deciding, move

if TYPE_CHECKING:
    from org.delegations.models import Delegation

State = Conflict.State


class Undisputed(Refused):
    """There is nothing to dispute; which is an answer about the company all the same."""


def raise_conflict(person: Person, asked: str, reason: str, *, at: datetime, key: UUID) -> Result:
    """He says that the company is his. It is a question too, so it is counted as one."""

    def effect() -> Result:
        if not person.can(Permission.CONFLICT_RAISE, on=at.date()):
            raise Refused(_("这件事不归你办。"))
        unit = unit_of(person, at)
        counted(person, at)
        held = _held(asked, person, at)
        if Conflict.objects.open().filter(prospect=held, person=person).exists():
            raise Undisputed(_("这家单位你已申请过，等裁定。"))
        level = _level(held, person, branch_path(unit.path), at)
        made = Conflict.objects.create(
            prospect=held, name=asked, person=person, unit=unit, owner=held.owner, owner_unit=held.unit, level=level,
            reason=reason, raised_at=at,
        )  # fmt: skip
        record(made, "raise_conflict", by=person, at=at, changes={"name": asked})
        _tell_raised(made, at)
        return {"conflict": str(made.pk)}

    asked_for = {"asked": asked, "reason": reason}
    with _answers_counted(person, asked, at):
        return once(key, by=person, verb="raise_conflict", at=at, parameters=asked_for, effect=effect)


@contextmanager
def _answers_counted(person: Person, asked: str, at: datetime) -> Iterator[None]:
    """Around what may raise `Undisputed`: its own transaction is undone, the question and its trace stand."""
    try:
        yield
    except Undisputed as answer:
        with transaction.atomic():
            counted(person, at)
            record(person, "ask_client", by=person, at=at, changes={"asked": asked, "answered": str(answer)})
        raise


def _held(asked: str, person: Person, at: datetime) -> Prospect:
    """The card of the company, locked; refused where there is nothing to dispute."""
    found = find(asked, person, at)
    if found.state == FREE:
        raise Undisputed(_("这家单位还没有人报备，直接登记就行。"))
    if found.state == POOL:
        raise Undisputed(_("这家单位在公海，可以领取，不用裁定。"))
    if found.own:
        raise Undisputed(_("这家单位就在你名下。"))
    if found.prospect is None:
        raise Undisputed(_("这家单位只有历史登记，没有客户卡，请找团体部经理。"))
    cards = Prospect.objects.select_for_update(of=("self",)).select_related("owner", "unit")
    if (held := cards.filter(pk=found.prospect).first()) is None:
        raise Undisputed(_("这家单位的客户卡刚和另一家合并，刷新看看。"))
    return held


def managers(branch: str, at: datetime) -> Any:
    """The department managers of a branch, by its path."""
    seated = {"appointments__post": Post.DEPARTMENT_MANAGER, "appointments__unit__path__startswith": branch}
    return Person.objects.holding(Post.DEPARTMENT_MANAGER, on=at.date()).filter(**seated).distinct()


def _level(held: Prospect, person: Person, branch: str, at: datetime) -> Conflict.Level:
    """Between branches, and where no manager of the branch is left who is no side, it is headquarters' to decide."""
    if branch_path(held.unit.path) != branch:
        return Conflict.Level.CITY
    others = managers(branch, at).exclude(pk__in=[person.pk, held.owner_id])
    return Conflict.Level.BRANCH if others.exists() else Conflict.Level.CITY


def deciders(conflict: Conflict, at: datetime) -> list[Person]:
    path = conflict.unit.path
    if conflict.level == Conflict.Level.BRANCH:
        asked = managers(branch_path(path), at)
    else:
        staff = {"appointments__post": Post.HQ_STAFF, "appointments__unit__path__startswith": city_path(path)}
        asked = Person.objects.holding(Post.HQ_STAFF, on=at.date()).filter(**staff).distinct()
    return list(asked.exclude(pk__in=[conflict.person_id, conflict.owner_id]))


def _tell_raised(conflict: Conflict, at: datetime) -> None:
    link = reverse("conflict", args=[conflict.pk])
    title = _("撞单待裁定：{name}").format(name=conflict.name)
    notices.post(
        "conflict_raised",
        to=deciders(conflict, at),
        at=at,
        title=title,
        about=conflict,
        body=conflict.reason,
        link=link,
    )
    body = _("有人说这家单位该归他：{reason}。裁定前仍在你名下。").format(reason=conflict.reason)
    title = _("{name} 有人申请裁定").format(name=conflict.prospect.name)
    notices.post("conflict_told", to=conflict.owner, at=at, title=title, about=conflict, body=body, link=link)


def may_decide(conflict: Conflict, by: Person, at: datetime) -> bool:
    try:
        _deciding(conflict, by, at)
    except Refused:
        return False
    return conflict.state == State.RAISED


def _needs(conflict: Conflict) -> Permission:
    return Permission.CONFLICT_DECIDE if conflict.level == Conflict.Level.BRANCH else Permission.CONFLICT_ARBITRATE


def _deciding(conflict: Conflict, by: Person, at: datetime) -> Delegation | None:
    """Refused to both sides, also by a post that the other side lent him."""
    if by.pk == conflict.owner_id:
        raise Refused(_("自己的事由别人办。"))
    acting = deciding(conflict, _needs(conflict), by=by, at=at)
    if acting and conflict.owner_id == acting.delegator_id:
        raise Refused(_("这件事不归你办。"))
    return acting


def grant(conflict: Conflict, *, reason: str, by: Person, at: datetime) -> None:
    """The client goes to who raised it, with everything that hangs on it."""
    between = conflict.level == Conflict.Level.CITY
    _decide(conflict, Conflict.GRANT_BETWEEN if between else Conflict.GRANT, reason=reason, by=by, at=at)


def keep(conflict: Conflict, *, reason: str, by: Person, at: datetime) -> None:
    """The client stays where it is."""
    between = conflict.level == Conflict.Level.CITY
    _decide(conflict, Conflict.KEEP_BETWEEN if between else Conflict.KEEP, reason=reason, by=by, at=at)


@transaction.atomic
def _decide(conflict: Conflict, step: Any, *, reason: str, by: Person, at: datetime) -> None:
    _deciding(conflict, by, at)
    prospect = Prospect.objects.select_for_update(of=("self",)).select_related("unit").get(pk=conflict.prospect_id)
    move(conflict, step, by=by, at=at, changes={"decided_by": by, "decided_at": at, "decision": reason})
    if step.target == State.GRANTED:
        if prospect.released_at is None and prospect.owner_id != conflict.owner_id:
            raise Refused(_("这家单位已换了负责人，裁定不再适用。请写明情况，裁定归原负责人。"))
        to = unit_of(conflict.person, at)
        call_off_visits([prospect.pk], by=by, at=at)
        pass_to(prospect, conflict.person, unit=to, by=by, at=at, verb="pass_client")
    _tell_decided(conflict, at)


def _tell_decided(conflict: Conflict, at: datetime) -> None:
    granted = conflict.state == State.GRANTED
    link = reverse("conflict", args=[conflict.pk])
    said = {
        conflict.person: _("归你") if granted else _("归原负责人"),
        conflict.owner: _("归申请人") if granted else _("归你"),
    }
    for person, word in said.items():
        title = _("撞单已裁定：{name} {word}").format(name=conflict.name, word=word)
        notices.post(
            "conflict_decided", to=person, at=at, title=title, about=conflict, body=conflict.decision, link=link
        )
    for kind in ("conflict_raised", "conflict_told"):
        notices.lapse(kind, link, at=at)


@transaction.atomic
def withdraw(conflict: Conflict, *, by: Person, at: datetime) -> None:
    """Whoever raised it takes it back."""
    if conflict.person_id != by.pk:
        raise Refused(_("只能撤回自己的申请。"))
    move(conflict, Conflict.WITHDRAW, by=by, at=at)
    for kind in ("conflict_raised", "conflict_told"):
        notices.lapse(kind, reverse("conflict", args=[conflict.pk]), at=at)
