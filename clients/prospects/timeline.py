"""联络时间线: what happened with a client, latest first. Rooms declare their sources, calls among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from clients.prospects.changing import STATUS
from clients.prospects.models import Prospect, Registration
from clients.visits.models import Kind, Visit
from org.clock import SHANGHAI
from org.requests import SignedIn
from org.trace.models import Trace

if TYPE_CHECKING:
    from django.db.models import QuerySet

A_PAGE = 50
MOST = 20  # pages; a longer history is in the logs


class Moment(NamedTuple):
    """`kind`: service or development of a call or a visit, else empty."""

    at: datetime
    icon: str
    title: str
    note: str
    kind: str = ""
    by: str = ""
    counted: bool = True

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label) if self.kind else ""


class Source(NamedTuple):
    """`rows`: those of the reader, of one kind or of all (""), latest first; `tell` makes one a moment."""

    rows: Callable[[SignedIn, Prospect], QuerySet[Any]]
    order: tuple[str, ...]
    tell: Callable[[Any], Moment]
    kind: str = "kind"  # the field that says 开拓 or 维护; "" where there is none


SOURCES: list[Source] = []


def source(one: Source) -> None:
    SOURCES.append(one)


class Timeline(NamedTuple):
    moments: list[Moment]
    tabs: list[tuple[str, str, int]]
    shown: str
    more: int  # the next page, 0 where this is all


def timeline_of(request: SignedIn, prospect: Prospect) -> Timeline:
    shown = request.GET.get("shown", "")
    shown = shown if shown in Kind.values else ""
    pages = request.GET.get("pages", "1")
    size = A_PAGE * min(int(pages), MOST) if pages.isdecimal() and len(pages) < 4 else A_PAGE
    counts: Counter[str] = Counter()
    found: list[Iterable[Moment]] = []
    for one in SOURCES:
        rows = one.rows(request, prospect)
        some = rows.filter(**{one.kind: shown}) if shown and one.kind else rows
        first = list(some.order_by(*one.order)[: size + 1])
        all_of_them = not (shown and one.kind) and len(first) <= size
        counts.update(_kinds(first, one) if all_of_them else _counted(rows, one))
        if one.kind or not shown:
            found.append(map(one.tell, first))
    moments = nlargest(size + 1, chain.from_iterable(found), key=lambda moment: moment.at)
    more = size // A_PAGE + 1 if len(moments) > size and size < A_PAGE * MOST else 0
    return Timeline(moments[:size], _tabs(counts), shown, more)


def _kinds(rows: Iterable[Any], one: Source) -> Counter[str]:
    return Counter(getattr(row, one.kind) if one.kind else "" for row in rows)


def _counted(rows: QuerySet[Any], one: Source) -> dict[str, int]:
    if not one.kind:
        return {"": rows.count()}
    return dict(rows.order_by().values_list(one.kind).annotate(Count("pk")))


def _tabs(counts: Counter[str]) -> list[tuple[str, str, int]]:
    named = [(word, str(Kind(word).label), counts[word]) for word in (Kind.DEVELOPMENT, Kind.SERVICE)]
    return [("", _("全部"), counts.total()), *named]


def moment(day: date, when: time | None) -> datetime:
    return datetime.combine(day, when or time(), SHANGHAI)


def _visits(request: SignedIn, prospect: Prospect) -> QuerySet[Any]:
    seen = Visit.objects.visible_to(request.user, on=request.today)
    return seen.filter(prospect=prospect).select_related("person")


def _visit(one: Visit) -> Moment:
    next_step = _("下一步 {what} {day}").format(
        what=one.next_step, day=f"{one.next_step_on:%m-%d}" if one.next_step_on else ""
    )
    note = [one.contact, one.outcome, next_step if one.next_step else ""]
    title = one.purpose or _("拜访")
    at = moment(one.day, one.starts_at)
    return Moment(at, "visit", title, " · ".join(filter(None, note)), one.kind, one.person.name, one.counted)


def _added(request: SignedIn, prospect: Prospect) -> QuerySet[Any]:
    return Registration.objects.filter(prospect=prospect).select_related("person")


def _addition(one: Registration) -> Moment:
    is_new = one.kind == Registration.Kind.NEW
    title = _("登记为准客户") if is_new else _("补充资料")
    note = _("经办人 {name}").format(name=one.handler) if is_new else one.added_words
    when = one.recorded_at.astimezone(SHANGHAI)
    at = when if when.date() == one.day else moment(one.day, None)
    return Moment(at, "prospect", title, note, "", one.person.name, one.counted)


def _told(request: SignedIn, prospect: Prospect) -> QuerySet[Any]:
    return Trace.objects.about(prospect, STATUS).select_related("by")


def _status(one: Trace) -> Moment:
    names = dict(Prospect.Status.choices)
    before, after = one.changes["status"]
    title = _("状态改为{after}").format(after=names.get(after, after))
    note = one.changes.get("reason") or _("原来是{before}").format(before=names.get(before, before))
    return Moment(one.at.astimezone(SHANGHAI), "flag", title, note, "", one.by.name if one.by else one.actor)


source(Source(_visits, ("-day", "-starts_at", "-pk"), _visit))
source(Source(_added, ("-day", "-recorded_at", "-pk"), _addition, kind=""))
source(Source(_told, ("-at", "-pk"), _status, kind=""))
