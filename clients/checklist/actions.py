"""The writers of the ten items on the owner's side: tell, ask the client by a link, take over, erase.

Traces say that it was done and never what was said.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.checklist.drafts import forget_drafts
from clients.checklist.known import from_diagnosis
from clients.checklist.models import Answer, ClientLink, ConsultationChecklist, Submission
from clients.checklist.rules import ASKED, Answers, Item, about_a_child
from clients.prospects.models import Prospect
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.permissions import Permission
from org.rules.book import book_on
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from org.people.models import Person

Source, State = Answer.Source, ClientLink.State


def hashed(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()


def _token(key: UUID, by: Person) -> str:
    """Follows from the form's key, which is random, and the secret of the house: a double tap shows the same link."""
    return hmac.new(settings.SECRET_KEY.encode(), f"client-link:{by.pk}:{key}".encode(), sha256).hexdigest()


def _locked(prospect: Prospect, *, by: Person, at: datetime) -> ConsultationChecklist:
    """The checklist, made where there is none; one writer at a time, and a hand-over before or after."""
    prospect = Prospect.objects.select_for_update(of=("self",)).get(pk=prospect.pk)
    if prospect.owner_id != by.pk or not by.can(Permission.DIAGNOSIS_WRITE, on=at.date()):
        raise Refused(_("十项资料只由负责这个家庭的客户经理填写。"))
    if prospect.kind != Prospect.Kind.HOUSEHOLD:
        raise Refused(_("十项资料是家庭的，单位客户填档案卡。"))
    made = {"created_at": at, "changed_at": at}
    one, _new = ConsultationChecklist.objects.get_or_create(prospect=prospect, person=by, defaults=made)
    return ConsultationChecklist.objects.select_for_update().get(pk=one.pk)


def _answers(checklist: ConsultationChecklist) -> dict[str, Any]:
    return dict(checklist.answers.values_list("item", "value"))


def _keep(checklist: ConsultationChecklist, told: Answers, source: str, *, at: datetime) -> None:
    """What came from the client stays his, so that his withdrawal finds it however it was changed since. Where nothing
    is told nothing changes: the term for which answers are kept does not begin again."""
    if not told:
        return
    his = set(checklist.answers.filter(source=Source.CLIENT).values_list("item", flat=True))
    for item, value in told.items():
        given = {"value": value, "source": Source.CLIENT if item in his else source, "at": at}
        Answer.objects.update_or_create(checklist=checklist, item=item, defaults=given)
    ConsultationChecklist.objects.filter(pk=checklist.pk).update(changed_at=at)


def tell(
    prospect: Prospect,
    item: Item,
    value: Mapping[str, Any] | None,
    *,
    guardian: bool,
    by: Person,
    at: datetime,
    key: UUID,
) -> Result:
    """Write what the family said of one item; nothing said takes it back. A child's data need the guardian's word."""

    def effect() -> Result:
        checklist = _locked(prospect, by=by, at=at)
        if item not in ASKED:
            raise Refused(_("健康状况由客户自己填，要他单独同意。"))
        if not value:
            checklist.answers.filter(item=item).delete()
        else:
            after = {**_answers(checklist), item: value}
            _ask_guardian(checklist, after, agreed=guardian, at=at)
            _keep(checklist, {item: value}, Source.TOLD, at=at)
        record(checklist, "tell_checklist", by=by, at=at)
        return {"checklist": str(checklist.pk)}

    said = {"prospect": prospect.pk, "item": item.value, "value": value, "guardian": guardian}
    return once(key, by=by, verb="tell_checklist", at=at, parameters=said, effect=effect)


def _ask_guardian(checklist: ConsultationChecklist, answers: Answers, *, agreed: bool, at: datetime) -> None:
    if checklist.guardian_agreed_at or not about_a_child(answers):
        return
    if not agreed:
        raise Refused(_("写了孩子的情况，要先由监护人同意：勾选「监护人已经同意」。"))
    ConsultationChecklist.objects.filter(pk=checklist.pk).update(guardian_agreed_at=at)


