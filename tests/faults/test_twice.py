"""`run_due` twice at once, as processes that start together (reliability.md F1)."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from activity.rollup.models import RollUp
from config import stack

pytestmark = [pytest.mark.fault, pytest.mark.race]


def ring():
    command = [sys.executable, "manage.py", "run_due", "--json"]
    return subprocess.Popen(command, cwd=stack.ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_at_once_do_everything_once(owed, slow, rounds):
    for _ in range(rounds(1, 20)):
        owed.start_over(settings.MAILBOX_DIR)
        both = [ring(), ring()]
        done = [one for process in both for one in json.loads(process.communicate(timeout=120)[0])["done"]]
        assert [process.returncode for process in both] == [0, 0]
        reports = [one["week"] for one in done if one["kind"] == "rollup"]
        assert sorted(reports) == [str(week) for week in owed.weeks]
        owed.everything_once(settings.MAILBOX_DIR)


@pytest.mark.long
def test_without_locks_and_unique_key_they_do_it_twice(owed, slow, unguarded):
    """The control."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_rollup DROP CONSTRAINT one_rollup_a_city_week_and_version")
    for process in [unguarded("without_locks"), unguarded("without_locks")]:
        process.wait(timeout=120)
    assert RollUp.objects.count() > len(owed.weeks)
