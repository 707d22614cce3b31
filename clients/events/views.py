"""客户活动: the list, one with its guests, inviting, who came and what follows, the attendance list on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.events import actions, reading
from clients.events.exports import EVENTS_BOOK, MARK_IN, exportable, sheets
from clients.events.forms import CancelForm, EventForm, InviteForm, TellForm
from clients.events.models import ClientEvent, Guest
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_book
from org.workflow import Refused

A_PAGE = 30
READS = (Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)
LABELS = {
    "invited": gettext_lazy("邀请"),
    "came": gettext_lazy("到场"),
    "absent": gettext_lazy("未到"),
    "to_follow": gettext_lazy("待跟进"),
    "followed": gettext_lazy("已跟进"),
}
tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(*READS)
@require_safe
def events(request: SignedIn) -> HttpResponse:
    seen = reading.counted(ClientEvent.objects.visible_to(request.user, request.today))
    context = {
        "page": Paginator(seen, A_PAGE).get_page(request.GET.get("page")),
        "labels": LABELS,
        "writes": request.user.can(Permission.PROSPECT_WRITE, on=request.today),
        "exports": request.user.can(Permission.PROSPECT_EXPORT, on=request.today),
        "imports": request.user.can(Permission.IMPORT_PROSPECTS, on=request.today),
        "me": request.user.pk,
    }
    return render(request, "clients/events/list.html", context)


@requires(*READS)
@require_safe
def event(request: SignedIn, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


@requires(Permission.PROSPECT_WRITE)
@tapped
def new(request: SignedIn) -> HttpResponse:
    form = EventForm(request.POST or None, initial={"day": request.today, "host": request.user.name})

    def act() -> UUID:
        return UUID(actions.plan(form.new, by=request.user, at=request.now, key=form.cleaned_data["key"])["event"])

    return _saved(request, form, act, None)


@requires(Permission.PROSPECT_WRITE)
@tapped
def edit(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    known = {name: getattr(found, name) for name in EventForm.base_fields if name != "key"}
    form = EventForm(request.POST or None, initial=known)

    def act() -> UUID:
        actions.change(found, form.new, by=request.user, at=request.now, key=form.cleaned_data["key"])
        return found.pk

    return _saved(request, form, act, found)


@requires(Permission.PROSPECT_WRITE)
@tapped
def guests(request: SignedIn, pk: UUID) -> HttpResponse:
    """Choose among one's own contacts."""
    found = _own(request, pk)
    text = request.GET.get("q", "").replace("\0", "").strip()[:40]
    contacts = reading.inviteable(found, text)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invited(request, found, form):
        return redirect("event", pk)
    context = {"event": found, "contacts": contacts, "form": form, "wanted": text, "trail": _trail(found, _("邀请"))}
    return render(request, "clients/events/guests.html", context, status=422 if form.is_bound else 200)


def _invited(request: SignedIn, found: ClientEvent, form: InviteForm) -> bool:
    said = form.cleaned_data
    try:
        added = actions.invite(found, said["contacts"], by=request.user, at=request.now, key=said["key"])["added"]
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已邀请 {n} 位").format(n=added))
    return True


@requires(Permission.PROSPECT_WRITE)
@require_POST
def tell(request: SignedIn, pk: UUID) -> HttpResponse:
    """Who came of those on the page, and what follows; refused, everything typed stays."""
    found = _own(request, pk)
    form = TellForm(request.POST, guests=_sent(request, found))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        actions.tell(found, form.said, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, status=409)
    messages.success(request, _("已记下"))
    number = _number(request) or ""
    return redirect(f"{reverse('event', args=[pk])}{f'?page={number}' if number.isdecimal() and number != '1' else ''}")


def _sent(request: SignedIn, found: ClientEvent) -> list[Guest]:
    """By the fields of the form: meanwhile others may have been invited, and the pages lie elsewhere."""
    wanted = [name[1:-6] for name in request.POST if name.startswith("g") and name.endswith("-state")]
    keys = [_uuid(text) for text in wanted[:A_PAGE]]
    return list(found.guests.filter(pk__in=keys).select_related("prospect"))


