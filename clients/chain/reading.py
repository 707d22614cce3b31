"""What the pages of a planned visit and of an invitation show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.inviting import when
from clients.chain.models import Accompaniment, Opportunity, PlannedVisit
from clients.chain.seats import Span
from clients.chain.times import Times, times_of_all
from clients.chain.wanted import Offer, offers, want_of
from clients.prospects.models import Prospect
from org.days import in_words
from org.posts import Post
from org.working_days.rules import SHANGHAI

if TYPE_CHECKING:
    from org.people.models import Person

State, Outcome = Accompaniment.State, Accompaniment.Outcome
ICONS = {
    State.ASKED: ("warn", "hourglass"),
    State.ACCEPTED: ("ok", "circle-check"),
    State.PROPOSED: ("info", "clock"),
    State.DECLINED: ("", "x"),
    State.WITHDRAWN: ("", "undo-2"),
}


def opportunities_of(prospect: Prospect) -> Sequence[Opportunity]:
    """The running ones, the newest first."""
    return list(prospect.opportunities.filter(state=Opportunity.State.RUNNING))


def contacts_of(prospect: Prospect) -> list[str]:
    return list(prospect.contacts.order_by("-is_handler", "name").values_list("name", flat=True))


def offered_choices(found: Iterable[Offer]) -> list[tuple[str, str]]:
    return [(str(one.person.pk), f"{one.person.name} {one.label}") for one in found]


def first_time(at: datetime) -> dict[str, Any]:
    """Tomorrow at ten, where nothing is said."""
    return {"day": at.date() + timedelta(days=1), "starts": time(10)}


class Row(NamedTuple):
    """An invitation as its owner sees it; `key` of its buttons."""

    one: Accompaniment
    pill: str
    icon: str
    proposed: str
    key: UUID

    @property
    def post(self) -> str:
        return str(Post(self.one.post).label) if self.one.post else ""

    @property
    def word(self) -> str:
        """Of a held visit what he says of it, else his answer."""
        if self.one.lapsed_at and self.one.outcome == Outcome.PENDING:
            return _("未确认")
        return str(self.one.get_outcome_display() if self.one.outcome else self.one.get_state_display())


def rows_of(found: Iterable[Accompaniment]) -> list[Row]:
    return [Row(one, *ICONS[State(one.state)], proposed_of(one), uuid4()) for one in found]


def proposed_of(one: Accompaniment) -> str:
    if one.state != State.PROPOSED or one.proposed_starts_at is None or one.proposed_ends_at is None:
        return ""
    day = one.proposed_starts_at.astimezone(SHANGHAI).date()
    return f"{in_words(day)} {Span(one.proposed_starts_at, one.proposed_ends_at).said}"


def planned_context(planned: PlannedVisit, reader: Person, *, at: datetime) -> dict[str, Any]:
    """One planned visit for whoever sees it; its owner is offered whom else he may ask."""
    asked = planned.accompaniments.exclude(state=State.WITHDRAWN).select_related("companion")
    rows = rows_of(asked)
    own, day = planned.person_id == reader.pk, planned.starts_at.astimezone(SHANGHAI).date()
    is_open = planned.state == PlannedVisit.State.PLANNED
    need, found = None, []
    if own and is_open:
        need, every = offers(want_of(planned), at=at)
        found = [one for one in every if one.person.pk not in {row.one.companion_id for row in rows}]
    return {
        "planned": planned,
        "when": when(planned),
        "rows": rows,
        "own": own,
        "is_open": is_open,
        "is_over": at >= planned.ends_at,
        "need": need,
        "satisfied": need is not None and any(_satisfies(row.one, need.people) for row in rows),
        "offers": [(one, uuid4()) for one in found],
        "plain_offers": found,
        "record_at": reverse("today-entry-new", args=[day, "visit"]),
        "today": at.date(),
        "day": day,
    }


def _satisfies(one: Accompaniment, people: Sequence[int]) -> bool:
    return one.state != State.DECLINED and one.companion_id in people


class Asked(NamedTuple):
    """An invitation or a held visit as its companion sees it."""

    one: Accompaniment
    when: str
    client: str
    times: Times | None
    at: datetime

    @property
    def may_answer(self) -> bool:
        planned = self.one.planned
        return (
            planned is not None
            and planned.state == PlannedVisit.State.PLANNED
            and self.at < planned.starts_at
            and self.one.state != State.WITHDRAWN
        )

    @property
    def is_to_confirm(self) -> bool:
        return self.one.outcome == Outcome.PENDING

    @property
    def owes_feedback(self) -> bool:
        return bool(self.times and self.times.writes and self.one.outcome in (Outcome.PENDING, Outcome.CONFIRMED)) and (
            self.one.feedback_at is None
        )

    @property
    def is_late(self) -> bool:
        """Feedback, or silence, that counts no more for 3111."""
        return self.times is not None and self.at >= self.times.feedback_before


def asked_of(one: Accompaniment, *, at: datetime) -> Asked:
    return all_asked([one], at=at)[0]


def all_asked(rows: Sequence[Accompaniment], *, at: datetime) -> list[Asked]:
    """As their companions see them; what their times follow from is read once."""
    held = [one for one in rows if one.visit is not None and one.outcome]
    times = dict(zip((one.pk for one in held), times_of_all(held), strict=True))
    return [_asked(one, times.get(one.pk), at) for one in rows]


def _asked(one: Accompaniment, times: Times | None, at: datetime) -> Asked:
    if one.visit is not None:
        start = one.visit.starts_at
        ends = f"–{one.visit.ends_at:%H:%M}" if one.visit.ends_at else ""
        return Asked(one, f"{in_words(one.visit.day)} {start:%H:%M}{ends}", one.visit.client, times, at)
    said, client = (when(one.planned), one.planned.prospect.name) if one.planned else ("", "")
    return Asked(one, said, client, None, at)
