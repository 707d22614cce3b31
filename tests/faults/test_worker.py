"""`kill -9` of the whole worker in the middle of a roll-up (reliability.md F4): nothing lost, nothing twice."""

import time

import pytest

from activity.rollup.models import RollUp

pytestmark = pytest.mark.fault
SPAN = 4.0  # seconds that the slowed catch-up takes at least


def test_killed_at_random_moments(processes_on_this_database, owed, slow, luck, rounds):
    live = processes_on_this_database
    for _ in range(rounds(1, 20)):
        if owed.done():
            owed.everything_once(live.mailbox)
            owed.start_over(live.mailbox)
        live.log("worker").unlink(missing_ok=True)
        live.start("worker")
        moment = luck.uniform(0, SPAN)
        time.sleep(moment)
        live.kill("worker")
        print(f"killed after {moment:.2f} s with {RollUp.objects.count()} of {len(owed.weeks)} reports frozen")
        owed.nothing_is_halved()
    began = time.monotonic()
    live.start("worker", "beat").until(owed.done, "the rest", patience=60)
    print(f"done {time.monotonic() - began:.1f} s after the restart")
    owed.everything_once(live.mailbox)


def test_without_the_transaction_a_killed_roll_up_stays_halved(processes_on_this_database, owed, slow, unguarded):
    """The control: the same kill is seen when freezing is not one transaction."""
    process = unguarded("without_transaction")
    processes_on_this_database.until(RollUp.objects.exists, "the first row")
    process.kill()
    process.wait()
    with pytest.raises(AssertionError):
        owed.nothing_is_halved()
