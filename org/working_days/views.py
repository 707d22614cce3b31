"""工作日历: a month of 班 and 休 with where each comes from, and HQ's correction of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from org.days import WEEKDAYS, month_and_day
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workflow import Refused
from org.working_days import actions
from org.working_days.calendar import calendar_between, known
from org.working_days.forms import CorrectForm
from org.working_days.models import WorkingDay
from org.working_days.package import announced
from org.working_days.rules import Day

YEARS = range(2004, 2200)


class Cell(NamedTuple):
    day: date
    works: bool
    holiday: str
    note: str
    source: str  # a WorkingDay.Source
    make_up: bool
    in_month: bool


def _first(year: int, month: int) -> date:
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    return date(year, month, 1)


def _source(day: date, row: WorkingDay | None) -> str:
    if row:
        return row.source
    return WorkingDay.Source.PACKAGE if announced(day) else WorkingDay.Source.GUESS


def grid(first: date) -> list[list[Cell]]:
    """The weeks that touch the month, in two queries."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    start, end = Week.of(first).monday, Week.of(last).sunday
    rows = WorkingDay.objects.in_bulk([start + timedelta(days=n) for n in range((end - start).days + 1)])
    calendar = calendar_between(start, end)

    def cell(day: date) -> Cell:
        row = rows.get(day)
        note = row.note if row else ""
        source, make_up = _source(day, row), calendar.is_make_up(day)
        return Cell(day, calendar.works(day), calendar.holiday(day), note, source, make_up, day.month == first.month)

    weeks = [Week(start + timedelta(weeks=n)) for n in range((end - start).days // 7 + 1)]
    return [[cell(day) for day in week.days] for week in weeks]


@requires(Permission.CALENDAR_READ)
@require_safe
def month(request: SignedIn, year: int = 0, month: int = 0) -> HttpResponse:
    today = request.today
    first = _first(year, month) if year else today.replace(day=1)
    context = {
        "weeks": grid(first),
        "first": first,
        "today": today,
        "weekdays": WEEKDAYS,
        "previous": first - timedelta(days=1),
        "next": first + timedelta(days=31),
        "unknown": actions.unknown_years(today),
        "may_correct": request.user.can(Permission.CALENDAR_CORRECT, on=today),
        "from_day": today if actions.may_still_turn(today, request.now) else today + timedelta(days=1),
    }
    return render(request, "org/working_days/month.html", context)


@requires(Permission.CALENDAR_CORRECT)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedIn, year: int, month: int, day: int) -> HttpResponse:
    try:
        date_ = _first(year, month).replace(day=day)
    except (ValueError, OverflowError) as no_such_day:
        raise Http404 from no_such_day
    row = WorkingDay.objects.filter(day=date_).first()
    said = Day(row.works, row.holiday) if row else known(date_)
    initial = {"works": "yes" if said.works else "no", "note": row.note if row else ""}
    form = CorrectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _corrected(request, date_, form):
        return redirect("working-days-month", year, month)
    context = {"form": form, "day": date_, "said": said, "source": WorkingDay.Source(_source(date_, row)).label}
    return render(request, "org/working_days/correct.html", context, status=422 if form.is_bound else 200)


def _corrected(request: SignedIn, day: date, form: CorrectForm) -> bool:
    works, note = form.cleaned_data["works"], form.cleaned_data["note"]
    try:
        actions.correct(day, works=works, note=note, by=request.user, at=request.now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    word = _("班") if works else _("休")
    messages.success(request, _("%(day)s 已改为%(word)s") % {"day": month_and_day(day), "word": word})
    return True
