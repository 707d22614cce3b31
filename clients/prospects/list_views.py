"""客户: the list within one's reach, as it is filtered, as a workbook, and under names of one's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.prospects import changing
from clients.prospects.exports import exportable
from clients.prospects.finding import WORDS
from clients.prospects.forms import ListForm, ViewForm
from clients.prospects.listing import Listed, tabs_of, units_offered, views_of
from clients.prospects.models import SavedView
from clients.prospects.sheet import HEADER, rows_of
from org.permissions import MERGES, Permission
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_list
from org.workflow import Refused


def _form(request: SignedIn, asked: Any) -> ListForm:
    return ListForm(asked, units=units_offered(request.user, request.today))


@requires(*WORDS)
@require_safe
def client_list(request: SignedIn) -> HttpResponse:
    """Without a question in the address the view that one prefers, if there is one."""
    views = views_of(request.user, request.today)
    preferred = next((one for one in views if one.is_default and one.query), None)
    if preferred and not request.GET:
        return redirect(f"{reverse('client-list')}?{preferred.query}")
    return render(request, "clients/prospects/list.html", _listed(request, views) | {"view_form": ViewForm()})


def _listed(request: SignedIn, views: list[SavedView]) -> dict[str, Any]:
    person, today = request.user, request.today
    form = _form(request, request.GET)
    listed = Listed(form.asked, person, today)
    page = listed.page(request.GET.get("page"))
    writes = person.can(Permission.LOG_WRITE, on=today)
    return {
        "form": form,
        "listed": listed,
        "page": page,
        "query": f"{form.query}&" if form.query else "",
        "tabs": tabs_of(person, today),
        "views": views,
        "others": any(one.owner_id != person.pk for one in page),
        "today": today,
        "register_at": reverse("today-entry-new", args=[today, "prospect"]) if writes else "",
        "exports": person.can(Permission.PROSPECT_EXPORT, on=today),
        "imports": person.can(Permission.IMPORT_PROSPECTS, on=today),
        "asks": person.can(Permission.PROTECTION_ASK, on=today),
        "merges": [word.value for word in MERGES if person.can(word, on=today)],
    }


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def client_export(request: SignedIn) -> HttpResponse:
    """As it is filtered, in the columns that an import reads, without numbers; of what he exports, not all he reads."""
    form = _form(request, request.POST)
    taken = exportable(request.user, request.today).order_by().values("pk")
    found = Listed(form.asked, request.user, request.today).narrowed.filter(pk__in=taken)
    said = {str(form.fields[name].label): str(value) for name, value in form.chosen.items()}
    return download_list(
        "准客户", HEADER, rows_of(found), filters=said, by=request.user, at=request.now, mark_in=len(HEADER)
    )


@requires(*WORDS)
@require_POST
def view_save(request: SignedIn) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.is_valid():
        views = views_of(request.user, request.today)
        context = _listed(request, views) | {"view_form": form}
        return render(request, "clients/prospects/list.html", context, status=422)
    said = form.cleaned_data
    said["query"] = _form(request, _query(said["query"])).query
    try:
        kept = changing.keep_view(**said, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('client-list')}?{said['query'] or 'show=all'}")
    messages.success(request, _("已存为「{name}」").format(name=kept.name))
    return redirect(f"{reverse('client-list')}?{kept.query or 'show=all'}")


def _query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text))


@requires(*WORDS)
@require_POST
def view_drop(request: SignedIn, view: UUID) -> HttpResponse:
    kept = _own_view(request, view)
    changing.drop_view(kept, by=request.user)
    messages.success(request, _("已删除视图「{name}」").format(name=kept.name))
    return redirect(f"{reverse('client-list')}?show=all")


@requires(*WORDS)
@require_POST
def view_prefer(request: SignedIn, view: UUID) -> HttpResponse:
    kept = _own_view(request, view)
    changing.prefer_view(kept, by=request.user)
    said = _("打开客户时不再先看「{name}」") if kept.is_default else _("打开客户时先看「{name}」")
    messages.success(request, said.format(name=kept.name))
    return redirect(f"{reverse('client-list')}?{kept.query or 'show=all'}")


def _own_view(request: SignedIn, pk: UUID) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user, request.today), pk=pk)
