"""行事历审批: what waits for 分管总, one plan, and what he decides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.approval import actions, reading
from activity.approval.forms import AmendForm, CleanForm, ReturnForm
from activity.approval.queue import queue
from activity.itinerary.models import Itinerary
from org.pages.navigation import waiting
from org.pages.waiting import Waits
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workflow import Refused

COUNT = "count"  # Enter in a box: the page again with what is changed marked and counted
tapped = require_http_methods(["GET", "HEAD", "POST"])


@waiting("approvals")
def to_approve(person: Person, day: date) -> Waits:
    return Itinerary.objects.to_approve(person, day)


@requires(Permission.PLAN_APPROVE)
@require_safe
def approvals(request: SignedIn) -> HttpResponse:
    return _queue(request)


def _queue(request: SignedIn, form: CleanForm | None = None, *, status: int = 200) -> HttpResponse:
    found = queue(request.user, at=request.now)
    form = form or CleanForm(choices=[])
    return render(request, "activity/approval/queue.html", {"queue": found, "form": form}, status=status)


@requires(Permission.PLAN_APPROVE)
@tapped
def approve_clean(request: SignedIn) -> HttpResponse:
    """All that are ticked, one after the other: who is overtaken is named, the others are approved."""
    if request.method != "POST":
        return redirect("approvals")
    found = queue(request.user, at=request.now).clean
    clean = {f"{row.plan.pk}:{row.plan.version}": row for row in found if row.plan}
    form = CleanForm(request.POST, choices=clean)
    if not form.is_valid():
        return _queue(request, form, status=422)
    done = 0
    for one in form.cleaned_data["plan"]:
        row = clean[one]
        plan: Any = row.plan
        key = uuid5(form.cleaned_data["key"], one)
        try:
            actions.approve(plan, {}, by=request.user, key=key, version=plan.version)
            done += 1
        except Refused as refusal:
            messages.error(request, f"{row.name}：{refusal}")
    if done:
        text = _("已批准 {n} 个部门").format(n=done)
        if all(request.now < actions.undo_until(clean[one].week) for one in form.cleaned_data["plan"]):
            text = _("{done}，报送前可在各部门页面撤回").format(done=text)
        messages.success(request, text)
    return redirect("approvals")


def _plans(request: SignedIn, week: Week, code: str) -> tuple[list[Itinerary], Itinerary]:
    """Those of the week that he oversees, and the one of that unit among them."""
    plans = reading.plans_of(request.user, week, on=request.today)
    found = next((one for one in plans if one.unit.code == code), None)
    if found is None:
        raise Http404
    return plans, found


@requires(Permission.PLAN_APPROVE)
@require_safe
def approval(request: SignedIn, week: Week, code: str) -> HttpResponse:
    return _page(request, *_plans(request, week, code))


def _page(
    request: SignedIn,
    plans: list[Itinerary],
    plan: Itinerary,
    *,
    data: Any = None,
    wrong: Any = None,
    status: int = 200,
) -> HttpResponse:
    found = reading.approval(request.user, plans, plan, at=request.now, data=data)
    opinion = wrong["opinion"] if wrong else found.form["opinion"] if found.form else None
    context = {"one": found, "page": found.page, "opinion": opinion}
    return render(request, "activity/approval/approval.html", context, status=status)


@requires(Permission.PLAN_APPROVE)
@tapped
def approve(request: SignedIn, week: Week, code: str) -> HttpResponse:
    plans, plan = _plans(request, week, code)
    if request.method != "POST":
        return redirect("approval", week, code)
    form = AmendForm(request.POST, targets=plan.targets.select_related("person"), plan=plan)
    if not form.is_valid():
        return _page(request, plans, plan, data=request.POST, status=422)
    if request.POST.get("do") == COUNT:
        return _page(request, plans, plan, data=request.POST)
    said = form.cleaned_data
    try:
        done = actions.approve(
            plan, form.goals, by=request.user, key=said["key"], version=said["version"], opinion=said["opinion"]
        )
    except Refused as refusal:
        return _refused(request, week, code, str(refusal), data=request.POST)
    name = plan.unit.name
    text = _("{unit}已批准，完善 {n} 处").format(unit=name, n=done["amended"]) if done["amended"] else _("{unit}已批准")
    undo_at = f"undo:{reverse('approval-undo', args=[week, code])}" if request.now < actions.undo_until(week) else ""
    messages.success(request, text.format(unit=name), extra_tags=undo_at)
    return redirect("approvals")


@requires(Permission.PLAN_APPROVE)
@tapped
def return_(request: SignedIn, week: Week, code: str) -> HttpResponse:
    plans, plan = _plans(request, week, code)
    if request.method != "POST":
        return redirect("approval", week, code)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, plans, plan, data=request.POST, wrong=form, status=422)
    said = form.cleaned_data
    try:
        actions.return_(plan, by=request.user, key=said["key"], version=said["version"], reason=said["opinion"])
    except Refused as refusal:
        return _refused(request, week, code, str(refusal), data=request.POST)
    messages.success(request, _("{unit}已退回，{who}会看到意见").format(unit=plan.unit.name, who=_who(plan)))
    return redirect("approvals")


def _who(plan: Itinerary) -> str:
    return plan.person.name if plan.person else _("部门")


@requires(Permission.PLAN_APPROVE)
@tapped
def undo(request: SignedIn, week: Week, code: str) -> HttpResponse:
    _all, plan = _plans(request, week, code)
    if request.method != "POST":
        return redirect("approval", week, code)
    try:
        actions.undo_approval(plan, by=request.user, key=_key(plan))
    except Refused as refusal:
        return _refused(request, week, code, str(refusal))
    messages.success(request, _("{unit}的批准已撤回，目标恢复为上报时的").format(unit=plan.unit.name))
    return redirect("approval", week, code)


def _key(plan: Itinerary) -> UUID:
    """Of this approval: a second tap on 撤销, also that of a toast, finds the first."""
    return uuid5(plan.pk, f"undo:{plan.approved_at}")


def _refused(request: SignedIn, week: Week, code: str, said: str, *, data: Any = None) -> HttpResponse:
    """The sentence on the plan as it stands now, with what he had typed where he may still decide."""
    messages.error(request, said)
    if data is None:
        return redirect("approval", week, code)
    plans, plan = _plans(request, week, code)
    shown = data.copy()
    shown["version"] = plan.version
    return _page(request, plans, plan, data=shown, status=409)
