"""The interview step by step, the page of its figures, the read-back, the sums behind, the versions, the hand-out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.diagnosis import actions, exports, reading
from clients.diagnosis.comparing import Chosen, compared
from clients.diagnosis.cover_form import CoverForm
from clients.diagnosis.forms import MembersForm, StepForm
from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from clients.diagnosis.steps import FIRST, STEPS, after, steps_of
from clients.prospects.models import Prospect
from org.forms import KeyedForm
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workbooks.downloads import download_book
from org.workflow import Refused

FORMS = {"members": MembersForm, "cover": CoverForm}
ASKED = (*STEPS, "figures")
tapped = require_http_methods(["GET", "HEAD", "POST"])
guarded = requires(Permission.DIAGNOSIS_WRITE)


def _found(request: SignedIn, pk: UUID, number: str = "") -> NeedsDiagnosis | None:
    """His own of this family, the last unless another is named; None: he has made none."""
    mine = NeedsDiagnosis.objects.visible_to(request.user, request.today).of(pk).select_related("prospect__owner")
    if not number:
        return mine.first()
    return get_object_or_404(mine, number=int(number)) if number.isdecimal() and len(number) < 5 else None


def _one(request: SignedIn, pk: UUID, number: str = "") -> NeedsDiagnosis:
    if (found := _found(request, pk, number)) is None:
        raise Http404
    return found


def _own_household(request: SignedIn, pk: UUID) -> Prospect:
    within = Prospect.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within, pk=pk, kind=Prospect.Kind.HOUSEHOLD, owner=request.user)


def _form(of: NeedsDiagnosis, members: list[FamilyMember], step: str, data: Any = None) -> StepForm:
    return FORMS.get(step, StepForm)(data, diagnosis=of, members=members, step=step)


def _trail(request: SignedIn, of: Prospect, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The page of the household is not for the one who made the diagnosis and handed the household on."""
    here = [(of.name, reverse("client", args=[of.pk]))] if of.owner_id == request.user.pk else []
    return [(_("客户"), reverse("client-list")), *here, *more]


@guarded
@require_safe
def diagnosis(request: SignedIn, pk: UUID) -> HttpResponse:
    found = _found(request, pk)
    if found is None:
        prospect = _own_household(request, pk)
        context = {"prospect": prospect, "trail": _trail(request, prospect, (_("需求诊断"), "")), "form": KeyedForm()}
        return render(request, "clients/diagnosis/none.html", context)
    members = reading.members_of(found)
    if not members:
        return redirect("diagnosis-step", pk, FIRST)
    return _page(request, found, members, _form(found, members, "figures"))


def _told(request: SignedIn, found: NeedsDiagnosis, members: list[FamilyMember], *below: str) -> dict[str, Any]:
    """What every page of a diagnosis tells; `below`: the name of a page under the figures."""
    here = reverse("diagnosis", args=[found.prospect_id]) if below else ""
    return {
        "diagnosis": found,
        "prospect": found.prospect,
        "result": reading.result_of(reading.family_of(found, members), members),
        "trail": _trail(request, found.prospect, (_("需求诊断"), here), *((name, "") for name in below)),
    }


def _page(
    request: SignedIn, found: NeedsDiagnosis, members: list[FamilyMember], form: StepForm, status: int = 200
) -> HttpResponse:
    context = {
        **_told(request, found, members),
        **reading.page_of(found, members, request.now),
        "is_owner": found.prospect.owner_id == request.user.pk,
        "form": form,
        "keyed": KeyedForm(auto_id="again_%s"),  # beside the form of the figures
        "steps": steps_of(found, members),
    }
    return render(request, "clients/diagnosis/diagnosis.html", context, status=status)


