"""日历订阅: the secret address is made, shown once, revoked; whoever has it reads that calendar and nothing else."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.chain import calendar
from org import clock
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import public, requires

LINKED = (Permission.VISIT_PLAN, Permission.VISIT_CONFIRM)


@requires(*LINKED)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: SignedIn) -> HttpResponse:
    """POST makes a new address and shows it this once."""
    address = ""
    if request.method == "POST":
        secret = calendar.make_link(request.user, at=request.now)
        address = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    context = {"address": address, "has_link": bool(address) or calendar.has_link(request.user)}
    return render(request, "clients/chain/visits/calendar.html", context)


@requires(*LINKED)
@require_POST
def end(request: SignedIn) -> HttpResponse:
    calendar.end_link(request.user, at=request.now)
    messages.success(request, _("已停用，旧地址不能再读"))
    return redirect("calendar-link")


@public
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For a calendar program, which cannot sign in; an address that is none answers as any that is not there."""
    at = clock.now()
    person = calendar.reader_of(secret)
    if person is None or not any(person.can(word, on=at.date()) for word in LINKED):
        raise Http404
    answer = HttpResponse(calendar.written(person, at=at), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="6311.ics"'
    return answer
