"""报备 protects 90 days from the last effective activity, warns, then lets go (domain.md 3, Who owns a client)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.protection.rules import Verdict, leaves_on, look, may_claim_from, term

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))


def test_the_pill_of_the_picture():
    """5-prospect: last visit 5 November, 报备保护到 2027-02-03，还有 74 天."""
    assert term(date(2026, 6, 1), date(2026, 11, 5), TODAY, days=90) == (date(2027, 2, 3), 74)


@pytest.mark.parametrize(
    ("since", "last", "until"),
    [
        (date(2026, 11, 1), None, date(2027, 1, 30)),  # never worked: from the registration
        (date(2026, 11, 1), date(2026, 9, 1), date(2027, 1, 30)),  # claimed after the last activity
        (date(2026, 11, 1), date(2026, 11, 20), date(2027, 2, 18)),
    ],
)
def test_from_when_it_runs(since, last, until):
    assert term(since, last, TODAY, days=90).until == until


@pytest.mark.parametrize(
    ("until", "warned", "kept", "verdict"),
    [
        (8, None, False, Verdict.HELD),
        (7, None, False, Verdict.WARN),
        (0, None, False, Verdict.WARN),
        (-60, None, False, Verdict.WARN),  # the server stood still for weeks: a warning comes first all the same
        (0, -7, False, Verdict.WARNED),  # 保护到 today: still protected
        (-1, -7, False, Verdict.RELEASE),
        (-1, -6, False, Verdict.WARNED),  # warned late: the warning leaves its seven days
        (-60, -7, False, Verdict.RELEASE),
        (-60, -70, True, Verdict.HELD),  # a policy in force
        (20, -5, False, Verdict.HELD),  # worked since the warning
    ],
)
def test_what_falls_due(until, warned, kept, verdict):
    warned_on = warned if warned is None else TODAY + timedelta(days=warned)
    found = look(TODAY + timedelta(days=until), warned_on, TODAY, warn_days=7, kept=kept)
    assert found.verdict == verdict
    assert found.again_on > TODAY or verdict == Verdict.RELEASE


@given(until=DAYS, start=DAYS, warn=st.integers(1, 60))
def test_nobody_loses_a_client_unwarned_or_early(until, start, warn):
    """However the days of the sweeps fall: warned at least `warn` days before, never on a protected day."""
    today, warned = start, None
    for _ in range(1000):
        found = look(until, warned, today, warn_days=warn, kept=False)
        if found.verdict == Verdict.RELEASE:
            assert warned and (today - warned).days >= warn and today > until
            assert today == max(leaves_on(until, warned, warn), start)
            return
        if found.verdict == Verdict.WARN:
            warned = today
        assert found.again_on > today
        today = found.again_on
    raise AssertionError("never released")


def test_who_let_it_go_waits():
    assert may_claim_from(TODAY, 30) == date(2026, 12, 21)
