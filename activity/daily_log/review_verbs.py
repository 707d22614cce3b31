"""The reviewer's verbs, one address each: find a log within reach (else 404), act, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.daily_log import reviewing, undoing
from activity.daily_log.board_reading import board
from activity.daily_log.models import DailyLog
from activity.daily_log.review_forms import (
    AnnotateForm,
    AnswerForm,
    DecideForm,
    EntryForm,
    IneffectiveForm,
    ReturnForm,
)
from activity.daily_log.review_views import TAKEN_BACK, Kept, list_page
from clients.visits.models import Visit
from org.pages.telling import tried
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

INVALID, CONFLICT = 422, 409
tapped = require_http_methods(["GET", "HEAD", "POST"])


def of_a_log(act: Callable[[SignedIn, DailyLog], HttpResponse]) -> Callable[[SignedIn, UUID], HttpResponse]:
    """A tap about a log that may be read. A refused one shows the list at the verb's own address; asked for once
    more as a page, that address leads to the log."""

    @tapped
    @wraps(act)
    def view(request: SignedIn, pk: UUID) -> HttpResponse:
        log = _log(request, pk)
        return act(request, log) if request.method == "POST" else _back(request, log)

    return view


def _log(request: SignedIn, pk: UUID) -> DailyLog:
    within = DailyLog.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within.select_related("person", "unit"), pk=pk)


def _reviews(request: SignedIn, log: DailyLog) -> bool:
    own = log.person_id == request.user.pk
    return not own and request.user.can(Permission.LOG_REVIEW, log, on=request.today)


def _back(request: SignedIn, log: DailyLog, entry: UUID | None = None) -> HttpResponse:
    """To the list for its reviewer, to the log itself for other readers; there to the entry that it was about."""
    if _reviews(request, log):
        address = reverse("review-log", args=[log.day, log.person.employee_no])
    else:
        address = reverse("log", args=[log.pk])
    return HttpResponseRedirect(f"{address}#entry-{entry}" if entry else address)


def _refused(request: SignedIn, log: DailyLog, kept: Kept, reason: str) -> HttpResponse:
    """The sentence, and what was typed once more."""
    messages.error(request, reason)
    if not _reviews(request, log):
        return redirect("log", log.pk)
    return list_page(request, log.day, log.person.employee_no, kept)


def _write(
    request: SignedIn,
    log: DailyLog,
    verb: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    done: str,
    undo: str = "",
) -> HttpResponse | None:
    """Do it, or the answer that says why not; None when it was done. `undo`: the address that takes it back."""
    if not form.is_valid():
        kept = Kept(verb, form, INVALID)
        return _refused(request, log, kept, kept.error)
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        return _refused(request, log, Kept(verb, form, CONFLICT), str(refusal))
    messages.success(request, done, extra_tags=f"undo:{undo}" if undo else "")
    return None


@requires(Permission.LOG_REVIEW)
@of_a_log
def pass_log(request: SignedIn, log: DailyLog) -> HttpResponse:
    """Pass, and open the next log that waits."""
    form = DecideForm(request.POST)
    following = board(request.user, log.day, request.now).waiting_after(log.person.employee_no)

    def act(said: dict[str, Any]) -> None:
        given = {"rating": said["rating"], "comment": form.words, "shown": said["shown"]}
        reviewing.pass_log(log, by=request.user, **given)

    done, undo = _("已批阅 {name} 的日志").format(name=log.person.name), reverse("review-undo", args=[log.pk])
    trouble = _write(request, log, "pass", form, act, done, undo)
    if trouble:
        return trouble
    return (
        redirect("review-log", log.day, following.person.employee_no) if following else redirect("review-day", log.day)
    )


@requires(Permission.LOG_REVIEW)
@of_a_log
def return_log(request: SignedIn, log: DailyLog) -> HttpResponse:
    form = ReturnForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        reviewing.return_log(log, by=request.user, at=request.now, comment=form.words, shown=said["shown"])

    done, undo = _("已退回 {name} 的日志").format(name=log.person.name), reverse("review-undo", args=[log.pk])
    return _write(request, log, "return", form, act, done, undo) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@of_a_log
def undo(request: SignedIn, log: DailyLog) -> HttpResponse:
    """Back to the log, with the words of the verdict in the box again."""
    said = {"log": str(log.pk), "rating": log.rating, "comment": log.comment}

    def act(_said: dict[str, Any]) -> None:
        undoing.undo_review(log, by=request.user)
        request.session[TAKEN_BACK] = said

    done = _("已撤回 {name} 的批阅").format(name=log.person.name)
    return _write(request, log, "undo", forms.Form({}), act, done) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@of_a_log
def undo_accept(request: SignedIn, log: DailyLog) -> HttpResponse:
    def act(_said: dict[str, Any]) -> None:
        undoing.undo_accept(log, by=request.user)

    return _write(request, log, "undo", forms.Form({}), act, _("已撤回，暂不计入")) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@of_a_log
def undo_ineffective(request: SignedIn, log: DailyLog) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        visit = get_object_or_404(Visit.objects.of(log.person_id, log.day), pk=said["entry"])
        undoing.undo_ineffective(visit, by=request.user)

    form = EntryForm(request.POST if "entry" in request.POST else request.GET)  # from beside the entry, from the toast
    done = _("已撤回，这次拜访照常判断")
    return _write(request, log, "undo", form, act, done) or _back(request, log, form.cleaned_data["entry"])


@requires(Permission.LOG_ANNOTATE)
@of_a_log
def annotate(request: SignedIn, log: DailyLog) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        reviewing.annotate(log, by=request.user, at=request.now, entry=said["entry"], text=said["text"])

    form = AnnotateForm(request.POST)
    return _write(request, log, "annotate", form, act, _("批注已存")) or _back(request, log, form.cleaned_data["entry"])


@requires(Permission.LOG_REVIEW)
@of_a_log
def ineffective(request: SignedIn, log: DailyLog) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        visit = get_object_or_404(Visit.objects.of(log.person_id, log.day), pk=said["entry"])
        reviewing.mark_ineffective(visit, by=request.user, at=request.now, reason=said["text"])

    form, done = IneffectiveForm(request.POST), _("已判为无效，不再计入")
    undo = f"{reverse('review-undo-ineffective', args=[log.pk])}?entry={request.POST.get('entry', '')[:36]}"
    return _write(request, log, "ineffective", form, act, done, undo.split(" ")[0]) or _back(
        request, log, form.cleaned_data["entry"]
    )


@requires(Permission.LOG_REVIEW)
@of_a_log
def accept(request: SignedIn, log: DailyLog) -> HttpResponse:
    try:
        reviewing.accept_back(log, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        back = f"undo:{reverse('review-undo-accept', args=[log.pk])}"
        messages.success(request, _("补录已接受，计入本周"), extra_tags=back)
    return _back(request, log)


@requires(Permission.LOG_ANNOTATE)
@of_a_log
def answer(request: SignedIn, log: DailyLog) -> HttpResponse:
    def act(said: dict[str, Any]) -> None:
        reviewing.answer_help(log, by=request.user, at=request.now, text=said["text"])

    return _write(request, log, "answer", AnswerForm(request.POST), act, _("已回复")) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@tapped
def remind(request: SignedIn, day: date, employee_no: str) -> HttpResponse:
    """One reminder a person and day, whoever rings and however often; the log that was open stays so."""
    team = board(request.user, day, request.now)
    row = team.row_of(employee_no)
    if row is None:
        raise Http404
    if request.method != "POST":
        return redirect("review-log", day, employee_no)
    tried(
        request,
        lambda: reviewing.remind(row.person, day=day, by=request.user, at=request.now),
        _("已提醒 {name}").format(name=row.person.name),
    )
    opened = team.row_of(request.POST.get("opened", ""))
    return redirect("review-log", day, opened.person.employee_no) if opened else redirect("review-day", day)
