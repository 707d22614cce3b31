"""约拜访: one planned visit, and what its owner does with it. Answering belongs to who was asked (accompany_views)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.chain import inviting, planning
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.chain.planning import Wish
from clients.chain.reading import contacts_of, first_time, offered_choices, opportunities_of, planned_context
from clients.chain.visits_forms import CancelForm, InviteForm, PlanForm, WhenForm
from clients.chain.wanted import Offer, Want, offers, own_unit
from clients.prospects.models import Prospect
from clients.visits.models import Kind
from org.forms import KeyedForm
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused
from org.working_days.rules import SHANGHAI

tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.VISIT_PLAN)
@tapped
def new(request: SignedIn, pk: UUID) -> HttpResponse:
    """约一次拜访: the form, with whom the visit needs and when he is free."""
    mine = Prospect.objects.visible_to(request.user, request.today).filter(owner=request.user)
    prospect = get_object_or_404(mine.select_related("unit"), pk=pk)
    running = opportunities_of(prospect)
    about = _about(request, running)
    need, found = offers(_want(request, prospect, about), at=request.now)
    contacts = contacts_of(prospect)
    form = _plan_form(request, running, about, found, contacts)
    if request.method == "POST" and (made := _planned(request, prospect, form)):
        return redirect("planned-visit", made)
    context = {"prospect": prospect, "form": form, "need": need, "offers": found, "contacts": contacts}
    return render(request, "clients/chain/visits/new.html", context, status=422 if form.is_bound else 200)


def _about(request: SignedIn, running: Sequence[Opportunity]) -> Opportunity | None:
    """The chosen 开拓项目, else the newest; None where he chose none."""
    chosen = request.POST.get("opportunity", request.GET.get("opportunity", None))
    if not chosen:
        return running[0] if running and chosen is None else None
    return next((one for one in running if str(one.pk) == chosen), None)


def _want(request: SignedIn, prospect: Prospect, about: Opportunity | None) -> Want:
    """The visit as far as it is said: of his own unit, for the chosen day."""
    unit = own_unit(request.user, request.today) or prospect.unit
    kind = request.POST.get("kind", Kind.DEVELOPMENT.value)
    day = WhenForm(request.POST).chosen or first_time(request.now)["day"]
    return Want(about, kind, request.user.pk, unit.path, day)


def _plan_form(
    request: SignedIn,
    running: Sequence[Opportunity],
    about: Opportunity | None,
    found: Sequence[Offer],
    contacts: Sequence[str],
) -> PlanForm:
    """Filled as the visit most likely is: the handler, and whom it needs."""
    needed = next((str(one.person.pk) for one in found if one.is_needed), "")
    known = {"opportunity": str(about.pk) if about else "", "companion": needed, "contact": next(iter(contacts), "")}
    return PlanForm(
        request.POST or None,
        opportunities=[(str(one.pk), one.line or _("开拓项目")) for one in running],
        companions=offered_choices(found),
        initial={**first_time(request.now), **known},
    )


def _planned(request: SignedIn, prospect: Prospect, form: PlanForm) -> str:
    """The key of the new visit; empty with the errors on the form."""
    if not form.is_valid():
        return ""
    said = form.cleaned_data
    wish = Wish(opportunity=UUID(said["opportunity"]) if said["opportunity"] else None, **form.values())
    companions = [int(said["companion"])] if said["companion"] else []
    try:
        made = planning.plan(
            request.user, prospect, wish, at=request.now, key=said["key"], companions=companions
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    messages.success(request, _("已约好，已发出陪访邀请") if companions else _("已约好"))
    return str(made["planned"])


def _visible(request: SignedIn, pk: UUID) -> PlannedVisit:
    seen = PlannedVisit.objects.visible_to(request.user, request.today)
    return get_object_or_404(seen.select_related("prospect", "person", "unit", "opportunity", "visit"), pk=pk)


def _own(request: SignedIn, pk: UUID) -> PlannedVisit:
    found = PlannedVisit.objects.visible_to(request.user, request.today).filter(person=request.user)
    return get_object_or_404(found.select_related("prospect", "person", "unit", "opportunity", "visit"), pk=pk)


@requires(Permission.VISIT_PLAN, Permission.VISIT_READ, Permission.VISIT_CONFIRM)
@require_safe
def planned(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: SignedIn, found: PlannedVisit, *, status: int = 200, **forms: Any) -> HttpResponse:
    starts = found.starts_at.astimezone(SHANGHAI)
    when = {"day": starts.date(), "starts": starts.time()}
    context = {
        **planned_context(found, request.user, at=request.now),
        "move_form": WhenForm(initial=when, auto_id="move_%s"),
        "cancel_form": CancelForm(auto_id="cancel_%s"),
        **forms,
    }
    return render(request, "clients/chain/visits/planned.html", context, status=status)


@requires(Permission.VISIT_PLAN)
@require_POST
def move(request: SignedIn, pk: UUID) -> HttpResponse:
    """改期: whoever was asked is asked anew."""
    found = _own(request, pk)
    form = WhenForm(request.POST, auto_id="move_%s", length=found.ends_at - found.starts_at)
    if form.is_valid():
        try:
            planning.reschedule(
                found, starts_at=form.starts_at, ends_at=form.ends_at, by=request.user, at=request.now,
                key=form.cleaned_data["key"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已改期，请过的人会收到新时间"))
            return redirect("planned-visit", pk)
    return _page(request, _own(request, pk), status=422, move_form=form)


@requires(Permission.VISIT_PLAN)
@require_POST
def cancel(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    form = CancelForm(request.POST, auto_id="cancel_%s")
    if form.is_valid():
        try:
            planning.cancel(found, by=request.user, at=request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已取消，请过的人已告诉"))
            return redirect("client", found.prospect_id)
    return _page(request, _own(request, pk), status=422, cancel_form=form)


@requires(Permission.VISIT_PLAN)
@require_POST
def invite(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    form = InviteForm(request.POST)
    return _tapped(
        request, form, found.pk, _("已发出陪访邀请"),
        lambda: inviting.invite_one(found, by=request.user, at=request.now, **form.cleaned_data),
    )  # fmt: skip


def _asked(request: SignedIn, pk: UUID) -> Accompaniment:
    """An invitation of his own to a visit."""
    mine = Accompaniment.objects.visible_to(request.user, request.today).filter(person=request.user)
    return get_object_or_404(mine.exclude(planned=None), pk=pk)


@requires(Permission.VISIT_PLAN)
@require_POST
def admit(request: SignedIn, pk: UUID) -> HttpResponse:
    """The proposed time, with one tap."""
    one, form = _asked(request, pk), KeyedForm(request.POST)
    return _tapped(
        request, form, one.planned_id, _("已改到提议的时间"),
        lambda: inviting.admit(one, by=request.user, at=request.now, **form.cleaned_data),
    )  # fmt: skip


@requires(Permission.VISIT_PLAN)
@require_POST
def withdraw(request: SignedIn, pk: UUID) -> HttpResponse:
    one, form = _asked(request, pk), KeyedForm(request.POST)
    return _tapped(
        request, form, one.planned_id, _("已收回邀请"),
        lambda: inviting.withdraw(one, by=request.user, at=request.now, **form.cleaned_data),
    )  # fmt: skip


def _tapped(
    request: SignedIn, form: KeyedForm, planned: UUID | None, done: str, act: Callable[[], object]
) -> HttpResponse:
    """One tap, and back to the visit with what came of it."""
    if not form.is_valid():
        messages.error(request, _("页面过期了，请再点一次"))
        return redirect("planned-visit", planned)
    tried(request, act, done)
    return redirect("planned-visit", planned)
