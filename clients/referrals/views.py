"""转介绍: whom to ask now, asking with a script, the names that agreed, the thanks, the tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.prospects.models import Prospect
from clients.referrals import actions, reading
from clients.referrals.forms import AskForm, CloseForm, OneNameForm, ThankForm
from clients.referrals.kin import family_of
from clients.referrals.models import Referral, ReferredName, TalkTrackVersion
from clients.referrals.moments import ready
from org.idempotency.actions import Result
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.rules.book import book_on
from org.workflow import Refused

A_PAGE = 30
tapped = require_http_methods(["GET", "HEAD", "POST"])
READS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


@requires(Permission.PROSPECT_WRITE)
@require_safe
def home(request: SignedIn) -> HttpResponse:
    """One's own: what is to be done first, then what was asked."""
    who, today, rules = request.user, request.today, book_on(request.today).referrals
    names = ReferredName.objects.owned_by(who).open().select_related("referral__prospect")
    asked = reading.counted(Referral.objects.owned_by(who))
    context = {
        "milestone": reading.first_ten(who, rules=rules),
        "ready": reading.told(ready(who, today=today, rules=rules)),
        "names": names.order_by("agreed_on", "recorded_at"),
        "owed": reading.owed(who, today=today, rules=rules),
        "page": Paginator(asked, A_PAGE).get_page(request.GET.get("page")),
        "today": today,
    }
    return render(request, "clients/referrals/home.html", context)


