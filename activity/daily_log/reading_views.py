"""What stands behind a figure of a day, and one log as it is read by its author and those above him."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activity.daily_log.as_read import notes_of_gone
from activity.daily_log.day import ITEM_NAMES, day_view
from activity.daily_log.figures import figure_of_day
from activity.daily_log.flagging import away_on, flagged
from activity.daily_log.from_plan import plan_of
from activity.daily_log.models import DailyLog
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.naming import with_branch


@requires(Permission.LOG_WRITE)
@require_safe
def day_figure(request: SignedIn, day: date, item: str) -> HttpResponse:
    """A ring of one's own day."""
    view = day_view(request.user, day, request.now)
    context = {"figure": figure_of_day(view, _item(item)), "view": view, "day": day}
    return render(request, "activity/daily_log/day_figure.html", context)


@requires(Permission.LOG_READ)
@require_safe
def log(request: SignedIn, pk: UUID) -> HttpResponse:
    """One log as a page to read; drafts are the author's alone."""
    return render(request, "activity/daily_log/log.html", _read(request, pk))


@requires(Permission.LOG_READ)
@require_safe
def log_print(request: SignedIn, pk: UUID) -> HttpResponse:
    """《客户经理工作日志》 as the A4 form, for the same readers; the day from morning to evening."""
    read = _read(request, pk)
    read |= {"entries": read["entries"][::-1], "place": with_branch([read["log"].unit])[read["log"].unit_id]}
    return render(request, "activity/daily_log/log_print.html", read)


def _read(request: SignedIn, pk: UUID) -> dict[str, Any]:
    """A log that the reader may see, with all that stands beside it."""
    within = DailyLog.objects.visible_to(request.user, on=request.today)
    found = get_object_or_404(within.select_related("person", "unit", "reviewed_by"), pk=pk)
    view = day_view(found.person, found.day, request.now, reader=request.user)
    plan = plan_of(found.person, found.day, reader=request.user, on=request.today)
    works, away = view.week.calendar.works(found.day), away_on(found)
    return {
        "log": found,
        "view": view,
        "plan": plan,
        "entries": flagged(plan.marked(view.entries), found, works=works, away=away),
        "gone": notes_of_gone(found, view.entries),
        "is_own": _own(request, found.person),
        "may_annotate": not _own(request, found.person)
        and request.user.can(Permission.LOG_ANNOTATE, found, on=request.today),
    }


def _item(item: str) -> str:
    if item not in ITEM_NAMES:
        raise Http404
    return item


def _own(request: SignedIn, person: Person) -> bool:
    return person.pk == request.user.pk
