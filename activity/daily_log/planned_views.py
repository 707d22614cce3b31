"""接下来 on 今日: what the itinerary has for the day, each with one tap to what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.daily_log import actions, from_plan
from activity.daily_log.models import LogEntry
from activity.daily_log.planned_forms import AnswerForm, CancelForm, MoveForm
from activity.daily_log.views import day_context
from activity.itinerary import outcomes
from activity.itinerary.models import PlanItem
from org.forms import KeyedForm
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workflow import Refused


@requires(Permission.LOG_WRITE)
@require_safe
def planned(request: SignedIn, day: date, pk: UUID) -> HttpResponse:
    """One item, and what may be said of it but that it was done."""
    return _sheet(request, day, _item(request, day, pk))


@requires(Permission.LOG_WRITE)
@require_POST
def answer(request: SignedIn, day: date, pk: UUID) -> HttpResponse:
    """接通, 未接, 占线: the call is in the log."""
    _item(request, day, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _changed(request, day, _("页面过期了，请再点一次"))
    said = form.cleaned_data
    try:
        made = from_plan.answer(request.user, item=pk, day=day, at=request.now, key=said["key"], answer=said["answer"])
    except Refused as refusal:
        return _changed(request, day, str(refusal))
    undo = reverse("today-entry-remove", args=[day, "call", made["entry"]])
    label = LogEntry.Answer(said["answer"]).label
    messages.success(request, _("已记一个电话，{answer}").format(answer=label), extra_tags=f"undo:{undo}")
    return _changed(request, day)


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedIn, day: date, pk: UUID) -> HttpResponse:
    """改期 within this week or the next."""
    form = MoveForm(request.POST, auto_id="move_%s")
    return _settled(request, day, pk, outcomes.reschedule, move_form=form)


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SignedIn, day: date, pk: UUID) -> HttpResponse:
    """取消, with the reason."""
    form = CancelForm(request.POST, auto_id="cancel_%s")
    return _settled(request, day, pk, outcomes.cancel, cancel_form=form)


def _settled(
    request: SignedIn, day: date, pk: UUID, settle: Callable[..., Any], **shown: MoveForm | CancelForm
) -> HttpResponse:
    """Do what the sheet's form says; the sheet again with what is wrong with it."""
    item, (form,) = _item(request, day, pk), shown.values()
    if request.method != "POST":
        return _sheet(request, day, item)
    if form.is_valid():
        try:
            settle(request.user, item=pk, at=request.now, **form.values())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, form.done())
            return _changed(request, day)
    return _sheet(request, day, item, status=422, **shown)


@requires(Permission.LOG_WRITE)
@require_POST
def undo(request: SignedIn, day: date, pk: UUID) -> HttpResponse:
    """Back to 未办; an entry that it became is taken out of the log, if that is still open."""
    item = _item(request, day, pk)
    form = KeyedForm(request.POST)
    if not form.is_valid():
        return _changed(request, day, _("页面过期了，请再点一次"))
    try:
        if item.entry_id:
            key = uuid5(NAMESPACE_URL, f"remove/{item.entry_id}")
            actions.remove_entry(request.user, day=day, at=request.now, key=key, entry=item.entry_id)
        elif not item.is_open:
            outcomes.reopen(request.user, item=pk, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        return _changed(request, day, str(refusal))
    messages.success(request, _("已撤销，这一项还没有办"))
    return _changed(request, day)


def _item(request: SignedIn, day: date, pk: UUID) -> PlanItem:
    """One's own of that day; anything else is 404."""
    mine = PlanItem.objects.visible_to(request.user, on=request.today).filter(person=request.user, day=day)
    return get_object_or_404(mine.select_related("itinerary", "prospect", "moved_to", "moved_from"), pk=pk)


def _changed(request: SignedIn, day: date, trouble: str = "") -> HttpResponse:
    """Back to the day; with htmx only what changed on it."""
    if trouble:
        messages.error(request, trouble)
    if not request.htmx:
        return redirect("day", day)
    return render(request, "activity/daily_log/today_changed.html", day_context(request, day))


def _sheet(request: SignedIn, day: date, item: PlanItem, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "item": item,
        "day": day,
        "move_form": MoveForm(auto_id="move_%s"),
        "cancel_form": CancelForm(auto_id="cancel_%s"),
        "last": Week.of(day).next.sunday,
        **forms,
    }
    bare = "activity/daily_log/planned_sheet.html"
    return render(request, bare if request.htmx else "activity/daily_log/planned_page.html", context, status=status)
