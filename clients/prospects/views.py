"""One client: its facts and contacts, what happened with it, what is next, and the panels of the rooms above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.prospects import actions, changing
from clients.prospects.finding import WORDS
from clients.prospects.forms import ContactForm, NextForm, StatusForm
from clients.prospects.models import Contact, Prospect
from clients.prospects.panels import panels_of
from clients.prospects.timeline import timeline_of
from org.forms import KeyedForm
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(*WORDS)
@require_safe
def client(request: SignedIn, pk: UUID) -> HttpResponse:
    """The address of a client that was merged leads to the one that stayed, for whoever may see that."""
    seen = Prospect.objects.visible_to(request.user, on=request.today)
    prospect = seen.filter(pk=pk).select_related("owner", "unit").first()
    if prospect is None:
        return redirect("client", get_object_or_404(seen, absorbed=pk).pk)
    return _client_page(request, prospect)


@requires(Permission.PROSPECT_READ)
@require_POST
def client_phone(request: SignedIn, pk: UUID, contact: UUID) -> HttpResponse:
    """Show one number to who may see it, and leave a trace; a page reload hides it again."""
    prospect = _visible(request, pk)
    shown = get_object_or_404(prospect.contacts, pk=contact)
    if not _unmasked(request.user, prospect, request):
        return _client_page(request, prospect)
    try:
        actions.see_phone(shown, by=request.user, at=request.now)
    except Refused as refusal:  # so many numbers end the day
        messages.error(request, str(refusal))
        return redirect("client", pk)
    return _client_page(request, prospect, shown=shown.pk)


@requires(Permission.PROSPECT_WRITE)
@tapped
def client_status(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = _own(request, pk)
    form = StatusForm(request.POST or None, prospect=prospect)

    def act() -> None:
        said = form.cleaned_data
        given = {"to": said["status"], "reason": said["reason"], "key": said["key"]}
        changing.change_status(pk, **given, by=request.user, at=request.now)

    return _short_form(request, prospect, form, act, kind="status", title=_("改状态"), done=_("状态已改"))


@requires(Permission.PROSPECT_WRITE)
@tapped
def client_next(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = _own(request, pk)
    stands = {"next_action": prospect.next_action, "next_action_on": prospect.next_action_on}
    form = NextForm(request.POST or None, initial=stands)

    def act() -> None:
        said = dict(form.cleaned_data)
        changing.set_next(pk, key=said.pop("key"), said=said, by=request.user, at=request.now)

    return _short_form(request, prospect, form, act, kind="next", title=_("下一步"), done=_("下一步已记下"))


@requires(Permission.PROSPECT_WRITE)
@tapped
def client_contact(request: SignedIn, pk: UUID, contact: UUID) -> HttpResponse:
    prospect = _own(request, pk)
    kept: Contact = get_object_or_404(prospect.contacts, pk=contact)
    form = ContactForm(request.POST) if request.method == "POST" else ContactForm.about(kept)

    def act() -> None:
        said = dict(form.cleaned_data)
        changing.correct_contact(kept, key=said.pop("key"), said=said, by=request.user, at=request.now)

    return _short_form(
        request, prospect, form, act, kind="contact", contact=kept, title=_("改联系人"), done=_("联系人已改")
    )


def _short_form(
    request: SignedIn, prospect: Prospect, form: KeyedForm, act: Callable[[], None], **page: Any
) -> HttpResponse:
    """Act and back to the client; else the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, page["done"])
            return redirect("client", prospect.pk)
    context = {"prospect": prospect, "form": form, **page}
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/prospects/short_form.html", context, status=status)


def _visible(request: SignedIn, pk: UUID) -> Prospect:
    within = Prospect.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within.select_related("owner", "unit"), pk=pk)


def _own(request: SignedIn, pk: UUID) -> Prospect:
    within = Prospect.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within, pk=pk, owner=request.user, released_at=None)


def _holds(person: Person, prospect: Prospect) -> bool:
    """Whose it is; the owner of a client in the pool is who held it last, and nobody's."""
    return prospect.owner_id == person.pk and prospect.released_at is None


def _recording(request: SignedIn, kind: str) -> str:
    """The sheet of the day's log, which is where things are recorded (ground.md, Counting seam); "" for readers."""
    if not request.user.can(Permission.LOG_WRITE, on=request.today):
        return ""
    return reverse("today-entry-new", args=[request.today, kind])


def _unmasked(person: Person, prospect: Prospect, request: SignedIn) -> bool:
    """Numbers open to the owner and to those who read the unit's prospects unmasked (reliability.md 2.1)."""
    return _holds(person, prospect) or person.can(Permission.PROSPECT_READ, prospect, on=request.today)


def _client_page(request: SignedIn, prospect: Prospect, shown: UUID | None = None) -> HttpResponse:
    is_owner = _holds(request.user, prospect)
    context = {
        "prospect": prospect,
        "contacts": prospect.contacts.order_by("-is_handler", "-decides", "name"),
        "shown": shown,
        "may_see": _unmasked(request.user, prospect, request),
        "is_owner": is_owner,
        "may_write": is_owner and request.user.can(Permission.PROSPECT_WRITE, on=request.today),
        "record_call": _recording(request, "call"),
        "record_visit": _recording(request, "visit"),
        "timeline": timeline_of(request, prospect),
        "panels": panels_of(request, prospect),
    }
    return render(request, "clients/prospects/client.html", context)
