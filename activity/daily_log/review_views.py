"""晨间批阅: the reviewer's list of a day, the opened log beside it, and his verbs, one address each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from activity.daily_log import reviewing
from activity.daily_log.board import Board, Row
from activity.daily_log.board_reading import board, to_review
from activity.daily_log.day import ITEMS, entries_of
from activity.daily_log.models import DailyLog
from activity.daily_log.review_forms import AnnotateForm, AnswerForm, DecideForm, IneffectiveForm, ReturnForm
from activity.daily_log.sheets import KIND_OF_ITEM
from clients.visits.models import Visit
from org.pages.drawings import MISSING
from org.pages.navigation import waiting
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires
from org.workflow import Refused

INVALID, CONFLICT = 422, 409
LEGEND = ([len(ITEMS)], [len(ITEMS) - 1], [MISSING])  # strips of one day

COUNTED = {
    "calls": gettext_lazy("{count} 个电话"),
    "prospects": gettext_lazy("{count} 个准客户"),
    "studies": gettext_lazy("{count} 次学习"),
    "other": gettext_lazy("{count} 项其他"),
}


@dataclass(frozen=True)
class Kept:
    """What was typed and not taken, to be shown again where it was typed."""

    verb: str
    form: forms.Form
    status: int

    @property
    def entry(self) -> str:
        return str(self.form.data.get("entry", ""))

    @property
    def text(self) -> str:
        return str(self.form.data.get("text", ""))

    @property
    def error(self) -> str:
        return next((str(error) for errors in self.form.errors.values() for error in errors), "")


@waiting("review")
def _waiting(person: Person, day: date) -> int:
    return to_review(person, day).count()


@requires(Permission.LOG_REVIEW)
@require_safe
def review(request: SignedIn) -> HttpResponse:
    return _page(request, None)


@requires(Permission.LOG_REVIEW)
@require_safe
def review_day(request: SignedIn, day: date) -> HttpResponse:
    return _page(request, day)


@requires(Permission.LOG_REVIEW)
@require_safe
def review_log(request: SignedIn, day: date, employee_no: str) -> HttpResponse:
    return _page(request, day, employee_no)


def _page(request: SignedIn, day: date | None, employee_no: str = "", kept: Kept | None = None) -> HttpResponse:
    """The list, and beside it the chosen log, else the first that waits."""
    if day and day > request.today:
        raise Http404
    team = board(request.user, day, request.now)
    row = team.row_of(employee_no) if employee_no else next(iter(team.waiting + team.handed_in), None)
    if row is None and employee_no:
        raise Http404
    context: dict[str, Any] = {
        "board": team,
        "row": row,
        "kept": kept,
        "by_week": request.GET.get("by") == "week",
        "others_waiting": [one for one in team.waiting if one != row],
        "legend": LEGEND,
    }
    if row:
        context |= _opened(request, team, row, kept)
    return render(request, "activity/daily_log/review.html", context, status=kept.status if kept else 200)


def _opened(request: SignedIn, team: Board, row: Row, kept: Kept | None) -> dict[str, Any]:
    """The log that is open and what may be done with it: four queries."""
    log = row.log
    if log is None:
        return {"log": None}
    entries = entries_of(log, row.person.pk, team.day)[::-1]
    may = request.user.can(Permission.LOG_REVIEW, log, on=request.today)
    rows = team.handed_in
    here = rows.index(row)
    others = [entry for entry in entries if entry.item != "visits"]
    decide = kept.form if kept and kept.verb in ("pass", "return") else DecideForm(initial={"rating": log.rating})
    return {
        "log": log,
        "visits": [("visit", entry) for entry in entries if entry.item == "visits"],
        "others": [(KIND_OF_ITEM[entry.item], entry) for entry in others],
        "others_said": _said([entry.item for entry in others]),
        "others_excluded": sum(not entry.counted for entry in others if entry.item != "other"),
        "decide": decide,
        "may_decide": may and log.state == DailyLog.State.SUBMITTED,
        "may_return": team.at < team.limits.lock_at,
        "may_annotate": True,
        "may_judge": may and team.at < team.closes_at,
        "may_accept": may and row.standing.code == "back",
        "place": (here + 1, len(rows)),
        "before": rows[here - 1] if here else None,
        "after": rows[here + 1] if here + 1 < len(rows) else None,
        "next_waiting": team.waiting_after(row.person.employee_no),
    }


def _said(items: list[str]) -> str:
    """6 个电话、1 个准客户."""
    counted = Counter(items)
    return _("、").join(words.format(count=counted[item]) for item, words in COUNTED.items() if counted[item])


# The verbs. Each finds a log within reach (else 404), acts, and answers.


def _log(request: SignedIn, pk: UUID) -> DailyLog:
    within = DailyLog.objects.visible_to(request.user, on=request.today)
    return get_object_or_404(within.select_related("person", "unit"), pk=pk)


def _reviews(request: SignedIn, log: DailyLog) -> bool:
    own = log.person_id == request.user.pk
    return not own and request.user.can(Permission.LOG_REVIEW, log, on=request.today)


def _back(request: SignedIn, log: DailyLog) -> HttpResponse:
    """To the list for its reviewer, to the log itself for other readers."""
    if _reviews(request, log):
        return redirect("review-log", log.day, log.person.employee_no)
    return redirect("log", log.pk)


def _refused(request: SignedIn, log: DailyLog, kept: Kept, reason: str) -> HttpResponse:
    """The sentence, and what was typed once more."""
    messages.error(request, reason)
    if not _reviews(request, log):
        return redirect("log", log.pk)
    return _page(request, log.day, log.person.employee_no, kept)


def _write(
    request: SignedIn, log: DailyLog, verb: str, form: forms.Form, act: Callable[[dict[str, Any]], object], done: str
) -> HttpResponse | None:
    """Do it, or the answer that says why not; None when it was done."""
    if not form.is_valid():
        kept = Kept(verb, form, INVALID)
        return _refused(request, log, kept, kept.error)
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        return _refused(request, log, Kept(verb, form, CONFLICT), str(refusal))
    messages.success(request, done)
    return None


@requires(Permission.LOG_REVIEW)
@require_POST
def pass_log(request: SignedIn, pk: UUID) -> HttpResponse:
    """Pass, and open the next log that waits."""
    log, form = _log(request, pk), DecideForm(request.POST)
    following = board(request.user, log.day, request.now).waiting_after(log.person.employee_no)

    def act(said: dict[str, Any]) -> None:
        reviewing.pass_log(log, by=request.user, at=request.now, rating=said["rating"], comment=form.words)

    trouble = _write(request, log, "pass", form, act, _("已批阅 {name} 的日志").format(name=log.person.name))
    if trouble:
        return trouble
    return (
        redirect("review-log", log.day, following.person.employee_no) if following else redirect("review-day", log.day)
    )


@requires(Permission.LOG_REVIEW)
@require_POST
def return_log(request: SignedIn, pk: UUID) -> HttpResponse:
    log, form = _log(request, pk), ReturnForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        reviewing.return_log(log, by=request.user, at=request.now, comment=form.words)

    done = _("已退回 {name} 的日志").format(name=log.person.name)
    return _write(request, log, "return", form, act, done) or _back(request, log)


@requires(Permission.LOG_ANNOTATE)
@require_POST
def annotate(request: SignedIn, pk: UUID) -> HttpResponse:
    log = _log(request, pk)

    def act(said: dict[str, Any]) -> None:
        reviewing.annotate(log, by=request.user, at=request.now, entry=said["entry"], text=said["text"])

    return _write(request, log, "annotate", AnnotateForm(request.POST), act, _("批注已存")) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@require_POST
def ineffective(request: SignedIn, pk: UUID) -> HttpResponse:
    log = _log(request, pk)

    def act(said: dict[str, Any]) -> None:
        visit = get_object_or_404(Visit.objects.of(log.person_id, log.day), pk=said["entry"])
        reviewing.mark_ineffective(visit, by=request.user, at=request.now, reason=said["text"])

    done = _("已判为无效，不再计入")
    return _write(request, log, "ineffective", IneffectiveForm(request.POST), act, done) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@require_POST
def accept(request: SignedIn, pk: UUID) -> HttpResponse:
    log = _log(request, pk)
    try:
        reviewing.accept_back(log, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("补录已接受，计入本周"))
    return _back(request, log)


@requires(Permission.LOG_ANNOTATE)
@require_POST
def answer(request: SignedIn, pk: UUID) -> HttpResponse:
    log = _log(request, pk)

    def act(said: dict[str, Any]) -> None:
        reviewing.answer_help(log, by=request.user, at=request.now, text=said["text"])

    return _write(request, log, "answer", AnswerForm(request.POST), act, _("已回复")) or _back(request, log)


@requires(Permission.LOG_REVIEW)
@require_POST
def remind(request: SignedIn, day: date, employee_no: str) -> HttpResponse:
    """One reminder a person and day, whoever rings and however often."""
    row = board(request.user, day, request.now).row_of(employee_no)
    if row is None:
        raise Http404
    try:
        reviewing.remind(row.person, day=day, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已提醒 {name}").format(name=row.person.name))
    return redirect("review-day", day)
