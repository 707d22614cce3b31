"""行事历 of the department: read by all who may, merged and handed in by its manager."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.itinerary.models import Itinerary, PlanItem
from activity.planning import figures, items, merging
from activity.planning.dates import days_of, times_of
from activity.planning.departments import colleagues, department_of, preparable, prepares, readable
from activity.planning.forms import GoalForm, ItemForm, PlanForm
from activity.planning.listing import listed
from activity.planning.merge_page import PlanPage, plan_page
from activity.planning.opened import opened
from activity.planning.plans import Overtaken
from activity.planning.views import acted, initial_of
from activity.planning.words import FIGURES, said_otherwise
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit
from org.week import Week
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])
SUBMIT, FILL = "submit", "fill"


@requires(Permission.PLAN_READ)
@require_safe
def itineraries(request: SignedIn) -> HttpResponse:
    """Next week's plans within reach; who prepares one alone is led to it, who has only his own to that."""
    week = Week.of(request.today).next
    mine = list(preparable(request.user, request.today)[:2])
    if len(mine) == 1:
        return redirect("itinerary", week, mine[0].code)
    rows = listed(request.user, week, at=request.now)
    if not rows and department_of(request.user, week):
        return redirect("plan", week)
    return render(request, "activity/planning/itineraries.html", {"rows": rows, "week": week})


@requires(Permission.PLAN_READ)
@require_safe
def itinerary(request: SignedIn, week: Week, code: str) -> HttpResponse:
    page = plan_page(request.user, _unit(request, week, code), week, at=request.now)
    return _page(request, page, PlanForm(initial=_written(page)), _goal_forms(page))


def _unit(request: SignedIn, week: Week, code: str) -> Unit:
    """One whose plans he reads, or whose plan of that week has a goal of his."""
    unit = readable(request.user, request.today).filter(code=code).first()
    if unit:
        return unit
    seen = Itinerary.objects.visible_to(request.user, request.today).select_related("unit")
    return get_object_or_404(seen, unit__code=code, week=week.monday).unit


def _written(page: PlanPage) -> dict[str, Any]:
    if page.plan is None:
        return {}
    words = {name: getattr(page.plan, name) for name in PlanForm.TEXTS}
    return {**words, "shown": page.plan.changed_at.isoformat()}


def _goal_forms(page: PlanPage, data: Any = None) -> list[GoalForm]:
    return [GoalForm(data, member=line.member, target=line.target) for line in page.lines]


def _page(
    request: SignedIn,
    page: PlanPage,
    form: PlanForm,
    goals: list[GoalForm],
    *,
    status: int = 200,
    overtaken: Overtaken | None = None,
) -> HttpResponse:
    week = page.week
    context = {
        "page": page,
        "form": form,
        "rows": list(zip(page.lines, goals, strict=True)),
        "problems": [said for one in goals if one.is_bound for said in one.problems],
        "overtaken": overtaken and said_otherwise(overtaken),
        "previous": week.previous,
        "next": week.next if week.monday <= request.today else None,
    }
    return render(request, "activity/planning/itinerary.html", context, status=status)


@requires(Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT)
@tapped
def save(request: SignedIn, week: Week, code: str) -> HttpResponse:
    """Everything of the page in one form: goals, key work, words; and with it, if he says so, the hand-in."""
    unit = _prepared(request, week, code)
    if request.method != "POST":
        return itinerary(request, week, code)
    page = plan_page(request.user, unit, week, at=request.now)
    form, goals, do = PlanForm(request.POST), _goal_forms(page, request.POST), request.POST.get("do", "")
    if not all([form.is_valid(), *(one.is_valid() for one in goals)]):
        return _page(request, page, form, goals, status=422)
    key = form.cleaned_data["key"]
    try:
        merging.save_plan(
            unit, week, by=request.user, key=key, at=request.now,
            texts=form.texts, shown=form.cleaned_data["shown"],
            goals={one.member.person_id: _filled(page, one, do) for one in goals},
            goals_shown={one.member.person_id: one.cleaned_data["shown"] for one in goals},
        )  # fmt: skip
    except Overtaken as overtaken:
        return _again(request, page, overtaken)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, page, form, goals, status=409)
    if do == SUBMIT and (refused := _submitted(request, unit, week, _second(key))):
        messages.error(request, refused)
        return redirect("itinerary", week, code)
    done = _("已上报，等分管总批准") if do == SUBMIT else _("已保存")
    messages.success(request, done)
    return redirect("itinerary", week, code)


def _submitted(request: SignedIn, unit: Unit, week: Week, key: UUID) -> str:
    """Hand in what has been saved; why not, where it is refused: what he wrote stays saved."""
    try:
        merging.submit(unit, week, by=request.user, key=key)
    except Refused as refusal:
        return str(refusal)
    return ""


