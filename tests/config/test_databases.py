"""How the tests get their databases."""

import subprocess
import sys
from urllib.request import urlopen

import psycopg2
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from config import stack
from tests.databases import reclone


def kinds():
    return ContentType.objects.filter(app_label="only_here").count()


def test_commits_are_real_and_gone_after_a_fresh_clone(fresh_db):
    migrated = ContentType.objects.count()
    ContentType.objects.create(app_label="only_here", model="row")
    with psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None}) as other:
        cursor = other.cursor()
        cursor.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'only_here'")
        assert cursor.fetchone() == (1,)
    reclone()
    assert kinds() == 0
    assert ContentType.objects.count() == migrated > 10, "what the migrations wrote is there"


@pytest.fixture(scope="module")
def once_a_module():
    """Asked for by the next test alone."""


def test_what_a_module_sets_up_once_is_set_up_by_one_worker(request, worker_id, once_a_module):
    """By its name xdist sends the whole group to one worker; some versions of the two do not hear each other."""
    assert worker_id == "master" or request.node.nodeid.endswith(f"@{__name__}")


def test_the_next_test_starts_from_the_template(fresh_db):
    assert kinds() == 0


@pytest.mark.django_db
def test_plain_tests_run_in_a_transaction():
    ContentType.objects.create(app_label="only_here", model="row")
    assert connection.in_atomic_block


@pytest.mark.django_db
def test_after_a_rollback_nothing_is_left():
    assert kinds() == 0


def test_web_worker_and_beat_run_on_this_database(live_stack):
    assert urlopen(f"{live_stack.url}/-/healthz").status == 200
    live_stack.until(lambda: "succeeded" in live_stack.log("worker").read_text(), "the worker's first bell")


NO_SERVERS = """
import pytest
from config import servers
servers._from_package = servers._on_path = servers.glob.glob = lambda *_: []
raise SystemExit(pytest.main(["-n0", "tests/config/test_addresses.py"]))
"""


def test_without_servers_the_run_ends_with_the_sentence_what_to_install():
    """Nothing in the packages, nothing on the machine: one line, and no test runs."""
    done = subprocess.run(
        [sys.executable, "-c", NO_SERVERS],
        cwd=stack.ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "install PostgreSQL 15 or newer" in done.stderr
