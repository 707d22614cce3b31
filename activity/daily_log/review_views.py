"""晨间批阅 as pages: the reviewer's list of a day, and the opened log beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activity.daily_log.as_read import fingerprint, notes_of_gone
from activity.daily_log.board import Board, Row
from activity.daily_log.board_reading import board, waiting_logs
from activity.daily_log.day import ITEMS, entries_of
from activity.daily_log.flagging import flagged
from activity.daily_log.from_plan import plan_of
from activity.daily_log.models import DailyLog
from activity.daily_log.review_forms import DecideForm
from activity.daily_log.sheets import KIND_OF_ITEM
from org.pages.drawings import MISSING
from org.pages.navigation import waiting
from org.people.models import Person
from org.permissions import Permission
from org.requests import SignedIn
from org.routes import requires

JUST_DECIDED = 3  # offered to be undone above the list
LEGEND = ([len(ITEMS)], [len(ITEMS) - 1], [MISSING])  # strips of one day

TAKEN_BACK = "verdict_taken_back"  # session: the words of the verdict undone last

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
    return waiting_logs(person, day)


@requires(Permission.LOG_REVIEW)
@require_safe
def review(request: SignedIn) -> HttpResponse:
    return list_page(request, None)


@requires(Permission.LOG_REVIEW)
@require_safe
def review_day(request: SignedIn, day: date) -> HttpResponse:
    return list_page(request, day)


@requires(Permission.LOG_REVIEW)
@require_safe
def review_log(request: SignedIn, day: date, employee_no: str) -> HttpResponse:
    return list_page(request, day, employee_no)


def list_page(request: SignedIn, day: date | None, employee_no: str = "", kept: Kept | None = None) -> HttpResponse:
    """The list, and beside it the chosen log, else the first that waits. `kept`: the tap that it refuses."""
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
        "just_decided": [one for one in team.just_decided(request.user) if one[0] != row][:JUST_DECIDED],
        "others_waiting": [one for one in team.waiting if one != row],
        "legend": LEGEND,
    }
    if row:
        context |= _opened(request, team, row, kept)
    return render(request, "activity/daily_log/review.html", context, status=kept.status if kept else 200)


def _opened(request: SignedIn, team: Board, row: Row, kept: Kept | None) -> dict[str, Any]:
    """The log that is open and what may be done with it: five queries."""
    log = row.log
    if log is None:
        return {"log": None}
    plan = plan_of(row.person, team.day, reader=request.user, on=request.today)
    rows_of_day = plan.marked(entries_of(log, row.person.pk, team.day)[::-1])
    entries = flagged(rows_of_day, log, works=team.works, away=row.away_halves)
    may = request.user.can(Permission.LOG_REVIEW, log, on=request.today)
    rows = team.handed_in
    here = rows.index(row)
    others = [entry for entry in entries if entry.item != "visits"]
    decide = kept.form if kept and kept.verb in ("pass", "return") else DecideForm(initial=_taken_back(request, log))
    visits = [entry for entry in entries if entry.item == "visits"]
    undoable = [entry.id for entry in visits if _may_undo(request, team, entry.row)]
    return {
        "log": log,
        "plan": plan,
        "visits": [("visit", entry) for entry in visits],
        "undoable": undoable,
        "others": [(KIND_OF_ITEM[entry.item], entry) for entry in others],
        "others_said": _said([entry.item for entry in others]),
        "others_excluded": sum(not entry.counted for entry in others if entry.item != "other"),
        "gone": notes_of_gone(log, entries) if getattr(log, "has_notes", True) else [],
        "shown": fingerprint(log, entries),
        "decide": decide,
        "may_decide": may and log.state == DailyLog.State.SUBMITTED,
        "undo_until": _undo_until(request, team, log),
        "may_undo_accept": _may_undo_accept(request, team, log),
        "may_return": team.at < team.limits.lock_at,
        "may_annotate": True,
        "may_judge": may and team.at < team.closes_at,
        "may_accept": may and row.standing.code == "back",
        "place": (here + 1, len(rows)),
        "before": rows[here - 1] if here else None,
        "after": rows[here + 1] if here + 1 < len(rows) else None,
        "next_waiting": team.waiting_after(row.person.employee_no),
    }


def _taken_back(request: SignedIn, log: DailyLog) -> dict[str, Any]:
    """What the boxes begin with: the words of a verdict that he has just undone."""
    said = request.session.get(TAKEN_BACK)
    return said if said and said["log"] == str(log.pk) else {"rating": log.rating}


def _undo_until(request: SignedIn, team: Board, log: DailyLog) -> datetime | None:
    if log.state == DailyLog.State.SUBMITTED:
        return None
    return team.undo_until(log.reviewed_by_id, log.reviewed_at, request.user)


def _may_undo_accept(request: SignedIn, team: Board, log: DailyLog) -> bool:
    """Who accepted it only the trace knows; another one is told when he taps."""
    return team.undo_until(request.user.pk, log.back_accepted_at, request.user) is not None


def _may_undo(request: SignedIn, team: Board, visit: Any) -> bool:
    return team.undo_until(visit.ineffective_by_id, visit.ineffective_at, request.user) is not None


def _said(items: list[str]) -> str:
    """6 个电话、1 个准客户."""
    counted = Counter(items)
    return _("、").join(words.format(count=counted[item]) for item, words in COUNTED.items() if counted[item])