def fill_known(prospect: Prospect, *, by: Person, at: datetime, key: UUID) -> Result:
    """Bring over what the needs diagnosis knows, where the checklist knows nothing yet; the result counts the items."""

    def effect() -> Result:
        checklist = _locked(prospect, by=by, at=at)
        found, agreed_at = from_diagnosis(prospect, by)
        have = _answers(checklist)
        new = {item: value for item, value in found.items() if not have.get(item)}
        if new and agreed_at and not checklist.guardian_agreed_at:
            ConsultationChecklist.objects.filter(pk=checklist.pk).update(guardian_agreed_at=agreed_at)
        _keep(checklist, new, Source.DIAGNOSIS, at=at)
        return {"items": len(new)}

    said = {"prospect": prospect.pk}
    return once(key, by=by, verb="fill_checklist", at=at, parameters=said, effect=effect)


def make_link(prospect: Prospect, *, by: Person, at: datetime, key: UUID) -> str:
    """A new link for the client, the earlier ones end; gives the token, of which only the hash is kept."""
    token = _token(key, by)

    def effect() -> Result:
        checklist = _locked(prospect, by=by, at=at)
        checklist.links.filter(state=State.WAITING).update(state=State.ENDED, ended_at=at)
        until = at + timedelta(days=book_on(at.date()).consultation.link_days)
        link = ClientLink.objects.create(checklist=checklist, token_hash=hashed(token), created_at=at, expires_at=until)
        record(link, "make_client_link", by=by, at=at)
        return {"link": str(link.pk)}

    once(key, by=by, verb="make_client_link", at=at, parameters={"prospect": prospect.pk}, effect=effect)
    return token


@transaction.atomic
def end_link(link: ClientLink, *, by: Person, at: datetime) -> None:
    if not ClientLink.objects.filter(pk=link.pk, state=State.WAITING).update(state=State.ENDED, ended_at=at):
        raise Refused(_("客户已经填完，或链接已经作废，刷新看看。"))
    record(link, "end_client_link", by=by, at=at)


def take(submission: Submission, items: Iterable[str], *, by: Person, at: datetime, key: UUID) -> Result:
    """Take over the chosen items of what the client told. What is not chosen is not kept: he was asked once."""
    wanted = sorted(set(items))

    def effect() -> Result:
        checklist = _locked(submission.link.checklist.prospect, by=by, at=at)
        told = Submission.objects.select_for_update().filter(pk=submission.pk).first()
        moved = ClientLink.objects.filter(pk=submission.link_id, state=State.FILLED, checklist=checklist)
        if told is None or not moved.update(state=State.TAKEN):
            raise Refused(_("已经核对过，或客户已撤回，刷新看看。"))
        chosen = {item: told.answers[item] for item in wanted if item in told.answers and item in ASKED}
        if told.guardian_agreed_at and not checklist.guardian_agreed_at:
            agreed = {"guardian_agreed_at": told.guardian_agreed_at}
            ConsultationChecklist.objects.filter(pk=checklist.pk).update(**agreed)
        checklist.answers.filter(item__in=chosen).delete()
        _keep(checklist, chosen, Source.CLIENT, at=at)
        Submission.objects.filter(pk=told.pk).update(answers={}, taken=list(chosen))
        record(checklist, "take_checklist", by=by, at=at)
        notices.lapse("checklist_filled", reverse("client-checklist-review", args=[checklist.prospect_id]), at=at)
        return {"items": len(chosen)}

    said = {"submission": submission.pk, "items": wanted}
    return once(key, by=by, verb="take_checklist", at=at, parameters=said, effect=effect)


@transaction.atomic
def erase(prospect: Prospect, *, by: Person, at: datetime) -> None:
    """On the client's request: everything the family told, the health answer and the links with it."""
    checklist = _locked(prospect, by=by, at=at)
    forget(checklist, by=by, at=at)


def forget(checklist: ConsultationChecklist, *, by: Person | None, at: datetime) -> None:
    """Nothing of it stays but the line in the trace that says so."""
    record(checklist, "erase_checklist", by=by, at=at)
    notices.lapse("checklist_filled", reverse("client-checklist-review", args=[checklist.prospect_id]), at=at)
    forget_drafts(checklist)
    checklist.delete()