@guarded
@require_POST
def start(request: SignedIn, pk: UUID) -> HttpResponse:
    prospect, form = _own_household(request, pk), KeyedForm(request.POST)
    if not form.is_valid():
        return redirect("diagnosis", pk)
    try:
        actions.start(prospect, by=request.user, at=request.now, key=form.cleaned_data["key"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("diagnosis", pk)
    return redirect("diagnosis-step", pk, FIRST)


@guarded
@tapped
def step(request: SignedIn, pk: UUID, step: str) -> HttpResponse:
    found = _asked(request, pk, step)
    members = reading.members_of(found)
    if not members and step != FIRST:
        return redirect("diagnosis-step", pk, FIRST)
    if request.method == "POST":
        return _take(request, found, members, step)
    if step == "figures":
        return redirect("diagnosis", pk)
    return _step(request, found, members, _form(found, members, step))


def _take(request: SignedIn, found: NeedsDiagnosis, members: list[FamilyMember], step: str) -> HttpResponse:
    form = _form(found, members, step, request.POST)
    if not form.is_valid():
        return _again(request, found, members, form, 422)
    try:
        _save(request, found, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _again(request, found, members, form, 409)
    return _onward(request, found.prospect_id, step)


def _asked(request: SignedIn, pk: UUID, step: str) -> NeedsDiagnosis:
    if step not in ASKED:
        raise Http404
    return _one(request, pk)


def _save(request: SignedIn, found: NeedsDiagnosis, form: StepForm) -> None:
    told = {place: [actions.Policy(**one) for one in some] for place, some in form.of_covers.items()}
    answers = actions.Answers(form.of_family, form.of_members, told, form.roll)
    actions.keep(found, answers, by=request.user, at=request.now, key=form.sent_with, revision=form.shown)


def _onward(request: SignedIn, pk: UUID, step: str) -> HttpResponse:
    """The next step; the same again for one more line; the figures after the last."""
    if request.POST.get("then") == "more":
        return redirect("diagnosis-step", pk, step)
    following = after(step)
    if following:
        return redirect("diagnosis-step", pk, following)
    messages.success(request, _("已保存"))
    return redirect("diagnosis", pk)


def _again(
    request: SignedIn, found: NeedsDiagnosis, members: list[FamilyMember], form: StepForm, status: int
) -> HttpResponse:
    """What was refused, with what was typed; the next saving is against what stands now."""
    if status == 409:
        said = request.POST.copy()
        said["revision"] = str(_one(request, found.prospect_id).revision)
        form.data = said
    page = _page if form.step == "figures" else _step
    return page(request, found, members, form, status)


def _step(
    request: SignedIn, found: NeedsDiagnosis, members: list[FamilyMember], form: StepForm, status: int = 200
) -> HttpResponse:
    context = {
        **_told(request, found, members, str(STEPS[form.step])),
        "step": form.step,
        "form": form,
        "steps": steps_of(found, members, now=form.step),
        "timer": reading.timer_of(found, request.now),
    }
    return render(request, "clients/diagnosis/step.html", context, status=status)


@guarded
@require_POST
def reckon(request: SignedIn, pk: UUID, step: str) -> HttpResponse:
    """The figures of what stands in the form, while it is typed: nothing is kept. What cannot be read changes none."""
    found = _asked(request, pk, step)
    members = reading.members_of(found)
    form = _form(found, members, step, request.POST)
    if not members or not form.is_valid() or step == FIRST:
        return HttpResponse(status=422, headers={"HX-Reswap": "none"})
    family = reading.as_typed(found, members, form.of_family, form.of_members, form.of_covers)
    context = {"result": reading.result_of(family, members), "prospect": found.prospect, "diagnosis": found}
    context["chosen"] = request.POST.get("event", "0")
    page = "results" if step == "figures" else "running"
    return render(request, f"clients/diagnosis/{page}.html", context)


@guarded
@require_POST
def confirm(request: SignedIn, pk: UUID) -> HttpResponse:
    found, said = _one(request, pk), request.POST
    try:
        member, revision = UUID(said.get("member", "")), int(said.get("revision", ""))
        actions.confirm(found, member, by=request.user, at=request.now, revision=revision)
    except ValueError:
        messages.error(request, _("没有看懂是谁确认，请再点一次"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("diagnosis", pk)


@guarded
@require_POST
def hand_on(request: SignedIn, pk: UUID) -> HttpResponse:
    """To the new owner of the household, when the family agrees; then the maker has it no longer."""
    found, said = _one(request, pk), request.POST
    try:
        actions.hand_on(
            found.prospect, by=request.user, at=request.now, agreed="agreed" in said, to=said.get("owner", "")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("diagnosis", pk)
    messages.success(request, _("已转交给{name}").format(name=found.prospect.owner.name))
    return redirect("client-list")


@guarded
@require_safe
def working(request: SignedIn, pk: UUID) -> HttpResponse:
    """查看算式: how each number came."""
    found = _one(request, pk, request.GET.get("version", ""))
    members = reading.members_of(found)
    sums = reading.sums_of(reading.family_of(found, members), members)
    context = {**_told(request, found, members, _("算式")), "sums": sums}
    return render(request, "clients/diagnosis/working.html", context)


@guarded
@require_safe
def versions(request: SignedIn, pk: UUID) -> HttpResponse:
    _one(request, pk)
    mine = NeedsDiagnosis.objects.visible_to(request.user, request.today).of(pk).select_related("prospect")
    every = list(mine.prefetch_related("members__covers"))
    chosen = Chosen.of(every, request.GET.get("from", ""), request.GET.get("to", ""))
    prospect = every[0].prospect
    context = {
        "prospect": prospect,
        "every": every,
        "chosen": chosen,
        "rows": compared(chosen.old, chosen.new),
        "trail": _trail(request, prospect, (_("需求诊断"), reverse("diagnosis", args=[pk])), (_("各版"), "")),
    }
    return render(request, "clients/diagnosis/versions.html", context)


@guarded
@require_safe
def hand_out(request: SignedIn, pk: UUID) -> HttpResponse:
    """客户版, one sheet: only after all adults have confirmed."""
    found = _one(request, pk, request.GET.get("version", ""))
    if found.confirmed_at is None:
        messages.error(request, _("每位成年人都确认后才能打印客户版"))
        return redirect("diagnosis", pk)
    members = reading.members_of(found)
    context = {
        **_told(request, found, members),
        "rows": reading.rows_of(members),
        "agreed": reading.confirmations(members),
        "by": request.user,
    }
    return render(request, "clients/diagnosis/print.html", context)


@guarded
@require_POST
def export(request: SignedIn, pk: UUID) -> HttpResponse:
    """A version for who made it."""
    found = _one(request, pk, request.POST.get("version", ""))
    told = exports.sheets(found, reading.members_of(found))
    return download_book(exports.TITLE, told, filters={}, by=request.user, at=request.now)
