"""整日填写: the paper form on one page, for who kept notes on the way and writes the day down in the evening."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.daily_log import actions
from activity.daily_log.day import bare_day
from activity.daily_log.forms import EntryForm
from activity.daily_log.paper import Kind, Line, lines, tables
from activity.daily_log.suggestions import own_clients
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused


@requires(Permission.LOG_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def whole_day(request: SignedIn, day: date) -> HttpResponse:
    """Write down any number of entries of a day at once; what is wrong stays on the page beside what is right."""
    posted = request.POST if request.method == "POST" else None
    page = list(lines(posted, day=day, at=request.now))
    if posted is None:
        return _page(request, day, page)
    written = [(line.kind, line.form) for line in page if line.form]
    if trouble := _recorded(request, day, written):
        return _page(request, day, page, trouble=trouble, key=posted.get("key", ""), status=422)
    messages.success(request, _("已记 %(count)d 条") % {"count": len(written)})
    return redirect("day", day)


def _recorded(request: SignedIn, day: date, written: list[tuple[Kind, EntryForm]]) -> str:
    """Record all rows, or none and say why."""
    if not written:
        return _("还没有填任何一行")
    if sum(not form.is_valid() for _kind, form in written):  # every row says what it lacks
        return _("有几行还差一点，都留在原处，改好再保存")
    try:
        key = UUID(request.POST.get("key", ""))
        entries = [kind.make(**form.values()) for kind, form in written]
        actions.record_day(request.user, day=day, at=request.now, key=key, entries=entries)
    except ValueError:
        return _("页面过期了，内容还在，请再保存一次")
    except Refused as refusal:
        return str(refusal)
    return ""


def _page(
    request: SignedIn, day: date, page: list[Line], *, trouble: str = "", key: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "view": bare_day(request.user, day, request.now),
        "key": key or uuid4(),
        "trouble": trouble,
        "known": own_clients(request.user),
        "tables": tables(page),
    }
    return render(request, "activity/daily_log/whole_day.html", context, status=status)
