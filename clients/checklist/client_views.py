"""The client's own link: the notice, his tick, the sheet, thanks, and the withdrawal. Nobody has signed in.

The pages show nothing of the house or of anybody but who asks; no cache and no search engine keeps them. They keep the
`Referrer-Policy: same-origin` of every answer: with no referrer at all browsers send `Origin: null`, and the form would
be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clients.checklist import filling
from clients.checklist.actions import hashed
from clients.checklist.forms import AgreeForm, ItemForm, SheetForm, WithdrawForm, wants_more
from clients.checklist.models import ClientLink
from clients.checklist.rules import ASKED
from clients.checklist.words import fingerprint, notice, title
from org import clock
from org.accounts.lockout import client_address
from org.routes import public
from org.rules.book import book_on
from org.workflow import Refused

SALT = "fill"


class Agreed(NamedTuple):
    """To which words, and when, on this device."""

    at: datetime
    notice: str  # their fingerprint


State = ClientLink.State
tapped = require_http_methods(["GET", "HEAD", "POST"])
Answered = Callable[[HttpRequest, ClientLink, datetime], HttpResponse]


def outside(view: Answered) -> Callable[..., HttpResponse]:
    """From the token to its link; a wrong one, or too many of them, gets a page that confirms nothing."""

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        at, address = clock.now(), client_address(request) or ""
        link = ClientLink.objects.of_token(hashed(token)).first()
        if link is None and filling.rests(address, at=at):
            answer = render(request, "clients/checklist/client/rest.html", status=429)
        elif link is None:
            filling.miss(address, at=at)
            answer = _closed(request, status=404)
        else:
            answer = view(request, link, at)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return found


def _closed(request: HttpRequest, status: int = 410) -> HttpResponse:
    return render(request, "clients/checklist/client/closed.html", status=status)


def _may_fill(link: ClientLink, at: datetime) -> bool:
    """By the same condition as the database asks when it is handed in."""
    same = link.checklist.person_id == link.checklist.prospect.owner_id
    return same and link.state == State.WAITING and at < link.expires_at


def _cookie(link: ClientLink) -> str:
    """One for each link, so that on a device that has two the second does not put out the first."""
    return f"fill-{link.pk.hex}"


def _agreed(request: HttpRequest, link: ClientLink) -> Agreed | None:
    """When the notice of this link was agreed to on this device, and how it read."""
    said = request.get_signed_cookie(_cookie(link), "", salt=SALT) or ""
    when, _space, words = said.partition(" ")
    at = parse_datetime(when)
    return Agreed(at, words) if at and words else None


def _notice(link: ClientLink, at: datetime) -> list[tuple[str, str]]:
    asks, city = link.checklist.person, link.checklist.prospect.city
    return notice(name=asks.name, company=city.name, kept_days=book_on(at.date()).consultation.kept_days)


@public
@tapped
@outside
def fill(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The notice and its tick; afterwards the thanks, with the way to withdraw."""
    if link.state in (State.FILLED, State.TAKEN):
        return _thanks(request, link, WithdrawForm())
    if link.state == State.WITHDRAWN:
        return render(request, "clients/checklist/client/withdrawn.html")
    if not _may_fill(link, at):
        return _closed(request)
    if request.method != "POST" and _agreed(request, link):
        return redirect("fill-form", _token(request))
    form = AgreeForm(request.POST or None, notice=fingerprint(_notice(link, at)))
    if request.method == "POST" and form.is_valid():
        return _begun(request, link, form, at)
    return _asked(request, link, form, at, status=422 if request.method == "POST" else 200)


def _token(request: HttpRequest) -> str:
    assert request.resolver_match is not None  # noqa: S101 (of a view that was found by its address)
    return str(request.resolver_match.kwargs["token"])


def _asked(request: HttpRequest, link: ClientLink, form: AgreeForm, at: datetime, status: int) -> HttpResponse:
    context = {"form": form, "notice": _notice(link, at), "until": link.expires_at}
    return render(request, "clients/checklist/client/notice.html", context, status=status)


def _begun(request: HttpRequest, link: ClientLink, form: AgreeForm, at: datetime) -> HttpResponse:
    """This device remembers that it agreed; where it had already, it is not counted again."""
    if not _agreed(request, link):
        devices = book_on(at.date()).consultation.link_devices
        try:
            filling.begin(link, devices=devices, at=at, key=form.cleaned_data["key"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _asked(request, link, form, at, status=409)
    answer = redirect("fill-form", _token(request))
    answer.set_signed_cookie(
        _cookie(link), f"{at.isoformat()} {form.shown}", salt=SALT, path="/fill/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE, max_age=int((link.expires_at - at).total_seconds()),
    )  # fmt: skip
    return answer


@public
@tapped
@sensitive_post_parameters()
@outside
def sheet(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The ten items on one sheet, empty: the link shows nothing that was known."""
    agreed = _agreed(request, link)
    if not (_may_fill(link, at) and agreed):
        return redirect("fill", _token(request))
    data = request.POST or None
    items, form = [ItemForm(item, data) for item in ASKED], SheetForm(data)
    good = bool(data) and not wants_more(request.POST) and all([form.is_valid(), *(one.is_valid() for one in items)])
    if good and _handed_in(link, items, form, agreed, at):
        return redirect("fill", _token(request))
    named = [(one, title(one.item)) for one in items]
    context = {"items": named, "form": form, "until": link.expires_at}
    return render(request, "clients/checklist/client/sheet.html", context, status=422 if data else 200)


def _handed_in(link: ClientLink, items: list[ItemForm], form: SheetForm, agreed: Agreed, at: datetime) -> bool:
    """Also true where another was first: his thanks are shown."""
    said: dict[str, Any] = form.cleaned_data
    told = {one.item.value: one.answer for one in items if one.answer}
    if not told and not said["health"]:
        form.add_error(None, _("至少填一项再提交。不想填了，关掉页面就行。"))
        return False
    filled = filling.Filled(told, agreed.at, agreed.notice, said["guardian"], said["health"], said["health_agree"])
    try:
        filling.submit(link, filled, at=at)
    except Refused as refusal:
        form.add_error("guardian", str(refusal))
        return False
    return True


def _thanks(request: HttpRequest, link: ClientLink, form: WithdrawForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "token": _token(request)}
    return render(request, "clients/checklist/client/thanks.html", context, status=status)


@public
@tapped
@outside
def withdraw(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    if request.method != "POST" or link.state not in (State.FILLED, State.TAKEN):
        return redirect("fill", _token(request))
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _thanks(request, link, form, status=422)
    filling.withdraw(link, at=at)
    return redirect("fill", _token(request))