@requires(Permission.PROSPECT_WRITE)
@require_POST
def cancel(request: SignedIn, pk: UUID) -> HttpResponse:
    found, form = _own(request, pk), CancelForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise Refused(_("写一句为什么取消。"))
        actions.cancel(found, reason=form.cleaned_data["reason"], by=request.user, at=request.now)

    return _done(request, found.pk, act, _("已取消活动"))


@requires(Permission.PROSPECT_WRITE)
@require_POST
def uninvite(request: SignedIn, pk: UUID) -> HttpResponse:
    mine = Guest.objects.visible_to(request.user, request.today).filter(event__person=request.user)
    found = get_object_or_404(mine.select_related("event"), pk=pk)

    def act() -> None:
        actions.uninvite(found, by=request.user, at=request.now)

    return _done(request, found.event_id, act, _("已从名单去掉"))


@requires(*READS)
@require_safe
def attendance(request: SignedIn, pk: UUID) -> HttpResponse:
    """《签到表》 on A4."""
    found = _visible(request, pk)
    context = {"event": found, "guests": list(found.guests.select_related("prospect"))}
    return render(request, "clients/events/attendance.html", context)


@requires(*READS)
@require_safe
def rows(request: SignedIn) -> HttpResponse:
    """The guests behind a figure, of one event or of all."""
    item, only = request.GET.get("item", "invited"), request.GET.get("event", "")
    if item not in LABELS:
        raise Http404
    seen = Guest.objects.visible_to(request.user, request.today)
    if only:
        seen = seen.filter(event=_visible(request, _uuid(only)))
    found = reading.behind(seen, item).order_by("-event__day", "prospect__name", "name", "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "label": LABELS[item], "query": f"item={item}&event={only}&", "only": only}
    return render(request, "clients/events/rows.html", context)


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def export(request: SignedIn) -> HttpResponse:
    """In the columns of the import; no numbers are stored with guests."""
    told = sheets(exportable(request.user, request.today))
    title = str(EVENTS_BOOK.title)
    return download_book(title, told, filters={}, by=request.user, at=request.now, mark_in=MARK_IN)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _visible(request: SignedIn, pk: UUID) -> ClientEvent:
    seen = ClientEvent.objects.visible_to(request.user, request.today)
    return get_object_or_404(seen.select_related("person", "unit"), pk=pk)


def _own(request: SignedIn, pk: UUID) -> ClientEvent:
    mine = ClientEvent.objects.visible_to(request.user, request.today).filter(person=request.user)
    return get_object_or_404(mine.select_related("person", "unit"), pk=pk)


def _trail(found: ClientEvent, here: str = "") -> list[tuple[str, str]]:
    trail = [(_("客户活动"), reverse("events")), (found.title, reverse("event", args=[found.pk]) if here else "")]
    return [*trail, (here, "")] if here else trail


def _saved(request: SignedIn, form: EventForm, act: Callable[[], UUID], found: ClientEvent | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            pk = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存"))
            return redirect("event", pk)
    context = {"form": form, "event": found}
    return render(request, "clients/events/form.html", context, status=422 if form.is_bound else 200)


def _done(request: SignedIn, pk: UUID, act: Callable[[], None], done: str) -> HttpResponse:
    tried(request, act, done)
    return redirect("event", pk)


def _number(request: SignedIn) -> str | None:
    """The page of guests, from the address or from the form that was sent from it."""
    return request.POST.get("page") or request.GET.get("page")


def _page(request: SignedIn, found: ClientEvent, form: Any = None, *, status: int = 200) -> HttpResponse:
    page = Paginator(found.guests.select_related("prospect"), A_PAGE).get_page(_number(request))
    mine = found.person_id == request.user.pk and request.user.can(Permission.PROSPECT_WRITE, on=request.today)
    figures = reading.figures_of(found.guests.order_by())._asdict()
    context = {
        "event": found,
        "page": page,
        "figures": [(item, LABELS[item], figures[item]) for item in LABELS],
        "may_write": mine,
        "may_tell": mine and found.state != ClientEvent.State.CANCELLED and found.day <= request.today,
        "form": form or TellForm(guests=list(page)),
        "trail": _trail(found),
    }
    return render(request, "clients/events/event.html", context, status=status)
