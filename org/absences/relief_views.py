"""批量减免: what HQ has granted to whole units, and the form with its preview."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from org.absences import relieving
from org.absences.forms import ReliefForm
from org.absences.models import Relief
from org.absences.reading import RELIEF_SHEET, decisions, relief_sheet_of
from org.absences.relieving import Touched, topmost, touched
from org.absences.words import spelled
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit
from org.units.naming import full_names, with_branch
from org.workbooks.downloads import download_list
from org.workflow import Refused

LATEST = 40  # decisions on the page
EVERY = 100_000  # of a download
tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.RELIEF_GRANT)
@require_safe
def relief(request: SignedIn) -> HttpResponse:
    rows = Relief.objects.visible_to(request.user, request.today).latest_batches(LATEST)
    exports = request.user.can(Permission.ABSENCE_EXPORT, on=request.today)
    return render(request, "org/relief/list.html", {"rows": decisions(rows, request.today), "exports": exports})


@requires(Permission.ABSENCE_EXPORT)
@require_POST
def relief_export(request: SignedIn) -> HttpResponse:
    """Every relief within reach, the latest decision first."""
    found = decisions(Relief.objects.visible_to(request.user, request.today).latest_batches(EVERY), request.today)
    rows = relief_sheet_of(found)
    return download_list(_("批量减免"), RELIEF_SHEET, rows, filters={}, by=request.user, at=request.now)


@requires(Permission.RELIEF_GRANT)
@tapped
def new(request: SignedIn) -> HttpResponse:
    """First tap: how many people and half days; second tap, with the same form: done."""
    units = Unit.objects.chosen_from(request.user, Permission.RELIEF_GRANT, on=request.today)
    form = ReliefForm(request.POST or None, units=full_names(units), initial={"first": request.today})
    preview: Touched | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if form.cleaned_data["seen"] == _seen(form) and _granted(request, form):
                return redirect("relief")
            preview = touched(topmost(form.chosen), form.stretch)
            status = 409 if form.errors else 200
    said = {}
    if preview:
        names = with_branch(topmost(form.chosen)).values()
        when = spelled(form.stretch, today=request.today)
        said = {"when": when, "units": "、".join(names), "seen": _seen(form)}
    return render(request, "org/relief/new.html", {"form": form, "preview": preview, **said}, status=status)


def _seen(form: ReliefForm) -> str:
    """What the preview was about."""
    words = repr((sorted(form.cleaned_data["units"]), form.stretch))
    return sha256(words.encode()).hexdigest()


def _granted(request: SignedIn, form: ReliefForm) -> bool:
    given = {"reason": form.cleaned_data["reason"], "key": form.cleaned_data["key"]}
    try:
        relieving.grant_relief(form.chosen, form.stretch, by=request.user, at=request.now, **given)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已减免 {when}").format(when=spelled(form.stretch, today=request.today)))
    return True


@requires(Permission.RELIEF_GRANT)
@require_POST
def withdraw(request: SignedIn, batch: UUID) -> HttpResponse:
    if not Relief.objects.visible_to(request.user, request.today).of_batch(batch).exists():
        raise Http404
    tried(
        request,
        lambda: relieving.withdraw_relief(batch, by=request.user, at=request.now),
        _("已撤回，这些半天重新计入要求"),
    )
    return redirect("relief")
