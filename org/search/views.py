"""搜索: people, units and clients within reach. What was typed is kept nowhere, not even in a log."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from org.requests import SignedIn
from org.routes import signed_in
from org.search.forms import QueryForm
from org.search.kinds import Hit, Kind, open_to

A_GROUP, A_PAGE = 8, 50


class Group(NamedTuple):
    kind: Kind
    hits: list[Hit]
    more: str  # the query of the page with all of them; "" when these are all


@signed_in
@require_safe
def search(request: SignedIn) -> HttpResponse:
    """Eight of each kind; one kind in pages with `in`; as a fragment under the box."""
    form, kinds = QueryForm(request.GET), open_to(request.user, request.today)
    context = {"form": form, "text": form.text, "kinds": kinds, "groups": []}
    if form.text:
        only = next((kind for kind in kinds if kind.name == request.GET.get("in")), None)
        if only:
            return _one_kind(request, only, form)
        context["groups"] = [group for kind in kinds if (group := _group(request, kind, form.text)).hits]
    page = "org/search/found.html" if request.htmx else "org/search/search.html"
    return render(request, page, context)


def _group(request: SignedIn, kind: Kind, text: str) -> Group:
    rows = list(kind.find(request.user, request.today, text)[: A_GROUP + 1])
    more = urlencode({"q": text, "in": kind.name}) if len(rows) > A_GROUP else ""
    return Group(kind, kind.tell(request.user, request.today, rows[:A_GROUP]), more)


def _one_kind(request: SignedIn, kind: Kind, form: QueryForm) -> HttpResponse:
    rows = kind.find(request.user, request.today, form.text)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "text": form.text,
        "kinds": [kind],
        "groups": [Group(kind, kind.tell(request.user, request.today, list(page)), "")] if page else [],
        "page": page,
        "query": urlencode({"q": form.text, "in": kind.name}) + "&",
    }
    return render(request, "org/search/search.html", context)
