"""The database throws everybody out in the middle of a roll-up (reliability.md F8): the bell is not taken for done."""

import time

import pytest
from django.db import connection

from activity.rollup.models import RollUp
from tests.faults.test_worker import SPAN

pytestmark = pytest.mark.fault
THROW_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.long
def test_thrown_out_at_random_moments(processes_on_this_database, owed, slow, luck, rounds):
    """The same worker lives on and finishes by itself; no beat rings for it."""
    live = processes_on_this_database
    for _ in range(rounds(1, 10)):
        owed.start_over(live.mailbox)
        live.start("worker")
        for _ in range(2):
            time.sleep(luck.uniform(0, SPAN / 2))
            with connection.cursor() as cursor:
                cursor.execute(THROW_OUT)
            print(f"thrown out with {RollUp.objects.count()} of {len(owed.weeks)} reports frozen")
            owed.nothing_is_halved()
        live.until(owed.done, "the rest", patience=90)
        owed.everything_once(live.mailbox)
        live.kill("worker")
        live.log("worker").unlink()
