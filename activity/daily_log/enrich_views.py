"""补充资料: the page where the owner of a prospect writes what he has learnt of it today."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from activity.daily_log.enrich_forms import EnrichForm
from activity.daily_log.enriching import counted_in_week, enrich, row_of, said
from clients.prospects.models import Prospect
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.rules.book import book_on
from org.workflow import Refused


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def enrich_client(request: SignedIn, pk: UUID) -> HttpResponse:
    seen = Prospect.objects.visible_to(request.user, on=request.today)
    prospect = get_object_or_404(seen, pk=pk, owner=request.user, released_at=None)
    form = EnrichForm(request.POST or None, prospect=prospect, day=request.today, at=request.now)
    if request.method == "POST" and (done := _enriched(request, prospect, form)):
        messages.success(request, done)
        return redirect("client", pk)
    context = {
        "prospect": prospect,
        "form": form,
        "rules": book_on(request.today).enrichment,
        "used": counted_in_week(request.user, request.today),
        "so_far": row_of(request.user, pk, request.today),
        "is_old": prospect.registered_on < request.today,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "activity/daily_log/enrich.html", context, status=status)


def _enriched(request: SignedIn, prospect: Prospect, form: EnrichForm) -> str:
    """The sentence of what came of it; empty with the errors on the form."""
    if not form.is_valid():
        return ""
    given = {"prospect": prospect.pk, "facts": form.facts, "met": form.met, "key": form.cleaned_data["key"]}
    try:
        result = enrich(request.user, day=request.today, at=request.now, **given)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return said(result, request.today)
