"""扣罚: what is proposed within one's reach, one with its facts, and the decision of 分管总."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.discipline import actions, reading
from activity.discipline.forms import ConfirmForm, DismissForm, FilterForm
from activity.discipline.models import Fine
from activity.discipline.words import label_on
from org.pages.navigation import of_use, waiting
from org.pages.waiting import Waits
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_list
from org.workflow import Refused

PAGE = 50
tapped = require_http_methods(["GET", "HEAD", "POST"])


@waiting("fines")
def to_decide(person: Person, day: date) -> Waits:
    return Fine.objects.to_decide(person, day)


@of_use("fines")
def has_any(person: Person, day: date) -> bool:
    """Everybody may open the page; it is named to who keeps order, may be fined, or was."""
    return reading.may_be_fined(person, day) or Fine.objects.visible_to(person, day).exists()


@requires(Permission.FINE_READ)
@require_safe
def fines(request: SignedIn) -> HttpResponse:
    person, today = request.user, request.today
    seen = reading.listed(person, today)
    offered = reading.offered(seen)
    form = FilterForm(request.GET, **offered)
    page = Paginator(seen.filter(**form.chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "label": label_on(today),
        "form": form,
        "page": page,
        "rows": reading.rows_of(page, offered["branches"]),
        "next": Fine.objects.to_decide(person, today).listed().select_related("person").first(),
        "sums": reading.sums(person, today),
        "own_only": not reading.reads_others(person, today),
        "query": f"{form.query}&" if form.query else "",
        "exports": person.can(Permission.FINE_EXPORT, on=today),
    }
    return render(request, "activity/discipline/fines.html", context)


@requires(Permission.FINE_EXPORT)
@require_POST
def fines_export(request: SignedIn) -> HttpResponse:
    """The list as it is filtered; of what he exports, not of all that he reads."""
    seen = reading.listed(request.user, request.today)
    form = FilterForm(request.POST, **reading.offered(seen))
    within = reach(request.user, Permission.FINE_EXPORT, on=request.today).q(unit="unit", person=None)
    rows = reading.sheet_of(seen.filter(within, **form.chosen))
    label = label_on(request.today)
    return download_list(label, reading.SHEET, rows, filters=form.said, by=request.user, at=request.now)


@requires(Permission.FINE_READ)
@require_safe
def fine(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk), ConfirmForm())


@requires(Permission.FINE_DECIDE)
@tapped
def confirm(request: SignedIn, pk: UUID) -> HttpResponse:
    return _decide(request, pk, ConfirmForm, actions.confirm, _("已确认：{who}"))


@requires(Permission.FINE_DECIDE)
@tapped
def dismiss(request: SignedIn, pk: UUID) -> HttpResponse:
    return _decide(request, pk, DismissForm, actions.dismiss, _("不予扣罚：{who}，已告诉本人"))


def _visible(request: SignedIn, pk: UUID) -> Fine:
    seen = Fine.objects.visible_to(request.user, request.today)
    return get_object_or_404(seen.select_related("person", "unit", "rules", "ledger__city"), pk=pk)


def _page(request: SignedIn, found: Fine, form: ConfirmForm, *, status: int = 200) -> HttpResponse:
    context = {
        "told": reading.tell(found, request.user, request.today),
        "fine": found,
        "form": form,
        "trail": [(label_on(request.today), reverse("fines")), (reading.title_of(found), "")],
    }
    return render(request, "activity/discipline/fine.html", context, status=status)


def _decide(
    request: SignedIn, pk: UUID, form_of: type[ConfirmForm], act: Callable[..., Fine], done: str
) -> HttpResponse:
    """Act, and back to the list, which leads on to the next: its buttons never come under the finger by themselves.

    Refused: the page as it now stands, with the sentence.
    """
    found = _visible(request, pk)
    if request.method != "POST":
        return redirect("fine", pk)
    form = form_of(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    said = form.cleaned_data
    try:
        act(found, by=request.user, at=request.now, key=said["key"], reason=said["reason"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("fine", pk)
    messages.success(request, done.format(who=reading.title_of(found)))
    return redirect("fines")
