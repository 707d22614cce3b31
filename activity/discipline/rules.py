"""What the lines of the ledger make of a fine (domain.md 3, "Fines are proposals"). Pure; amounts are whole yuan."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Line(NamedTuple):
    """One entry: its kind, and what it moved of proposed, owed and paid."""

    kind: str
    proposed: int = 0
    owed: int = 0
    paid: int = 0
    facts: Mapping[str, Any] = {}


class Balance(NamedTuple):
    """`state` is "" before the proposal; `fault` says what the lines have wrong, "" for nothing."""

    state: str = ""
    proposed: int = 0
    owed: int = 0
    paid: int = 0
    fault: str = ""


OPEN = ("confirmed", "appealed", "upheld")  # owed, not yet settled
LEADS = {  # kind -> state before -> state after; a decision says itself whether it upholds or waives
    "proposal": {"": "proposed"},
    "confirmation": {"proposed": "confirmed"},
    "dismissal": {"proposed": "dismissed"},
    "appeal": {"confirmed": "appealed"},
    "decision": {"appealed": "upheld"},
    "settlement": {"confirmed": "settled", "upheld": "settled"},
    "reversal": dict.fromkeys(("proposed", *OPEN, "settled"), "reversed"),
}


def after(state: str, line: Line) -> str:
    """The state that the line leads to; "" where it may not follow."""
    found = LEADS.get(line.kind, {}).get(state, "")
    return "waived" if found == "upheld" and line.facts.get("decision") == "waived" else found


def holds(state: str, yuan: int) -> tuple[int, int, int]:
    """What is proposed, owed and paid of a fine of so many yuan in that state."""
    return yuan * (state == "proposed"), yuan * (state in OPEN), yuan * (state == "settled")


def fold(lines: Iterable[Line], yuan: int) -> Balance:
    """State and sums after all lines, in order; the first line that does not fit ends it."""
    found = Balance()
    for line in lines:
        state = after(found.state, line)
        sums = (found.proposed + line.proposed, found.owed + line.owed, found.paid + line.paid)
        found = Balance(state, *sums)
        if not state or sums != holds(state, yuan):
            return found._replace(fault=line.kind)
    return found
