"""The address behind static/autosave.js: one's own draft of a form, read, saved, thrown away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from org.drafts import actions
from org.drafts.forms import NameForm, SaveForm
from org.drafts.models import FormDraft
from org.requests import SignedIn
from org.routes import signed_in

INVALID, CONFLICT = 422, 409


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: SignedIn) -> HttpResponse:
    """Of the person who asks, who can name nobody else's; version 0 says that there is none."""
    if request.method == "POST":
        return _save(request)
    named = NameForm(request.GET)
    if not named.is_valid():
        return JsonResponse(_said(request, None))
    own = FormDraft.objects.visible_to(request.user)
    return JsonResponse(_said(request, own.filter(form=named.name.form, subject=named.name.subject).first()))


def _save(request: SignedIn) -> HttpResponse:
    form = SaveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"trouble": " ".join(map(str, form.errors.get("written", [])))}, status=INVALID)
    sent = form.cleaned_data
    saving = actions.keep(
        request.user, form.name, sent["written"], version=sent["version"], page=sent["page"], at=request.now
    )
    return JsonResponse(_said(request, saving.draft), status=200 if saving.taken else CONFLICT)


def _said(request: SignedIn, found: FormDraft | None) -> dict[str, Any]:
    """`at`: 14:02 today, 11.19 14:02 on another day."""
    if found is None:
        return {"version": 0, "at": "", "data": {}}
    at = localtime(found.saved_at)
    hour = f"{at:%H:%M}" if at.date() == request.today else f"{at.month}.{at.day} {at:%H:%M}"
    return {"version": found.version, "at": hour, "data": found.data}


@signed_in
@require_POST
def discard(request: SignedIn) -> HttpResponse:
    named = NameForm(request.POST)
    if not named.is_valid():
        return JsonResponse({}, status=INVALID)
    actions.forget(request.user, named.name)
    return JsonResponse(_said(request, None))
