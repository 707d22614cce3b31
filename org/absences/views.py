"""请假与公务: one's own list and the form, the queue of who decides, one request with its verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from org.absences import actions
from org.absences.deciding import deciders, decides, may_revoke, recordable
from org.absences.forms import AskForm, DecideForm, RecordForm, RefuseForm
from org.absences.models import AbsenceRequest, AbsenceRequestQuerySet
from org.absences.reading import SHEET, imported_spans, sheet_of, shown, standing_in, stood_in_for
from org.absences.words import spelled
from org.pages.navigation import waiting
from org.pages.telling import tried
from org.pages.waiting import Waits
from org.people.forms import SearchForm
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit
from org.workbooks.downloads import download_list
from org.workflow import Refused

PAGE = 30
tapped = require_http_methods(["GET", "HEAD", "POST"])


@waiting("me")
@waiting("absence-queue")
def to_decide(person: Person, day: Any) -> Waits:
    """On every page: who grants nothing is not asked about in the database."""
    if not reach(person, Permission.ABSENCE_GRANT, Permission.ABSENCE_GRANT_MANAGER, on=day).paths:
        return 0
    return AbsenceRequest.objects.to_decide(person, day)


@requires(Permission.ABSENCE_ASK)
@require_safe
def mine(request: SignedIn) -> HttpResponse:
    asked = AbsenceRequest.objects.of(request.user).select_related("decided_by", "entered_by")
    page = Paginator(asked, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": shown(page, request.today),
        "imported": imported_spans(request.user, request.today),
    }
    return render(request, "org/absences/mine.html", context)


@requires(Permission.ABSENCE_ASK)
@tapped
def ask(request: SignedIn) -> HttpResponse:
    form = AskForm(request.POST or None, initial={"first": request.today})
    if request.method == "POST" and (pk := _entered(form, request, _ask)):
        found = AbsenceRequest.objects.of(request.user).get(pk=pk)
        told = "、".join(one.name for one in deciders(found, on=request.today))
        done = _("已申请，等{names}批准").format(names=told) if told else _("已申请，等分管总批准")
        messages.success(request, done)
        return redirect("absences")
    status = 422 if request.method == "POST" else 200
    return render(request, "org/absences/ask.html", {"form": form, "today": request.today}, status=status)


@requires(Permission.ABSENCE_RECORD, Permission.ABSENCE_GRANT)
@tapped
def record(request: SignedIn) -> HttpResponse:
    people = recordable(request.user, on=request.today)
    form = RecordForm(request.POST or None, people=people, initial={"first": request.today})
    if request.method == "POST" and (pk := _entered(form, request, _record)):
        messages.success(request, _("已替{name}登记").format(name=form.chosen.name))
        return redirect("absence", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "org/absences/record.html", {"form": form, "people": people}, status=status)


def _ask(form: AskForm, request: SignedIn) -> Any:
    return actions.ask(request.user, form.wish, at=request.now, key=form.cleaned_data["key"])


def _record(form: RecordForm, request: SignedIn) -> Any:
    return actions.record(form.chosen, form.wish, by=request.user, at=request.now, key=form.cleaned_data["key"])


def _entered(form: Any, request: SignedIn, enter: Callable[..., Any]) -> str:
    """The key of the new request; empty with the errors on the form."""
    if not form.is_valid():
        return ""
    try:
        return str(enter(form, request)["request"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""


@requires(Permission.ABSENCE_READ)
@require_safe
def queue(request: SignedIn) -> HttpResponse:
    """What waits for him first; below it everything within reach, searched by name or 工号."""
    person, today = request.user, request.today
    form = SearchForm(request.GET, units=Unit.objects.none())
    seen = AbsenceRequest.objects.visible_to(person, today).select_related("person", "unit", "decided_by")
    to_his_hand = AbsenceRequest.objects.to_decide(person, today).select_related("person", "unit")
    waits = shown(to_his_hand.order_by("first", "asked_at"), today)
    found = _of_people(seen.exclude(pk__in=[row.request.pk for row in waits]), form)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "waits": waits,
        "page": page,
        "rows": shown(page, today),
        "form": form,
        "query": urlencode({"q": form.text}) + "&",
        "decides": bool(reach(person, Permission.ABSENCE_GRANT, on=today).paths),
        "exports": person.can(Permission.ABSENCE_EXPORT, on=today),
        "records": bool(reach(person, Permission.ABSENCE_RECORD, Permission.ABSENCE_GRANT, on=today).paths),
    }
    return render(request, "org/absences/queue.html", context)


def _of_people(found: AbsenceRequestQuerySet, form: SearchForm) -> AbsenceRequestQuerySet:
    return found.of_people(Person.objects.matching(form.text)) if form.text else found


@requires(Permission.ABSENCE_EXPORT)
@require_POST
def queue_export(request: SignedIn) -> HttpResponse:
    """The list as it is searched, without the reasons, which may be about somebody's health."""
    form = SearchForm(request.POST, units=Unit.objects.none())
    within = reach(request.user, Permission.ABSENCE_EXPORT, on=request.today).q(unit="unit", person=None)
    seen = AbsenceRequest.objects.visible_to(request.user, request.today).filter(within)
    found = _of_people(seen.select_related("person", "unit", "decided_by"), form)
    rows = sheet_of(shown(found, request.today))
    filters = {_("查找"): form.text}
    return download_list(_("请假与公务"), SHEET, rows, filters=filters, by=request.user, at=request.now)


