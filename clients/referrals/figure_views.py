"""转介绍成效: the table, what stands behind each number, and the workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.prospects.models import Prospect
from clients.referrals import figures
from clients.referrals.figures import BY, ITEMS, SPANS, Asking
from clients.referrals.models import ReferralQuerySet, ReferredName
from clients.referrals.reading import counted
from clients.templatetags.contacts import masked
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_list
from org.workbooks.writing import Value

A_PAGE = 50
READS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)


@requires(*READS)
@require_safe
def table(request: SignedIn) -> HttpResponse:
    asking = _asking(request, request.GET)
    others = any(reach(request.user, word, on=request.today).paths for word in READS)
    context = {
        "asking": asking,
        "table": figures.table(asking),
        "spans": SPANS,
        "by": {name: one for name, one in BY.items() if name != "person" or others},
        "items": ITEMS,
        "exports": request.user.can(Permission.PROSPECT_EXPORT, on=request.today),
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
    """One row a name, and one for a request without names; numbers masked."""
    asking = _asking(request, request.POST)
    within = reach(request.user, Permission.PROSPECT_EXPORT, on=request.today)
    found = asking.referrals().filter(within.q(unit="prospect__unit", person="prospect__owner"))
    header = [
        _("日期"), _("客户经理"), _("工号"), _("介绍人单位"), _("请了谁"), _("话术"), _("结果"), _("没同意联系的人数"),
        _("被介绍人"), _("被介绍人单位"), _("电话"), _("同意联系"), _("登记为客户"), _("致谢日期"),
    ]  # fmt: skip
    filters = {_("时间"): str(SPANS[asking.span])}
    return download_list(_("转介绍"), header, _lines(request, found), filters=filters, by=request.user, at=request.now)


def _seen(request: SignedIn, wanted: Collection[UUID]) -> set[UUID]:
    """Of those clients the ones that the reader may see; of another's only that there is one."""
    visible = Prospect.objects.visible_to(request.user, request.today)
    return set(visible.filter(pk__in=wanted).values_list("pk", flat=True))


def _lines(request: SignedIn, found: ReferralQuerySet) -> Iterator[list[Value]]:
    visible = Prospect.objects.visible_to(request.user, request.today)
    named = ReferredName.objects.prefetch_related(Prefetch("prospect", visible))
    rows = counted(found).prefetch_related(Prefetch("names", named))
    for one in rows.iterator(chunk_size=500):
        told: list[Value] = [
            one.asked_on, one.person.name, one.person.employee_no, one.prospect.name, one.contact, one.script.title,
            one.get_result_display(), one.withheld,
        ]  # fmt: skip
        thanked: Value = one.thanked_on  # type: ignore[attr-defined]
        names = list(one.names.all())
        if not names:
            yield [*told, "", "", "", None, "", thanked]
        for name in names:
            client = name.prospect.name if name.prospect else ""
            yield [*told, name.name, name.company, masked(name.phone), name.agreed_on, client, thanked]


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
