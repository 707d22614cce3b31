"""What stands behind a figure, a week day by day, and one log as it is read by its author and those above him."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activity.daily_log.as_read import notes_of_gone
from activity.daily_log.day import ITEM_NAMES, WeekView, day_view, week_view
from activity.daily_log.figures import figure_of_day, figure_of_week
from activity.daily_log.flagging import away_on, flagged
from activity.daily_log.models import DailyLog
from activity.daily_log.near import FIRST_DAY
from org.people.models import Appointment, Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.week import Week


@requires(Permission.LOG_WRITE)
@require_safe
def day_figure(request: SignedIn, day: date, item: str) -> HttpResponse:
    """A ring of one's own day."""
    view = day_view(request.user, day, request.now)
    context = {"figure": figure_of_day(view, _item(item)), "view": view, "day": day}
    return render(request, "activity/daily_log/day_figure.html", context)


@requires(Permission.LOG_WRITE)
@require_safe
def my_week(request: SignedIn) -> HttpResponse:
    return _week_page(request, request.user, Week.of(request.today))


@requires(Permission.LOG_READ)
@require_safe
def person_week(request: SignedIn, employee_no: str, week: Week) -> HttpResponse:
    return _week_page(request, _readable(request, employee_no, week), week)


@requires(Permission.LOG_WRITE)
@require_safe
def week_figure(request: SignedIn, week: Week, item: str) -> HttpResponse:
    return _week_figure_page(request, request.user, week, item)


@requires(Permission.LOG_READ)
@require_safe
def person_figure(request: SignedIn, employee_no: str, week: Week, item: str) -> HttpResponse:
    return _week_figure_page(request, _readable(request, employee_no, week), week, item)


@requires(Permission.LOG_READ)
@require_safe
def log(request: SignedIn, pk: UUID) -> HttpResponse:
    """One log as a page to read; drafts are the author's alone."""
    within = DailyLog.objects.visible_to(request.user, on=request.today)
    found = get_object_or_404(within.select_related("person", "unit", "reviewed_by"), pk=pk)
    view = day_view(found.person, found.day, request.now, reader=request.user)
    context = {
        "log": found,
        "view": view,
        "entries": flagged(view.entries, found, works=view.week.calendar.works(found.day), away=away_on(found)),
        "gone": notes_of_gone(found, view.entries),
        "is_own": _own(request, found.person),
        "may_annotate": not _own(request, found.person)
        and request.user.can(Permission.LOG_ANNOTATE, found, on=request.today),
    }
    return render(request, "activity/daily_log/log.html", context)


def _item(item: str) -> str:
    if item not in ITEM_NAMES:
        raise Http404
    return item


def _own(request: SignedIn, person: Person) -> bool:
    return person.pk == request.user.pk


def _readable(request: SignedIn, employee_no: str, week: Week) -> Person:
    """Himself, or somebody who held a post within the reader's reach in that week; else 404."""
    within = reach(request.user, Permission.LOG_READ, on=request.today).q(unit="unit", person="person")
    held = Appointment.objects.touching(week.monday, week.sunday).filter(within)
    return get_object_or_404(Person.objects.filter(pk__in=held.values("person")), employee_no=employee_no)


def _week_figure_page(request: SignedIn, person: Person, week: Week, item: str) -> HttpResponse:
    view = week_view(person, week, request.now, reader=request.user)
    figure = figure_of_week(view, _item(item))
    context = {"figure": figure, "view": view, "person": person, "is_own": view.is_own}
    return render(request, "activity/daily_log/week_figure.html", context)


def _week_page(request: SignedIn, person: Person, week: Week) -> HttpResponse:
    view = week_view(person, week, request.now, reader=request.user)
    context = {
        "view": view,
        "person": person,
        "is_own": view.is_own,
        "rows": [_row(view, day) for day in view.week.days],
        "weeks": _neighbours(week, request.today),
    }
    return render(request, "activity/daily_log/week.html", context)


def _row(view: WeekView, day: date) -> dict[str, Any]:
    """A day of the week's table; figures only of a log that there is."""
    mark = view.mark(day)
    return {"mark": mark, "tally": view.tally(day) if mark.log else None, "half_days": view.half_days(day)}


def _neighbours(week: Week, today: date) -> dict[str, Week | None]:
    return {
        "previous": week.previous if week.monday > FIRST_DAY else None,
        "next": week.next if week.next.monday <= today else None,
    }