def _visible(request: SignedIn, pk: UUID) -> AbsenceRequest:
    seen = AbsenceRequest.objects.visible_to(request.user, request.today)
    return get_object_or_404(seen.select_related("person", "unit", "decided_by", "ended_by", "entered_by"), pk=pk)


@requires(Permission.ABSENCE_READ, Permission.ABSENCE_ASK)
@require_safe
def one(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    return _page(request, found, DecideForm())


def _page(request: SignedIn, found: AbsenceRequest, form: DecideForm, *, status: int = 200) -> HttpResponse:
    by, at = request.user, request.now
    asked, own = found.state == AbsenceRequest.State.ASKED, found.person_id == by.pk
    context = {
        "row": shown([found], request.today)[0],
        "form": form,
        "own": own,
        "stood_in_for": stood_in_for(found) if found.decided_by_id else "",
        "kept": standing_in(found, request.today),
        "may_withdraw": asked and own,
        "may_decide": asked and decides(found, by, at),
        "may_revoke": may_revoke(found, by, at),
        "waits_for": deciders(found, on=request.today) if asked else [],
    }
    return render(request, "org/absences/one.html", context, status=status)


def _verb(
    request: SignedIn,
    pk: UUID,
    act: Callable[..., object],
    done: str,
    form_of: type[DecideForm] = DecideForm,
) -> HttpResponse:
    """Act, say `done` with the request's `name` and `what`, and back to the queue. Refused: the sentence on the
    request's page, with what he typed who may decide it."""
    found = _visible(request, pk)
    if request.method != "POST":
        return redirect("absence", pk)
    form = form_of(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    done = done.format(**_what(found, request))
    try:
        act(found, by=request.user, at=request.now, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        if not decides(found, request.user, request.now, Permission.ABSENCE_RECORD):
            messages.error(request, str(refusal))
            return redirect("absence", found.pk)
        form.add_error(None, str(refusal))
        found.refresh_from_db()
        return _page(request, found, form, status=409)
    messages.success(request, done)
    return redirect("absence-queue")


def _what(found: AbsenceRequest, request: SignedIn) -> dict[str, str]:
    what = f"{spelled(found.stretch, today=request.today)}{found.get_kind_display()}"
    return {"name": found.person.name, "what": what}


@requires(Permission.ABSENCE_GRANT)
@tapped
def grant(request: SignedIn, pk: UUID) -> HttpResponse:
    return _verb(request, pk, actions.grant, _("已批准 {name} {what}"))


@requires(Permission.ABSENCE_GRANT)
@tapped
def refuse(request: SignedIn, pk: UUID) -> HttpResponse:
    return _verb(request, pk, actions.refuse, _("未批准 {name} {what}，已告诉本人"), RefuseForm)


@requires(Permission.ABSENCE_GRANT, Permission.ABSENCE_RECORD)
@tapped
def revoke(request: SignedIn, pk: UUID) -> HttpResponse:
    return _verb(request, pk, actions.revoke, _("已撤销 {name} {what}，这些半天重新计入要求"))


@requires(Permission.ABSENCE_ASK)
@require_POST
def withdraw(request: SignedIn, pk: UUID) -> HttpResponse:
    found = get_object_or_404(AbsenceRequest.objects.of(request.user), pk=pk)
    tried(request, lambda: actions.withdraw(found, by=request.user, at=request.now), _("已撤回申请"))
    return redirect("absences")
