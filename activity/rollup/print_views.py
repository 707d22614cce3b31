"""《周报汇总》 on paper: the same report as on the page, with the boxes that are signed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from activity.rollup import table
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit, UnitKind
from org.units.naming import with_branch
from org.week import Week


@requires(Permission.ROLLUP_READ)
@require_safe
def city_print(request: SignedIn, week: Week) -> HttpResponse:
    """Of the city; who reads less of it prints his own unit."""
    tops = table.tops(request.user, request.today)
    if not tops:
        return redirect("person-week", request.user.employee_no, week)
    if len(tops) == 1 and tops[0] != tops[0].city:
        return redirect("report-unit-print", week, tops[0].code)
    if tops[0].city is None:
        raise Http404
    return _paper(request, tops[0].city, week)


@requires(Permission.ROLLUP_READ)
@require_safe
def unit_print(request: SignedIn, week: Week, code: str) -> HttpResponse:
    unit = get_object_or_404(table.readable_units(request.user, request.today), code=code)
    return _paper(request, unit, week)


def _paper(request: SignedIn, unit: Unit, week: Week) -> HttpResponse:
    report = table.report(request.user, unit, week, at=request.now, on=request.today)
    context = {
        "report": report,
        "is_city": unit.kind == UnitKind.CITY,
        "place": with_branch([unit])[unit.pk],
        "address": table.address(unit, week),
    }
    return render(request, "activity/rollup/print.html", context)
