"""The sheets: record an entry, change it, take it back, undo that. Each is a page without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activity.daily_log import actions, appointed
from activity.daily_log.day import DayView, EntryView, day_view, week_view
from activity.daily_log.forms import ClientForm, EntryForm, VisitForm
from activity.daily_log.from_plan import plan_of, prefilled, sheet_of
from activity.daily_log.next_visit import NextVisit, next_visit
from activity.daily_log.referred import own_open
from activity.daily_log.referred import prefilled as told_of
from activity.daily_log.sheets import SHEETS, Sheet, as_posted, filled, quiet_hours, unasked
from activity.daily_log.suggestions import own_clients, recent_clients
from activity.daily_log.views import day_context
from activity.itinerary.models import PlanItem
from clients.chain.models import PlannedVisit
from clients.prospects.models import Registration
from clients.referrals.models import ReferredName
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workflow import Refused

TAKEN_BACK = "taken_back"  # session: the last entry removed, as its form would post it


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, day: date, kind: str) -> HttpResponse:
    """Record one entry, or what a planned item became; 保存并再记 comes back with an empty sheet."""
    sheet, item = _sheet(kind), _planned(request, day, kind)
    view = DayView(day, week_view(request.user, Week.of(day), request.now), entries=[])
    if request.method != "POST":
        form = _form(request, sheet, day, initial=_prefilled(request, view, item))
        return _sheet_page(request, sheet, view, form, item=item)
    form = _form(request, sheet, day, data=request.POST)
    if (result := _recorded(request, sheet, day, form, **_about(request, kind, item))) is None:
        return _sheet_page(request, sheet, view, form, item=item, status=422)
    undo = reverse("today-entry-remove", args=[day, kind, result["entry"]])
    messages.success(request, str(sheet.done), extra_tags=f"undo:{undo}")
    again = reverse("today-entry-new", args=[day, kind]) if "again" in request.POST else ""
    return _saved(request, sheet, day, again)


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedIn, day: date, kind: str, pk: UUID) -> HttpResponse:
    """One's own entry of a day that is still open: look, change, or take back."""
    sheet = _sheet(kind)
    view = day_view(request.user, day, request.now)
    found = _entry(view, sheet, pk)
    if (enriched := _enriched(found)) and enriched.prospect_id:
        return redirect("client", enriched.prospect_id)
    if request.method != "POST" or not sheet.may_change:
        form = _form(request, sheet, day, initial=filled(_or_404(found).row))
        return _sheet_page(request, sheet, view, form, found)
    form = _form(request, sheet, day, data=request.POST)
    if _recorded(request, sheet, day, form, replaces=pk) is None:  # a second tap finds the first answer
        return _sheet_page(request, sheet, view, form, _or_404(found), status=422)
    messages.success(request, _("已改"))
    return _saved(request, sheet, day)


@requires(Permission.LOG_WRITE)
@require_POST
def remove(request: SignedIn, day: date, kind: str, pk: UUID) -> HttpResponse:
    """Take an entry back; the toast offers to record it again, unless what it says stays known (完善)."""
    sheet = _sheet(kind)
    view = day_view(request.user, day, request.now)
    found = _entry(view, sheet, pk)
    kept = as_posted(filled(found.row)) if found and not _enriched(found) else {}
    settled = next((str(one.pk) for one in plan_of(request.user, day).items if one.entry_id == pk), "")
    key = uuid5(NAMESPACE_URL, f"remove/{pk}")  # a second tap finds the first answer
    try:
        actions.remove_entry(request.user, day=day, at=request.now, key=key, entry=pk)
    except Refused as refusal:
        _or_404(found)
        messages.error(request, str(refusal))
    else:
        if kept:
            data = {**kept, "key": str(uuid4())}
            more = {"item": settled, "unasked": unasked(found.row) if found else {}}
            request.session[TAKEN_BACK] = {"kind": kind, "day": day.isoformat(), "data": data, **more}
        undo = "" if _enriched(found) else f"undo:{reverse('today-undo', args=[day])}"
        messages.success(request, _("已删除这一条"), extra_tags=undo)
    return _saved(request, sheet, day)


@requires(Permission.LOG_WRITE)
@require_POST
def undo(request: SignedIn, day: date) -> HttpResponse:
    """Record the entry that was removed last once more, as it stood; it settles again what it had settled."""
    kept = request.session.get(TAKEN_BACK)
    if not kept or kept["day"] != day.isoformat():
        messages.error(request, _("没有可以恢复的记录，请重新记一条"))
        return redirect("day", day)
    sheet = _sheet(kept["kind"])
    form = _form(request, sheet, day, data=kept["data"])
    mine = PlanItem.objects.visible_to(request.user, on=request.today).filter(person=request.user)
    still = mine.filter(state=PlanItem.State.PLANNED, pk__in=filter(None, [kept.get("item")]))
    about = {**kept.get("unasked", {}), **({"item": item.pk} if (item := still.first()) else {})}
    if _recorded(request, sheet, day, form, **about) is None:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        messages.success(request, _("已恢复"))
    return redirect("day", day)


def _sheet(kind: str) -> Sheet:
    if kind not in SHEETS:
        raise Http404
    return SHEETS[kind]


def _entry(view: DayView, sheet: Sheet, pk: UUID) -> EntryView | None:
    return next((one for one in view.entries if one.id == pk and one.item == sheet.item), None)


def _enriched(found: EntryView | None) -> Registration | None:
    """The row, if an old prospect was enriched with it: that has no sheet, its client has a page."""
    row = found.row if found else None
    return row if isinstance(row, Registration) and row.kind == Registration.Kind.ENRICHED else None


def _or_404(found: EntryView | None) -> EntryView:
    if found is None:
        raise Http404
    return found


