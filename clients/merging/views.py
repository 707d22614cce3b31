"""可能重复 and 合并: what may be one client, two side by side, what was done, and taking it back for a day."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.merging import actions, finding, reading
from clients.merging import apart as telling_apart
from clients.merging.forms import MergeForm
from clients.merging.models import Merge
from clients.merging.rules import undo_until
from clients.merging.who import holds, within, word_for
from clients.prospects.models import Prospect
from org.pages.telling import tried
from org.permissions import MERGES
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

PAGE = 25
SHOWN = 10  # merges of one client
tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(*MERGES)
@require_safe
def alike(request: SignedIn) -> HttpResponse:
    """The pairs among the clients that he may merge; asked by the list of clients, their number alone."""
    found = finding.pairs(request.user, request.today)
    if request.htmx:
        return render(request, "clients/merging/hint.html", {"count": len(found.pairs), "more": found.more})
    lately = Merge.objects.visible_to(request.user, request.today).filter(by=request.user)
    context = {
        "page": Paginator(found.pairs, PAGE).get_page(request.GET.get("page")),
        "most": found.more,
        "apart": finding.told_apart(request.user, request.today)[:SHOWN],
        "done": reading.told(lately.select_related("survivor", "absorbed")[:SHOWN]),
    }
    return render(request, "clients/merging/alike.html", context)


@requires(*MERGES)
@require_safe
def client_alike(request: SignedIn, pk: UUID) -> HttpResponse:
    """Of one client; with a name to look for another one that is it."""
    prospect = _mine(request, pk)
    if request.htmx:
        found = finding.partners(prospect, request.user, request.today)
        return render(request, "clients/merging/hint.html", {"count": len(found)})
    wanted = request.GET.get("q", "").replace("\0", "").strip()[:60]
    done = Merge.objects.visible_to(request.user, request.today).filter(survivor=prospect)
    context = {
        "prospect": prospect,
        "wanted": wanted,
        "pairs": finding.partners(prospect, request.user, request.today, wanted),
        "apart": finding.told_apart(request.user, request.today, prospect),
        "done": reading.told(done.select_related("survivor", "absorbed")[:SHOWN]),
        "trail": [
            (_("客户"), reverse("client-list")),
            (prospect.name, reverse("client", args=[pk])),
            (_("查重与合并"), ""),
        ],
    }
    return render(request, "clients/merging/client.html", context)


@requires(*MERGES)
@tapped
def merge(request: SignedIn, pk: UUID, other: UUID) -> HttpResponse:
    """Choose and merge; refused, the page again as it now stands. A second tap leads to what the first did."""
    if request.method == "POST" and (already := _already(request, {pk, other})):
        return redirect("merge", already.pk)
    left, right = _pair(request, pk, other)
    form = _form(request, left, right)
    if request.method == "POST" and form.is_valid() and (made := _merged(request, form)):
        messages.success(request, _("已合并成一家，24 小时内可以撤销"))
        return redirect("merge", made)
    context = {
        "left": left,
        "right": right,
        "form": form,
        "counts": reading.counts(left, right, request.user, request.today),
        "trail": [
            (_("客户"), reverse("client-list")),
            (_("可能重复"), reverse("clients-alike")),
            (_("并排对照"), ""),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/merging/merge.html", context, status=status)


def _already(request: SignedIn, both: set[UUID]) -> Merge | None:
    mine = Merge.objects.visible_to(request.user, request.today).filter(by=request.user, undone_at=None)
    return mine.filter(survivor__in=both, absorbed__in=both).first()


def _form(request: SignedIn, left: Prospect, right: Prospect) -> MergeForm:
    return MergeForm(
        request.POST if request.method == "POST" else None,
        left=left,
        right=right,
        facts=reading.facts(left, right),
        people=reading.people(left, right),
        own=holds(request.user, left, right),
        initial={"seen": reading.seen_as([left, right])},
    )


def _merged(request: SignedIn, form: MergeForm) -> str:
    """The key of the merge; empty with the errors on the form."""
    try:
        made = actions.merge(form.wish, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return str(made["merge"])


@requires(*MERGES)
@require_POST
def apart(request: SignedIn, pk: UUID, other: UUID) -> HttpResponse:
    """不是同一家; with `back` it is taken back."""
    left, right = _pair(request, pk, other)
    act, said = telling_apart.tell_apart, _("已记下不是同一家，不再提示，在本页可以撤回")
    if "back" in request.POST:
        act, said = telling_apart.take_back, _("已撤回，像同一家的会再提示")
    tried(request, lambda: act(left, right, by=request.user, at=request.now), said)
    return redirect("clients-alike")


@requires(*MERGES)
@require_safe
def done(request: SignedIn, pk: UUID) -> HttpResponse:
    """What went where, and until when it can be taken back."""
    found = _done(request, pk)
    until = undo_until(found.at)
    moved = [(reading.named(label), count) for label, count in found.moved.items()]
    [names] = reading.told([found])
    context = {
        "one": found,
        "names": names,
        "moved": moved,
        "until": until,
        "in_time": request.now < until,
        "may_undo": request.now < until and _may_undo(request, found),
        "trail": [(_("客户"), reverse("client-list")), (_("可能重复"), reverse("clients-alike")), (_("合并"), "")],
    }
    return render(request, "clients/merging/done.html", context)


def _may_undo(request: SignedIn, found: Merge) -> bool:
    both = (found.survivor, found.absorbed)
    return found.undone_at is None and word_for(request.user, both, request.today) is not None


@requires(*MERGES)
@require_POST
def undo(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _done(request, pk)
    tried(request, lambda: actions.undo(found, by=request.user, at=request.now), _("已撤销，两家恢复原样"))
    return redirect("merge", pk)


def _done(request: SignedIn, pk: UUID) -> Merge:
    seen = Merge.objects.visible_to(request.user, request.today)
    return get_object_or_404(seen.select_related("survivor__unit", "absorbed__unit", "by", "undone_by"), pk=pk)


def _mine(request: SignedIn, pk: UUID) -> Prospect:
    """One of those that he may merge with another."""
    seen = Prospect.objects.visible_to(request.user, request.today).filter(within(request.user, request.today))
    return get_object_or_404(seen.select_related("owner", "unit"), pk=pk)


def _pair(request: SignedIn, pk: UUID, other: UUID) -> tuple[Prospect, Prospect]:
    """Two that he may merge: of any other pair there is no page, whoever has them."""
    left, right = _mine(request, pk), _mine(request, other)
    if left == right or word_for(request.user, (left, right), request.today) is None:
        raise Http404
    return left, right
