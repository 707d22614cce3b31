"""转介绍成效: the table, what stands behind each number, and the workbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.prospects.models import Prospect
from clients.referrals import figures
from clients.referrals.exports import MARK_IN, REFERRALS_BOOK, exportable, sheets
from clients.referrals.figures import A_PAGE, BY, ITEMS, SPANS, Asking
from clients.referrals.reading import counted
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_book

READS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


@requires(*READS)
@require_safe
def table(request: SignedIn) -> HttpResponse:
    asking = _asking(request, request.GET)
    others = any(reach(request.user, word, on=request.today).paths for word in READS)
    context = {
        "asking": asking,
        "table": figures.table(asking, request.GET.get("page")),
        "query": asking.query() + "&",
        "spans": SPANS,
        "by": {name: one for name, one in BY.items() if name != "person" or others},
        "items": ITEMS,
        "exports": request.user.can(Permission.PROSPECT_EXPORT, on=request.today),
        "imports": request.user.can(Permission.IMPORT_PROSPECTS, on=request.today),
    }
    return render(request, "clients/referrals/figures.html", context)


@requires(*READS)
@require_safe
def rows(request: SignedIn) -> HttpResponse:
    """The requests or the names that a number counts."""
    asking, item = _asking(request, request.GET), request.GET.get("item", "asked")
    if item not in ITEMS:
        raise Http404
    if item == "asked":
        found: Any = counted(asking.referrals()).order_by("-asked_on", "pk")
    else:
        named = asking.names(item).select_related("referral__prospect", "referral__person", "prospect")
        found = named.order_by("-referral__asked_on", "recorded_at", "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asking": asking,
        "item": item,
        "label": ITEMS[item],
        "page": page,
        "seen": set() if item == "asked" else _seen(request, {one.prospect_id for one in page if one.prospect_id}),
        "query": asking.query(item=item, of=asking.of) + "&",
    }
    return render(request, "clients/referrals/rows.html", context)


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def export(request: SignedIn) -> HttpResponse:
    """In the columns of the import; numbers masked."""
    asking = _asking(request, request.POST)
    found = exportable(asking.referrals(), request.user, request.today)
    told = sheets(found, request.user, request.today)
    filters = {_("时间"): str(SPANS[asking.span])}
    title = str(REFERRALS_BOOK.title)
    return download_book(title, told, filters=filters, by=request.user, at=request.now, mark_in=MARK_IN)


def _seen(request: SignedIn, wanted: Collection[UUID]) -> set[UUID]:
    """Of those clients the ones that the reader may see; of another's only that there is one."""
    visible = Prospect.objects.visible_to(request.user, request.today)
    return set(visible.filter(pk__in=wanted).values_list("pk", flat=True))


def _asking(request: SignedIn, asked: Mapping[str, str]) -> Asking:
    """What the address names; a word that is none is as if not said, a key that is none is 404."""
    span, by, of = asked.get("span", ""), asked.get("by", ""), asked.get("of", "")
    by = by if by in BY else "referrer"
    if of and not _is_key(by, of):
        raise Http404
    return Asking(request.user, request.today, span if span in SPANS else "quarter", by, of)


def _is_key(by: str, of: str) -> bool:
    if by == "person":
        return of.isascii() and of.isdigit() and len(of) < 10
    try:
        return bool(UUID(of))
    except ValueError:
        return False
