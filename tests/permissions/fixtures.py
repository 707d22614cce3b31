"""The world of the permission tests, for whatever asks it (registered by tests/databases.py)."""

import pytest
from django.db import transaction

from tests.permissions.world import World


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker):
    """The world once for the module; it is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world):
    """The same world for each test, which leaves nothing behind."""
    with transaction.atomic():
        yield built_world
        transaction.set_rollback(True)