def _second(key: UUID) -> UUID:
    """The key of the hand-in that one tap does after saving."""
    return UUID(int=key.int ^ 1)


def _filled(page: PlanPage, form: GoalForm, do: str) -> dict[str, Any]:
    """What he typed; with 按中位填, an empty goal of whoever is there becomes what is usual for him."""
    said = form.said
    line = next(one for one in page.lines if one.member == form.member)
    if do != FILL or line.usual is None or not line.is_active:
        return said
    usual = {"visits": round(line.usual.visits), "premium": line.usual.premium, "cases": round(line.usual.cases)}
    return {name: usual.get(name) if value is None else value for name, value in said.items()}


def _again(request: SignedIn, page: PlanPage, overtaken: Overtaken) -> HttpResponse:
    """What he typed stays; saving again is his decision, so the boxes now know what is stored."""
    data = request.POST.copy()
    data["key"] = str(uuid4())
    data["shown"] = page.plan.changed_at.isoformat() if page.plan else ""
    for line in page.lines:
        data[f"{line.member.employee_no}-shown"] = line.target.changed_at.isoformat() if line.target else ""
    form, goals = PlanForm(data), _goal_forms(page, data)
    form.is_valid()
    return _page(request, page, form, goals, status=409, overtaken=overtaken)


@requires(Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT)
@tapped
def item_new(request: SignedIn, week: Week, code: str) -> HttpResponse:
    """A line that the manager adds for somebody."""
    unit = _prepared(request, week, code)
    form = _item_form(request, unit, week)
    if request.method == "POST" and form.is_valid():
        person = form.chosen
        try:
            items.add_item(
                person, unit, week, by=request.user, at=request.now, key=form.cleaned_data["key"], said=form.said
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已排给{name}").format(name=person.name))
            return redirect("itinerary", week, unit.code)
    return _item_page(request, form, unit, week, None)


def _prepared(request: SignedIn, week: Week, code: str) -> Unit:
    unit = _unit(request, week, code)
    if not prepares(request.user, unit, on=request.today):
        raise Http404
    return unit


@requires(Permission.PLAN_SUBMIT, Permission.PLAN_DRAFT)
@tapped
def item(request: SignedIn, pk: UUID) -> HttpResponse:
    seen = PlanItem.objects.visible_to(request.user, request.today)
    found = get_object_or_404(seen.select_related("itinerary__unit", "person", "companion"), pk=pk)
    unit, week = found.itinerary.unit, Week(found.itinerary.week)
    if not prepares(request.user, unit, on=request.today):
        raise Http404
    form = _item_form(request, unit, week, found)
    if request.method == "POST" and (done := acted(request, form, found)):
        messages.success(request, done)
        return redirect("itinerary", week, unit.code)
    return _item_page(request, form, unit, week, found)


def _item_form(request: SignedIn, unit: Unit, week: Week, found: PlanItem | None = None) -> ItemForm:
    staff: list[Person] = colleagues(unit, week)
    active = [] if found else figures.active(unit, week)
    chosen = {"day": request.GET.get("day", week.monday.isoformat()), "person": request.GET.get("who", "")}
    return ItemForm(
        request.POST or None,
        days=days_of(week, times_of(week).calendar),
        companions=staff,
        people=active,
        named=staff,
        initial=initial_of(found) if found else chosen,
    )


def _item_page(request: SignedIn, form: ItemForm, unit: Unit, week: Week, found: PlanItem | None) -> HttpResponse:
    back = redirect("itinerary", week, unit.code).url
    context = {"form": form, "week": week, "item": found, "back": back, "whose": found.person.name if found else ""}
    status = 422 if request.method == "POST" else 200
    return render(request, "activity/planning/item.html", context, status=status)


@requires(Permission.PLAN_READ)
@require_safe
def figure(request: SignedIn, week: Week, code: str, item: str) -> HttpResponse:
    """The rows behind a figure of the week before the planned one; `?who=` of one employee."""
    unit = _unit(request, week, code)
    page = plan_page(request.user, unit, week, at=request.now)
    if page.is_hidden:
        raise Http404
    who = request.GET.get("who", "")
    lines = [line for line in page.lines if who in ("", line.member.employee_no)]
    found = opened(
        request.user, unit, week.previous, item, of=[line.member.person_id for line in lines], on=request.today
    )
    context = {
        "page": page,
        "opened": found,
        "title": FIGURES[item],
        "who": lines[0].member.name if who and lines else "",
        "total": sum((one.premium for one in found.policies), figures.NOTHING),
    }
    return render(request, "activity/planning/figure.html", context)
