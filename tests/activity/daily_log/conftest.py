"""A log to be reviewed."""

import pytest

from tests import factories as make
from tests.activity.daily_log.reviewed import FRIDAY
from tests.factories import at


@pytest.fixture
def log(zhou):
    make.full_day(zhou)
    return make.submit(zhou, help_needed="想请经理帮看预算表", problems="门诊是否含互联网医院")


@pytest.fixture
def back(zhou):
    """A full day handed in as 补录, at 08:30 of the next working day."""
    make.full_day(zhou)
    return make.submit(zhou, when=at(FRIDAY, 8, 30))


@pytest.fixture
def friday_morning(clock_at):
    clock_at(at(FRIDAY, 8, 12))


@pytest.fixture
def as_manager(client, manager, friday_morning):
    client.force_login(manager)
    return client
