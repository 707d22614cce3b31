"""消息: what the product has to tell a person, newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from org.notices import reading
from org.notices.models import ASKING, Notice, NoticeQuerySet
from org.pages.navigation import waiting
from org.pages.waiting import Asked
from org.people.models import Person
from org.requests import SignedIn
from org.routes import signed_in

PAGE = 50


@waiting("inbox")
def unread(person: Person, day: date) -> Asked:
    """On every page: what `visible_to(person).unread()` holds."""
    return Asked("SELECT count(*) FROM org_notice WHERE to_id = %s AND read_at IS NULL", [person.pk])


SHOWN: dict[str, tuple[Any, Callable[[NoticeQuerySet], NoticeQuerySet]]] = {
    "": (_("全部"), lambda mine: mine),
    "unread": (_("未读"), NoticeQuerySet.unread),
    "asking": (_("待办"), NoticeQuerySet.asking),
    "telling": (_("通知"), NoticeQuerySet.telling),
}


@signed_in
@require_safe
def inbox(request: SignedIn) -> HttpResponse:
    """All of them, or the unread, those that ask for something, those that only tell; each with how many are unread."""
    mine = Notice.objects.visible_to(request.user)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else ""
    label, narrowed = SHOWN[chosen]
    asking, unread = _unread(mine)
    context = {
        "page": Paginator(narrowed(mine), PAGE).get_page(request.GET.get("page")),
        "query": f"show={chosen}&" if chosen else "",
        "shown": label if chosen else "",
        "unread": unread,
        "groups": [
            (name, label, {"asking": asking, "telling": unread - asking}.get(name, unread), name == chosen)
            for name, (label, _narrowed) in SHOWN.items()
        ],
    }
    return render(request, "org/notices/inbox.html", context)


def _unread(mine: NoticeQuerySet) -> tuple[int, int]:
    """(those that ask for something, all)."""
    found = mine.unread().aggregate(asking=Count("pk", filter=Q(kind__in=ASKING)), all=Count("pk"))
    return found["asking"], found["all"]


@signed_in
@require_POST
def open_notice(request: SignedIn, notice: UUID) -> HttpResponse:
    """Read, and go to what it is about."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=notice)
    reading.read(found, by=request.user, at=request.now)
    local = url_has_allowed_host_and_scheme(found.link, allowed_hosts=None)
    return redirect(found.link if local else "inbox")


@signed_in
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    if reading.read_all(by=request.user, at=request.now):
        messages.success(request, _("全部标为已读"))
    return redirect("inbox")
