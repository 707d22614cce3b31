"""The close killed in the middle: worker and Redis (reliability.md F4, F6); the ledger is the oracle's afterwards."""

import subprocess
import sys
import time
from functools import partial

import pytest

from activity.assessment.models import WeekAssessment, WeekClose
from config import processes, stack
from tests.faults.fined import SPAN

pytestmark = pytest.mark.fault
HALVING = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.db import connection
from activity.discipline import closing
from org.periods import due
propose = closing.propose
def commit_first(close, **named):
    if close.weekassessments.filter(proposes=True).exists():
        connection.connection.commit()
        time.sleep(600)
    return propose(close, **named)
closing.propose = commit_first
due.run_due()
"""


def killed(live, moment):
    """Start the worker, which rings for itself, and `kill -9` all of it."""
    live.log("worker").unlink(missing_ok=True)
    live.start("worker")
    time.sleep(moment)
    live.kill("worker")
    print(f"killed after {moment:.2f} s with {WeekClose.objects.count()} weeks closed")


@pytest.mark.long
def test_a_worker_killed_at_random_moments(processes_on_this_database, slowly_fined, luck, rounds):
    """While it closes, and while it sets right what late leave has changed."""
    live, city = processes_on_this_database, slowly_fined
    for _ in range(rounds(1, 10)):
        city.start_over()
        killed(live, luck.uniform(0, 2 * SPAN))
        city.nothing_is_halved()
        for _ in range(6):
            city.leave_afterwards(luck)
        killed(live, luck.uniform(0, 2 * SPAN))
        city.nothing_is_halved()
        live.log("worker").unlink()
        began = time.monotonic()
        live.start("worker").until(city.settled, "the rest", patience=90)
        print(f"settled {time.monotonic() - began:.1f} s after the restart")
        live.kill("worker")
        city.is_as_the_oracle_says()


@pytest.mark.long
def test_without_the_transaction_a_killed_close_stays_halved(processes_on_this_database, slowly_fined):
    """The control: fines that are proposed in a transaction of their own are lost with their process."""
    process = subprocess.Popen([sys.executable, "-c", HALVING], cwd=stack.ROOT)
    called_for = WeekAssessment.objects.filter(proposes=True)
    processes_on_this_database.until(called_for.exists, "the first week with fines")
    process.kill()
    process.wait()
    with pytest.raises(AssertionError):
        slowly_fined.nothing_is_halved()


def settled(live, city):
    """As the supervisor does, start a worker again that ended: it may, when its broker goes while it acknowledges."""
    if live.running["worker"].poll() is not None:
        print("the worker ended with its broker")
        live.start("worker")
    return city.settled()


@pytest.mark.long
def test_redis_erased_and_killed_at_random_moments(slowly_fined, own_redis, live, luck, rounds):
    """Who lost his bell is rung again by the next minute or at a worker's start."""
    live.start("worker", "beat")
    for _ in range(rounds(1, 10)):
        slowly_fined.start_over()
        live.redis.flushall()
        live.stop("worker")
        live.log("worker").unlink()
        live.start("worker")
        time.sleep(luck.uniform(0, SPAN / 2))
        live.redis.flushall()
        time.sleep(luck.uniform(0, SPAN / 2))
        processes.kill(own_redis.process)
        print(f"Redis erased and killed with {WeekClose.objects.count()} weeks closed")
        slowly_fined.nothing_is_halved()
        slowly_fined.leave_afterwards(luck)
        own_redis.process = own_redis.valkey()
        began = time.monotonic()
        live.until(partial(settled, live, slowly_fined), "the rest", patience=150)
        print(f"settled {time.monotonic() - began:.1f} s after Redis came back")
        slowly_fined.is_as_the_oracle_says()
