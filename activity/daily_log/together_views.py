"""逐份连看: the logs that wait, whole and one under the other, and one button for those that are ticked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activity.daily_log import passing
from activity.daily_log.board_reading import board
from activity.daily_log.review_forms import TogetherForm
from activity.daily_log.together import read_together
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

A_PAGE = 10  # logs, a dozen entries each


@requires(Permission.LOG_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: SignedIn, day: date) -> HttpResponse:
    """What waits of that day; sent, it passes what was ticked and comes back to what still waits."""
    if day > request.today:
        raise Http404
    if request.method == "POST":
        form = TogetherForm(request.POST)
        if form.is_valid():
            return _passed(request, day, form)
        messages.error(request, form.reason)
    team = board(request.user, day, request.now)
    page = Paginator(team.waiting, A_PAGE).get_page(request.GET.get("page"))
    logs = read_together(team, list(page), reader=request.user, on=request.today)
    context = {"board": team, "page": page, "logs": logs, "form": TogetherForm()}
    status = 422 if request.method == "POST" else 200
    return render(request, "activity/daily_log/together.html", context, status=status)


def _passed(request: SignedIn, day: date, form: TogetherForm) -> HttpResponse:
    try:
        done = passing.pass_together(day, form.read, by=request.user, key=form.cleaned_data["key"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("review-together", day)
    _say(request, done)
    if done.names:
        back = f"{reverse('review-together-undo', args=[day])}?{urlencode({'at': done.at.isoformat()})}"
        said = _("已批阅 {n} 份日志，10 分钟内可以撤回").format(n=len(done.names))
        messages.success(request, said, extra_tags=f"undo:{back}")
    return redirect("review-together", day)


def _say(request: SignedIn, done: passing.Passed) -> None:
    for name, why in done.refused:
        messages.error(request, f"{name}：{why}")


@requires(Permission.LOG_REVIEW)
@require_POST
def undo(request: SignedIn, day: date) -> HttpResponse:
    """Takes back what was passed by one tap."""
    if at := _instant(request.GET):
        done = passing.undo_together(day, passed_at=at, by=request.user)
        _say(request, done)
        if done.names:
            messages.success(request, _("已撤回 {n} 份日志的批阅").format(n=len(done.names)))
    return redirect("review-together", day)


def _instant(query: QueryDict) -> datetime | None:
    """Of the address that the page gave; anything else means nothing."""
    try:
        at = parse_datetime(query.get("at", ""))
        return at.astimezone(UTC) if at and at.tzinfo else None  # the database knows no offset beyond ±15:59
    except (ValueError, OverflowError):
        return None
