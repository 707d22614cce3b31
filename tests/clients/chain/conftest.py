"""The crew of the planned visits."""

import pytest

from org import clock
from tests.clients.chain.visits import NOW, Crew


@pytest.fixture
def crew(db):
    clock.shift_clock(to=NOW)
    return Crew()
