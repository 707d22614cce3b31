"""周考核 of a unit: who is short, of what, and who is not."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activity.daily_log.near import FIRST_DAY
from activity.rollup.table import readable_units
from activity.weeks.manager_results import manager_lines
from activity.weeks.results import PAGE, Asking, address, results_of
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week


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
        "previous": address(unit, week.previous) if found.is_assessed and week.monday > FIRST_DAY else "",
        "next": address(unit, week.next) if week.next.monday <= request.today else "",
    }
    return render(request, "activity/weeks/results.html", context)


def _page(request: SignedIn) -> int:
    """Of the people; anything else is the first."""
    said = request.GET.get("page", "")
    return int(said) if said.isascii() and said.isdigit() and 0 < int(said) < 10_000 else 1
