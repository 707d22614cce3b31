"""Behind the figures of 全市周报: policies and goals, people, and what a later version changed."""

from __future__ import annotations

from itertools import pairwise

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activity.rollup import table
from activity.rollup.behind import HEADS, SPANS, Asking, heads_of, money_of
from activity.rollup.models import RollUpPlan
from activity.rollup.versions import changes_between
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.units.models import Unit
from org.week import Week

PAGE = 50


def _readable(request: SignedIn, week: Week, code: str) -> Unit:
    """404 for a unit that he does not read, and for a week without a report."""
    unit = get_object_or_404(table.readable_units(request.user, request.today), code=code)
    if week.monday > request.today:
        raise Http404
    return unit


@requires(Permission.ROLLUP_READ)
@require_safe
def premium(request: SignedIn, week: Week, code: str) -> HttpResponse:
    unit = _readable(request, week, code)
    span = request.GET.get("span", "week")
    if span not in SPANS:
        raise Http404
    seller = request.GET.get("by", "")
    money = money_of(Asking(request.user, unit, week, request.now), span, seller)
    context = {
        "unit": unit, "week": week, "money": money, "span": span, "seller": seller,
        "spans": [("week", _("本周")), ("month", _("本月")), ("year", _("本年"))],
        "page": Paginator(money.policies, PAGE).get_page(request.GET.get("page")),
        "targets": Paginator(money.targets, PAGE).get_page(request.GET.get("goals")),
        "query": urlencode({"span": span, "by": seller}) + "&",
        "back": table.address(unit, week),
    }  # fmt: skip
    return render(request, "activity/rollup/premium.html", context)


@requires(Permission.ROLLUP_READ)
@require_safe
def people(request: SignedIn, week: Week, code: str) -> HttpResponse:
    unit = _readable(request, week, code)
    which = request.GET.get("of", "in_post")
    if which not in HEADS:
        raise Http404
    found = heads_of(Asking(request.user, unit, week, request.now), which)
    context = {
        "unit": unit, "week": week, "which": which, "label": HEADS[which], "choices": HEADS.items(),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": urlencode({"of": which}) + "&",
        "back": table.address(unit, week),
    }  # fmt: skip
    return render(request, "activity/rollup/people.html", context)


@requires(Permission.ROLLUP_READ)
@require_safe
def changes(request: SignedIn, week: Week) -> HttpResponse:
    """Each later version beside the one before it, as far as he reads the units."""
    tops = table.tops(request.user, request.today)
    issued = table.versions(request.user, tops[0], week, request.today) if tops else []
    seen = RollUpPlan.objects.visible_to(request.user, request.today).filter(rollup__in=issued)
    plans = list(seen.select_related("unit"))
    pairs = [(later, changes_between(earlier, later, of=plans)) for earlier, later in pairwise(issued)]
    exports = table.exportable(request.user, request.today).filter(rollup__in=issued)
    context = {
        "week": week,
        "first": issued[0] if issued else None,
        "pairs": list(reversed(pairs)),
        "files": set(exports.values_list("rollup__version", flat=True)),
        "back": table.address(tops[0], week) if tops else reverse("city", args=[week]),
    }
    return render(request, "activity/rollup/changes.html", context)
