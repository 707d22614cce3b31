"""One migrated template per run; every test that commits gets a fresh clone of it afterwards.

Django would empty the tables with TRUNCATE, which the append-only tables refuse, and which would lose what
migrations wrote. Tests with plain `db` keep pytest-django's transaction and its rollback.
"""

import os
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from tests.servers import RUN


def pytest_configure(config):
    """Registered now, after pytest-django, so that our fixture of the same name wins."""
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
    config.pluginmanager.register(ClonedDatabases(), "cloned-databases")
    config.pluginmanager.import_plugin("tests.live")
    config.pluginmanager.import_plugin("tests.permissions.fixtures")


class ClonedDatabases:
    @pytest.fixture(scope="session")
    def django_db_setup(self, django_db_blocker):
        assert connection.vendor == "postgresql", "the tests run on PostgreSQL only"
        with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            make_template()
            reclone()
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: reclone())
            yield
            drop()


@pytest.fixture
def fresh_db(transactional_db):
    """A database whose commits other processes see, thrown away after the test."""


@contextmanager
def maintenance():
    """A cursor in the server's own database."""
    server = {**connection.get_connection_params(), "dbname": "postgres", "cursor_factory": None}
    with closing(psycopg2.connect(**server)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


def template():
    return f"{os.environ[RUN]}_template"


def make_template():
    """Migrate once per run; the first worker does it while the others wait."""
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(6311)")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template()])
        if cursor.fetchone():
            return
        unfinished, own = f"{template()}_unfinished", connection.settings_dict["NAME"]
        cursor.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {unfinished}")
        connection.settings_dict["NAME"] = unfinished
        try:
            call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
        cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {template()}")


def drop():
    connections.close_all()
    with maintenance() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.settings_dict['NAME']} WITH (FORCE)")


def reclone():
    """Back to the template; sessions of other processes and threads on the old database are ended."""
    drop()
    with maintenance() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.settings_dict['NAME']} TEMPLATE {template()}")


@contextmanager
def undone():
    """One case of many on what a fixture has made: nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def thawed():
    """Without the triggers that keep frozen rows (and foreign keys): for a superuser who starts a week over."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
