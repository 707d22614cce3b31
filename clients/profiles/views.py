"""客户资料档案卡: the card as a page, on paper and as a workbook, and the forms of its sections and lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.profiles import actions, proposing
from clients.profiles.exports import CARDS_BOOK, MARK_IN, download, sheets
from clients.profiles.forms import PARTS, SECTIONS, CardForm
from clients.profiles.models import ClientProfile, Part, Stakeholder
from clients.profiles.reading import card_of
from clients.prospects.exports import exportable
from clients.prospects.forms import ListForm
from clients.prospects.listing import Listed, units_offered
from clients.prospects.models import Prospect
from org.forms import KeyedForm
from org.idempotency.actions import Result
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_book
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])
READS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


def visible(request: SignedIn, pk: UUID) -> Prospect:
    within = Prospect.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within.select_related("owner", "unit"), pk=pk)


def own(request: SignedIn, pk: UUID) -> Prospect:
    """The client whose card he writes: his own."""
    mine = Prospect.objects.visible_to(request.user, on=request.today).filter(owner=request.user, released_at=None)
    return get_object_or_404(mine, pk=pk)


@requires(*READS)
@require_safe
def card(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = visible(request, pk)
    context = {
        "prospect": prospect,
        "card": card_of(prospect, request.user, request.today),
        "attitudes": Stakeholder.Attitude.labels,
        "exports": _exports(request, prospect),
        "today": request.today,
    }
    return render(request, "clients/profiles/card.html", context)


def _exports(request: SignedIn, prospect: Prospect) -> bool:
    return request.user.can(Permission.PROSPECT_EXPORT, prospect, on=request.today)


@requires(*READS)
@require_safe
def card_print(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect = visible(request, pk)
    context = {
        "prospect": prospect,
        "card": card_of(prospect, request.user, request.today),
        "attitudes": Stakeholder.Attitude.labels,
        "today": request.today,
    }
    return render(request, "clients/profiles/print.html", context)


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def card_export(request: SignedIn, pk: UUID) -> HttpResponse:
    """Of what he exports, not of all that he reads; traced, with who took it inside."""
    found = exportable(request.user, request.today).select_related("owner", "unit")
    prospect = get_object_or_404(found, pk=pk)
    proposing.take_card(prospect, by=request.user, at=request.now)
    return download(prospect, by=request.user, at=request.now)


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def cards_export(request: SignedIn) -> HttpResponse:
    """The cards of the list of clients as it is filtered."""
    form = ListForm(request.POST, units=units_offered(request.user, request.today))
    listed = Listed(form.asked, request.user, request.today).narrowed
    found = listed.filter(pk__in=exportable(request.user, request.today).order_by().values("pk"))
    filters = {str(form.fields[name].label): str(value) for name, value in form.chosen.items()}
    told = sheets(found, request.user, request.today)
    title = str(CARDS_BOOK.title)
    return download_book(title, told, filters=filters, by=request.user, at=request.now, mark_in=MARK_IN)


@requires(Permission.CARD_WRITE)
@tapped
def section(request: SignedIn, pk: UUID, section: str) -> HttpResponse:
    prospect = own(request, pk)
    if (kind := SECTIONS.get(section)) is None:
        raise Http404
    row = ClientProfile.objects.of_owner(request.user).filter(prospect=prospect).first()
    form = kind.form(request.POST or None, today=request.today, row=row)

    def act() -> Result:
        given = {"key": form.cleaned_data["key"], "by": request.user, "at": request.now}
        return actions.write_section(prospect, section, form.said, **given)

    return answered(request, prospect, form, act, title=kind.title, anchor=section)


@requires(Permission.CARD_WRITE)
@tapped
def new_row(request: SignedIn, pk: UUID, part: str) -> HttpResponse:
    prospect = own(request, pk)
    form = _row_form(request, part)

    def act() -> Result:
        given = {"key": form.cleaned_data["key"], "by": request.user, "at": request.now}
        return actions.add_row(_model(form), prospect, form.said, **given)

    return answered(request, prospect, form, act, title=PARTS[part].title, anchor=part)


@requires(Permission.CARD_WRITE)
@tapped
def row(request: SignedIn, pk: UUID, part: str, row: UUID) -> HttpResponse:
    prospect = own(request, pk)
    found = _own_row(request, prospect, part, row)
    form = _row_form(request, part, found)

    def act() -> Result:
        given = {"key": form.cleaned_data["key"], "by": request.user, "at": request.now}
        return actions.change_row(found, form.said, **given)

    return answered(request, prospect, form, act, title=PARTS[part].title, anchor=part, row=found, part=part)


@requires(Permission.CARD_WRITE)
@require_POST
def remove_row(request: SignedIn, pk: UUID, part: str, row: UUID) -> HttpResponse:
    prospect = own(request, pk)
    found = _own_row(request, prospect, part, row)
    form = KeyedForm(request.POST)
    if form.is_valid():
        try:
            actions.remove_row(found, key=form.cleaned_data["key"], by=request.user, at=request.now)
            messages.success(request, _("已删去「{what}」").format(what=found))
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect(f"{reverse('client-card', args=[pk])}#{part}")


def _row_form(request: SignedIn, part: str, found: Part | None = None) -> CardForm:
    if part not in PARTS:
        raise Http404
    return PARTS[part].form(request.POST or None, today=request.today, row=found)


def _model(form: CardForm) -> type[Part]:
    if not issubclass(form.model, Part):
        raise Http404
    return form.model


def _own_row(request: SignedIn, prospect: Prospect, part: str, pk: UUID) -> Part:
    model = _model(_row_form(request, part))
    rows = model.objects.of_owner(request.user).select_related("prospect")
    found: Part = get_object_or_404(rows, pk=pk, prospect=prospect)
    return found


def answered(
    request: SignedIn, prospect: Prospect, form: KeyedForm, act: Callable[[], Result], **about: Any
) -> HttpResponse:
    """Act and back to the card; what was refused stays in the form with the sentence."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            made = _("已保存，客户资料档案卡建好了") if result.get("made") else _("已保存")
            messages.success(request, made)
            return redirect(f"{reverse('client-card', args=[prospect.pk])}#{about['anchor']}")
    context = {"prospect": prospect, "form": form, "form_kind": type(form).__name__, **about}
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/profiles/form.html", context, status=status)
