"""离任清单: one's own, and for whoever hands clients over that of the people within his reach."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.handover.leaving import ITEMS, checklist
from clients.handover.models import WORDS
from clients.handover.reading import of_whom
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires

PAGE = 50


@requires(Permission.PROSPECT_WRITE, Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@require_safe
def leaving(request: SignedIn) -> HttpResponse:
    """Everything at zero: he can go."""
    of = _of(request)
    ticks = checklist(of, request.user, request.now)
    context = {
        "of": of,
        "own": of == request.user,
        "ticks": ticks,
        "open": sum(bool(one.left) for one in ticks),
        "hands_over": of != request.user and any(request.user.can(word, on=request.today) for word in WORDS),
    }
    return render(request, "clients/handover/leaving.html", context)


@requires(Permission.PROSPECT_WRITE, Permission.PROSPECT_REASSIGN, Permission.PROSPECT_TRANSFER)
@require_safe
def rows(request: SignedIn) -> HttpResponse:
    """The entries behind a count."""
    of = _of(request)
    item = ITEMS.get(request.GET.get("item", "clients"))
    if item is None:
        raise Http404
    page = Paginator(item.find(of, request.user, request.now), PAGE).get_page(request.GET.get("page"))
    key = request.GET.get("item", "clients")
    back = f"{reverse('leaving')}?who={of.employee_no}"
    context = {
        "of": of,
        "page": page,
        "lines": [item.show(one) for one in page],
        "label": item.label,
        "query": f"who={of.employee_no}&item={key}&",
        "trail": [(_("{name}的离任清单").format(name=of.name), back), (item.label, "")],
    }
    return render(request, "clients/handover/leaving_rows.html", context)


def _of(request: SignedIn) -> Person:
    """Himself, or somebody whose book he may look into."""
    who = request.GET.get("who", "").replace("\0", "")
    if who in ("", request.user.employee_no):
        return request.user
    return get_object_or_404(of_whom(request.user, request.today), employee_no=who)
