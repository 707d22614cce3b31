"""我的一周, the same of a person for those above him, the figures behind it, and 免责."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.assessment import excusing
from activity.assessment.reading import excusable, latest_excuse, readable
from activity.daily_log.actuals import actual_of
from activity.daily_log.day import ITEM_NAMES, week_view
from activity.daily_log.near import FIRST_DAY
from activity.weeks.after_excuse import newly_proposed
from activity.weeks.fined import fine_lines
from activity.weeks.forms import ExcuseForm
from activity.weeks.items import score_of
from activity.weeks.manager_week import KINDS, manager_figure, manager_week
from activity.weeks.pending import pending_of
from activity.weeks.required import required_of
from activity.weeks.week_figures import opened
from activity.weeks.week_page import PersonWeek, figure_address, person_week_of
from activity.weeks.words import days, mode_of, newcomer_of
from org.forms import KeyedForm
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.naming import with_branch
from org.week import Week
from org.workflow import Refused

REQUIRED = "required"
tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.LOG_WRITE)
@require_safe
def my_week(request: SignedIn) -> HttpResponse:
    return _week_page(request, request.user, Week.of(request.today))


@requires(Permission.LOG_READ)
@require_safe
def person_week(request: SignedIn, employee_no: str, week: Week) -> HttpResponse:
    return _week_page(request, readable(request.user, employee_no, week, on=request.today), week)


@requires(Permission.LOG_WRITE)
@require_safe
def week_figure(request: SignedIn, week: Week, item: str) -> HttpResponse:
    return _figure_page(request, request.user, week, item)


@requires(Permission.LOG_READ)
@require_safe
def person_figure(request: SignedIn, employee_no: str, week: Week, item: str) -> HttpResponse:
    return _figure_page(request, readable(request.user, employee_no, week, on=request.today), week, item)


@requires(Permission.WEEK_EXCUSE)
@tapped
def excuse(request: SignedIn, employee_no: str, week: Week) -> HttpResponse:
    """分管总 excuses the week; refused, back to the week as it stands, with the sentence."""
    person = excusable(request.user, employee_no, week, on=request.today)
    form = ExcuseForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        return _week_page(request, person, week, form=form, status=422)
    if request.method == "POST":
        said = form.cleaned_data
        try:
            excusing.excuse(person, week, by=request.user, at=request.now, key=said["key"], reason=said["reason"])
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已准予{name}这一周免责，已告诉本人").format(name=person.name))
    return redirect("person-week", employee_no, week)


@requires(Permission.WEEK_EXCUSE)
@tapped
def withdraw(request: SignedIn, employee_no: str, week: Week) -> HttpResponse:
    person = excusable(request.user, employee_no, week, on=request.today)
    if request.method != "POST":
        return redirect("person-week", employee_no, week)
    form, standing = KeyedForm(request.POST), latest_excuse(person, week)
    try:
        if standing is None:
            raise Refused(_("这一周没有免责。"))
        if not form.is_valid():
            raise Refused(_("页面过期了，请再点一次。"))
        excusing.withdraw_excuse(standing, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回免责，这一周按原来的数核算，已告诉本人"))
    return redirect("person-week", employee_no, week)


def _week_page(
    request: SignedIn, person: Person, week: Week, *, form: ExcuseForm | None = None, status: int = 200
) -> HttpResponse:
    page = person_week_of(person, week, reader=request.user, at=request.now)
    address = _addresses(page)
    context = {
        "page": page,
        "view": page.view,
        "person": person,
        "is_own": page.view.is_own,
        "may_ask": _may_ask(page, request),
        "required_address": address(REQUIRED),
        "lines": [(line, address(line.code)) for line in page.lines],
        "score": score_of(page.verdict, page.book) if page.verdict else "",
        "mode": mode_of(page.book),
        "newcomer": newcomer_of(page.verdict, person.joined_on, week) if page.verdict else "",
        "fines": fine_lines(page.fines),
        "manager": manager_week(page.view, reader=request.user, at=request.now),
        "actual": actual_of(person, week, reader=request.user, on=request.today, visits=page.view.done.visits),
        "form": form or (ExcuseForm() if page.offers_excuse else None),
        "newly_proposed": newly_proposed(page.row) if page.offers_excuse and page.row else [],
        "pending": pending_of(page.view, request.user, on=request.today),
        "place": _place(page),
        "has_days": bool(page.view.logs) or any(day in page.view.shown for _person, day in page.view.halves),
        "withdraw_form": KeyedForm(),
        "rows": [_row(page, day) for day in week.days],
        "sums": [(item, page.due_of(item), address(item.code)) for item in page.view.items],
        "weeks": _neighbours(week, request.today),
    }
    return render(request, "activity/weeks/week.html", context, status=status)


def _may_ask(page: PersonWeek, request: SignedIn) -> bool:
    """Whether 请假、公务 are his to ask for: of his own week, in a post that asks."""
    return page.view.is_own and request.user.can(Permission.ABSENCE_ASK, on=request.today)


def _place(page: PersonWeek) -> str:
    """Of the printed head: 市南支公司 团体部, that assesses the week."""
    return with_branch([page.unit])[page.unit.pk] if page.unit and page.verdict else ""


def _addresses(page: PersonWeek) -> Callable[[str], str]:
    view = page.view
    return lambda item: figure_address(view.person, view.week, item, is_own=view.is_own)


def _row(page: PersonWeek, day: date) -> dict[str, Any]:
    """A day of the week's table; figures only of a log that there is."""
    mark = page.view.mark(day)
    tally = page.view.tally(day) if mark.log else None
    unsent = mark.log is not None and mark.log.handed_in_at is None and any(page.view.tally(day))
    return {"mark": mark, "tally": tally, "half_days": page.view.half_days(day), "unsent": unsent}


def _neighbours(week: Week, today: date) -> dict[str, Week | None]:
    return {
        "previous": week.previous if week.monday > FIRST_DAY else None,
        "next": week.next if week.next.monday <= today else None,
    }


def _figure_page(request: SignedIn, person: Person, week: Week, item: str) -> HttpResponse:
    """Everything behind one figure of the week: entries, or the half days that are required."""
    if item in KINDS:
        return _manager_figure(request, person, week, item)
    if item != REQUIRED and item not in ITEM_NAMES:
        raise Http404
    page = person_week_of(person, week, reader=request.user, at=request.now)
    context = {"page": page, "view": page.view, "person": person, "is_own": page.view.is_own}
    context["may_ask"] = _may_ask(page, request)
    if item == REQUIRED:
        context["pending"] = pending_of(page.view, request.user, on=request.today)
        required = page.required or required_of(page.view)
        context |= {"required": required, "shown_days": days(required.owed)}
        return render(request, "activity/weeks/required.html", context)
    figure = opened(page, item)
    context |= {"opened": figure, "due": page.due_of(figure.figure.item)}
    return render(request, "activity/weeks/week_figure.html", context)


def _manager_figure(request: SignedIn, person: Person, week: Week, item: str) -> HttpResponse:
    """One of 3111; 404 for who reads no more than its number."""
    view = week_view(person, week, request.now, reader=request.user)
    found = manager_week(view, reader=request.user, at=request.now)
    if found is None or not any(one.link for one in found.items):
        raise Http404
    figure = manager_figure(person, week, item, view.book, reader=request.user, on=request.today)
    context = {"figure": figure, "person": person, "week": week}
    return render(request, "activity/weeks/manager_figure.html", context)
