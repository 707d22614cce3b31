"""交接: whose book waits, to whom it goes (seen before it is done), what was done, and undoing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.handover import actions, reading
from clients.handover.forms import HandoverForm
from clients.handover.models import HandedClient, Handover
from clients.handover.rules import undo_until
from org.pages.navigation import waiting
from org.pages.telling import tried
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

PAGE = 50
LATELY = 20  # hand-overs on the page of the books
tapped = require_http_methods(["GET", "HEAD", "POST"])
waiting("handovers")(reading.waiting_books)


@requires(Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@require_safe
def handovers(request: SignedIn) -> HttpResponse:
    """Books left behind first."""
    done = Handover.objects.visible_to(request.user, request.today).select_related("person", "by")
    page = Paginator(reading.books(request.user, request.today), PAGE).get_page(request.GET.get("page"))
    return render(request, "clients/handover/books.html", {"page": page, "done": done[:LATELY]})


@requires(Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@tapped
def new(request: SignedIn, who: str) -> HttpResponse:
    """Choose; see what would happen; confirm. Only the last writes."""
    giver = get_object_or_404(reading.of_whom(request.user, request.today), employee_no=who)
    form, context = _form(request, giver)
    if request.method != "POST" or "edit" in request.POST:
        return render(request, "clients/handover/new.html", context)
    if "confirm" in request.POST and (pk := _handed(form, giver, request)):
        return redirect("handover", pk)
    if not form.errors:
        context["shares"] = reading.shares(form.cleaned_data["plan"], form.rows, request.today)
        return render(request, "clients/handover/preview.html", context)
    return render(request, "clients/handover/new.html", context, status=422)


def _form(request: SignedIn, giver: Person) -> tuple[HandoverForm, dict[str, Any]]:
    """The form of the clients that are shown: all, or those whose name has what was looked for."""
    wanted = request.GET.get("q", "").replace("\0", "").strip()[:60]
    held = reading.within_reach(request.user, request.today).filter(owner=giver)
    if wanted:
        held = held.filter(name__icontains=wanted)
    total = held.count()
    rows = reading.lines(list(held.order_by("name", "pk")[: reading.AT_ONCE]), giver, request.now)
    people = reading.receivers(request.user, giver, request.today)
    form = HandoverForm(request.POST if request.method == "POST" else None, rows=rows, people=people)
    context = {
        "form": form,
        "giver": giver,
        "wanted": wanted,
        "total": total,
        "more": total - len(rows),
        "disputed": [row for row in rows if row.disputed],
        "nobody": not people,
        "own": giver == request.user,
        "trail": [(_("交接"), reverse("handovers")), (giver.name, "")],
    }
    return form, context


def _handed(form: HandoverForm, giver: Person, request: SignedIn) -> str:
    """The key of the hand-over; empty with the errors on the form. A second tap finds nothing left to choose from, and
    is led to what the first did."""
    is_good, said = form.is_valid(), form.cleaned_data
    if not is_good:
        return actions.made_with(said.get("key"), request.user)
    try:
        made = actions.hand_over(giver, said["plan"], by=request.user, at=request.now, key=said["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    messages.success(request, _("已交接，双方都已告诉"))
    return str(made["handover"])


@requires(Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@require_safe
def handover(request: SignedIn, pk: UUID) -> HttpResponse:
    """What went to whom, and which visits have to be arranged anew."""
    found = _visible(request, pk)
    rows = found.clients.select_related("prospect", "to")
    until = undo_until(found.at)
    context = {
        "one": found,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "stayed": [(row, *one) for row in rows.exclude(stayed=[]) for one in row.stayed],
        "until": until,
        "may_undo": found.undone_at is None and request.now < until,
        "trail": [(_("交接"), reverse("handovers")), (_("{name}的客户").format(name=found.person.name), "")],
    }
    return render(request, "clients/handover/handover.html", context)


@requires(Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@require_POST
def undo(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    tried(
        request,
        lambda: actions.undo(found, by=request.user, at=request.now),
        _("已撤销，客户回到{name}名下").format(name=found.person.name),
    )
    return redirect("handover", pk)


@requires(Permission.PROSPECT_WRITE)
@require_safe
def received(request: SignedIn) -> HttpResponse:
    """接手的客户: what is promised when, the nearest first."""
    rows = HandedClient.objects.received_by(request.user).select_related("prospect", "handover__person")
    page = Paginator(rows.order_by(*reading.NEXT_FIRST, "pk"), PAGE).get_page(request.GET.get("page"))
    visits = reading.next_visits([row.prospect_id for row in page], request.user, request.now)
    lines = [(row, visits.get(row.prospect_id)) for row in page]
    return render(request, "clients/handover/received.html", {"page": page, "rows": lines})


def _visible(request: SignedIn, pk: UUID) -> Handover:
    visible = Handover.objects.visible_to(request.user, request.today)
    return get_object_or_404(visible.select_related("person", "unit", "by", "undone_by"), pk=pk)
