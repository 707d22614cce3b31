"""The five sheets of 今日: which form asks for an entry, which verb records it, what fills the form again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activity.daily_log import actions, forms, referred
from activity.daily_log.appointed import ALONE
from activity.daily_log.models import LogEntry
from activity.daily_log.rules import is_quiet
from clients.prospects.models import Prospect, Registration
from clients.referrals.models import ReferredName
from clients.visits.models import Visit
from org.rules.schema import Calls

Row = LogEntry | Visit | Registration


@dataclass(frozen=True)
class Sheet:
    """`item`: the figure that the entry may count for; `measure`: its 量词; `may_change`: by recording it anew."""

    kind: str
    item: str
    measure: str | Promise
    title: str | Promise
    done: str | Promise  # of the toast
    form: type[forms.EntryForm]
    record: Callable[..., dict[str, Any]]
    may_change: bool = True


SHEETS: dict[str, Sheet] = {
    sheet.kind: sheet
    for sheet in (
        Sheet("call", "calls", _("个"), _("记一个电话"), _("已记一个电话"), forms.CallForm, actions.record_call),
        Sheet("visit", "visits", _("次"), _("记一次拜访"), _("已记一次拜访"), forms.VisitForm, actions.record_visit),
        Sheet(
            "prospect", "prospects", _("家"), _("登记一个准客户"), _("已登记一个准客户"),
            referred.RegisterForm, referred.register, may_change=False,
        ),
        Sheet("study", "studies", _("次"), _("记一次学习"), _("已记一次学习"), forms.StudyForm, actions.record_study),
        Sheet("other", "other", _("件"), _("记其他工作"), _("已记其他工作"), forms.OtherForm, actions.record_other),
    )
}  # fmt: skip
KIND_OF_ITEM = {sheet.item: kind for kind, sheet in SHEETS.items()}


def filled(row: Row) -> dict[str, Any]:
    """A recorded row as the values of its form."""
    if isinstance(row, Visit):
        said = _plain(
            row, "client", "contact", "kind", "starts_at", "ends_at", "purpose", "outcome", "next_step",
            "next_step_on", "missing_reason",
        )  # fmt: skip
        return {**said, "companion": row.companion_id or ALONE, "opportunity": row.opportunity_id}
    if isinstance(row, Registration):
        return _of_registration(row)
    if row.type == LogEntry.Type.STUDY:
        return _plain(row, "topic", "title", "learnt")
    if row.type == LogEntry.Type.OTHER:
        return _plain(row, "content")
    values = _plain(row, "client", "contact", "kind", "answer", "purpose", "next_contact_on")
    return {**values, "call_at": row.at, "result": row.outcome if row.answer == LogEntry.Answer.ANSWERED else ""}


def unasked(row: Row | None) -> dict[str, Any]:
    """What an import brought and no sheet asks for; kept where the row is taken back and recorded again."""
    return {"content": row.content} if isinstance(row, Visit) and row.content else {}


def _plain(row: Row, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _of_registration(row: Registration) -> dict[str, Any]:
    values = _plain(row, "name", "handler", "source", "uscc")
    prospect = Prospect.objects.filter(registrations=row.pk).first()  # none when another tap has just withdrawn it
    if prospect is None:
        return values
    handler = prospect.contacts.filter(is_handler=True).first()
    name = ReferredName.objects.filter(prospect=prospect).values_list("pk", flat=True).first()
    phone = handler.phone if handler else ""
    is_household = prospect.kind == Prospect.Kind.HOUSEHOLD
    told = {"headcount": prospect.headcount, "phone": phone, "household": is_household}
    return {**values, **told, "referred": name}


def quiet_hours(form: forms.EntryForm, rules: Calls) -> str:
    """That the call will not count, while its time on the sheet lies in the hours of rest."""
    if not isinstance(form, forms.CallForm):
        return ""
    try:
        at = form.fields["call_at"].clean(form["call_at"].value())
    except ValidationError:  # none yet, or none at all: the field says so itself
        return ""
    said = _("{since:%H:%M} 到 {until:%H:%M} 的电话不计入")
    return str(said).format(since=rules.quiet_from, until=rules.quiet_until) if is_quiet(at, rules) else ""


def as_posted(values: dict[str, Any]) -> dict[str, str]:
    """Those values as a browser would send them, so that undoing goes through the same form."""
    return {name: _posted(value) for name, value in values.items() if value not in (None, "")}


def _posted(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
