"""`/`: the door for strangers; for everybody else what to do now."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activity.home.desk import Desk, rows
from org.accounts.views import sign_in
from org.days import in_words
from org.pages import navigation
from org.posts import Post
from org.routes import public

REVIEW_UNTIL = time(12)  # 晨间批阅 first; afterwards the desk


def straight_to(post: str, at: datetime) -> str:
    """The route of a post that has one thing to do now; "" for those with a desk."""
    if post == Post.CLIENT_MANAGER:
        return "today"
    return "review" if post == Post.DEPARTMENT_MANAGER and at.time() < REVIEW_UNTIL else ""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" or not request.user.is_authenticated:
        return sign_in(request)
    return _home(request)


def _home(request: Any) -> HttpResponse:
    active = navigation.active_post(request)
    addresses = {link.route: link.address for link in navigation.links(request)}
    if active and (route := straight_to(active.post, request.now)) in addresses:
        return redirect(addresses[route])
    found = rows(Desk(request.user, active, request.now, addresses)) if active else []
    return render(request, "activity/home/desk.html", {"rows": found, "active": active, "day": in_words(request.today)})
