"""What the lines of a ledger make of a fine of 50 yuan (domain.md 3, "Fines are proposals"), read aloud.

A line is written as its kind and what it moves: proposed, owed, paid.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.discipline.models import Fine, LedgerEntry
from activity.discipline.rules import LEADS, OPEN, Balance, Line, after, fold, holds

PROPOSED = Line("proposal", 50)
CONFIRMED = Line("confirmation", -50, 50)
DISMISSED = Line("dismissal", -50)
APPEALED = Line("appeal")
UPHELD = Line("decision", facts={"decision": "upheld"})
WAIVED = Line("decision", owed=-50, facts={"decision": "waived"})
SETTLED = Line("settlement", owed=-50, paid=50)


@pytest.mark.parametrize(
    ("lines", "state", "sums"),
    [
        ([], "", (0, 0, 0)),
        ([PROPOSED], "proposed", (50, 0, 0)),
        ([PROPOSED, CONFIRMED], "confirmed", (0, 50, 0)),
        ([PROPOSED, DISMISSED], "dismissed", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, APPEALED], "appealed", (0, 50, 0)),
        ([PROPOSED, CONFIRMED, APPEALED, UPHELD], "upheld", (0, 50, 0)),
        ([PROPOSED, CONFIRMED, APPEALED, WAIVED], "waived", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, SETTLED], "settled", (0, 0, 50)),
        ([PROPOSED, CONFIRMED, APPEALED, UPHELD, SETTLED], "settled", (0, 0, 50)),
        ([PROPOSED, Line("reversal", -50)], "reversed", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, Line("reversal", owed=-50)], "reversed", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, APPEALED, Line("reversal", owed=-50)], "reversed", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, APPEALED, UPHELD, Line("reversal", owed=-50)], "reversed", (0, 0, 0)),
        ([PROPOSED, CONFIRMED, SETTLED, Line("reversal", paid=-50)], "reversed", (0, 0, 0)),
    ],
)
def test_the_life_of_a_fine(lines, state, sums):
    assert fold(lines, 50) == Balance(state, *sums)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([CONFIRMED], "confirmation"),  # nothing was proposed
        ([PROPOSED, PROPOSED], "proposal"),
        ([PROPOSED, APPEALED], "appeal"),  # only what is confirmed is appealed
        ([PROPOSED, SETTLED], "settlement"),
        ([PROPOSED, DISMISSED, CONFIRMED], "confirmation"),
        ([PROPOSED, DISMISSED, Line("reversal")], "reversal"),  # nothing left to take back
        ([PROPOSED, CONFIRMED, DISMISSED], "dismissal"),
        ([PROPOSED, CONFIRMED, UPHELD], "decision"),
        ([PROPOSED, CONFIRMED, APPEALED, WAIVED, SETTLED], "settlement"),
        ([PROPOSED, Line("reversal", -50), Line("reversal")], "reversal"),
        ([PROPOSED, Line("pardon", -50)], "pardon"),
        ([Line("proposal", 49)], "proposal"),  # not the amount of the fine
        ([Line("proposal", 50, 1)], "proposal"),
        ([PROPOSED, Line("confirmation", -50, 5)], "confirmation"),
        ([PROPOSED, Line("confirmation", 0, 50)], "confirmation"),
        ([PROPOSED, CONFIRMED, APPEALED, Line("decision", owed=-50)], "decision"),  # waived, and does not say so
        ([PROPOSED, CONFIRMED, APPEALED, WAIVED._replace(owed=0)], "decision"),
        ([PROPOSED, CONFIRMED, Line("settlement", owed=-50)], "settlement"),  # paid to nobody
        ([PROPOSED, CONFIRMED, SETTLED, Line("reversal", owed=-50)], "reversal"),
        ([PROPOSED, Line("confirmation", -50, 5), Line("settlement", owed=-5, paid=50)], "confirmation"),  # the first
    ],
)
def test_what_does_not_fit_is_named(lines, fault):
    assert fold(lines, 50).fault == fault


def test_a_fine_of_another_amount():
    assert fold([Line("proposal", 30), Line("confirmation", -30, 30)], 30) == Balance("confirmed", 0, 30)
    assert fold([PROPOSED], 30).fault == "proposal"


def test_only_a_decision_says_where_it_leads():
    assert after("appealed", UPHELD) == "upheld"
    assert after("appealed", WAIVED) == "waived"
    assert after("confirmed", Line("settlement", facts={"decision": "waived"})) == "settled"


def test_rules_and_rows_have_one_set_of_words():
    assert set(LEADS) == set(LedgerEntry.Kind.values)
    reached = {target for leads in LEADS.values() for target in leads.values()} | {"waived"}
    assert reached == set(Fine.State.values)
    assert set(OPEN) < reached


def moved(kind, before, state, yuan):
    """The line of that kind that leads from the one state to the other, as its writer owes it."""
    amounts = (now - then for now, then in zip(holds(state, yuan), holds(before, yuan), strict=True))
    return Line(kind, *amounts, {"decision": state} if kind == "decision" else {})


@st.composite
def legal_paths(draw):
    """An amount, the lines of a fine's life up to some moment, and the states they lead to."""
    yuan, state, lines, states = draw(st.integers(1, 10_000)), "", [], []
    for _ in range(draw(st.integers(0, 6))):
        ways = sorted((kind, leads[state]) for kind, leads in LEADS.items() if state in leads)
        ways += [("decision", "waived")] if state == "appealed" else []
        if not ways:
            break
        kind, target = draw(st.sampled_from(ways))
        lines.append(moved(kind, state, target, yuan))
        states.append(state := target)
    return yuan, lines, states


kinds = st.sampled_from([*LEADS, "pardon"])
yuans = st.integers(-60, 60)
any_line = st.builds(Line, kinds, yuans, yuans, yuans, st.sampled_from([{}, {"decision": "waived"}]))


@given(legal_paths())
def test_on_every_legal_path_the_sums_are_those_of_the_state(path):
    yuan, lines, states = path
    for n, state in enumerate(states, 1):
        assert fold(lines[:n], yuan) == Balance(state, *holds(state, yuan))


@given(st.lists(any_line, max_size=6), st.integers(0, 60))
def test_nothing_is_ever_less_than_nothing(lines, yuan):
    found = fold(lines, yuan)
    assert found.fault or min(found.proposed, found.owed, found.paid) >= 0
    assert found.fault or found.proposed + found.owed + found.paid in {0, yuan}


@given(legal_paths(), st.integers(0, 5), st.integers(1, 3), st.integers(-60, 60).filter(bool))
def test_one_changed_amount_is_a_fault(path, place, column, more):
    yuan, lines, _ = path
    if lines:
        place %= len(lines)
        values = list(lines[place])
        values[column] += more
        lines[place] = Line(*values)
        assert fold(lines, yuan).fault == lines[place].kind


@given(legal_paths(), any_line)
def test_a_line_more_either_leads_on_or_is_a_fault(path, line):
    yuan, lines, states = path
    found = fold([*lines, line], yuan)
    target = after(states[-1] if states else "", line)
    assert bool(found.fault) == (not target or (found.proposed, found.owed, found.paid) != holds(target, yuan))
