"""今日 on the phone: the day, its submission, and what is written on the way there."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.daily_log import actions
from activity.daily_log.appointed import visits_of
from activity.daily_log.day import DayView, day_view, week_view
from activity.daily_log.forms import SubmitForm, TextsForm
from activity.daily_log.from_plan import plan_of, sheet_of
from activity.daily_log.models import DailyLog
from activity.daily_log.sheets import KIND_OF_ITEM, SHEETS
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workflow import Refused

OPEN_ROWS = 6  # of the day's list; the rest opens with one tap


@requires(Permission.LOG_WRITE)
@require_safe
def today(request: SignedIn) -> HttpResponse:
    return _day_page(request, request.today)


@requires(Permission.LOG_WRITE)
@require_safe
def day(request: SignedIn, day: date) -> HttpResponse:
    return _day_page(request, day)


def _day_page(request: SignedIn, day: date) -> HttpResponse:
    return render(request, "activity/daily_log/today.html", day_context(request, day))


def day_context(request: SignedIn, day: date) -> dict[str, Any]:
    """What the page of a day and its fragments draw."""
    view, plan = day_view(request.user, day, request.now), plan_of(request.user, day)
    entries, agreed = plan.marked(view.entries), visits_of(request.user, day)
    planned = {item.origin_id for item in plan.open}
    return {
        "view": view,
        "plan": plan,
        "appointed": [one for one in agreed if str(one.visit.pk) not in planned],  # else its line says it
        "agreed": {str(one.visit.pk) for one in agreed},
        "to_do": [(item, sheet_of(item), uuid4()) for item in plan.open],
        "settled": [(item, uuid4(), plan.undoes(item, request.now, view)) for item in plan.settled],
        "is_today": day == request.today,
        "is_future": day > request.today,
        "rings": [(KIND_OF_ITEM[item.code], SHEETS[KIND_OF_ITEM[item.code]].title, item) for item in view.items],
        "first": entries[:OPEN_ROWS],
        "rest": entries[OPEN_ROWS:],
        "earlier": [one for one in view.week.overdue if one != day],
    }


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: SignedIn, day: date) -> HttpResponse:
    """Hand the day in, below target or not; a returned log is handed in again here."""
    if request.method == "POST":
        return _submitted(request, day)
    view = day_view(request.user, day, request.now)
    return _submit_page(request, view, SubmitForm(initial=_written(view.log)))


def _submitted(request: SignedIn, day: date) -> HttpResponse:
    form = SubmitForm(request.POST)
    if form.is_valid():
        key = form.cleaned_data["key"]
        try:
            result = actions.submit(request.user, day=day, key=key, **form.values())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _handed_in(request, day, result))
            return redirect("day", day)
    return _submit_page(request, day_view(request.user, day, request.now), form, status=422)


def _handed_in(request: SignedIn, day: date, result: dict[str, Any]) -> str:
    how = DailyLog.Timeliness(result["timeliness"])
    if how is DailyLog.Timeliness.BACK:
        return _("日志已补录，经理接受后才计入")
    is_late = how is DailyLog.Timeliness.LATE and week_view(request.user, Week.of(day), request.now).half_days(day)
    return _("日志已提交，算迟报") if is_late else _("日志已提交")


def _submit_page(request: SignedIn, view: DayView, form: SubmitForm, status: int = 200) -> HttpResponse:
    context = {"view": view, "form": form, "in_form": {"form": "handin"}}
    return render(request, "activity/daily_log/submit.html", context, status=status)


def _written(log: DailyLog | None) -> dict[str, str]:
    names = ("tomorrow_plan", "problems", "help_needed", "short_reason")
    return {name: getattr(log, name) for name in names} if log else {}


@requires(Permission.LOG_WRITE)
@require_POST
def draft(request: SignedIn, day: date) -> HttpResponse:
    """Keep the words in the log itself: of a log that is in and still open, or where no script saves drafts."""
    form = TextsForm(request.POST)
    if form.is_valid():
        try:
            log = actions.save_texts(request.user, day=day, at=request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("已改 {now:%H:%M}") if log.handed_in_at else _("草稿已存 {now:%H:%M}")
            messages.success(request, said.format(now=request.now))
            return redirect("today-submit", day)
    again = SubmitForm(request.POST)
    for error in form.non_field_errors():
        again.add_error(None, error)
    return _submit_page(request, day_view(request.user, day, request.now), again, status=422)
