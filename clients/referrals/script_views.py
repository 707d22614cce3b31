"""话术库: what HQ publishes and everybody of sales reads, version by version."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.referrals import reading, scripts
from clients.referrals.forms import ScriptForm
from clients.referrals.models import TalkTrack
from org.idempotency.actions import Result
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SCRIPT_READ)
@require_safe
def library(request: SignedIn) -> HttpResponse:
    context = {
        "scripts": reading.library(request.user, request.today),
        "writes": request.user.can(Permission.SCRIPT_WRITE, on=request.today),
    }
    return render(request, "clients/referrals/library.html", context)


@requires(Permission.SCRIPT_READ)
@require_safe
def script(request: SignedIn, pk: UUID) -> HttpResponse:
    """As it stands today; every older and coming version below it."""
    track = get_object_or_404(TalkTrack.objects.visible_to(request.user, request.today), pk=pk)
    now = scripts.current(track, request.today)
    context = {
        "track": track,
        "now": now,
        "versions": track.versions.select_related("made_by"),
        "today": request.today,
        "writes": not track.retired_at and _editable(request, pk) is not None,
        "trail": [(_("话术库"), reverse("talk-tracks")), (now.title, "")],
    }
    return render(request, "clients/referrals/script.html", context)


@requires(Permission.SCRIPT_WRITE)
@tapped
def new(request: SignedIn) -> HttpResponse:
    form = ScriptForm(request.POST or None)

    def act() -> Result:
        what = form.script(request.today)
        return scripts.add(what, by=request.user, at=request.now, key=form.cleaned_data["key"])

    return _saved(request, form, act, _("已发布"), None)


@requires(Permission.SCRIPT_WRITE)
@tapped
def revise(request: SignedIn, pk: UUID) -> HttpResponse:
    """What is saved is the next version."""
    track = get_object_or_404(TalkTrack.objects.editable_by(request.user, request.today), pk=pk)
    now = track.versions.latest("number")
    said = {"title": now.title, "occasion": now.occasion, "steps": "\n".join(now.steps)}
    form = ScriptForm(request.POST or None, initial=said)

    def act() -> Result:
        what = form.script(request.today)
        return scripts.revise(track, what, by=request.user, at=request.now, key=form.cleaned_data["key"])

    return _saved(request, form, act, _("已发布新版"), track)


@requires(Permission.SCRIPT_WRITE)
@require_POST
def retire(request: SignedIn, pk: UUID) -> HttpResponse:
    track = get_object_or_404(TalkTrack.objects.editable_by(request.user, request.today), pk=pk)
    tried(request, lambda: scripts.retire(track, by=request.user, at=request.now), _("已停用，用过的记录都还在"))
    return redirect("talk-track", pk)


def _editable(request: SignedIn, pk: UUID) -> TalkTrack | None:
    return TalkTrack.objects.editable_by(request.user, request.today).filter(pk=pk).first()


def _saved(
    request: SignedIn, form: ScriptForm, act: Callable[[], Result], done: str, track: TalkTrack | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            result = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("talk-track", result["track"])
    context = {"form": form, "track": track, "today": request.today}
    return render(request, "clients/referrals/script_form.html", context, status=422 if form.is_bound else 200)
