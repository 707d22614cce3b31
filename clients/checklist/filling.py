"""What the client himself does with his link: begin, hand in once, withdraw. Nobody has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.checklist.drafts import forget_drafts
from clients.checklist.models import Answer, ClientLink, ConsultationChecklist, HealthAnswer, MissedLink, Submission
from clients.checklist.rules import ASKED, about_a_child
from org.idempotency.actions import Result, once
from org.notices import actions as notices
from org.trace.actions import record
from org.workflow import Refused

CLIENT = "client"  # the actor in the trace
MISSES, REST = 20, timedelta(minutes=15)  # wrong addresses from one place, as for signing in (org/accounts/lockout.py)
TAPS = timedelta(minutes=1)
State = ClientLink.State


class Filled(NamedTuple):
    """The sheet as it was handed in, with what was ticked and the words that were agreed to."""

    answers: Mapping[str, Any]
    consented_at: datetime
    notice_sha256: str
    guardian: bool = False
    health: str = ""
    health_agreed: bool = False


def rests(address: str, *, at: datetime) -> bool:
    """Whether too many addresses that lead nowhere were tried from there."""
    return MissedLink.objects.filter(address=address, at__gt=at - REST).count() >= MISSES


def miss(address: str, *, at: datetime) -> None:
    MissedLink.objects.filter(at__lt=at - REST).delete()
    MissedLink.objects.create(address=address[:64], at=at)


def begin(link: ClientLink, *, devices: int, at: datetime, key: UUID | None = None) -> None:
    """On one more device; who passes the link around does not open it for everybody. The same page tapped twice is one
    device, for as long as a hasty finger needs."""

    def effect() -> Result:
        _open(link, devices, at)
        return {"at": at.isoformat()}

    if key is None:
        _open(link, devices, at)
        return
    said = {"link": link.pk}
    begun = once(key, by=link.checklist.person, verb="begin_link", at=at, parameters=said, effect=effect)
    if at - datetime.fromisoformat(begun["at"]) > TAPS:
        _open(link, devices, at)


def _open(link: ClientLink, devices: int, at: datetime) -> None:
    mine = ClientLink.objects.filter(pk=link.pk, state=State.WAITING, expires_at__gt=at, openings__lt=devices)
    if not mine.update(openings=F("openings") + 1):
        raise Refused(_("这个链接已经在 {n} 台设备上打开过，不能再开了。请向发给你的人再要一个。").format(n=devices))


@transaction.atomic
def submit(link: ClientLink, filled: Filled, *, at: datetime) -> bool:
    """Keep what the client told; False for all but the first of those who hand it in. The owner is told that, not what.

    One statement decides: no two transactions move the same row out of WAITING.
    """
    told = {item: value for item, value in filled.answers.items() if item in ASKED}
    child = about_a_child(told)
    if child and not filled.guardian:
        raise Refused(_("写了孩子的情况，要由监护人勾选同意；或把孩子的那几行清空。"))
    if filled.health and not filled.health_agreed:
        raise Refused(_("写了健康状况要单独勾选同意；不同意就把它清空，不影响其他各项。"))
    list(
        ConsultationChecklist.objects.select_for_update().filter(pk=link.checklist_id)
    )  # always locked before its links
    if not _won(link, at):
        return False
    kept = Submission.objects.create(
        link=link, answers=told, at=at, consented_at=filled.consented_at, notice_sha256=filled.notice_sha256,
        about_a_child=child, guardian_agreed_at=at if child else None,
    )  # fmt: skip
    if filled.health:
        HealthAnswer.objects.create(submission=kept, words=filled.health, consented_at=at)
    ConsultationChecklist.objects.filter(pk=link.checklist_id).update(changed_at=at)
    record(link, "fill_client_link", by=None, at=at, actor=CLIENT)
    _tell(link, "checklist_filled", _("{name}：十项资料客户填好了"), at=at)
    return True


def _won(link: ClientLink, at: datetime) -> bool:
    """Compare and set: of all who hand in, one moves the row."""
    mine = ClientLink.objects.filter(pk=link.pk, state=State.WAITING, expires_at__gt=at)
    return bool(mine.update(state=State.FILLED))


@transaction.atomic
def withdraw(link: ClientLink, *, at: datetime) -> bool:
    """The client's consent ends: what he filled in goes, also what was taken over; False where nothing was left."""
    checklist = ConsultationChecklist.objects.select_for_update().get(pk=link.checklist_id)
    filled = ClientLink.objects.filter(pk=link.pk, state__in=(State.FILLED, State.TAKEN))
    if not filled.update(state=State.WITHDRAWN, ended_at=at):
        return False
    told = Submission.objects.filter(link=link)
    agreed = told.exclude(guardian_agreed_at=None).values_list("guardian_agreed_at", flat=True).first()
    told.delete()
    checklist.answers.filter(source=Answer.Source.CLIENT).delete()
    if agreed and agreed == checklist.guardian_agreed_at:
        _end_guardians_word(checklist)
    record(link, "withdraw_client_consent", by=None, at=at, actor=CLIENT)
    notices.lapse("checklist_filled", reverse("client-checklist-review", args=[checklist.prospect_id]), at=at)
    _tell(link, "checklist_withdrawn", _("{name}：客户撤回了同意，他填的十项资料已删除"), at=at)
    return True


def _end_guardians_word(checklist: ConsultationChecklist) -> None:
    """It was given with the sheet and ends with it: what else is known of a child goes, also what is being written."""
    ConsultationChecklist.objects.filter(pk=checklist.pk).update(guardian_agreed_at=None)
    left = dict(checklist.answers.values_list("item", "value"))
    if about_a_child(left):
        of_child = [item for item, value in left.items() if about_a_child({item: value})]
        checklist.answers.filter(item__in=of_child).delete()
    forget_drafts(checklist)


def _tell(link: ClientLink, kind: str, title: str, *, at: datetime) -> None:
    """The one who asked; `once` is the link, so the same is told once."""
    checklist = link.checklist
    where = "client-checklist-review" if kind == "checklist_filled" else "client-checklist"
    notices.post(
        kind, to=checklist.person, at=at, title=title.format(name=checklist.prospect.name),
        link=reverse(where, args=[checklist.prospect_id]), once=f"{kind}:{link.pk}",
    )  # fmt: skip
