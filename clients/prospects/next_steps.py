"""下一步 on the page of a client: what its owner wrote, what the last visits promised, when its cover ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clients.prospects.models import Prospect
from clients.prospects.panels import panel
from clients.visits.models import Visit
from org.permissions import Permission
from org.requests import SignedIn

PROMISES = 3  # of visits, that are still to come
SOON = 7  # days from which a line is pressing
EXPIRY_SEEN = 180


class Line(NamedTuple):
    icon: str
    what: str
    on: date | None
    days: int | None  # until then; negative once it has passed

    @property
    def state(self) -> str:
        if self.days is None or self.days > SOON:
            return ""
        return "bad" if self.days < 0 else "warn"


Promised = Callable[[Prospect, date], Iterable[tuple[str, str, date]]]
PROMISED: list[Promised] = []


def promised(source: Promised) -> Promised:
    """Declare what a room above has promised the client: icon, what, by when. One query each."""
    PROMISED.append(source)
    return source


def _line(icon: str, what: str, on: date | None, today: date) -> Line:
    return Line(icon, what, on, (on - today).days if on else None)


@panel("next", column="right", order=10, template="clients/prospects/next_panel.html")
def next_steps(request: SignedIn, prospect: Prospect) -> Mapping[str, Any] | None:
    today, lines = request.today, []
    if prospect.next_action:
        lines.append(_line("flag", prospect.next_action, prospect.next_action_on, today))
    seen = Visit.objects.visible_to(request.user, on=today).filter(prospect=prospect, next_step_on__gte=today)
    of_visits = seen.exclude(next_step="").order_by("next_step_on")[:PROMISES]
    lines += [_line("map-pin", one.next_step, one.next_step_on, today) for one in of_visits]
    lines += [_line(*one, today) for source in PROMISED for one in source(prospect, today)]
    expiry = prospect.cover_expires_on
    if expiry and 0 <= (expiry - today).days <= EXPIRY_SEEN:
        lines.append(_line("shield", _("现有保障到期"), expiry, today))
    lines.sort(key=lambda one: one.on or date.max)
    holds = prospect.owner_id == request.user.pk and prospect.released_at is None
    owns = holds and request.user.can(Permission.PROSPECT_WRITE, on=today)
    return {"lines": lines, "may_write": owns, "prospect": prospect}