def _form(
    request: SignedIn, sheet: Sheet, day: date, *, data: Any = None, initial: dict[str, Any] | None = None
) -> EntryForm:
    more: dict[str, Any] = {"recent": recent_clients(request.user)} if issubclass(sheet.form, ClientForm) else {}
    if issubclass(sheet.form, VisitForm):
        more["companions"] = SimpleLazyObject(lambda: appointed.companion_choices(request.user, day))
    return sheet.form(data, initial=initial, day=day, at=request.now, **more)


def _planned(request: SignedIn, day: date, kind: str) -> PlanItem | None:
    """The item of one's own plan of that day that the sheet is opened for; 404 where there is no such."""
    try:
        pk = UUID(request.POST.get("item") or request.GET["item"])
    except KeyError:
        return None
    except ValueError:
        raise Http404 from None
    mine = PlanItem.objects.visible_to(request.user, on=request.today).filter(person=request.user, day=day)
    item = get_object_or_404(mine.select_related("prospect"), pk=pk)
    if sheet_of(item) != kind:
        raise Http404
    return item


def _prefilled(request: SignedIn, view: DayView, item: PlanItem | None = None) -> dict[str, Any]:
    """The client that the page before named, and now as the time of what happened today; what the plan knows."""
    now = request.now.strftime("%H:%M") if view.day == request.today else None
    known = {"client": request.GET.get("client", "")[:100], "call_at": now, "starts_at": now}
    known["household"] = "1" if request.GET.get("household") else None
    if "visit" in request.GET:
        return {**known, **appointed.prefilled(_appointed(request), at=request.now)}
    if "referred" in request.GET:
        return {**known, **told_of(_referred(request))}
    if item is None:
        return known
    passed = item.at if item.at and (view.day != request.today or item.at <= request.now.time()) else now
    return {**known, "starts_at": passed, **prefilled(item)}


def _referred(request: SignedIn) -> ReferredName:
    """The name that the page before gave; 404 where it is nobody's, another's or registered already."""
    try:
        return get_object_or_404(own_open(request.user), pk=UUID(request.GET["referred"]))
    except ValueError:
        raise Http404 from None


def _about(request: SignedIn, kind: str, item: PlanItem | None) -> dict[str, UUID]:
    """The line of the 行事历 and the planned visit (约好的拜访) that the entry settles."""
    about = {"item": item.pk} if item else {}
    return about | ({"planned_for": _appointed(request).pk} if kind == "visit" and request.POST.get("visit") else {})


def _appointed(request: SignedIn) -> PlannedVisit:
    """One's own planned visit that the sheet is opened for; 404 where there is no such."""
    try:
        pk = UUID(request.POST.get("visit") or request.GET["visit"])
    except ValueError:
        raise Http404 from None
    mine = PlannedVisit.objects.visible_to(request.user, request.today).filter(person=request.user)
    return get_object_or_404(mine.select_related("prospect"), pk=pk)


def _recorded(request: SignedIn, sheet: Sheet, day: date, form: EntryForm, **about: Any) -> dict[str, Any] | None:
    """The result of the verb, or None with the errors on the form. `about`: what it replaces, or the planned item."""
    if not form.is_valid():
        return None
    key = form.cleaned_data["key"]
    try:
        return sheet.record(request.user, day=day, at=request.now, key=key, **form.values(), **about)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _sheet_context(
    request: SignedIn,
    sheet: Sheet,
    view: DayView,
    form: EntryForm,
    found: EntryView | None = None,
    item: PlanItem | None = None,
) -> dict[str, Any]:
    target = next((item for item in view.items if item.code == sheet.item), None)
    coming = _next_visit(request, view, form)
    return {
        "coming": coming,
        "sheet": sheet,
        "view": view,
        "form": form,
        "found": found,
        "item": item,
        "known": own_clients(request.user) if isinstance(form, ClientForm) else [],
        "target": target,
        "nth": target.done + 1 if target else 0,
        "quiet": quiet_hours(form, view.week.book.calls),
        "fields": f"activity/daily_log/{sheet.kind}_fields.html",
    }


def _next_visit(request: SignedIn, view: DayView, form: EntryForm) -> NextVisit | None:
    """Of a client that the sheet already names: the level that comes next, and the projects to choose from."""
    if not isinstance(form, VisitForm):
        return None
    chosen = request.GET.get("opportunity") or str(form["opportunity"].value() or "")  # by the hint, while he types
    client = str(form["client"].value() or "")[:100].replace("\0", "")
    coming = next_visit(request.user, view.day, client, chosen)
    form.offer(coming.projects if coming else (), chosen)
    return coming


def _sheet_page(
    request: SignedIn,
    sheet: Sheet,
    view: DayView,
    form: EntryForm,
    found: EntryView | None = None,
    item: PlanItem | None = None,
    status: int = 200,
) -> HttpResponse:
    """The bare sheet for htmx, the same sheet as a page otherwise."""
    page = "activity/daily_log/sheet.html" if request.htmx else "activity/daily_log/sheet_page.html"
    return render(request, page, _sheet_context(request, sheet, view, form, found, item), status=status)


def _saved(request: SignedIn, sheet: Sheet, day: date, again: str = "") -> HttpResponse:
    """Back to the day; with htmx only what changed on it, and for 保存并再记 the next empty sheet."""
    if not request.htmx:
        return redirect(again or reverse("day", args=[day]))
    context = day_context(request, day)
    if again:
        form = _form(request, sheet, day, initial=_prefilled(request, context["view"]))
        context |= _sheet_context(request, sheet, context["view"], form) | {"again": True}
    return render(request, "activity/daily_log/today_changed.html", context)
