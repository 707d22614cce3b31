"""The planned items of the day become entries of its log (the plan's side: activity/itinerary/outcomes.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _

from activity.daily_log.actions import record_call
from activity.daily_log.day import DayView, EntryView
from activity.daily_log.models import LogEntry
from activity.itinerary.day_items import items_of
from activity.itinerary.models import PlanItem
from activity.itinerary.outcomes import own_item
from clients.visits.models import Kind as VisitKind
from org.idempotency.actions import Result, once
from org.people.models import Person
from org.workflow import Refused

Kind = PlanItem.Kind
SHEET_OF = {Kind.CALL: "call", Kind.VISIT: "visit", Kind.TRAINING: "study"}  # anything else is 其他工作


def sheet_of(item: PlanItem) -> str:
    """The sheet on which the item is written down."""
    return SHEET_OF.get(Kind(item.kind), "other")


def prefilled(item: PlanItem) -> dict[str, Any]:
    """What the sheet need not ask, because the itinerary knows it."""
    client = item.client or (item.prospect.name if item.prospect else "")
    match sheet_of(item):
        case "call" | "visit":
            kind = item.visit_kind or VisitKind.SERVICE.value
            return {"client": client, "contact": item.contact, "kind": kind, "purpose": item.purpose}
        case "study":
            return {"title": item.purpose}
        case _:
            return {"content": " · ".join(filter(None, (item.get_kind_display(), client, item.purpose)))}


def answer(person: Person, *, item: UUID, day: date, at: datetime, key: UUID, answer: str) -> Result:
    """接通, 未接 or 占线 of a planned call with one tap: it is in the log, made at this moment."""

    def effect() -> Result:
        found = own_item(person, item)
        if found.kind != Kind.CALL:
            raise Refused(_("这一项不是电话，点「完成」填写。"))
        if day != at.date():
            raise Refused(_("不是今天的电话，点「填写」写上通话时间。"))
        given = prefilled(found)
        return record_call(
            person, day=day, at=at, key=uuid5(NAMESPACE_URL, f"answer/{key}"), item=item, call_at=at.time(),
            answer=answer, outcome=str(LogEntry.Answer(answer).label), **given,
        )  # fmt: skip

    asked = {"item": item, "day": day, "answer": answer}
    return once(key, by=person, verb="answer_item", at=at, parameters=asked, effect=effect)


@dataclass(frozen=True)
class DayPlan:
    """The items of a person's day: `open` in their order, `settled` beside them."""

    items: Sequence[PlanItem]

    @property
    def open(self) -> list[PlanItem]:
        return [one for one in self.items if one.is_open]

    @property
    def settled(self) -> list[PlanItem]:
        return [one for one in self.items if not one.is_open]

    @property
    def waits(self) -> bool:
        """Whether any of it is not approved yet."""
        return any(one.itinerary.state != one.itinerary.State.APPROVED for one in self.items)

    @property
    def said(self) -> str:
        """完成 2 · 未接 1 · 未办 1."""
        counted = Counter(one.state for one in self.items)
        words = [(PlanItem.State(state).label, counted[state]) for state in PlanItem.State.values if counted[state]]
        return " · ".join(f"{label} {count}" for label, count in words)

    def undoes(self, item: PlanItem, at: datetime, view: DayView) -> bool:
        """Whether 撤销 is offered: of an entry while the log is open, else on the day on which it was said."""
        if item.entry_id:
            return view.may_write
        said = item.settled_at
        return view.phase != "locked" and said is not None and said.astimezone(at.tzinfo).date() == at.date()

    def marked(self, entries: Iterable[EntryView]) -> list[EntryView]:
        """The entries, each with the item that it settled."""
        settled = {one.entry_id: one for one in self.items if one.entry_id}
        return [replace(one, planned=settled.get(one.id)) for one in entries]


def plan_of(person: Person, day: date, *, reader: Person | None = None, on: date | None = None) -> DayPlan:
    """His own, or as much of it as `reader` sees. One query."""
    rows = PlanItem.objects.visible_to(reader, on or day) if reader else PlanItem.objects.all()
    return DayPlan(items_of(rows, person.pk, day, day))
