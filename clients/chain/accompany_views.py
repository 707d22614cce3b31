"""我的陪访: who needs me this week, and the page behind the message with its three buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.chain import confirming, inviting, mine, objecting
from clients.chain.calendar import has_link
from clients.chain.free import next_days
from clients.chain.models import Accompaniment
from clients.chain.reading import asked_of
from clients.chain.seats import Span
from clients.chain.visits_forms import AnswerForm, FeedbackForm, ObjectForm, ProposeForm, ReplyForm
from org.forms import KeyedForm
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused
from org.working_days.rules import SHANGHAI

tapped = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.VISIT_CONFIRM)
@require_safe
def accompany(request: SignedIn) -> HttpResponse:
    """谁这周需要我: what waits for an answer, for a confirmation, and what is agreed for this week and the next."""
    context = {**mine.context_of(request.user, at=request.now), "has_link": has_link(request.user)}
    return render(request, "clients/chain/visits/mine.html", context)


SEEN_WITH = ("planned__prospect", "planned__opportunity", "visit__opportunity", "person", "companion", "unit")


@requires(Permission.VISIT_CONFIRM, Permission.VISIT_READ, Permission.VISIT_PLAN)
@require_safe
def one(request: SignedIn, pk: UUID) -> HttpResponse:
    seen = Accompaniment.objects.visible_to(request.user, request.today)
    return _page(request, get_object_or_404(seen.select_related(*SEEN_WITH), pk=pk))


def _his(request: SignedIn, pk: UUID) -> Accompaniment:
    """One in which he is the companion; anything else is 404."""
    asked = Accompaniment.objects.visible_to(request.user, request.today).filter(companion=request.user)
    return get_object_or_404(asked.select_related(*SEEN_WITH), pk=pk)


def _page(request: SignedIn, found: Accompaniment, *, status: int = 200, **forms: Any) -> HttpResponse:
    asked, his = asked_of(found, at=request.now), found.companion_id == request.user.pk
    when: dict[str, Any] = {}
    if found.planned:
        starts = found.planned.starts_at.astimezone(SHANGHAI)
        when = {"day": starts.date(), "starts": starts.time()}
    answers = his and asked.may_answer
    context = {
        "asked": asked,
        "one": found,
        "his": his,
        "days": next_days([request.user.pk], request.today, at=request.now)[request.user.pk] if answers else [],
        "answer_form": AnswerForm(),
        "object_form": ObjectForm(),
        "propose_form": ProposeForm(initial=when, auto_id="propose_%s"),
        "feedback_form": FeedbackForm(initial={"feedback": found.feedback}),
        "miss": objecting.miss_of(found, request.user, at=request.now),
        **forms,
    }
    return render(request, "clients/chain/visits/accompaniment.html", context, status=status)


@requires(Permission.VISIT_CONFIRM)
@require_POST
def accept(request: SignedIn, pk: UUID) -> HttpResponse:
    found, form = _his(request, pk), KeyedForm(request.POST)
    return _tapped(request, form, found, inviting.accept, _("已接受，已告诉{name}"))


@requires(Permission.VISIT_CONFIRM)
@require_POST
def decline(request: SignedIn, pk: UUID) -> HttpResponse:
    found, form = _his(request, pk), AnswerForm(request.POST)
    return _tapped(request, form, found, inviting.decline, _("已谢绝，已告诉{name}"))


@requires(Permission.VISIT_CONFIRM)
@tapped
def propose(request: SignedIn, pk: UUID) -> HttpResponse:
    """提议改时间: another day and hour, as long as the visit was planned for unless he says so."""
    found = _his(request, pk)
    if request.method != "POST":
        return redirect("accompaniment", pk)
    length = {"length": found.planned.ends_at - found.planned.starts_at} if found.planned else {}
    form = ProposeForm(request.POST, auto_id="propose_%s", **length)
    if not form.is_valid():
        return _page(request, found, status=422, propose_form=form)
    said = form.cleaned_data
    span = Span(form.starts_at, form.ends_at)
    try:
        inviting.propose(found, span, reason=said["reason"], by=request.user, at=request.now, key=said["key"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _his(request, pk), status=422, propose_form=form)
    messages.success(request, _("已提议，等{name}定").format(name=found.person.name))
    return redirect("accompaniment", pk)


@requires(Permission.VISIT_CONFIRM)
@tapped
def confirm(request: SignedIn, pk: UUID) -> HttpResponse:
    """确认陪访, with the feedback or before it; the feedback alone afterwards."""
    found = _his(request, pk)
    if request.method != "POST":
        return redirect("accompaniment", pk)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, feedback_form=form)
    done = _("已保存陪访反馈") if form.cleaned_data["feedback"] else _("已确认陪访")
    return _tapped(request, form, found, confirming.confirm, done)


@requires(Permission.VISIT_CONFIRM)
@require_POST
def refuse(request: SignedIn, pk: UUID) -> HttpResponse:
    found, form = _his(request, pk), AnswerForm(request.POST)
    return _tapped(request, form, found, confirming.refuse, _("已记下你没有陪访，已告诉{name}"))


@requires(Permission.VISIT_CONFIRM)
@require_POST
def object_to(request: SignedIn, pk: UUID) -> HttpResponse:
    """我到场了, 未收到邀请: of a miss that is said to be his."""
    found, form = _his(request, pk), ObjectForm(request.POST)
    return _tapped(request, form, found, objecting.object_to, _("已记下你的异议，已告诉{name}"))


@requires(Permission.VISIT_PLAN)
@require_POST
def reply(request: SignedIn, pk: UUID) -> HttpResponse:
    """The owner's, whether he was there."""
    mine = Accompaniment.objects.visible_to(request.user, request.today).filter(person=request.user)
    found, form = get_object_or_404(mine.select_related(*SEEN_WITH), pk=pk), ReplyForm(request.POST)
    return _tapped(request, form, found, objecting.reply, _("已答复"))


def _tapped(
    request: SignedIn, form: KeyedForm, found: Accompaniment, act: Callable[..., object], done: str
) -> HttpResponse:
    """One tap, and back to the same page with what came of it."""
    if not form.is_valid():
        messages.error(request, _("页面过期了，请再点一次"))
        return redirect("accompaniment", found.pk)
    tried(
        request,
        lambda: act(found, by=request.user, at=request.now, **form.cleaned_data),
        done.format(name=found.person.name),
    )
    return redirect("accompaniment", found.pk)
