"""报备: the question, the branch pool, and who had which number shown."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.prospects.models import Prospect
from clients.protection import actions, asking, reading
from clients.protection.forms import AskForm, ClaimForm, LooksForm
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

PAGE = 50
tapped = require_http_methods(["GET", "HEAD", "POST"])


def tabs(person: Person, request: SignedIn) -> dict[str, bool]:
    """Which pages of the room he may open."""
    words = {
        "asks": Permission.PROTECTION_ASK, "pools": Permission.POOL_READ, "conflicted": Permission.CONFLICT_READ,
        "logged": Permission.PHONE_LOOK_READ,
    }  # fmt: skip
    return {name: person.can(word, on=request.today) for name, word in words.items()}


@requires(Permission.PROTECTION_ASK)
@tapped
def protection(request: SignedIn) -> HttpResponse:
    """Ask, and see the answer beside what one asked; below it one's own clients that go back soon."""
    form, answer, status = AskForm(request.POST or None, initial={"name": ""}), None, 200
    if request.method == "POST":
        answer = _answered(form, request)
        status = 200 if answer else 422
    context = {
        **tabs(request.user, request),
        "form": form if not answer else AskForm(initial={"name": form.cleaned_data["name"]}),
        "answer": answer,
        "asked": form.cleaned_data["name"] if answer else "",
        "left": reading.asks_left(request.user, request.today),
        "ending": reading.ending(request.user)[: reading.LISTED],
        "raises": request.user.can(Permission.CONFLICT_RAISE, on=request.today),
    }
    return render(request, "clients/protection/ask.html", context, status=status)


def _answered(form: AskForm, request: SignedIn) -> dict[str, str] | None:
    """None with the errors on the form."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    try:
        return asking.ask(request.user, said["name"], at=request.now, key=said["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@requires(Permission.POOL_READ)
@require_safe
def pool(request: SignedIn) -> HttpResponse:
    page = Paginator(reading.pool(request.user, request.today), PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request.user, request),
        "page": page,
        "rows": [(one, uuid4()) for one in page],
        "claims": request.user.can(Permission.POOL_CLAIM, on=request.today),
    }
    return render(request, "clients/protection/pool.html", context)


@requires(Permission.POOL_CLAIM)
@require_POST
def claim(request: SignedIn, pk: UUID) -> HttpResponse:
    """To the client's page, which is his now; refused: the pool with the sentence."""
    found = get_object_or_404(reading.was_in_pool(request.user, request.today), pk=pk)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("这张表单不完整，请刷新后再点一次。"))
        return redirect("protection-pool")
    try:
        done = actions.claim(found.pk, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("protection-pool")
    messages.success(request, _("已领取：{name}").format(name=done["name"]))
    return redirect("client", found.pk)


@requires(Permission.POOL_CLAIM)
@require_POST
def give_back(request: SignedIn, pk: UUID) -> HttpResponse:
    own = Prospect.objects.visible_to(request.user, on=request.today).filter(owner=request.user)
    found = get_object_or_404(own, pk=pk)
    try:
        actions.give_back(found.pk, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("client", pk)
    messages.success(request, _("已放回公海：{name}").format(name=found.name))
    return redirect("protection-pool")


@requires(Permission.PHONE_LOOK_READ)
@require_safe
def phone_looks(request: SignedIn) -> HttpResponse:
    """看号记录: by person, client or day; pages of 50 with the total."""
    form = LooksForm(request.GET)
    page = Paginator(reading.looks(request.user, request.today, form.cleaned_data), PAGE).get_page(
        request.GET.get("page")
    )
    asked = {name: value for name, value in form.data.items() if value}
    context = {**tabs(request.user, request), "page": page, "form": form, "query": urlencode(asked) + "&"}
    return render(request, "clients/protection/phone_looks.html", context)
