"""客户: the prospects within one's reach, and one of them with its contacts and the visits to it."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.prospects import actions
from clients.prospects.models import Prospect, ProspectQuerySet
from clients.prospects.panels import panels_of
from clients.prospects.rules import normalised
from clients.visits.models import Visit
from org.people.models import Person
from org.permissions import Permission
from org.reach import reach
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_list

A_PAGE = 50
NAME = 100  # characters, as many as a name has
HISTORY = 50  # visits shown with a client; the rest is a later page's


@requires(Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)
@require_safe
def client_list(request: SignedIn) -> HttpResponse:
    """Search by part of the name; pages of 50 with the total."""
    wanted = _wanted(request.GET)
    found = _found(request, wanted)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "others": any(one.owner_id != request.user.pk for one in page),
        "register_at": _recording(request, "prospect"),
        "exports": request.user.can(Permission.PROSPECT_EXPORT, on=request.today),
        "imports": request.user.can(Permission.IMPORT_PROSPECTS, on=request.today),
    }
    return render(request, "clients/prospects/list.html", context)


def _wanted(asked: QueryDict) -> str:
    return asked.get("q", "").replace("\0", "").strip()[:NAME]


def _found(request: SignedIn, wanted: str) -> ProspectQuerySet:
    found = Prospect.objects.visible_to(request.user, on=request.today).select_related("owner", "unit")
    return found.filter(name_key__contains=normalised(wanted)) if wanted else found


@requires(Permission.PROSPECT_EXPORT)
@require_POST
def client_export(request: SignedIn) -> HttpResponse:
    """The list as it is filtered, without numbers; of what he exports, not of all that he reads."""
    wanted = _wanted(request.POST)
    within = reach(request.user, Permission.PROSPECT_EXPORT, on=request.today)
    found = _found(request, wanted).filter(within.q(unit="unit", person="owner"))
    header = [_("单位名称"), _("状态"), _("负责人"), _("工号"), _("单位"), _("员工人数"), _("保险到期"), _("登记日期")]
    rows = (
        [one.name, one.get_status_display(), one.owner.name, one.owner.employee_no, one.unit.name, one.headcount,
         one.cover_expires_on, one.registered_on]
        for one in found.iterator(chunk_size=2_000)
    )  # fmt: skip
    filters = {_("按名称找"): wanted}
    return download_list(_("准客户"), header, rows, filters=filters, by=request.user, at=request.now)


@requires(Permission.PROSPECT_READ, Permission.PROSPECT_READ_MASKED)
@require_safe
def client(request: SignedIn, pk: UUID) -> HttpResponse:
    return _client_page(request, _visible(request, pk))


@requires(Permission.PROSPECT_READ)
@require_POST
def client_phone(request: SignedIn, pk: UUID, contact: UUID) -> HttpResponse:
    """Show one number to who may see it, and leave a trace; a page reload hides it again."""
    prospect = _visible(request, pk)
    shown = get_object_or_404(prospect.contacts, pk=contact)
    if not _unmasked(request.user, prospect, request):
        return _client_page(request, prospect)
    actions.see_phone(shown, by=request.user, at=request.now)
    return _client_page(request, prospect, shown=shown.pk)


def _visible(request: SignedIn, pk: UUID) -> Prospect:
    within = Prospect.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within.select_related("owner", "unit"), pk=pk)


def _recording(request: SignedIn, kind: str) -> str:
    """The sheet of the day's log, which is where things are recorded (ground.md, Counting seam); "" for readers."""
    if not request.user.can(Permission.LOG_WRITE, on=request.today):
        return ""
    return reverse("today-entry-new", args=[request.today, kind])


def _unmasked(person: Person, prospect: Prospect, request: SignedIn) -> bool:
    """Numbers open to the owner and to those who read the unit's prospects unmasked (reliability.md 2.1)."""
    return prospect.owner_id == person.pk or person.can(Permission.PROSPECT_READ, prospect, on=request.today)


def _client_page(request: SignedIn, prospect: Prospect, shown: UUID | None = None) -> HttpResponse:
    visits = Visit.objects.visible_to(request.user, on=request.today).filter(prospect=prospect)
    context = {
        "prospect": prospect,
        "contacts": prospect.contacts.order_by("-is_handler", "name"),
        "shown": shown,
        "may_see": _unmasked(request.user, prospect, request),
        "is_owner": prospect.owner_id == request.user.pk,
        "record_call": _recording(request, "call"),
        "record_visit": _recording(request, "visit"),
        "reads_visits": request.user.can(Permission.VISIT_READ, on=request.today),
        "visits": visits.select_related("person").order_by("-day", "-starts_at")[:HISTORY],
        "panels": panels_of(request, prospect),
    }
    return render(request, "clients/prospects/client.html", context)
