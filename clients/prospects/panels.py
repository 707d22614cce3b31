"""What the page of a client shows. Rooms declare their panels, so that prospects imports none of those above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from org.requests import SignedIn

if TYPE_CHECKING:
    from clients.prospects.models import Prospect

COLUMNS = ("top", "left", "middle", "right")
Tell = Callable[[SignedIn, "Prospect"], Mapping[str, Any] | None]


class Panel(NamedTuple):
    """`tell` gives what the template shows under `panel`; None where this reader has no such panel."""

    name: str
    column: str
    order: int
    template: str
    tell: Tell


class Shown(NamedTuple):
    template: str
    panel: Mapping[str, Any]


PANELS: dict[str, Panel] = {}


def panel(name: str, *, column: str, order: int, template: str) -> Callable[[Tell], Tell]:
    """Declare a panel of the client's page: in one of COLUMNS, the smaller `order` above."""

    def register(tell: Tell) -> Tell:
        PANELS[name] = Panel(name, column, order, template, tell)
        return tell

    return register


def panels_of(request: SignedIn, prospect: Prospect) -> dict[str, list[Shown]]:
    """Column → what this reader sees in it."""
    found: dict[str, list[Shown]] = {column: [] for column in COLUMNS}
    for one in sorted(PANELS.values(), key=lambda one: one.order):
        told = one.tell(request, prospect)
        if told is not None:
            found[one.column].append(Shown(one.template, told))
    return found
