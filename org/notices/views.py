"""消息: what the product has to tell a person, newest first."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from org.notices import reading
from org.notices.models import Notice
from org.pages.navigation import waiting
from org.people.models import Person
from org.requests import SignedIn
from org.routes import signed_in

PAGE = 50


@waiting("inbox")
def unread(person: Person, day: date) -> int:
    """On every page: what `visible_to(person).unread()` holds, asked without building a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM org_notice WHERE to_id = %s AND read_at IS NULL", [person.pk])
        return int(cursor.fetchone()[0])


@signed_in
@require_safe
def inbox(request: SignedIn) -> HttpResponse:
    person = request.user
    page = Paginator(Notice.objects.visible_to(person), PAGE).get_page(request.GET.get("page"))
    return render(request, "org/notices/inbox.html", {"page": page, "unread": unread(person, request.today)})


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
