"""撞单: what waits, one with both reasons, raising it and deciding it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.protection import conflicts as verbs
from clients.protection import reading
from clients.protection.forms import DecideForm, RaiseForm
from clients.protection.models import Conflict
from clients.protection.views import tabs
from org.pages.navigation import waiting
from org.pages.telling import tried
from org.pages.waiting import Waits
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

PAGE = 50
tapped = require_http_methods(["GET", "HEAD", "POST"])


@waiting("conflicts")
def to_decide(person: Person, day: date) -> Waits:
    if not reach(person, Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE, on=day).paths:
        return 0
    return Conflict.objects.to_decide(person, day)


@requires(Permission.CONFLICT_READ)
@require_safe
def conflicts(request: SignedIn) -> HttpResponse:
    """What waits for his hand first."""
    person, today = request.user, request.today
    waits = list(Conflict.objects.to_decide(person, today).select_related("person", "unit", "owner_unit"))
    rest = reading.conflicts(person, today).exclude(pk__in=[one.pk for one in waits])
    context = {
        **tabs(person, request),
        "waits": waits,
        "page": Paginator(rest, PAGE).get_page(request.GET.get("page")),
        "raises": person.can(Permission.CONFLICT_RAISE, on=today),
    }
    return render(request, "clients/protection/conflicts.html", context)


@requires(Permission.CONFLICT_RAISE)
@tapped
def new(request: SignedIn) -> HttpResponse:
    form = RaiseForm(request.POST or None, initial={"name": request.GET.get("name", "").replace("\0", "")[:100]})
    if request.method == "POST" and (pk := _raised(form, request)):
        messages.success(request, _("已申请裁定，结果会在消息里告诉你"))
        return redirect("conflict", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/protection/conflict_new.html", {"form": form}, status=status)


def _raised(form: RaiseForm, request: SignedIn) -> str:
    """The key of the new conflict; empty with the errors on the form."""
    if not form.is_valid():
        return ""
    said = form.cleaned_data
    try:
        made = verbs.raise_conflict(request.user, said["name"], said["reason"], at=request.now, key=said["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return str(made["conflict"])


@requires(Permission.CONFLICT_READ)
@require_safe
def conflict(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk), DecideForm())


@requires(Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE)
@tapped
def grant(request: SignedIn, pk: UUID) -> HttpResponse:
    return _decide(request, pk, verbs.grant, _("已裁定归申请人，双方都已告诉"))


@requires(Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE)
@tapped
def keep(request: SignedIn, pk: UUID) -> HttpResponse:
    return _decide(request, pk, verbs.keep, _("已裁定归原负责人，双方都已告诉"))


@requires(Permission.CONFLICT_RAISE)
@require_POST
def withdraw(request: SignedIn, pk: UUID) -> HttpResponse:
    own = Conflict.objects.visible_to(request.user, request.today).filter(person=request.user)
    found = get_object_or_404(own, pk=pk)
    tried(request, lambda: verbs.withdraw(found, by=request.user, at=request.now), _("已撤回"))
    return redirect("conflict", pk)


def _visible(request: SignedIn, pk: UUID) -> Conflict:
    return get_object_or_404(reading.conflicts(request.user, request.today), pk=pk)


def _page(request: SignedIn, found: Conflict, form: DecideForm, *, status: int = 200) -> HttpResponse:
    """Who decides or reads the branch sees both sides by name; each side sees the other's branch alone."""
    person = request.user
    side = person.pk in (found.person_id, found.owner_id)
    from_branch, held_by = reading.branches_of(found)
    context = {
        "one": found,
        "form": form,
        "raised_it": person.pk == found.person_id,
        "side": side,
        "from_branch": from_branch,
        "held_by": held_by,
        "may_decide": verbs.may_decide(found, person, request.now),
        "waits_for": verbs.deciders(found, request.now) if found.state == Conflict.State.RAISED else [],
    }
    return render(request, "clients/protection/conflict.html", context, status=status)


def _decide(request: SignedIn, pk: UUID, act: Callable[..., None], done: str) -> HttpResponse:
    """Act, and back to the list. Refused: the page as it now stands, with the sentence."""
    found = _visible(request, pk)
    if request.method != "POST":
        return redirect("conflict", pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        act(found, reason=form.cleaned_data["reason"], by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("conflict", pk)
    messages.success(request, done)
    return redirect("conflicts")
