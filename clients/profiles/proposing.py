"""计划书 and 知情同意: versions with their files and receipts, and consents, which only a withdrawal ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients.profiles.actions import held_by, plain, settle
from clients.profiles.files import MOST, Upload
from clients.profiles.models import CardConsent, Proposal, ProposalFile
from org.idempotency.actions import Result, once
from org.trace.actions import record
from org.workflow import Refused

if TYPE_CHECKING:
    from clients.prospects.models import Prospect
    from org.people.models import Person

Which = ProposalFile.Which
MOST_VERSIONS = 50  # of one client; each holds a file


def add_proposal(
    prospect: Prospect, said: Mapping[str, Any], file: Upload, *, key: UUID, by: Person, at: datetime
) -> Result:
    """The next version with its file; of two at once each gets a number of its own."""

    def effect() -> Result:
        held = held_by(prospect, by=by, at=at)
        last = Proposal.objects.filter(prospect=held).aggregate(last=Max("version"))["last"] or 0
        if last >= MOST_VERSIONS:
            raise Refused(_("一家客户最多 {n} 版计划书").format(n=MOST_VERSIONS))
        made = Proposal.objects.create(prospect=held, version=last + 1, made_by=by, made_at=at, **said)
        _keep(made, Which.PROPOSAL, file)
        record(made, "add_proposal", by=by, at=at, changes={**plain(said), "file": file.name, "version": made.version})
        return {"proposal": str(made.pk), "version": made.version}

    return once(key, by=by, verb="add_proposal", at=at, parameters=_asked(prospect, said, file), effect=effect)


def mark_sent(proposal: Proposal, *, on: date, key: UUID, by: Person, at: datetime) -> Result:
    """送达: the day it reached the client; said once."""

    def effect() -> Result:
        held_by(proposal.prospect, by=by, at=at)
        if not Proposal.objects.filter(pk=proposal.pk, sent_on=None).update(sent_on=on):
            raise Refused(_("这一版已经记过送达日期，刷新看看。"))
        record(proposal, "send_proposal", by=by, at=at, changes={"on": str(on)})
        return {"version": proposal.version}

    return once(key, by=by, verb="send_proposal", at=at, parameters=_asked(proposal, {"on": on}), effect=effect)


def take_receipt(
    proposal: Proposal, said: Mapping[str, Any], file: Upload | None, *, key: UUID, by: Person, at: datetime
) -> Result:
    """客户回执: who at the client took it, when, and what he said; with the signed sheet where there is one."""

    def effect() -> Result:
        held_by(proposal.prospect, by=by, at=at)
        fresh = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if fresh.receipt_on is not None:
            raise Refused(_("这一版已经有回执，刷新看看。"))
        if fresh.sent_on is not None and said["receipt_on"] < fresh.sent_on:
            raise Refused(_("回执日期早于送达日期 {day}").format(day=fresh.sent_on))
        for name, value in {**said, "sent_on": fresh.sent_on or said["receipt_on"]}.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=[*said, "sent_on"])
        if file is not None:
            _keep(fresh, Which.RECEIPT, file)
        record(fresh, "receipt_proposal", by=by, at=at, changes={**plain(said), "file": file.name if file else ""})
        return {"version": fresh.version}

    return once(key, by=by, verb="receipt_proposal", at=at, parameters=_asked(proposal, said, file), effect=effect)


def add_consent(prospect: Prospect, said: Mapping[str, Any], *, key: UUID, by: Person, at: datetime) -> Result:
    def effect() -> Result:
        held = held_by(prospect, by=by, at=at)
        try:
            with transaction.atomic():
                given = CardConsent.objects.create(prospect=held, recorded_by=by, recorded_at=at, **said)
        except IntegrityError:
            raise Refused(_("{who} 对这一项的同意已经记过").format(who=said["given_by"])) from None
        record(given, "give_consent", by=by, at=at, changes=plain(said))
        return {"consent": str(given.pk), "made": settle(held, by=by, at=at)}

    return once(key, by=by, verb="give_consent", at=at, parameters=_asked(prospect, said), effect=effect)


def withdraw_consent(consent: CardConsent, *, on: date, who: str, key: UUID, by: Person, at: datetime) -> Result:
    """撤回: the row stays, with who took it back and when."""

    def effect() -> Result:
        held_by(consent.prospect, by=by, at=at)
        if on < consent.given_on:
            raise Refused(_("撤回日期早于同意日期 {day}").format(day=consent.given_on))
        open_one = CardConsent.objects.filter(pk=consent.pk, withdrawn_on=None)
        if not open_one.update(withdrawn_on=on, withdrawn_by=who):
            raise Refused(_("这一项已经撤回，刷新看看。"))
        record(consent, "withdraw_consent", by=by, at=at, changes={"on": str(on), "who": who})
        return {}

    said = {"on": on, "who": who}
    return once(key, by=by, verb="withdraw_consent", at=at, parameters=_asked(consent, said), effect=effect)


def take_file(file: ProposalFile, *, by: Person, at: datetime) -> None:
    """Somebody took a copy: who and when stays."""
    record(file.proposal, "take_file", by=by, at=at, changes={"file": file.name, "which": file.which})


def take_card(prospect: Prospect, *, by: Person, at: datetime) -> None:
    record(prospect, "export_card", by=by, at=at)


def _asked(about: Any, said: Mapping[str, Any], file: Upload | None = None) -> dict[str, Any]:
    digest = sha256(file.content).hexdigest() if file else ""
    return {"about": str(about.pk), "file": digest, **plain(said)}


def _keep(proposal: Proposal, which: Which, file: Upload) -> None:
    if len(file.content) > MOST:
        raise Refused(_("文件超过 10 MB"))
    ProposalFile.objects.create(
        proposal=proposal, which=which, name=file.name, kind=file.kind, size=len(file.content),
        sha256=sha256(file.content).hexdigest(), content=file.content,
    )  # fmt: skip
