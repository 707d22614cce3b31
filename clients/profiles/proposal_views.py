"""计划书 with its files, the client's receipt, and 知情同意."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.profiles import proposing
from clients.profiles.files import TYPES
from clients.profiles.forms import ConsentForm, ProposalForm, ReceiptForm, SentForm, WithdrawForm
from clients.profiles.models import CardConsent, Proposal
from clients.profiles.reading import reads_fully
from clients.profiles.views import answered, own, tapped
from org.idempotency.actions import Result
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires


@requires(Permission.CARD_WRITE)
@tapped
def new_proposal(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = own(request, pk)
    form = ProposalForm(request.POST or None, request.FILES or None, today=request.today)

    def act() -> Result:
        said = form.cleaned_data
        return proposing.add_proposal(prospect, form.said, said["file"], key=said["key"], **_who(request))

    return answered(request, prospect, form, act, title=_("上传计划书"), anchor="proposals")


@requires(Permission.CARD_WRITE)
@tapped
def sent(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own_proposal(request, pk)
    form = SentForm(request.POST or None, today=request.today, initial={"on": request.today})

    def act() -> Result:
        said = form.cleaned_data
        return proposing.mark_sent(found, on=said["on"], key=said["key"], **_who(request))

    title = _("{what} 送达客户").format(what=found)
    return answered(request, found.prospect, form, act, title=title, anchor="proposals")


@requires(Permission.CARD_WRITE)
@tapped
def receipt(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own_proposal(request, pk)
    form = ReceiptForm(request.POST or None, request.FILES or None, today=request.today)

    def act() -> Result:
        said = form.cleaned_data
        return proposing.take_receipt(found, form.said, said["file"], key=said["key"], **_who(request))

    title = _("{what} 客户回执").format(what=found)
    return answered(request, found.prospect, form, act, title=title, anchor="proposals")


@requires(Permission.PROSPECT_READ)
@require_safe
def proposal_file(request: SignedIn, pk: UUID, which: str) -> HttpResponse:
    """A copy to take, never shown in the page; absent for who reads masked: names and numbers stand in it."""
    seen = Proposal.objects.visible_to(request.user, request.today).select_related("prospect__unit")
    proposal = get_object_or_404(seen, pk=pk)
    if not reads_fully(proposal.prospect, request.user, request.today):
        raise Http404
    file = get_object_or_404(proposal.files, which=which)
    proposing.take_file(file, by=request.user, at=request.now)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(file.content), content_type=TYPES[file.kind], headers=headers)


@requires(Permission.CARD_WRITE)
@tapped
def new_consent(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = own(request, pk)
    form = ConsentForm(request.POST or None, today=request.today)

    def act() -> Result:
        return proposing.add_consent(prospect, form.said, key=form.cleaned_data["key"], **_who(request))

    return answered(request, prospect, form, act, title=_("知情同意"), anchor="consents")


@requires(Permission.CARD_WRITE)
@tapped
def withdraw_consent(request: SignedIn, pk: UUID) -> HttpResponse:
    mine = CardConsent.objects.of_owner(request.user).visible_to(request.user, request.today)
    found = get_object_or_404(mine.select_related("prospect"), pk=pk)
    form = WithdrawForm(request.POST or None, today=request.today, initial={"on": request.today})

    def act() -> Result:
        said = form.cleaned_data
        return proposing.withdraw_consent(found, on=said["on"], who=said["who"], key=said["key"], **_who(request))

    title = _("撤回「{what}」").format(what=found)
    return answered(request, found.prospect, form, act, title=title, anchor="consents")


def _own_proposal(request: SignedIn, pk: UUID) -> Proposal:
    mine = Proposal.objects.of_owner(request.user).visible_to(request.user, request.today)
    return get_object_or_404(mine.select_related("prospect"), pk=pk)


def _who(request: SignedIn) -> dict[str, Any]:
    return {"by": request.user, "at": request.now}
