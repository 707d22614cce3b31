"""计划与完成: the rows behind the figures of plan against actual."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from activity.daily_log.actuals import Actual, actual_of, policies_of
from activity.daily_log.day import week_view
from activity.itinerary.models import PlanItem
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week


@requires(Permission.PLAN_READ)
@require_safe
def person_plan(request: SignedIn, employee_no: str, week: Week) -> HttpResponse:
    """What a person planned for a week with what became of it, of one `kind` and `state` or all, and his policies."""
    person = get_object_or_404(Person, employee_no=employee_no)
    view = week_view(person, week, request.now, reader=request.user)
    actual = actual_of(person, week, reader=request.user, on=request.today, visits=view.done.visits)
    if actual.is_empty and person != request.user:
        raise Http404
    context = {
        "person": person,
        "is_own": person == request.user,
        "week": week,
        "actual": actual,
        "items": _chosen(request, actual),
        "chosen": [str(label) for label in _labels(request)],
        "policies": policies_of(person, week, reader=request.user, on=request.today),
    }
    return render(request, "activity/weeks/plan.html", context)


def _chosen(request: SignedIn, actual: Actual) -> list[PlanItem]:
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    return [one for one in actual.items if kind in ("", one.kind) and state in ("", one.state)]


def _labels(request: SignedIn) -> list[object]:
    """电话 未接: the words of what is chosen."""
    asked = ((PlanItem.Kind, request.GET.get("kind", "")), (PlanItem.State, request.GET.get("state", "")))
    return [words(value).label for words, value in asked if value in words.values]  # type: ignore[operator]
