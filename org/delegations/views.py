"""代理: under 我的, whom one asked to stand in, for whom one stands in, and what was done meanwhile."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from org.delegations import actions, reading
from org.delegations.forms import GiveForm
from org.delegations.models import Delegation
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires, signed_in
from org.trace.words import word
from org.workflow import Refused


def _forms(request: SignedIn) -> list[GiveForm]:
    """One for each of his posts that may be delegated; the one that was sent holds what was written."""
    today = request.today
    return [
        GiveForm(
            request.POST if request.POST.get("appointment") == str(lent.pk) else None,
            lent=lent,
            among=reading.candidates(lent, today),
            today=today,
        )
        for lent in reading.delegable(request.user, today)
    ]


def _page(request: SignedIn, forms: list[GiveForm], status: int = 200) -> HttpResponse:
    person, today = request.user, request.today
    known = list(Delegation.objects.visible_to(person).named())
    traces = reading.done_in_the_name_of(person)
    context = {
        "forms": forms,
        "given": [(one, one.standing(today)) for one in known if one.delegator_id == person.pk],
        "held": [(one, one.standing(today)) for one in known if one.delegate_id == person.pk],
        "traces": [(trace, word(trace.verb)) for trace in traces],
    }
    return render(request, "org/delegations/delegations.html", context, status=status)


@signed_in
@require_safe
def delegations(request: SignedIn) -> HttpResponse:
    return _page(request, _forms(request))


@requires(Permission.DELEGATE)
@require_POST
def give(request: SignedIn) -> HttpResponse:
    forms = _forms(request)
    form = next((one for one in forms if one.is_bound), None)
    if form is None:
        messages.error(request, _("只能请人代理自己现任的、有审批权的岗位。"))
        return redirect("delegations")
    if form.is_valid() and _given(request, form):
        return redirect("delegations")
    return _page(request, forms, status=422)


def _given(request: SignedIn, form: GiveForm) -> bool:
    said = form.cleaned_data
    try:
        made = actions.give(
            form.lent,
            to=form.among[said["to"]],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            reason=said["reason"],
            by=request.user,
            at=request.now,
            key=said["key"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已请 {name} 代理，消息已发出").format(name=made.delegate.name))
    return True


@requires(Permission.DELEGATE)
@require_POST
def end(request: SignedIn, delegation: UUID) -> HttpResponse:
    found = get_object_or_404(Delegation.objects.visible_to(request.user).named(), pk=delegation)
    tried(
        request,
        lambda: actions.end(found, by=request.user, at=request.now),
        _("{name} 的代理已结束").format(name=found.delegate.name),
    )
    return redirect("delegations")
