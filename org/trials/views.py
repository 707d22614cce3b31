"""试运行: which units are on trial, start and end."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.trials import actions
from org.trials.forms import EndForm, StartForm
from org.trials.models import TrialRun
from org.units.models import Unit
from org.units.naming import full_names, with_branch
from org.week import Week
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])


class Row(NamedTuple):
    run: TrialRun
    unit: str
    state: str  # now, ahead, over, off
    may_end: bool


def _row(run: TrialRun, unit: str, this: Week) -> Row:
    if run.ends_on and run.ends_on < run.starts_on:
        return Row(run, unit, "off", False)
    if run.ends_on and run.ends_on < this.monday:
        return Row(run, unit, "over", False)
    may_end = run.ends_on is None or run.ends_on > max(this.sunday, Week(run.starts_on).sunday)
    ahead = run.starts_on > this.monday
    return Row(run, unit, "ahead" if ahead else "now", may_end or ahead)


def _name(unit: Unit) -> str:
    return with_branch([unit])[unit.pk]


@requires(Permission.TRIAL_RUN)
@require_safe
def trials(request: SignedIn) -> HttpResponse:
    runs = TrialRun.objects.visible_to(request.user, request.today).select_related("unit", "by", "ended_by")
    names, this = with_branch(run.unit for run in runs), Week.of(request.today)
    rows = [_row(run, names[run.unit_id], this) for run in runs]
    return render(request, "org/trials/list.html", {"rows": rows})


@requires(Permission.TRIAL_RUN)
@tapped
def new(request: SignedIn) -> HttpResponse:
    units = Unit.objects.chosen_from(request.user, Permission.TRIAL_RUN, on=request.today)
    form = StartForm(request.POST or None, units=full_names(units), this=Week.of(request.today))
    if request.method == "POST" and form.is_valid() and _started(request, form):
        return redirect("trials")
    status = 422 if request.method == "POST" else 200
    return render(request, "org/trials/new.html", {"form": form}, status=status)


def _started(request: SignedIn, form: StartForm) -> bool:
    unit = form.known[form.cleaned_data["unit"]]
    try:
        actions.start_trial(unit, by=request.user, at=request.now, **form.values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("{unit} 的试运行已设定").format(unit=_name(unit)))
    return True


@requires(Permission.TRIAL_RUN)
@tapped
def end(request: SignedIn, pk: UUID) -> HttpResponse:
    seen = TrialRun.objects.visible_to(request.user, request.today).select_related("unit")
    run, this = get_object_or_404(seen, pk=pk), Week.of(request.today)
    begun = run.starts_on <= this.monday
    form = EndForm(request.POST or None, first=max(this, Week(run.starts_on)), begun=begun)
    if request.method == "POST" and form.is_valid() and _ended(request, run, form):
        return redirect("trials")
    status = 422 if request.method == "POST" else 200
    return render(request, "org/trials/end.html", {"form": form, "run": run, "unit": _name(run.unit)}, status=status)


def _ended(request: SignedIn, run: TrialRun, form: EndForm) -> bool:
    try:
        actions.end_trial(run, last=form.week, by=request.user, at=request.now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("{unit} 的试运行已改").format(unit=_name(run.unit)))
    return True
