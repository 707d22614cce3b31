"""How `DATABASE_URL` and `REDIS_URL` are read."""

import os

import pytest
import redis
from django.conf import settings
from django.db import connection

from config import stack


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://six311@/demo?host=/tmp/6311 a", ("six311", "", "/tmp/6311 a", "", "demo")),
        ("postgresql://app:p%40ss@db.example:6432/six311", ("app", "p@ss", "db.example", "6432", "six311")),
        ("postgres://app@%2Fvar%2Frun%2FPostgreSQL/six311", ("app", "", "/var/run/PostgreSQL", "", "six311")),
        ("postgres://app:a:b@[::1]:5432/six311", ("app", "a:b", "::1", "5432", "six311")),
        ("postgres:///six311?host=/run&port=5433", ("", "", "/run", "5433", "six311")),
    ],
)
def test_each_way_to_write_an_address(url, expected, monkeypatch):
    monkeypatch.delenv("PGHOST", raising=False)
    read = stack.database_settings(url)
    assert tuple(read[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected
    assert read["ENGINE"] == "django.db.backends.postgresql"


def test_the_socket_folder_may_come_from_pghost(monkeypatch):
    monkeypatch.setenv("PGHOST", "/run/postgresql")
    assert stack.database_settings("postgres:///six311")["HOST"] == "/run/postgresql"


def test_other_options_reach_the_driver():
    options = stack.database_settings("postgres://app@db/six311?sslmode=verify-full")["OPTIONS"]
    assert options == {"connect_timeout": 5, "sslmode": "verify-full"}


def test_no_other_engine():
    with pytest.raises(ValueError, match="PostgreSQL is the only engine"):
        stack.database_settings("sqlite:///db.sqlite3")


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("", "redis+socket:///nonexistent"),
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///tmp/v.sock?db=3", "redis+socket:///tmp/v.sock?virtual_host=3"),
    ],
)
def test_how_celery_spells_the_broker(url, broker):
    assert stack.broker_url(url) == broker


def test_a_command_without_a_database_says_so_in_one_sentence(manage, tmp_path):
    done = manage("migrate", DATABASE_URL="", SIX311_RUN_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "NoDatabase: no database: set DATABASE_URL, or start the demo's servers with `make run`"
    )


@pytest.mark.django_db
def test_the_tests_run_on_postgresql_and_redis_of_their_own():
    with connection.cursor() as cursor:
        cursor.execute("SELECT version(), current_database()")
        version, name = cursor.fetchone()
    assert version.startswith("PostgreSQL ")
    assert name == settings.DATABASES["default"]["NAME"]
    assert name.endswith(os.environ.get("PYTEST_XDIST_WORKER", "_main"))
    assert redis.from_url(settings.REDIS_URL).ping()
