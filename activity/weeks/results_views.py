"""周考核 of a unit: who is short, of what, and who is not."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.daily_log.near import FIRST_DAY
from activity.rollup.table import readable_units
from activity.weeks.manager_results import manager_lines
from activity.weeks.results import EVERYBODY, PAGE, SHEET, Asking, address, results_of, sheet_of
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.week import Week
from org.workbooks.downloads import download_list


@requires(Permission.ROLLUP_READ)
@require_safe
def results(request: SignedIn, week: Week, code: str) -> HttpResponse:
    unit = get_object_or_404(readable_units(request.user, request.today), code=code)
    asking = Asking(request.user, unit, week, request.now, _page(request))
    found = results_of(asking)
    context = {
        "results": found,
        "managers": manager_lines(asking, found) if asking.page == 1 else [],
        "page": Paginator(range(found.rate.people), PAGE).get_page(asking.page),
        "exports": reach(request.user, Permission.ROLLUP_EXPORT, on=request.today).covers(unit.path),
        "previous": address(unit, week.previous) if found.is_assessed and week.monday > FIRST_DAY else "",
        "next": address(unit, week.next) if week.next.monday <= request.today else "",
    }
    return render(request, "activity/weeks/results.html", context)


@requires(Permission.ROLLUP_EXPORT)
@require_POST
def results_export(request: SignedIn, week: Week, code: str) -> HttpResponse:
    """Everybody of the unit as the page says it, on one sheet."""
    within = reach(request.user, Permission.ROLLUP_EXPORT, on=request.today).q(unit="", person=None)
    unit = get_object_or_404(readable_units(request.user, request.today).filter(within), code=code)
    found = results_of(Asking(request.user, unit, week, request.now, size=EVERYBODY))
    filters = {_("周"): week.label, _("单位"): unit.name, _("关账"): found.closes}
    return download_list(_("周考核"), SHEET, sheet_of(found), filters=filters, by=request.user, at=request.now)


def _page(request: SignedIn) -> int:
    """Of the people; anything else is the first."""
    said = request.GET.get("page", "")
    return int(said) if said.isascii() and said.isdigit() and 0 < int(said) < 10_000 else 1
