"""十项资料 of a family: for whoever's client it is, nobody else finds it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.checklist import actions, reading
from clients.checklist.exports import CHECKLISTS_BOOK, MARK_IN, sheets
from clients.checklist.forms import EraseForm, ItemForm, TakeForm, TellForm, wants_more
from clients.checklist.models import ConsultationChecklist
from clients.checklist.rules import ASKED, NAMES_PEOPLE, Item
from clients.checklist.words import notice, title
from clients.prospects.models import Prospect
from org.accounts.views import qr
from org.forms import KeyedForm
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.rules.book import book_on
from org.workbooks.downloads import download_book
from org.workflow import Refused

tapped = require_http_methods(["GET", "HEAD", "POST"])
OWN = requires(Permission.DIAGNOSIS_WRITE)


def _family(request: SignedIn, pk: UUID) -> Prospect:
    seen = Prospect.objects.visible_to(request.user, on=request.today).select_related("owner", "city")
    return get_object_or_404(seen, pk=pk, owner=request.user, kind=Prospect.Kind.HOUSEHOLD)


def _trail(family: Prospect, *more: tuple[str, str]) -> list[tuple[str, str]]:
    own = [(_("客户"), reverse("client-list")), (family.name, reverse("client", args=[family.pk]))]
    return [*own, (_("十项资料"), reverse("client-checklist", args=[family.pk])), *more]


def _context(request: SignedIn, family: Prospect, *trail: tuple[str, str]) -> dict[str, Any]:
    found = reading.overview(family, request.user, request.today)
    return {"family": family, "overview": found, "trail": _trail(family, *trail), "now": request.now}


@OWN
@require_safe
def checklist(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _family(request, pk), EraseForm())


def _page(request: SignedIn, family: Prospect, erase: EraseForm, *, status: int = 200) -> HttpResponse:
    context = _context(request, family)
    found = context["overview"]
    more = {
        "link": reading.newest_link(found.checklist),
        "submission": reading.to_review(found.checklist),
        "known_form": KeyedForm(),
        "erase": erase,
        "diagnosed": reading.is_diagnosed(family, request.user),
    }
    return render(request, "clients/checklist/checklist.html", context | more, status=status)


@OWN
@tapped
def item(request: SignedIn, pk: UUID, item: str) -> HttpResponse:
    """One item. A second form asks for the guardian where rows name a child and nobody has agreed yet."""
    family = _family(request, pk)
    if item not in ASKED:
        raise Http404
    asked, data = Item(item), request.POST or None
    context = _context(request, family, (title(item), ""))
    form, answered = TellForm(data), ItemForm(asked, data, context["overview"].answers.get(item))
    if (
        data
        and not wants_more(data)
        and form.is_valid()
        and answered.is_valid()
        and _told(request, family, form, answered)
    ):
        messages.success(request, _("已记下：{title}").format(title=title(item)))
        return redirect("client-checklist", family.pk)
    one = context["overview"].checklist
    asks = asked in (Item.FAMILY, *NAMES_PEOPLE) and not (one and one.guardian_agreed_at)
    more = {"form": form, "answered": answered, "title": title(item), "asks_guardian": asks}
    return render(request, "clients/checklist/item.html", context | more, status=422 if data else 200)


def _told(request: SignedIn, family: Prospect, form: TellForm, answered: ItemForm) -> bool:
    said = form.cleaned_data
    try:
        actions.tell(
            family, answered.item, answered.answer, guardian=said["guardian"], by=request.user, at=request.now,
            key=said["key"],
        )  # fmt: skip
    except Refused as refusal:
        form.add_error("guardian" if answered.item in (Item.FAMILY, *NAMES_PEOPLE) else None, str(refusal))
        return False
    return True


@OWN
@require_safe
def advice(request: SignedIn, pk: UUID) -> HttpResponse:
    family = _family(request, pk)
    context = _context(request, family, (_("分析和建议"), ""))
    found = reading.analysis(context["overview"].answers, request.today)
    return render(request, "clients/checklist/advice.html", context | {"analysis": found})


@OWN
@require_safe
def printed(request: SignedIn, pk: UUID) -> HttpResponse:
    family = _family(request, pk)
    context = _context(request, family)
    found = reading.analysis(context["overview"].answers, request.today)
    return render(request, "clients/checklist/print.html", context | {"analysis": found})


@OWN
@require_POST
def export(request: SignedIn, pk: UUID) -> HttpResponse:
    """Of one family, in the columns of the import; the trace says who took one and not whose."""
    family = _family(request, pk)
    found = ConsultationChecklist.objects.visible_to(request.user, request.today).filter(prospect=family)
    title = str(CHECKLISTS_BOOK.title)
    return download_book(title, sheets(found), filters={}, by=request.user, at=request.now, mark_in=MARK_IN)


@OWN
@require_POST
def known(request: SignedIn, pk: UUID) -> HttpResponse:
    """Fill in what the needs diagnosis knows."""
    family, form = _family(request, pk), KeyedForm(request.POST)
    if form.is_valid():
        count = _filled(request, family, form.cleaned_data["key"])
        messages.success(request, _("从需求诊断带入 {n} 项").format(n=count) if count else _("没有可以带入的新内容"))
    return redirect("client-checklist", family.pk)


def _filled(request: SignedIn, family: Prospect, key: UUID) -> int:
    try:
        return int(actions.fill_known(family, by=request.user, at=request.now, key=key)["items"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return 0


@OWN
@tapped
def link(request: SignedIn, pk: UUID) -> HttpResponse:
    """Make the client's link and show it this once: of it only a hash is kept."""
    family, form = _family(request, pk), KeyedForm(request.POST or None)
    context = _context(request, family, (_("发给客户自填"), ""))
    rules = book_on(request.today).consultation
    told = notice(name=request.user.name, company=family.city.name, kept_days=rules.kept_days)
    context |= {
        "form": form,
        "rules": rules,
        "notice": told,
        "link": reading.newest_link(context["overview"].checklist),
    }
    if request.method == "POST" and form.is_valid():
        try:
            token = actions.make_link(family, by=request.user, at=request.now, key=form.cleaned_data["key"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            address = request.build_absolute_uri(reverse("fill", args=[token]))
            made = reading.newest_link(reading.overview(family, request.user, request.today).checklist)
            context |= {"address": address, "picture": qr(address), "link": made}
    return render(request, "clients/checklist/link.html", context, status=422 if form.errors else 200)


@OWN
@require_POST
def link_end(request: SignedIn, pk: UUID) -> HttpResponse:
    family = _family(request, pk)
    found = reading.newest_link(reading.overview(family, request.user, request.today).checklist)
    try:
        if found is not None:
            actions.end_link(found, by=request.user, at=request.now)
            messages.success(request, _("链接已作废，客户打不开了"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("client-checklist", family.pk)


@OWN
@tapped
def review(request: SignedIn, pk: UUID) -> HttpResponse:
    """What the client told beside what was known; taken over item by item."""
    family = _family(request, pk)
    context = _context(request, family, (_("核对客户填的"), ""))
    found = reading.to_review(context["overview"].checklist)
    form = TakeForm(request.POST or None)
    if found and request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = actions.take(found, said["items"], by=request.user, at=request.now, key=said["key"])
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已采用 {n} 项，其余没有保留").format(n=done["items"]))
        return redirect("client-checklist", family.pk)
    different = reading.differences(context["overview"].answers, found) if found else []
    more = {"submission": found, "form": form, "differences": different}
    return render(request, "clients/checklist/review.html", context | more, status=422 if form.errors else 200)


@OWN
@require_POST
def erase(request: SignedIn, pk: UUID) -> HttpResponse:
    family, form = _family(request, pk), EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, family, form, status=422)
    actions.erase(family, by=request.user, at=request.now)
    messages.success(request, _("已删除这个家庭的十项资料"))
    return redirect("client-checklist", family.pk)
