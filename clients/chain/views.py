"""开拓项目: start, change, close, take up again, declare; and HQ's list of declared major projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.chain import opportunities
from clients.chain.forms import CloseForm, DecideForm, DeclareForm, OpportunityForm
from clients.chain.models import Opportunity
from clients.prospects.models import Prospect
from org.forms import KeyedForm
from org.pages.navigation import waiting
from org.pages.telling import tried
from org.pages.waiting import Waits
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

INVALID = 422
DECIDED = 50  # shown of those that were decided
tapped = require_http_methods(["GET", "HEAD", "POST"])


def _own(request: SignedIn, pk: UUID) -> Opportunity:
    mine = _visible(request).filter(prospect__owner=request.user, prospect__released_at=None)
    return get_object_or_404(mine, pk=pk)


def _visible(request: SignedIn) -> Any:
    seen = Opportunity.objects.visible_to(request.user, request.today)
    return seen.select_related("prospect__owner", "prospect__unit", "leader")


def _back(one: Opportunity) -> HttpResponse:
    return redirect(f"{reverse('client', args=[one.prospect_id])}?opportunity={one.pk}")


def _asked(
    request: SignedIn, form: KeyedForm, title: str, prospect: Prospect, act: Callable[[], Any], done: str
) -> UUID | HttpResponse:
    """The form as a page, or the opportunity that was written."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return UUID(result["opportunity"])
    context = {"form": form, "title": title, "prospect": prospect}
    return render(request, "clients/chain/form.html", context, status=INVALID if form.is_bound else 200)


def _answer(prospect: UUID, result: UUID | HttpResponse) -> HttpResponse:
    if isinstance(result, HttpResponse):
        return result
    return redirect(f"{reverse('client', args=[prospect])}?opportunity={result}")


@requires(Permission.OPPORTUNITY_WRITE)
@tapped
def new(request: SignedIn, pk: UUID) -> HttpResponse:
    """新开拓项目 with one's own client."""
    mine = Prospect.objects.visible_to(request.user, on=request.today).filter(owner=request.user)
    prospect, form = get_object_or_404(mine.select_related("unit"), pk=pk), OpportunityForm(request.POST or None)

    def act() -> Any:
        key = form.cleaned_data["key"]
        return opportunities.start(prospect, form.expected, by=request.user, at=request.now, key=key)

    return _answer(pk, _asked(request, form, _("新开拓项目"), prospect, act, _("已开始")))


@requires(Permission.OPPORTUNITY_WRITE)
@tapped
def change(request: SignedIn, pk: UUID) -> HttpResponse:
    one = _own(request, pk)
    known = {name: getattr(one, name) for name in ("line", "expected_premium", "insured")}
    form = OpportunityForm(request.POST or None, initial=known)

    def act() -> Any:
        return opportunities.change(one, form.expected, by=request.user, at=request.now, key=form.cleaned_data["key"])

    return _answer(one.prospect_id, _asked(request, form, _("改开拓项目"), one.prospect, act, _("已改")))


@requires(Permission.OPPORTUNITY_WRITE)
@tapped
def close(request: SignedIn, pk: UUID) -> HttpResponse:
    one, form = _own(request, pk), CloseForm(request.POST or None)

    def act() -> Any:
        return opportunities.close(one, by=request.user, at=request.now, **form.cleaned_data)

    return _answer(one.prospect_id, _asked(request, form, _("结束开拓项目"), one.prospect, act, _("已结束")))


@requires(Permission.OPPORTUNITY_WRITE)
@require_POST
def reopen(request: SignedIn, pk: UUID) -> HttpResponse:
    """重新开始 with one tap."""
    one, form = _own(request, pk), KeyedForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else uuid4()
    tried(request, lambda: opportunities.reopen(one, by=request.user, at=request.now, key=key), _("已重新开始"))
    return _back(one)


@requires(Permission.MAJOR_DECLARE)
@tapped
def declare(request: SignedIn, pk: UUID) -> HttpResponse:
    """申报重大项目 by the department manager."""
    within = reach(request.user, Permission.MAJOR_DECLARE, on=request.today)
    found = _visible(request).filter(within.q(unit="prospect__unit", person="prospect__owner"))
    one, form = get_object_or_404(found, pk=pk), DeclareForm(request.POST or None)

    def act() -> Any:
        return opportunities.declare(one, by=request.user, at=request.now, **form.cleaned_data)

    return _answer(one.prospect_id, _asked(request, form, _("申报重大项目"), one.prospect, act, _("已申报")))


@waiting("major-projects")
def to_decide(person: Person, day: Any) -> Waits:
    return Opportunity.objects.to_confirm(person, day).declared().exclude(prospect__owner=person)


@requires(Permission.MAJOR_CONFIRM)
@require_safe
def major_projects(request: SignedIn) -> HttpResponse:
    """What is declared, the longest waiting first, and what was decided last."""
    found = Opportunity.objects.to_confirm(request.user, request.today).select_related(
        "prospect__owner", "prospect__unit", "declared_by", "decided_by", "leader"
    )
    context = {
        "declared": found.declared().order_by("declared_at"),
        "decided": found.exclude(decided_at=None).order_by("-decided_at")[:DECIDED],
    }
    return render(request, "clients/chain/major_projects.html", context)


@requires(Permission.MAJOR_CONFIRM)
@tapped
def major_project(request: SignedIn, pk: UUID) -> HttpResponse:
    """认定: which leader comes and when; or not, with a reason."""
    found = Opportunity.objects.to_confirm(request.user, request.today).select_related(
        "prospect__owner", "prospect__unit", "declared_by"
    )
    one = get_object_or_404(found.declared(), pk=pk)
    form = DecideForm(request.POST or None, leaders=opportunities.leaders_for(one, request.now))
    if request.method == "POST" and form.is_valid():
        said = {**form.values(), "key": form.cleaned_data["key"]}
        try:
            opportunities.decide(one, by=request.user, at=request.now, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已办理，并通知了领导、经理和客户经理"))
            return redirect("major-projects")
    status = INVALID if form.is_bound else 200
    return render(request, "clients/chain/major_project.html", {"one": one, "form": form}, status=status)
