"""《行事历》 on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activity.itinerary.models import Itinerary
from activity.itinerary.printing import printed
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week


@requires(Permission.PLAN_READ)
@require_safe
def itinerary_print(request: SignedIn, week: Week, code: str) -> HttpResponse:
    """The plan of a department and week as the A4 form, for whoever reads it."""
    seen = Itinerary.objects.visible_to(request.user, on=request.today)
    found = get_object_or_404(seen.select_related("unit", "person", "approved_by"), week=week.monday, unit__code=code)
    paper = printed(found, reader=request.user, on=request.today)
    return render(request, "activity/itinerary/print.html", {"paper": paper, "plan": found, "week": week})