@requires(*READS)
@require_safe
def one(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


@requires(Permission.PROSPECT_WRITE)
@tapped
def ask(request: SignedIn, pk: UUID) -> HttpResponse:
    """Choose a script, tick what was said, write what came of it."""
    prospect = get_object_or_404(_own_clients(request), pk=pk)
    scripts = reading.offered(request.user, request.today)
    script = _chosen(request, scripts)
    if script is None:
        return render(request, "clients/referrals/no_script.html", {"prospect": prospect})
    contacts = reading.contacts_of(prospect)
    first = {"contact": contacts[0] if contacts else ""}
    form = AskForm(request.POST or None, initial=first, script=script, contacts=contacts, today=request.today)
    if request.method == "POST" and (done := _asked(request, prospect, script, form)):
        messages.success(request, _("已记下这次请求"))
        return redirect("referral", done["referral"])
    context = {"prospect": prospect, "scripts": scripts, "script": script, "form": form}
    return render(request, "clients/referrals/ask.html", context, status=422 if form.is_bound else 200)


@requires(Permission.PROSPECT_WRITE)
@require_POST
def add_name(request: SignedIn, pk: UUID) -> HttpResponse:
    """Another name that agreed."""
    found = _own(request, pk)
    form = OneNameForm(request.POST)

    def act() -> object:
        return actions.add_name(found, form.given, by=request.user, at=request.now, key=form.cleaned_data["key"])

    return _written(request, found, form, act, _("已加入名单"), name_form=form)


@requires(Permission.PROSPECT_WRITE)
@require_POST
def thank(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    form = ThankForm(request.POST)

    def act() -> object:
        said = form.cleaned_data
        return actions.thank(
            found, day=said["day"], told=said["told"], by=request.user, at=request.now, key=said["key"]
        )

    return _written(request, found, form, act, _("已记下致谢"), thank_form=form)


@requires(Permission.PROSPECT_WRITE)
@require_POST
def close(request: SignedIn, pk: UUID) -> HttpResponse:
    """No longer followed; why is asked for."""
    name = _own_name(request, pk)
    form = CloseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    def act() -> None:
        if not reason:
            raise Refused(_("写一句为什么不再跟进。"))
        actions.close(name.pk, reason=reason, by=request.user, at=request.now)

    return _done(request, name.referral_id, act, _("不再跟进 {name}").format(name=name.name))


@requires(Permission.PROSPECT_WRITE)
@require_POST
def forget(request: SignedIn, pk: UUID) -> HttpResponse:
    """He takes his consent back."""
    name = _own_name(request, pk)

    def act() -> None:
        actions.forget(name.pk, by=request.user, at=request.now)

    return _done(request, name.referral_id, act, _("已删去这个名字，只留人数"))


@requires(Permission.PROSPECT_WRITE)
@require_POST
def phone(request: SignedIn, pk: UUID) -> HttpResponse:
    """The number, once, with a trace."""
    name = _own_name(request, pk)
    try:
        actions.see_phone(name, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("referral", name.referral_id)
    return _page(request, _visible(request, name.referral_id), shown=name.pk)


@requires(*READS)
@require_safe
def tree(request: SignedIn, pk: UUID) -> HttpResponse:
    seen = Prospect.objects.visible_to(request.user, on=request.today)
    prospect = get_object_or_404(seen, pk=pk)
    family = family_of(prospect, reader=request.user, on=request.today)
    context = {"prospect": prospect, "family": family, "trail": _trail(prospect, _("转介绍树"))}
    return render(request, "clients/referrals/tree.html", context)


def _own_clients(request: SignedIn) -> Any:
    seen = Prospect.objects.visible_to(request.user, on=request.today)
    return seen.filter(owner=request.user, released_at=None)


def _visible(request: SignedIn, pk: UUID) -> Referral:
    seen = Referral.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(seen.select_related("prospect", "person", "script"), pk=pk)


def _own(request: SignedIn, pk: UUID) -> Referral:
    mine = Referral.objects.visible_to(request.user, on=request.today).owned_by(request.user)
    return get_object_or_404(mine.select_related("prospect", "person", "script"), pk=pk)


def _own_name(request: SignedIn, pk: UUID) -> ReferredName:
    mine = ReferredName.objects.visible_to(request.user, on=request.today).owned_by(request.user)
    return get_object_or_404(mine.select_related("referral__prospect"), pk=pk)


def _chosen(request: SignedIn, scripts: list[TalkTrackVersion]) -> TalkTrackVersion | None:
    """The one that the address names; else the first of the library."""
    wanted = request.GET.get("script", "")
    return next((one for one in scripts if str(one.track_id) == wanted), scripts[0] if scripts else None)


def _asked(request: SignedIn, prospect: Prospect, script: TalkTrackVersion, form: AskForm) -> Result | None:
    """None with the errors on the form."""
    if not form.is_valid():
        return None
    key = form.cleaned_data["key"]
    try:
        return actions.ask(prospect, script.track, form.new, by=request.user, at=request.now, key=key)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _written(
    request: SignedIn, found: Referral, form: Any, act: Callable[[], object], done: str, **forms: Any
) -> HttpResponse:
    """Act and come back to the request; what is refused stays in its form there."""
    if not form.is_valid():
        return _page(request, found, status=422, **forms)
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, status=409, **forms)
    messages.success(request, done)
    return redirect("referral", found.pk)


def _done(request: SignedIn, referral: UUID, act: Callable[[], None], done: str) -> HttpResponse:
    tried(request, act, done)
    return redirect("referral", referral)


def _trail(prospect: Prospect, here: str) -> list[tuple[str, str]]:
    return [
        (_("客户"), reverse("client-list")),
        (prospect.name, reverse("client", args=[prospect.pk])),
        (here, ""),
    ]


def _page(
    request: SignedIn,
    found: Referral,
    *,
    name_form: OneNameForm | None = None,
    thank_form: ThankForm | None = None,
    shown: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    may_write = found.prospect.owner_id == request.user.pk and not found.prospect.released_at
    context = {
        "referral": found,
        "steps": reading.steps_of(found),
        "names": reading.names_of(found, reader=request.user, on=request.today),
        "thanks": found.thanks.select_related("by"),
        "may_write": may_write and request.user.can(Permission.PROSPECT_WRITE, on=request.today),
        "name_form": name_form or OneNameForm(),
        "thank_form": thank_form or ThankForm(initial={"day": request.today}),
        "shown": shown,
        "today": request.today,
        "trail": _trail(found.prospect, _("请他介绍 {day:%m-%d}").format(day=found.asked_on)),
    }
    return render(request, "clients/referrals/one.html", context, status=status)
