"""行事历 of the employee: his draft on the phone, its lines, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.daily_log.suggestions import own_clients
from activity.itinerary.models import PlanItem
from activity.planning import drafting, items
from activity.planning.dates import days_of, times_of
from activity.planning.departments import colleagues, department_of
from activity.planning.draft_page import DraftPage, draft_page
from activity.planning.forms import DraftForm, ItemForm
from activity.planning.plans import Overtaken
from activity.planning.words import said_otherwise
from org.forms import KeyedForm
from org.pages.telling import tried
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])
ADD, ALL = "add", "all"


@requires(Permission.PLAN_DRAFT)
@require_safe
def next_plan(request: SignedIn) -> HttpResponse:
    """Next week's; 内勤 has none of his own and is led to those of the departments."""
    week = Week.of(request.today).next
    if not request.user.posts_on(request.today) or not _drafts(request.user, week):
        return redirect("itineraries")
    return redirect("plan", week)


def _drafts(person: Person, week: Week) -> bool:
    return department_of(person, week) is not None


@requires(Permission.PLAN_DRAFT)
@tapped
def plan(request: SignedIn, week: Week) -> HttpResponse:
    if request.method == "POST":
        return _saved(request, week)
    page = draft_page(request.user, week, at=request.now)
    return _page(request, page, DraftForm(target=page.target))


def _page(
    request: SignedIn, page: DraftPage, form: DraftForm, *, status: int = 200, overtaken: Overtaken | None = None
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "goals": _goals(page, form),
        "clients": own_clients(request.user),
        "overtaken": overtaken and said_otherwise(overtaken),
        "previous": page.week.previous,
        "next": page.week.next if page.week.monday <= request.today else None,
    }
    return render(request, "activity/planning/plan.html", context, status=status)


def _goals(page: DraftPage, form: DraftForm) -> list[dict[str, Any]]:
    """A stepper each: what this week came to, what is usual, and the box."""
    usual, now = page.usual, page.attained
    return [
        {"field": form["visits"], "label": _("有效拜访"), "now": now.visits, "usual": usual.visits, "step": 1},
        {"field": form["premium"], "label": _("保费 万元"), "now": now.premium, "usual": usual.premium, "step": "0.5"},
        {"field": form["cases"], "label": _("件数"), "now": now.cases, "usual": usual.cases, "step": 1},
    ]


def _saved(request: SignedIn, week: Week) -> HttpResponse:
    """Save, and where the pressed button leads: back here, to the form of a line, or the draft is handed in."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, draft_page(request.user, week, at=request.now), form, status=422)
    said, do = form.cleaned_data, request.POST.get("do", "")
    ticked = said["ticked"]
    if do == ALL:
        ticked = [*ticked, *(one.token for one in draft_page(request.user, week, at=request.now).offered)]
    try:
        drafting.save_draft(
            request.user, week, key=said["key"], said=form.said, shown=said["shown"],
            ticked=ticked, was_ticked=said["was_ticked"], hands_in=form.hands_in, key_clients=said["key_clients"],
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, week, form, refusal)
    if form.hands_in:
        messages.success(request, _("已交给经理，上报前还能改"))
    elif do != ADD:
        messages.success(request, _("草稿已存"))
    return redirect("plan-item-new" if do == ADD else "plan", week)


def _refused(request: SignedIn, week: Week, form: DraftForm, refusal: Refused) -> HttpResponse:
    """What he typed stays; of a draft stored elsewhere meanwhile both stand, and saving again is his decision."""
    page, overtaken = draft_page(request.user, week, at=request.now), None
    data = request.POST.copy()
    data["key"] = str(uuid4())
    if isinstance(refusal, Overtaken):
        overtaken = refusal
        data["shown"] = refusal.at.isoformat()
    again = DraftForm(data)
    again.is_valid()
    if overtaken is None:
        again.add_error(None, str(refusal))
    return _page(request, page, again, status=409, overtaken=overtaken)


@requires(Permission.PLAN_DRAFT)
@require_POST
def acknowledge(request: SignedIn, week: Week) -> HttpResponse:
    tried(request, lambda: drafting.acknowledge(request.user, week, at=request.now), _("已知悉"))
    return redirect("plan", week)


@requires(Permission.PLAN_DRAFT)
@tapped
def item_new(request: SignedIn, week: Week) -> HttpResponse:
    """A line of one's own."""
    unit = department_of(request.user, week)
    if unit is None:
        return redirect("plan", week)
    form = _item_form(request, week, unit, None)
    if request.method == "POST" and form.is_valid():
        try:
            items.add_item(
                request.user, unit, week, by=request.user, at=request.now, key=form.cleaned_data["key"], said=form.said
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已排入"))
            return redirect("plan", week)
    return _item_page(request, form, week, None)


@requires(Permission.PLAN_DRAFT)
@tapped
def item(request: SignedIn, pk: UUID) -> HttpResponse:
    """One of his lines: changed or taken out."""
    mine = PlanItem.objects.visible_to(request.user, request.today)
    found = get_object_or_404(mine.select_related("itinerary__unit", "companion"), pk=pk, person=request.user)
    week = Week(found.itinerary.week)
    form = _item_form(request, week, found.itinerary.unit, found)
    if request.method == "POST" and (done := acted(request, form, found)):
        messages.success(request, done)
        return redirect("plan", week)
    return _item_page(request, form, week, found)


def acted(request: SignedIn, form: ItemForm, found: PlanItem) -> str:
    """Change or take out, as the button says; the sentence of it, empty with the errors on the form."""
    removes = request.POST.get("do") == "remove"
    keyed = KeyedForm(request.POST)
    if not (keyed if removes else form).is_valid():
        return ""
    said = {"by": request.user, "at": request.now, "key": (keyed if removes else form).cleaned_data["key"]}
    try:
        if removes:
            items.remove_item(found, **said)
            return _("已拿掉")
        items.change_item(found, **said, said=form.said)
    except Refused as refusal:
        form.is_valid()
        form.add_error(None, str(refusal))
        return ""
    return _("已改好")


def _item_form(request: SignedIn, week: Week, unit: Unit, found: PlanItem | None) -> ItemForm:
    days = days_of(week, times_of(week).calendar)
    initial = initial_of(found) if found else {"day": request.GET.get("day", days[0].isoformat())}
    companions = [one for one in colleagues(unit, week) if one.pk != request.user.pk]
    return ItemForm(request.POST or None, days=days, companions=companions, initial=initial)


def initial_of(found: PlanItem) -> dict[str, Any]:
    words = {name: getattr(found, name) for name in ItemForm.WORDS}
    companion = found.companion.employee_no if found.companion else ""
    return {**words, "day": found.day.isoformat(), "companion": companion, "person": found.person.employee_no}


def _item_page(request: SignedIn, form: ItemForm, week: Week, found: PlanItem | None) -> HttpResponse:
    context = {"form": form, "week": week, "item": found, "known": own_clients(request.user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "activity/planning/item.html", context, status=status)
