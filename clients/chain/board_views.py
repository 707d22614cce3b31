"""陪访看板 of a week: for who hands its plan in or approves it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.chain.board import board_of
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.week import Week


@requires(Permission.PLAN_SUBMIT, Permission.PLAN_APPROVE)
@require_safe
def board(request: SignedIn) -> HttpResponse:
    """The coming week unless another is asked for."""
    try:
        week = Week.from_code(request.GET.get("week", ""))
    except ValueError:
        week = Week.of(request.today).next
    context = board_of(request.user, week, at=request.now, page=request.GET.get("page"))
    context["query"] = f"week={week}&"
    return render(request, "clients/chain/visits/board.html", context)
